"""The lines of a picture in the order in which a person reads them."""

import pytest
from hypothesis import given, strategies as st

from ingest.readers.ocr.columns import Piece, order_pieces

LONG = "words enough to be a line of prose"


def pieces(*places: tuple[float, float, str]) -> list[Piece]:
    """Pieces at a left edge and a number of lines from the top, eight points a character high."""
    return [
        Piece(left, left + 5 * len(text), -12 * down, 10 - 12 * down, len(text), number)
        for number, (left, down, text) in enumerate(places)
    ]


TITLE = (100, 0, "A title that runs across both of the columns below")
COLUMNS = [TITLE] + [(x, y, LONG) for y in range(2, 8) for x in (0, 200)]
FOOT = (60, 9, "A line across the page that ends both of its columns")
ADDRESS = [(0, 0, "Northwind Traders"), (0, 1, "12 Harbour Street")]
NUMBERS = [(250, y, f"Date {y}: 14 June") for y in range(4)]
TABLE = [(x, y, word) for y in range(5) for x, word in ((0, "Brass hinges"), (200, "94.00"))]
FIGURE = [(0, y, LONG) for y in range(8)] + [(220, y + 0.3, "0.5") for y in range(0, 8, 2)]


@pytest.mark.parametrize(
    ("places", "rows"),
    [
        (COLUMNS, [[0], [1], [3], [5], [7], [9], [11], [2], [4], [6], [8], [10], [12]]),
        (
            [*COLUMNS[1:], FOOT],
            [[0], [2], [4], [6], [8], [10], [1], [3], [5], [7], [9], [11], [12]],
        ),
        (ADDRESS + NUMBERS, [[0], [1], [2], [3], [4], [5]]),
        (TABLE, [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]),
        (FIGURE, [[0], [1], [2], [3], [4], [5], [6], [7], [8], [9], [10], [11]]),
        ([(0, 0, "Total due"), (200, 0.1, "361.00")], [[0, 1]]),
        ([], []),
    ],
    ids=["columns", "columns-then-foot", "address-and-numbers", "table", "figure", "pair", "none"],
)  # fmt: skip
def test_order(places: list[tuple[float, float, str]], rows: list[list[int]]) -> None:
    found = [[piece.number for piece in row] for row in order_pieces(pieces(*places))]
    assert found == rows


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20), st.just(LONG)), max_size=40))
def test_every_piece_is_read_once(places: list[tuple[int, int, str]]) -> None:
    found = [piece.number for row in order_pieces(pieces(*places)) for piece in row]
    assert sorted(found) == list(range(len(places)))
