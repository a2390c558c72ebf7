"""Composes the lines of pages to the text that a person reads.

Running heads and page numbers are dropped. Lines become paragraphs, which continue over columns and
pages. Captions, tables and notes come after the paragraph that they interrupt. A word that was cut
at the end of a line is joined again. All this is decided by places, sizes and fonts, so it may fail
on a page with an unusual layout, but no words of such a page are lost.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ingest.readers.pdf_layout.axes import is_scale
from ingest.readers.pdf_layout.columns import align_cells, join_wrapped
from ingest.readers.pdf_layout.furniture import set_furniture_aside
from ingest.readers.pdf_layout.lines import HYPHENS, Line
from ingest.readers.pdf_layout.page import NOTE, Kind, Region
from ingest.readers.pdf_layout.rows import is_headline
from ingest.readers.pdf_layout.running import RunningText, Words
from ingest.readers.pdf_layout.structure import END, Structure
from rag.text.layout import Layout
from rag.types import Aside, AsideKind

_BULLET = re.compile(r"[•‣◦▪●·∙○■–—*-]\s")
_LISTED = re.compile(r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]|\[\d{1,3}\])\s")
_ASIDES: Mapping[Kind, AsideKind] = {Kind.NOTE: "note", Kind.SCRAP: "figure"}
_MOST_FIGURES = 0.2
"""Share of a text that figures may have; where there is more, it is no running text with figures,
but a form or an invoice, whose words stand apart as those of figures do."""
_ONLY_SIGNS = re.compile(r"[\s.,:;·•|=~*^_+()<>/\\–—−-]*")
"""A line that rules, dots or the signs of a formula are all of."""
_ADDRESS = re.compile(r"[@/.]\S*$")


@dataclass(frozen=True, slots=True)
class Flow:
    """The text of the pages.

    :param title: the largest words of the first page, or "".
    """

    text: str
    title: str
    layout: Layout
    asides: tuple[Aside, ...] = ()


def compose_flow(pages: Sequence[Sequence[Line]], outline: dict[str, int]) -> Flow:
    """Compose the text of a document.

    :param pages: for each page, its lines in the order of its content.
    :param outline: headings that the document's own outline names, as
        :func:`ingest.readers.pdf_layout.structure.fold_heading` has them → their level.
    """
    remaining, furniture = set_furniture_aside(pages)
    charts = {page for page, line in furniture if line.on_axis}
    document = Structure(remaining, outline, frozenset(charts))
    words = Words([line.text for page in remaining for line in page])
    running = RunningText(words)
    asides: list[Aside] = []
    regions, scales = _merge_scraps(document.regions)
    for paragraph in _order_paragraphs(regions):
        is_row = paragraph.kind is Kind.TABLE
        running.begin(paragraph.level, together=is_row)
        start = running.length
        if is_row:
            running.row(paragraph.page, [line for _, line in paragraph.lines])
        else:
            running.lines(paragraph.lines)
        if kind := _ASIDES.get(paragraph.kind):
            asides.append(Aside(start, running.length, kind))
    figures = sum(end - start for start, end, kind in asides if kind == "figure")
    if figures > _MOST_FIGURES * running.length:
        asides = [aside for aside in asides if aside.kind != "figure"]
    asides += _write_furniture([*furniture, *scales], running)
    text, layout = running.result()
    return Flow(text, document.title, layout, tuple(asides))


def _write_furniture(
    furniture: Sequence[tuple[int, Line]], running: RunningText
) -> Iterator[Aside]:
    """Write what is no part of the text after it: it can be found there and interrupts nothing."""
    for (_, on_axis), lines in groupby(furniture, key=lambda item: (item[0], item[1].on_axis)):
        found = list(lines)
        for group in [found] if on_axis else [[item] for item in found]:
            running.begin(0, together=False)
            start = running.length
            running.lines(group)
            yield Aside(start, running.length, "figure" if on_axis else "footer")


@dataclass
class _Paragraph:
    """A paragraph, which becomes one line of the text."""

    kind: Kind
    lines: list[tuple[int, Line]]
    height: float
    right: float
    """Where the lines of its region end, which tells whether the last line is full."""
    level: int = 0

    @property
    def page(self) -> int:
        return self.lines[-1][0]

    @property
    def is_cut(self) -> bool:
        """Whether it ends with a full line in mid-sentence, so that it continues elsewhere."""
        last = self.lines[-1][1]
        if self.kind in {Kind.HEADING, Kind.TABLE, Kind.PAIRS, Kind.SCRAP}:
            return False
        if last.text.endswith(HYPHENS):
            return True
        if self.kind is Kind.NOTE:
            return not (END.search(last.text) or _ADDRESS.search(last.text))
        full = last.right > self.right - 1.5 * last.height and len(self.lines) > 1
        return full and END.search(last.text) is None

    def goes_on_with(self, other: _Paragraph) -> bool:
        """Whether the other one continues this one after the end of a column or a page."""
        if {Kind.HEADING, Kind.PAIRS} & {self.kind, other.kind}:
            return False
        if other.kind in {Kind.TABLE, Kind.SCRAP}:
            return False
        if self.kind is not other.kind and Kind.CAPTION in {self.kind, other.kind}:
            return False
        first, last = other.lines[0][1], self.lines[-1][1]
        if not 0.94 < other.height / self.height < 1.06 or other.page > self.page + 1:
            return False
        if _BULLET.match(first.text) or NOTE.match(first.text) or END.search(last.text):
            return False
        return (self.is_cut and first.bold <= last.bold) or first.text[:1].islower()


def _order_paragraphs(regions: Sequence[Region]) -> Iterator[_Paragraph]:
    """Put paragraphs in reading order; one that interrupts another comes after it."""
    open_: _Paragraph | None = None
    waiting: list[_Paragraph] = []
    for paragraph in (p for region in regions for p in _cut_paragraphs(region)):
        if open_ is not None and paragraph.page > open_.page + 1:
            yield open_
            open_ = None
        if open_ is not None and open_.goes_on_with(paragraph):
            open_.lines += paragraph.lines
            open_.right = paragraph.right
            continue
        notes = (p for p in waiting if p.kind is Kind.NOTE and p.is_cut)
        cut = next((note for note in notes if note.goes_on_with(paragraph)), None)
        if cut is not None:
            cut.lines += paragraph.lines
            continue
        aside = paragraph.kind not in {Kind.BODY, Kind.HEADING, Kind.PAIRS}
        if open_ is not None and open_.is_cut and paragraph.kind is Kind.BODY:
            aside = paragraph.height < 0.94 * open_.height  # smaller text is like a note
        if open_ is not None and aside:
            waiting.append(paragraph)
            continue
        if open_ is not None:
            yield open_
        held = [p for p in waiting if p.kind is Kind.NOTE and p.is_cut]
        ready = [p for p in waiting if p not in held or paragraph.page > p.page + 1]
        yield from ready
        waiting = [p for p in waiting if p not in ready]
        open_ = paragraph
    if open_ is not None:
        yield open_
    yield from waiting


def _merge_scraps(regions: Sequence[Region]) -> tuple[list[Region], list[tuple[int, Line]]]:
    """Merge the words and numbers of one figure into one region.

    :return: the regions, and the scales of charts, which are lines of even numbers.
    """
    merged: list[Region] = []
    scales: list[tuple[int, Line]] = []
    for region in regions:
        if region.kind is not Kind.SCRAP:
            merged.append(region)
            continue
        lines = []
        for line in region.lines:
            if is_scale(line.text):
                line.on_axis = True
                scales.append((region.page, line))
            elif not _ONLY_SIGNS.fullmatch(line.text):
                lines.append(line)
        last = merged[-1] if merged else None
        if last is not None and (last.kind, last.page) == (Kind.SCRAP, region.page):
            last.lines += lines
        elif lines:
            merged.append(Region(region.page, lines, Kind.SCRAP))
    return merged, scales


def _cut_paragraphs(region: Region) -> Iterator[_Paragraph]:
    """Cut the region's lines where a paragraph begins."""
    lines, height = region.lines, region.height
    right = sorted(line.right for line in lines)[int(len(lines) * 0.9)]
    if region.kind is Kind.TABLE:
        align_cells(lines)
        for row in join_wrapped(lines):
            yield _Paragraph(region.kind, [(region.page, line) for line in row], height, right)
        return
    if region.kind in {Kind.SCRAP, Kind.HEADING}:
        starts = [False] * len(lines)
    else:
        starts = _find_starts(region, right)
    group: list[tuple[int, Line]] = []
    for line, is_start in zip(lines, starts, strict=True):
        if group and is_start:
            yield _Paragraph(region.kind, group, height, right, region.level)
            group = []
        group.append((region.page, line))
    yield _Paragraph(region.kind, group, height, right, region.level)


def _find_starts(region: Region, right: float) -> list[bool]:
    """For each line, whether a paragraph begins with it."""
    lines, height = region.lines, region.height
    margin = min(line.left for line in lines)
    inward = [line.left - margin > 0.6 * height for line in lines]
    hanging = sum(inward) * 2 > len(lines) or inward == [False, True]
    steps = [above.bottom - below.bottom for above, below in pairwise(lines)]
    leading = statistics.median(steps) if steps else 0.0
    found = [True]
    for place, (above, line) in enumerate(pairwise(lines), 1):
        if place == 1 and is_headline(above, line):
            found.append(False)
            continue
        short = above.right < right - 2.5 * height
        ended = END.search(above.text) is not None
        pauses = ended or short
        steps_in = line.left - above.left > 0.6 * height
        begins_here = not inward[place] if hanging else inward[place] and steps_in
        found.append(
            above.bottom - line.bottom > 1.22 * leading + 0.5
            or _BULLET.match(line.text) is not None
            or (_LISTED.match(line.text) is not None and (pauses or steps_in))
            or (region.kind is Kind.NOTE and NOTE.match(line.text) is not None)
            or (ended and short and not (line.text[:1].islower() or (hanging and inward[place])))
            or (begins_here and pauses)
        )
    return found
