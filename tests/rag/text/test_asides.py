"""Parts that stand beside a text: merged, cut to chunks, written and read again."""

from __future__ import annotations

from rag.text.asides import clip_asides, decode_asides, encode_asides, merge_asides
from rag.types import Aside

NOTE, FIGURE = Aside(10, 20, "note"), Aside(30, 40, "figure")


def test_of_two_that_overlap_the_first_is_kept() -> None:
    inside = Aside(15, 35, "reference")
    assert merge_asides([FIGURE], [NOTE, inside]) == (NOTE, FIGURE)


def test_a_chunk_has_its_part_of_each() -> None:
    assert clip_asides((NOTE, FIGURE), 0, 10) == ()
    assert clip_asides((NOTE, FIGURE), 15, 35) == (Aside(0, 5, "note"), Aside(15, 20, "figure"))
    assert clip_asides((NOTE, FIGURE), 40, 90) == ()


def test_what_is_written_is_read_again_and_the_rest_is_left_out() -> None:
    assert decode_asides(encode_asides((NOTE, FIGURE))) == (NOTE, FIGURE)
    assert decode_asides("n1-2 x3-4 f5 f-6 n3-9") == (Aside(1, 2, "note"), Aside(3, 9, "note"))
