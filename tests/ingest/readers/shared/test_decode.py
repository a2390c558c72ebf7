"""Bytes of any encoding become text, as their writer saw it."""

from __future__ import annotations

import pytest

from ingest.readers.shared.decode import decode

TURKISH = (
    "Kütüphane hafta içi saat dokuzda açılır ve akşam altıda kapanır. Her üye aynı anda beş kitap "
    "ödünç alabilir. Geciken kitaplar için günlük ücret alınır, çocuklardan ise ücret istenmez. "
    "Şubat ayında bina onarım nedeniyle kapalı olacaktır.\n"
)
POLISH = (
    "Biblioteka jest otwarta od dziewiątej do osiemnastej. Każdy czytelnik może wypożyczyć pięć "
    "książek na cztery tygodnie. Za każdy dzień zwłoki płaci się dwadzieścia groszy, a dzieci nie "
    "płacą nic. W święta czytelnia jest zamknięta, więc książki można oddać dopiero później.\n"
)
HUNGARIAN = (
    "A könyvtár hétköznap kilenctől hat óráig van nyitva. Minden olvasó egyszerre öt könyvet "
    "kölcsönözhet ki négy hétre. A késedelmes könyvekért naponta húsz forintot kell fizetni, de a "
    "gyerekektől nem kérnek pénzt. A következő ünnepnapokon az épület zárva tart, és a könyvek "
    "csak később, az első hétfőn adhatók vissza.\n"
)
FRENCH = (
    "La bibliothèque est ouverte de neuf heures à dix-huit heures. Chaque lecteur peut emprunter "
    "cinq livres pendant quatre semaines, et l’élève n’a rien à payer. Où êtes-vous né ? Ça dépend "
    "de l’année précédente, répond le garçon.\n"
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TURKISH, "cp1254"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859_2"),
        (HUNGARIAN, "cp1250"),
        (FRENCH, "cp1252"),
    ],
)
def test_letters_of_a_language_are_read_in_its_code_page(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    ("text", "written_in", "declared"),
    [
        ("“Smart” quotes – 5 €", "cp1252", "iso-8859-1"),
        ("Şık “tırnak”", "cp1254", "iso-8859-9"),
        ("镕基 and 喆", "gb18030", "gb2312"),
        ("①番 髙橋", "cp932", "shift_jis"),
        ("똠방각하", "cp949", "euc-kr"),
        ("図書館は九時に開く", "iso2022_jp", "iso-2022-jp"),
        ("図書館は九時に開く", "iso2022_jp", ""),
        ("图书馆九点开门", "hz", "hz-gb-2312"),
        ("plain words: “é”", "utf-8", "iso-8859-1"),
    ],
)
def test_a_declared_encoding_is_read_as_browsers_read_it(
    text: str, written_in: str, declared: str
) -> None:
    assert decode(text.encode(written_in), declared) == (text, "")


def test_one_damaged_byte_does_not_change_the_encoding() -> None:
    data = ("图书馆九点开门。" * 40).encode("gbk")
    text, warning = decode(data + b"\xff" + "\n谢谢".encode("gbk"), "gbk")
    assert text.startswith("图书馆九点开门。")
    assert text.endswith("谢谢")
    assert "1 characters replaced" in warning


def test_a_declaration_that_does_not_fit_is_not_believed() -> None:
    assert decode(FRENCH.encode("cp1252"), "utf-8")[0] == FRENCH
    assert decode(FRENCH.encode("cp1252"), "shift_jis")[0] == FRENCH
    assert decode(FRENCH.encode("cp1252"), "base64")[0] == FRENCH
