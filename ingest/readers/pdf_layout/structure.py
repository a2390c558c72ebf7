"""Classifies the regions of a document: title, heading, caption, note, scrap of a figure.

Decided by places, sizes and fonts, and by the document's own outline if it has one.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.readers.pdf_layout.lines import Line
from ingest.readers.pdf_layout.page import (
    CAPTION,
    NOTE,
    Kind,
    Region,
    heads,
    is_numbered_heading,
    regions_of,
)
from ingest.readers.pdf_layout.rows import find_prose, is_value
from ingest.readers.pdf_layout.running import tidy

_NUMBER = re.compile(
    r"(?:(?:Chapter|Section|Appendix) )?(?:[A-Z]|\d{1,2})((?:\.\d{1,2}){0,4})\.?\s"
)
_KNOWN_HEADINGS = re.compile(
    r"(?:abstract|summary|introduction|background|(?:materials and )?methods|results|discussion|"
    r"conclusions?|acknowledge?ments?|references|bibliography|appendix|contents|keywords)\W*",
    re.I,
)
END = re.compile(r"[.?!:;。！？][\"'”’»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
"""The end of a sentence."""
_LONGEST_CELL = 40
_MOST_BESIDE = 50
"""Short lines on one height that are looked at."""
_NEAR = 10
"""Line heights between the names of two columns, at most."""


class Structure:
    """The regions of all pages, each with its kind.

    :param charts: the pages that show charts; numbers alone are a part of these.
    """

    def __init__(
        self,
        pages: Sequence[Sequence[Line]],
        outline: dict[str, int],
        charts: frozenset[int] = frozenset(),
    ) -> None:
        sizes, fonts = Counter[float](), Counter[bytes]()
        for line in (line for page in pages for line in page):
            sizes[round(line.height * 2) / 2] += len(line.text)
            fonts.update(dict.fromkeys(line.fonts, len(line.text)))
        self.title = ""
        self.regions = [
            part
            for number, page in enumerate(pages, 1)
            for region in regions_of(number, page)
            for part in _cut_at_headings(region, outline)
        ]
        self._short = [_find_short(page) for page in pages]
        self._body = sizes.most_common(1)[0][0] if sizes else 0.0
        most = sum(fonts.values())
        self._text_fonts = {font for font, letters in fonts.items() if letters > most / 50}
        self._outline = outline
        self._charts = charts
        begins = self._title_page()
        self._numbered = sum(map(is_numbered_heading, self.regions)) >= 3
        for place, region in enumerate(self.regions):
            self._classify(region, may_head=place >= begins)
        table: Region | None = None
        for region in reversed(self.regions):
            if region.kind is Kind.TABLE:
                table = region
            elif table is not None and heads(region, table):
                region.kind = Kind.TABLE
            else:
                table = None

    def _classify(self, region: Region, *, may_head: bool) -> None:
        if region.kind is Kind.TABLE and self._is_diagram(region):
            region.kind = Kind.SCRAP
        if region.kind is not Kind.BODY:
            return
        if CAPTION.match(region.text):
            region.kind = Kind.CAPTION
        elif may_head and (level := self._heading_level(region)):
            region.kind, region.level = Kind.HEADING, level
        elif region.height < 0.93 * self._body and NOTE.match(region.text):
            region.kind = Kind.NOTE
        elif self._is_scrap(region):
            region.kind = Kind.SCRAP

    def _title_page(self) -> int:
        """Find the title, and the place where the text begins, after the names of authors."""
        first = [(p, r) for p, r in enumerate(self.regions[:60]) if r.page == 1]
        large = [
            (p, r)
            for p, r in first
            if r.height > 1.15 * self._body
            and len(r.lines) <= 5
            and 3 < len(r.text) <= 300
            and len(r.lines[0].cells) < 3
        ]
        if large:
            _, title = max(large, key=lambda item: (round(item[1].height), -item[0]))
            title.kind, title.level = Kind.HEADING, 1
            self.title = tidy(title.text)
        for place, region in first:
            if _KNOWN_HEADINGS.fullmatch(region.text) or is_numbered_heading(region):
                return place
        return 0

    def _heading_level(self, region: Region) -> int:
        """The level of a heading; 0 if the region is none."""
        text = tidy(region.text)
        if len(region.lines) > 3 or len(text) > 150 or not any(map(str.isalpha, text)):
            return 0
        if self._is_cell(region):
            return 0
        if level := self._outline.get(fold_heading(text), 0):
            return level + 1
        stands_out = region.bold or region.height > 1.12 * self._body or text.isupper()
        if not stands_out or text.endswith((".", ",", ";")) or not text[0].isalnum():
            return 0
        if _KNOWN_HEADINGS.fullmatch(text):
            return 2
        if region.height < 0.95 * self._body or self._text_fonts.isdisjoint(region.lines[0].fonts):
            return 0
        if match := _NUMBER.match(text):
            return 2 + match.group(1).count(".")
        if self._outline or self._numbered:
            return 0
        return 2 if region.height > 1.12 * self._body else 3

    def _is_cell(self, region: Region) -> bool:
        """Whether it is the name of a column, beside others, or a row with a number, as of sums."""
        line = region.lines[0]
        cells = line.cells
        if len(cells) > 2 or any(is_value(line.text[c.start : c.end]) for c in cells[1:]):
            return True
        beside = self._short[region.page - 1]
        first = bisect_left(beside, (line.bottom - 0.3 * line.height, 0.0))
        for bottom, left in beside[first : first + _MOST_BESIDE]:
            if bottom > line.bottom + 0.3 * line.height:
                break
            if line.right < left < line.right + _NEAR * line.height:
                return True
        return False

    def _is_diagram(self, table: Region) -> bool:
        """Whether rows are words of a figure beside each other: in its font, hardly a number."""
        cells = [line.text[c.start : c.end] for line in table.lines for c in line.cells]
        return (
            all(self._text_fonts.isdisjoint(line.fonts) for line in table.lines)
            and not 0.88 * self._body < table.height < 1.12 * self._body
            and max(map(len, cells), default=0) < 40
            and 3 * sum(map(is_value, cells)) < len(cells)
        )

    def _is_scrap(self, region: Region) -> bool:
        """Whether it is words of a figure or signs of a formula: short lines in another type."""
        if region.lines[0].turned:
            return True
        is_word = str.isalpha if region.page in self._charts else str.isalnum
        if sum(map(is_word, region.text)) * 2 < len(region.text.replace(" ", "")):
            return True
        other_font = all(self._text_fonts.isdisjoint(line.fonts) for line in region.lines)
        other_size = not 0.88 * self._body < region.height < 1.12 * self._body
        longest = max(len(line.text) for line in region.lines)
        if other_font and other_size:
            return longest < 80
        ended = END.search(region.lines[-1].text) is not None
        return longest < 40 and (other_font or (other_size and not ended))


def fold_heading(heading: str) -> str:
    """Fold a heading for comparison: without its number, spaces and case."""
    return re.sub(r"[\W_]+", "", re.sub(r"^(?:[A-Z]|\d+)(?:\.\d+)*\.?\s+", "", heading)).casefold()


def _find_short(page: Sequence[Line]) -> list[tuple[float, float]]:
    """Where the short lines begin that are in no paragraph: bottom and left, in order."""
    prose = find_prose(page)
    return sorted(
        (line.bottom, line.left)
        for place, line in enumerate(page)
        if len(line.text) <= _LONGEST_CELL and place not in prose
    )


def _cut_at_headings(region: Region, outline: dict[str, int]) -> Iterator[Region]:
    """Cut a region before and after each line that the document's outline names."""
    if region.kind is not Kind.BODY or not outline:
        yield region
        return
    group: list[Line] = []
    for line in region.lines:
        text = tidy(line.text)
        named = not (END.search(text) or text[:1].islower()) and fold_heading(text) in outline
        if named and group:
            yield Region(region.page, group)
            group = []
        group.append(line)
        if named:
            yield Region(region.page, group)
            group = []
    if group:
        yield Region(region.page, group)
