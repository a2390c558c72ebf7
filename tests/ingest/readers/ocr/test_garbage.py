"""Whether a page's own text is garbage."""

import pytest

from ingest.readers.ocr.garbage import is_garbage

PROSE = (
    "Herons nest in tall trees near the water, and they return to the same place every year. "
    "The nests are built of sticks, and both parents feed the young for about two months. "
) * 2


def shift(text: str, by: int) -> str:
    return "".join(char if char == " " else chr(ord(char) + by) for char in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PROSE, False),
        (PROSE.upper(), False),
        ("Die Nester werden jedes Jahr von denselben Paaren gebaut und bewohnt. " * 5, False),
        ("Bociany wracają co roku do tego samego gniazda, zbudowanego z gałęzi. " * 5, False),
        ("Цапли гнездятся на высоких деревьях и возвращаются каждый год. " * 5, False),
        ("鷺は水辺の高い木に巣を作り、毎年同じ場所に戻ってくる。" * 8, False),
        ("12.5 18,400 3.1 % 2024-05-01 77.0 " * 20, False),
        ("TP53 BRCA1 CD133 CD44 HTTP GmbH " * 20, False),
        ("", False),
        ("�� ��", False),
        (shift(PROSE, -29), True),
        (shift(PROSE, 3), True),
        (shift(PROSE, 0xE000), True),
        ("�" * 100 + " Page 3", True),
    ],
)
def test_garbage(text: str, expected: bool) -> None:
    assert is_garbage(text) is expected
