"""Reads OpenDocument spreadsheets: cells hold the text that is shown."""

from collections.abc import Iterator

from ingest.readers import Format, Source, Tell
from ingest.readers.shared.archive import Archive, Attributes, find_elements, parse, title_of
from ingest.readers.shared.writer import one_line
from ingest.readers.tabular.sheet import Merged, Sheet, write_sheets
from rag.errors import DocumentError

_NAME = "an OpenDocument spreadsheet"
_MOST_CELLS = 20_000_000
"""Filled cells, each counted as often as it is repeated."""
_LAST_COLUMN = 16_384
_SPACES = {"s": " ", "tab": " ", "line-break": "\n"}


def read(data: bytes, tell: Tell) -> Source:
    """Every sheet under its name; numbers as they are shown, days as ``2024-03-14``."""
    archive = Archive(data, _NAME)
    manifest = "META-INF/manifest.xml"
    if manifest in archive and find_elements(archive.read(manifest), "encryption-data"):
        raise DocumentError("encrypted: save it without a password")
    content = _Content()
    parse(archive.read("content.xml"), content.start, content.end, content.text)
    title = title_of(archive.read("meta.xml")) if "meta.xml" in archive else ""
    return write_sheets(content.sheets(), title, tell)


class _Content:
    """Collects the cells of the sheets; what is drawn on a sheet and notes are left out."""

    def __init__(self) -> None:
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheets: list[tuple[str, bool, dict[int, list[str]], list[Merged]]] = []
        self._row = self._column = 0
        self._repeat = 1
        self._cells: list[str] = []
        self._cell: Attributes | None = None
        self._words: list[str] = []
        self._aside = 0
        self._depth = 0
        self._count = 0

    def sheets(self) -> Iterator[Sheet]:
        for name, hidden, rows, merged in self._sheets:
            yield Sheet(name, hidden, iter(rows.items()), merged)

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in {"annotation", "shapes", "frame", "custom-shape", "tracked-changes"}:
            self._aside += 1
        if self._aside:
            return
        if tag == "style":
            self._style = attributes.get("name", "")
        elif tag == "table-properties" and attributes.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == "table":
            hidden = attributes.get("style-name", "") in self._hidden_styles
            self._sheets.append((one_line(attributes.get("name", "")), hidden, {}, []))
            self._row = 0
        elif tag == "table-row":
            self._repeat = _count(attributes.get("number-rows-repeated"))
            self._cells, self._column = [], 0
        elif tag in {"table-cell", "covered-table-cell"}:
            self._cell, self._words = attributes, []
        elif tag == "p" and self._words:
            self._words.append("\n")
        elif tag in _SPACES and self._cell is not None:
            self._words.append(_SPACES[tag])

    def text(self, words: str) -> None:
        if self._cell is not None and not self._aside:
            self._words.append(words)

    def end(self, tag: str) -> None:
        if tag in {"annotation", "shapes", "frame", "custom-shape", "tracked-changes"}:
            self._aside -= 1
        elif self._aside or not self._sheets:
            return
        elif tag in {"table-cell", "covered-table-cell"} and self._cell is not None:
            self._end_cell(self._cell, covered=tag != "table-cell")
            self._cell = None
        elif tag == "table-row":
            self._end_row()

    def _end_cell(self, cell: Attributes, *, covered: bool) -> None:
        shown = "" if covered else _show(cell, one_line("".join(self._words)))
        repeat = _count(cell.get("number-columns-repeated"))
        if shown:
            if self._column + repeat > _LAST_COLUMN:
                raise DocumentError("refused: a row of it has too many cells")
            self._cells += [""] * (self._column - len(self._cells)) + [shown] * repeat
            self._count += repeat * self._repeat
        rows, columns = (_count(cell.get(f"number-{of}-spanned")) for of in ("rows", "columns"))
        if shown and rows * columns > 1:
            first, left = self._row, self._column
            self._sheets[-1][3].append((first, left, first + rows - 1, left + columns - 1))
        self._column += repeat

    def _end_row(self) -> None:
        if self._count > _MOST_CELLS:
            raise DocumentError("refused: it repeats more cells than can be read")
        if self._cells:
            for number in range(self._row, self._row + self._repeat):
                self._sheets[-1][2][number + 1] = list(self._cells)
        self._row += self._repeat


def _count(number: str | None) -> int:
    return max(int(number), 1) if number and number.isdecimal() and len(number) < 9 else 1


def _show(cell: Attributes, words: str) -> str:
    """The text of a cell; a day in one form, since its own may leave the year out."""
    if cell.get("value-type") == "date" and cell.get("date-value"):
        day, _, time = cell["date-value"].partition("T")
        return f"{day} {time.removesuffix(':00')[:8]}".removesuffix(" 00:00").strip()
    return words


FORMAT = Format(name=_NAME, suffixes=(".ods", ".ots"), readers=(read,), signature=b"PK")
