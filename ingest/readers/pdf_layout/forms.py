"""Reads what is typed into the form of a PDF page, and writes it beside its labels."""

from __future__ import annotations

import ctypes
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ingest.readers.pdf_layout.lines import Cell, Line, set_upright

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MOST_FIELDS = 20_000
"""Of a page."""
_MOST_BESIDE = 50
"""Lines on the height of a field that are looked at."""
_LONGEST = 1 << 20
"""Bytes of a value."""
_SECRET = 1 << 13
"""The flag of a field for a password."""
_FAR, _NEAR = 15, 3
"""Line heights between a label and its field, at most; the latter where words stand above it."""
_TALLEST = 12
"""Points that a line of a field has, which may be a box for many lines."""
_GAP = 2.5
"""The same between a box and each of the words after it."""


@dataclass(slots=True)
class Field:
    """A field that holds something.

    :param place: its box, with the value as text.
    :param ticked: of a box or button that is ticked or not; None for other fields.
    :param name: what the form itself calls it.
    """

    place: Line
    ticked: bool | None
    name: str


def fields_of(page: PdfPage, quarters: int) -> list[Field]:
    """Read the page's fields that hold something.

    :param quarters: by which the page's lines are turned to be upright.
    """
    import pypdfium2.raw as pdfium

    form = page.formenv
    if form is None:
        return []
    found = []
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_FIELDS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_WIDGET:
                field = _read_field(pdfium, form.raw, annotation)
                if field is not None:
                    set_upright(field.place, quarters)
                    found.append(field)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _read_field(pdfium: Any, form: Any, annotation: Any) -> Field | None:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    rect = pdfium.FS_RECTF()
    hidden = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
    if pdfium.FPDFAnnot_GetFlags(annotation) & hidden:
        return None
    if not pdfium.FPDFAnnot_GetRect(annotation, rect) or rect.right <= rect.left:
        return None
    ticked: bool | None = None
    if kind in {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}:
        ticked = bool(pdfium.FPDFAnnot_IsChecked(form, annotation))
        value = "yes" if ticked else "no"
    elif kind in {
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    }:
        if pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _SECRET:
            return None
        value = _read_choice(pdfium, form, annotation) or _read_text(
            pdfium.FPDFAnnot_GetFormFieldValue, form, annotation
        )
    else:
        return None
    value = " ".join(value.split())
    if not value:
        return None
    said = _read_text(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    name = said or _read_text(pdfium.FPDFAnnot_GetFormFieldName, form, annotation)
    place = Line(value, [], rect.left, rect.right, rect.bottom, rect.top)
    return Field(place, ticked, " ".join(name.split()))


def _read_choice(pdfium: Any, form: Any, annotation: Any) -> str:
    """The words of what is chosen in a list."""
    count = min(pdfium.FPDFAnnot_GetOptionCount(form, annotation), _MOST_FIELDS)
    return ", ".join(
        _read_text(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, number)
        for number in range(count)
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, number)
    )


def _read_text(read: Callable[..., int], *about: Any) -> str:
    """Call a function of PDFium that fills a buffer with UTF-16."""
    size = min(read(*about, None, 0), _LONGEST)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    read(*about, buffer, size)
    return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le", "replace")


def write_fields(
    lines: list[Line], fields: Sequence[Field], words_of: Callable[[Line], Sequence[Cell]]
) -> list[Line]:
    """Write each value behind its label, or as a line of its own where the page has no label.

    :param words_of: line → its words.
    """
    heights = sorted((-line.bottom, place) for place, line in enumerate(lines) if not line.turned)
    words = _Words(lines, words_of)
    written: dict[int, list[tuple[int, Field]]] = {}
    alone: dict[int, list[Line]] = {}
    for field, end in _with_next(fields):
        box = field.place
        first = bisect_left(heights, (-box.top, 0))
        last = bisect_left(heights, (box.height - box.bottom, 0))
        near = [p for _, p in heights[first:last][:_MOST_BESIDE] if _are_level(lines[p], box)]
        above = heights[first - 1][1] if first else -1
        name = _name_above(box, lines[above], words.of(above)) if first else ""
        label = (words.after(box, near, end) if field.ticked is not None else None) or words.before(
            box, near, _NEAR if name else _FAR
        )
        if label is not None:
            written.setdefault(label[0], []).append((label[1], field))
        else:
            name = f"{name or field.name}:".replace("::", ":")
            text = f"{name} {box.text}".removeprefix(": ")
            line = replace(box, text=text, runs=[(0, -1, len(text))], is_pair=True)
            line.bottom = box.top - min(box.height, _TALLEST)
            alone.setdefault(above, []).append(line)
    result = alone.get(-1, [])
    for place, line in enumerate(lines):
        result.append(_insert(line, written[place]) if place in written else line)
        result += alone.get(place, ())
    return result


