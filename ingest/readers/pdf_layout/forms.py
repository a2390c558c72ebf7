"""Reads what is typed into the form of a PDF page, and writes it beside its labels."""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ingest.readers.pdf_layout.lines import Cell, Line, set_upright

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MOST_FIELDS = 20_000
"""Of a page."""
_LONGEST = 1 << 20
"""Bytes of a value."""
_SECRET = 1 << 13
"""The flag of a field for a password."""
_FAR, _NEAR = 15, 3
"""Line heights between a label and its field, at most; the latter where words stand above it."""
_TALLEST = 12
"""Points that a line of a field has, which may be a box for many lines."""
_TICK_FAR = 2.5
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
    written: dict[int, list[tuple[int, Field]]] = {}
    alone: dict[int, list[Line]] = {}
    for field in sorted(fields, key=lambda field: field.place.left):
        box = field.place
        first = bisect_left(heights, (-box.top, 0))
        last = bisect_left(heights, (box.height - box.bottom, 0))
        near = [place for _, place in heights[first:last] if _are_level(lines[place], box)]
        words = [(place, word) for place in near for word in words_of(lines[place])]
        above = heights[first - 1][1] if first else -1
        name = _name_above(box, lines[above], words_of(lines[above])) if first else ""
        label = _find_label(field, fields, lines, words, _NEAR if name else _FAR)
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


def _find_label(
    field: Field,
    fields: Sequence[Field],
    lines: Sequence[Line],
    words: Sequence[tuple[int, Cell]],
    far: float,
) -> tuple[int, int] | None:
    """The line with a field's label, and the offset where the label ends."""
    box = field.place
    if field.ticked is not None:
        after = [(place, word) for place, word in words if word.left > box.right - 2]
        others = [f.place.left for f in fields if _are_level(f.place, box)]
        end = min((left for left in others if left > box.right), default=float("inf"))
        label: tuple[int, Cell] | None = None
        edge = box.right
        for place, word in sorted(after, key=lambda item: item[1].left):
            if word.left - edge > _TICK_FAR * lines[place].height or word.right > end + 2:
                break
            label, edge = (place, word), word.right
        if label is not None:
            return label[0], label[1].end
    before = [(place, word) for place, word in words if word.right < box.left + 2]
    place, word = max(before, key=lambda item: item[1].right, default=(-1, Cell(0, 0, 0, 0)))
    if place < 0 or box.left - word.right > far * lines[place].height:
        return None
    return place, word.end


def _insert(line: Line, fields: Sequence[tuple[int, Field]]) -> Line:
    """The line with values behind their labels; what is inserted has no place on the page."""
    text, runs, cells = line.text, list(line.runs), list(line.cells)
    for offset, group in groupby(sorted(fields, key=lambda f: -f[0]), key=lambda f: f[0]):
        before = text[:offset]
        colon = "" if before.endswith((":", "?", ".")) else ":"
        value = f"{colon} {' '.join(field.place.text for _, field in group)}"
        text = before + value + text[offset:]
        runs = [part for run in runs for part in _move(run, offset, len(value))]
        cells = [
            cell._replace(
                start=cell.start + len(value) * (cell.start >= offset),
                end=cell.end + len(value) * (cell.end >= offset),
            )
            for cell in cells
        ]
    ends = max(offset for offset, _ in fields) == len(line.text)
    return replace(line, text=text, runs=runs, cells=cells, words=[], is_pair=ends)


def _move(run: tuple[int, int, int], offset: int, by: int) -> list[tuple[int, int, int]]:
    """A run in a text that got ``by`` characters at an offset."""
    at, index, length = run
    if offset <= at:
        return [(at + by, index, length)]
    if offset >= at + length:
        return [run]
    head = offset - at
    return [(at, index, head), (offset + by, index + head, length - head)]
