"""Joins lines to running text, with the place of every character of a page."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from ingest.readers.pdf_layout.lines import HYPHENS, Line
from rag.text.layout import Layout, Run

_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_URL = re.compile(r"(?:https?://|www\.)\S*[/_?=&.-]$")
_COMBINING = (0x300, 0x301, 0x302, 0x303, 0x308, 0x30A, 0x30C, 0x327, 0x304, 0x306, 0x307, 0x30B)
_RANGE = re.compile(r"\d[–-]$")
_LIGATURES = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ["ff", "fi", "fl", "ffi", "ffl", "st", "st"], strict=True))
_ACCENTS = dict(zip("`´ˆ˜¨˚ˇ¸¯˘˙˝", map(chr, _COMBINING), strict=True))
_ARABIC_FORMS = "\ufb50-\ufbb1\ufbd3-\ufdfb\ufe70-\ufefc"
_UNTIDY = re.compile(
    f"[\ufb00-\ufb06{_ARABIC_FORMS}\u00ad\u200b\u0000-\u001f\ufffe\uffff]"
    "|[`´ˆ˜¨˚ˇ¸¯˘˙˝][a-zA-Zı]|\\s{2,}|[^\\S ]"
)
"""Ligatures, forms of Arabic letters, invisible characters, accents before their letters, irregular
white space."""


def tidy(text: str) -> str:
    """Replace ligatures by letters, and white space by one space."""
    joined = _UNTIDY.sub(lambda match: _replacement(match.group()), text)
    return " ".join(joined.split())


class Words:
    """The words of a document, to tell whether a hyphen at a line's end belongs to its word."""

    def __init__(self, lines: Sequence[str]) -> None:
        found: list[str] = []
        cut = False
        for line in lines:
            words = [word.replace("\u2010", "-") for word in _WORD.findall(line.casefold())]
            found += words[cut : len(words) - line.endswith(HYPHENS)]
            cut = line.endswith(HYPHENS)
        self._counts = Counter(found)
        self._counts.update(part for word in found if "-" in word for part in word.split("-"))

    def keeps_hyphen(self, before: str, after: str) -> bool:
        """Whether the text before and after the end of a line is one word with a hyphen."""
        first, second = re.search(r"[\w-]*$", before), re.match(r"[\w-]*", after)
        left, right = first.group() if first else "", second.group() if second else ""
        if not left or not right or not left[-1].isalpha() or not right[0].isalpha():
            return True
        capital = right[0].isupper() and not left.isupper()
        left, right = left.casefold(), right.casefold()
        hyphened, whole = self._counts[f"{left}-{right}"], self._counts[left + right]
        if hyphened != whole:
            return hyphened > whole
        if "-" in left:  # state-of-the-art: what is compound already goes on as such
            return not self._counts[left.rsplit("-", 1)[1] + right]
        if capital:
            return True
        return self._counts[left] > 0 and self._counts[right] > 0 and len(left) > 2


class RunningText:
    """Writes paragraphs one after the other."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._parts: list[str] = []
        self._length = 0
        self._runs: list[Run] = []
        self._together = False

    @property
    def length(self) -> int:
        """Characters written so far."""
        return self._length

    def result(self) -> tuple[str, Layout]:
        return "".join([*self._parts, "\n" if self._parts else ""]), Layout(tuple(self._runs))

    def begin(self, level: int, *, together: bool) -> None:
        """Begin a paragraph: a heading when it has a level, close to the one before or not."""
        if self._parts:
            self._put("\n" if together and self._together else "\n\n")
        self._together = together
        if level:
            self._put("#" * min(level, 6) + " ")

    def row(self, page: int, lines: Sequence[Line]) -> None:
        """Write a row, whose cells may go on over several lines."""
        self._put("|")
        for column in range(max(len(line.cells) for line in lines)):
            for line in lines:
                cell = line.cells[column] if column < len(line.cells) else None
                if cell is not None and cell.end > cell.start:
                    self._put(" ")
                    self._span(page, line, cell.start, cell.end)
            self._put(" |")

    def lines(self, lines: Sequence[tuple[int, Line]]) -> None:
        for place, (page, line) in enumerate(lines):
            following = lines[place + 1][1].text if place + 1 < len(lines) else ""
            text, end = line.text, len(line.text)
            if following and text.endswith(HYPHENS) and text[-2:-1].isalpha():
                self._span(page, line, 0, end - 1)
                if self._words.keeps_hyphen(text[:-1], following):
                    self._put("-", _place(page, line.runs[-1], end - 1))
                continue
            self._span(page, line, 0, end)
            if following and not _are_one_word(text, following):
                self._put(" ")

    def _span(self, page: int, line: Line, start: int, end: int) -> None:
        """Write ``line.text[start:end]`` in tidy form, and remember its place."""
        written = start
        for run in line.runs:
            begin, stop = max(start, run[0]), min(end, run[0] + run[2])
            if begin >= stop:
                continue
            self._put(line.text[written:begin])  # the space between two pieces of a line
            for untidy in _UNTIDY.finditer(line.text, begin, stop):
                self._put(line.text[begin : untidy.start()], _place(page, run, begin))
                sign = _replacement(untidy.group())
                self._put(sign[:1], _place(page, run, untidy.start()))
                # The second letter of a ligature has no place of its own.
                own = _place(page, run, untidy.start() + 1) if len(untidy.group()) > 1 else None
                self._put(sign[1:], own)
                begin = untidy.end()
            self._put(line.text[begin:stop], _place(page, run, begin))
            written = stop
        self._put(line.text[written:end])  # what was typed into a form

    def _put(self, text: str, place: tuple[int, int] | None = None) -> None:
        if not text:
            return
        if place is not None:
            page, index = place
            last = self._runs[-1] if self._runs else None
            if (
                last is not None
                and min(index, last.index) >= 0
                and last.page == page
                and last.start + last.length == self._length
                and last.index + last.length == index
            ):
                self._runs[-1] = Run(last.start, last.length + len(text), page, last.index)
            else:
                self._runs.append(Run(self._length, len(text), page, index))
        self._parts.append(text)
        self._length += len(text)


def _place(page: int, run: tuple[int, int, int], offset: int) -> tuple[int, int]:
    """The page and the index there of a line's character; -1 if it is none of the page's own."""
    at, index, _ = run
    return page, index + offset - at if index >= 0 else -1


def _replacement(sign: str) -> str:
    """What replaces a ligature, an accent and its letter, or white space; else nothing."""
    if sign.isspace():
        return " "
    if sign[0] in _ACCENTS:
        letter = sign[1].replace("ı", "i")
        composed = unicodedata.normalize("NFC", letter + _ACCENTS[sign[0]])
        return composed if len(composed) == 1 else sign
    if "\ufb50" <= sign <= "\ufefc":
        return unicodedata.normalize("NFKC", sign)
    return _LIGATURES.get(sign, "")


def _are_one_word(text: str, following: str) -> bool:
    """Whether two lines join without a space: in an address, or in a script without spaces."""
    if _RANGE.search(text) and following[0].isdigit():
        return True
    words = text.rsplit(None, 1)
    if words and _URL.search(words[-1]):
        return following[0].islower() or following[0].isdigit()
    return _is_han(text[-1]) and _is_han(following[0])


def _is_han(char: str) -> bool:
    """Whether a character belongs to a script that is written without spaces."""
    return "\u3000" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\uff00"
