"""A word's box and confidence in one number."""

from hypothesis import given, strategies as st

from rag.text.layout import Layout, Run
from rag.text.picture_words import LONGEST, PictureWord, pack, unpack

PARTS = st.floats(0, 1)


@given(st.tuples(PARTS, PARTS, PARTS, PARTS, PARTS), st.integers(0, LONGEST - 1))
def test_what_is_packed_is_unpacked_at_every_character(
    parts: tuple[float, float, float, float, float], character: int
) -> None:
    word = unpack(pack(PictureWord(*parts)) + character)
    assert word is not None
    assert all(abs(a - b) < 1 / 8000 for a, b in zip(word[:4], parts[:4], strict=True))
    assert abs(word.confidence - parts[4]) < 0.01


@given(st.integers(-1, 2**32))
def test_the_index_of_a_character_is_no_word(index: int) -> None:
    assert unpack(index) is None


def test_a_layout_knows_its_least_certain_word_after_being_stored() -> None:
    sure, unsure = (pack(PictureWord(0.1, 0.1, 0.2, 0.2, c)) for c in (0.99, 0.4))
    layout = Layout((Run(0, 5, 1, sure), Run(6, 5, 1, unsure), Run(12, 3, 2, 7), Run(16, 3, 3, -1)))
    stored = Layout.decode(layout.encode())
    assert stored == layout
    assert round(stored.least_confidence(0, 5) or 0, 2) == 0.99
    assert round(stored.least_confidence(2, 8) or 0, 2) == 0.4
    assert stored.least_confidence(12, 19) is None