def _are_level(line: Line, box: Line) -> bool:
    shared = min(line.top, box.top) - max(line.bottom, box.bottom)
    return shared > 0.4 * min(line.height, box.height)


def _name_above(box: Line, line: Line, words: Sequence[Cell]) -> str:
    """The words right above a field."""
    if not -0.3 * line.height < line.bottom - box.top < 1.2 * line.height:
        return ""
    over = [word for word in words if word.left < box.right and box.left - 2 < word.right]
    return line.text[over[0].start : over[-1].end] if over else ""


def _with_next(fields: Sequence[Field]) -> Iterator[tuple[Field, float]]:
    """Each field with the left edge of the next one on its height, from left to right."""
    rows: list[list[Field]] = []
    for field in sorted(fields, key=lambda field: field.place.bottom):
        if rows and _are_level(rows[-1][0].place, field.place):
            rows[-1].append(field)
        else:
            rows.append([field])
    for row in rows:
        row.sort(key=lambda field: field.place.left)
        ends = [*(field.place.left for field in row[1:]), math.inf]
        yield from zip(row, ends, strict=True)


class _Words:
    """The words of a page's lines, to find those beside a field."""

    def __init__(self, lines: Sequence[Line], words_of: Callable[[Line], Sequence[Cell]]) -> None:
        self._lines = lines
        self._words_of = words_of
        self._found: dict[int, Sequence[Cell]] = {}

    def of(self, place: int) -> Sequence[Cell]:
        if place not in self._found:
            self._found[place] = self._words_of(self._lines[place])
        return self._found[place]

    def before(self, box: Line, near: Sequence[int], far: float) -> tuple[int, int] | None:
        """The line with the words at the left of a box, and the offset where they end."""
        best: tuple[float, int, int] | None = None
        for place in near:
            words = self.of(place)
            count = bisect_left(words, box.left + 2, key=lambda word: word.right)
            if count and box.left - words[count - 1].right <= far * self._lines[place].height:
                last = words[count - 1]
                best = max(best or (-math.inf, 0, 0), (last.right, place, last.end))
        return best and best[1:]

    def after(self, box: Line, near: Sequence[int], end: float) -> tuple[int, int] | None:
        """The same at the right of a box, up to a gap or to the next field at ``end``."""
        for place in near:
            words, edge, offset = self.of(place), box.right, -1
            first = bisect_left(words, box.right - 2, key=lambda word: word.left)
            for word in words[first:]:
                if word.right > end + 2 or word.left - edge > _GAP * self._lines[place].height:
                    break
                edge, offset = word.right, word.end
            if offset >= 0:
                return place, offset
        return None


def _insert(line: Line, fields: Sequence[tuple[int, Field]]) -> Line:
    """The line with values behind their labels; what is inserted has no place on the page."""
    parts: list[str] = []
    offsets: list[int] = []
    shifts = [0]
    for offset, group in groupby(sorted(fields, key=itemgetter(0)), key=itemgetter(0)):
        before = line.text[offsets[-1] if offsets else 0 : offset]
        colon = "" if before.endswith((":", "?", ".")) else ":"
        value = f"{colon} {' '.join(field.place.text for _, field in group)}"
        parts += [before, value]
        offsets.append(offset)
        shifts.append(shifts[-1] + len(value))

    def move(offset: int) -> int:
        return offset + shifts[bisect_right(offsets, offset)]

    runs = []
    for at, index, length in line.runs:
        inside = offsets[bisect_right(offsets, at) : bisect_left(offsets, at + length)]
        for begin, stop in pairwise([at, *inside, at + length]):
            runs.append((move(begin), index + begin - at, stop - begin))
    return replace(
        line,
        text="".join([*parts, line.text[offsets[-1] :]]),
        runs=runs,
        cells=[cell._replace(start=move(cell.start), end=move(cell.end)) for cell in line.cells],
        words=[],
        is_pair=offsets[-1] == len(line.text),
    )
