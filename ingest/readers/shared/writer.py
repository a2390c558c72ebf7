"""Writes the blocks of a document one after the other as text, like Markdown.

Headings begin with ``#``, list items with ``-``, and the rows of a table are ``| cell | cell |``;
other blocks are separated by a blank line.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from ingest.readers import LONGEST_TEXT, too_long_error
from rag.text.layout import Layout, Run
from rag.types import Aside, AsideKind

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits → the raised digits of a note's mark."""
_BLANK = re.compile(r"[^\S\n]+")
_BREAK = re.compile(r" ?\n[ \n]*")
_INVISIBLE = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
"""Soft hyphens and zero-width spaces, but not joiners, which change how text looks."""


_ITEM_MARK = re.compile(r"-|\(?\d{1,3}[.)]|\(?[a-z]\)|\(?[ivx]{1,5}\)")


def is_item_mark(mark: str) -> bool:
    """Tell whether a mark before an item is one that everybody takes for a list's."""
    return _ITEM_MARK.fullmatch(mark) is not None


def one_line(text: str) -> str:
    """The words of a text with one space between them."""
    return " ".join(_INVISIBLE.sub("", text).split())


def several_lines(text: str) -> str:
    """The text with its line breaks, other white space as one space."""
    return _BREAK.sub("\n", _BLANK.sub(" ", _INVISIBLE.sub("", text))).strip()


class Block(NamedTuple):
    """A block that is written later.

    :param words: of a row, its cells; of another block, one text.
    :param depth: of an item.
    :param mark: of an item.
    """

    kind: Literal["paragraph", "item", "row"]
    words: Sequence[str]
    depth: int = 0
    mark: str = "-"


class Place(NamedTuple):
    """How far a text is written."""

    parts: int
    length: int
    title: str
    kind: str
    asides: int


class Writer:
    """Collects the text of a document, and the page of each block."""

    def __init__(self) -> None:
        self.title = ""
        """The first heading."""
        self._parts: list[str] = []
        self._length = 0
        self._kind = ""
        self._page: int | None = None
        self._part: str = ""
        self._names: dict[str, int] = {}
        self._runs: list[Run] = []
        self.asides: list[Aside] = []
        """What was written between :meth:`begin_aside` and :meth:`end_aside`."""
        self._aside: int | None = None

    @property
    def text(self) -> str:
        return "".join([*self._parts, "\n" if self._parts else ""])

    @property
    def layout(self) -> Layout | None:
        """The pages and parts of the text written so far; None without both."""
        return Layout(tuple(self._runs), parts=tuple(self._names)) if self._runs else None

    def begin_aside(self) -> None:
        """What is written from here on stands beside the text."""
        self._aside, self._kind = self._length, ""

    def end_aside(self, kind: AsideKind) -> None:
        """What is written from here on is the text again."""
        if self._aside is not None and self._length > self._aside:
            self.asides.append(Aside(self._aside, self._length, kind))
        self._aside, self._kind = None, ""

    def mark(self) -> Place:
        """The place that is reached, for :meth:`cut`."""
        return Place(len(self._parts), self._length, self.title, self._kind, len(self.asides))

    def cut(self, place: Place) -> None:
        """Take out what was written since a place; not where pages are counted."""
        del self._parts[place.parts :], self.asides[place.asides :]
        self._length, self.title, self._kind = place.length, place.title, place.kind

    @property
    def last(self) -> str:
        """The block that was written last, or ""."""
        return self._parts[-1] if self._parts else ""

    def page(self, number: int) -> None:
        """Begin a page, counting from 1."""
        self._page, self._kind = number, ""

    def part(self, name: str) -> None:
        """Begin a part with a name, or with "" what is in none."""
        self._part, self._kind = name, ""

    def heading(self, level: int, text: str) -> None:
        """Write a heading; level 1 is the highest."""
        if line := one_line(text):
            self.title = self.title or line
            self._block("heading", f"{'#' * min(max(level, 1), 6)} {line}")

    def paragraph(self, text: str) -> None:
        self._block("paragraph", several_lines(text))

    def item(self, text: str, depth: int = 0, mark: str = "-") -> None:
        """Write a list item under ``depth`` others."""
        if words := several_lines(text):
            indent = "  " * min(depth, 8)
            self._block("item", f"{indent}{mark} " + words.replace("\n", f"\n{indent}  "))

    def row(self, cells: Iterable[str]) -> None:
        words = [one_line(cell) for cell in cells]
        if any(words):
            self._block("row", f"| {' | '.join(words)} |")

    def code(self, text: str) -> None:
        """Write lines of code as they are."""
        if text.strip():
            fence = "```" if "```" not in text else "~~~~"
            self._block("code", f"{fence}\n{text.strip(chr(10))}\n{fence}")

    def write(self, block: Block) -> None:
        if block.kind == "row":
            self.row(block.words)
        elif block.kind == "item":
            self.item(block.words[0], block.depth, block.mark)
        else:
            self.paragraph(block.words[0])

    def insert(
        self, text: str, asides: Iterable[Aside] = (), parts: Iterable[tuple[int, str]] = ()
    ) -> None:
        """Write a text that has its form already.

        :param asides: of the text.
        :param parts: where in the text other parts begin, in order, with their names.
        """
        kept = text.strip()
        lead = len(text) - len(text.lstrip())
        self._block("inserted", kept)
        start = self._length - len(kept) - lead
        self.asides += [
            Aside(aside.start + start, min(aside.end + start, self._length), aside.kind)
            for aside in asides
            if aside.start >= lead
        ]
        for offset, name in parts:
            self._begin_run(start + max(offset, lead), name)

    def end_of_list(self) -> None:
        """End a list or table; the next row or item begins another one."""
        self._kind = ""

    def _block(self, kind: str, text: str) -> None:
        if not text:
            return
        together = kind == self._kind and kind in {"item", "row"}
        between = ("\n" if together else "\n\n") if self._parts else ""
        self._parts.append(between + text)
        start = self._length + len(between)
        self._length = start + len(text)
        if self._length > LONGEST_TEXT:
            raise too_long_error()
        self._kind = kind
        if self._page is not None or self._part or self._names:
            self._begin_run(start, self._part)

    def _begin_run(self, start: int, part: str) -> None:
        """What is written from ``start`` on is on the present page and in a part."""
        number = self._names.setdefault(part, len(self._names)) if part else -1
        page = self._page or 0
        last = self._runs.pop() if self._runs else None
        if last and (last.page, last.index) == (page, number):
            start = last.start
        elif last and last.start < start:
            length = min(last.length, start - last.start)
            self._runs.append(Run(last.start, length, last.page, last.index))
        if start < self._length:
            self._runs.append(Run(start, self._length - start, page, number))
