"""Writes the lines of tables as paragraphs, and keeps in which sheet and row each of them is."""

from rag.text.layout import Layout, Run

_LONGEST_RUN = 200
"""Rows of one run; a row is found by counting from the run's beginning."""


class TableWriter:
    """Collects paragraphs; those of rows that follow each other share a run."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._sheets: list[str] = []
        self._runs: list[Run] = []
        self._last = 0

    @property
    def text(self) -> str:
        return "\n\n".join([*self._parts, ""])

    @property
    def layout(self) -> Layout:
        return Layout(tuple(self._runs), tuple(self._sheets or [""]))

    def begin_sheet(self, name: str, heading: str) -> None:
        """Begin a sheet with its heading."""
        self._sheets.append(name)
        self.write(f"# {heading}", 0)

    def write(self, line: str, row: int) -> None:
        """Write a paragraph of a row, counting from 1; 0 when it is in none."""
        run = self._runs[-1] if self._runs else None
        page = len(self._sheets) or 1
        length = len(line) + 2
        together = self._last and row == self._last + 1 and run and run.page == page
        if run and together and row - run.index < _LONGEST_RUN:
            self._runs[-1] = Run(run.start, run.length + length, page, run.index)
        else:
            self._runs.append(Run(self._length, length, page, row))
        self._parts.append(line)
        self._length += length
        self._last = row
