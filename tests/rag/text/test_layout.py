"""Where text stands on pages: exact, and small when stored."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.errors import LibraryError
from rag.text.layout import Layout, Run


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Runs in order of offset, on pages in any order, with gaps between them."""
    runs, offset = [], 0
    for gap, length, page, index in draw(
        st.lists(
            st.tuples(
                st.integers(0, 300), st.integers(1, 300), st.integers(1, 9), st.integers(-1, 5000)
            )
        )
    ):
        runs.append(Run(offset + gap, length, page, index))
        offset += gap + length
    return Layout(tuple(runs))


@given(layouts())
def test_a_stored_layout_comes_back(layout: Layout) -> None:
    assert Layout.decode(layout.encode()) == layout


@given(layouts(), st.integers(0, 2000), st.integers(0, 500))
def test_a_span_is_placed_character_by_character(layout: Layout, start: int, length: int) -> None:
    wanted = {
        offset: (run.page, -1 if run.index < 0 else run.index + offset - run.start)
        for run in layout.runs
        for offset in range(run.start, run.start + run.length)
        if start <= offset < start + length
    }
    found = {
        part.start + n: (part.page, -1 if part.index < 0 else part.index + n)
        for part in layout.places(start, start + length)
        for n in range(part.length)
    }
    assert found == wanted


def test_the_page_of_what_a_reader_put_in_is_the_page_before_it() -> None:
    layout = Layout((Run(0, 5, 1, 0), Run(6, 4, 2, 0), Run(12, 4, 1, 9)))
    assert [layout.page(offset) for offset in (0, 5, 6, 10, 12, 99)] == [1, 1, 2, 2, 1, 1]
    assert Layout(()).page(3) is None


@pytest.mark.parametrize("data", [b"", b"nonsense", Layout((Run(0, 1, 1, 1),)).encode()[:-4]])
def test_damaged_bytes_are_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(LibraryError, match="ingest it again"):
        Layout.decode(data)


def test_a_table_has_sheets_and_rows_and_no_pages() -> None:
    layout = Layout((Run(0, 9, 1, 0), Run(9, 20, 1, 3), Run(29, 4, 2, 1)), ("Größe", "S2"))
    assert Layout.decode(layout.encode()) == layout
    assert layout.page(12) is None
    first, second, third = layout.runs
    assert layout.name_row(first, "# Gr") == "sheet Größe"
    assert layout.name_row(second, "one\n\ntwo\n\nth") == "sheet Größe, row 5"
    assert layout.name_row(third, "") == "sheet S2, row 1"
    assert Layout((Run(0, 9, 1, 3),), ("",)).name_row(Run(0, 9, 1, 3), "") == "row 3"
    assert layout.run(30) == third
