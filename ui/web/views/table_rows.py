"""Table rows in an answer, shown as a table: rows of cells, and records such as a CSV file's."""

import re
from collections.abc import Sequence

from rag.text.tables import BETWEEN_FIELDS, is_in_bars, split_row
from rag.types import DirectAnswer, Sentence
from ui.web.views.citation import marks_and_verdict_html
from ui.web.views.text_format import inline_text_html

_NUMBER = re.compile(r"\W{0,3}\d[\d.,' \u00a0\u202f]*\D{0,3}")
"""A cell that is a number, with a sign, a currency or a short unit."""


def table_of(sentence: Sentence) -> str:
    """Name the table in which a quoted row can stand, of rows or of records; else ``""``."""
    if len(sentence.citations) != 1:
        return ""
    cited = sentence.citations[0]
    if sentence.text.split() != cited.quote.split():
        return ""
    lines = _lines(sentence)
    if lines and all(map(is_in_bars, lines)):
        return "rows"
    fields = _read_record(cited.quote) if cited.place else []
    return "; ".join(name for name, _ in fields) if len(fields) > 1 else ""


def table_html(rows: Sequence[Sentence], direct: DirectAnswer | None = None) -> str:
    """Rows of one table below each other, each with its mark; numbers are set to the right.

    Column names that are one fewer than the cells below leave out the first. Other rows with fewer
    cells than the widest are shown as one cell, since it is not known which cells are missing.

    :param direct: the direct answer, whose cell is highlighted.
    """
    read: list[tuple[Sentence | None, list[str]]] = []
    for sentence in rows:
        if all(map(is_in_bars, _lines(sentence))):
            read += [(sentence, split_row(line)) for line in _lines(sentence)]
            continue
        fields = _read_record(sentence.citations[0].quote)
        if not read:
            read.append((None, [name for name, _ in fields]))
        read.append((sentence, [value for _, value in fields]))
    width = max(len(cells) for _, cells in read)
    if 1 < len(read[0][1]) == width - 1:
        read[0][1].insert(0, "")
    naming = 1 if read[0][0] is None else _count_naming_rows([cells for _, cells in read])
    whole = [cells for _, cells in read[naming:] if len(cells) == width]
    right = [bool(naming) and all(map(_is_number, cells)) for cells in zip(*whole, strict=True)]
    parts = []
    for place, (sentence_or_names, cells) in enumerate(read):
        is_last = place + 1 == len(read) or read[place + 1][0] is not sentence_or_names
        parts.append(
            _row_html(
                sentence_or_names or rows[0],
                cells,
                width,
                right or [False] * width,
                direct,
                names=place < naming,
                marked=is_last and sentence_or_names is not None,
            )
        )
    return f'<table class="cs-rows"><tbody>{"".join(parts)}</tbody></table>'


def _row_html(
    sentence: Sentence,
    cells: Sequence[str],
    width: int,
    right: Sequence[bool],
    direct: DirectAnswer | None,
    *,
    names: bool,
    marked: bool,
) -> str:
    cited = sentence.citations[0]
    marks = marks_and_verdict_html(sentence, judged=False) if marked else ""
    if len(cells) < width:
        row = f'<td colspan="{width}">{inline_text_html(" | ".join(cells), cited.source)}</td>'
        return f"<tr>{row}<td>{marks}</td></tr>"
    hit = _find_hit(cells, direct) if direct and direct.number == cited.number else None
    row = ""
    for place, (cell, to_right) in enumerate(zip(cells, right, strict=True)):
        classes = " ".join(["cs-right"] * to_right + ["cs-hit"] * (place == hit and not names))
        look = f' class="{classes}"' if classes else ""
        shown = inline_text_html(cell, cited.source)
        row += f'<th scope="col"{look}>{shown}</th>' if names else f"<td{look}>{shown}</td>"
    return f"<tr>{row}<td>{marks}</td></tr>"


def _find_hit(cells: Sequence[str], direct: DirectAnswer) -> int | None:
    """Find the cell that is the direct answer, else the first that has it in it."""
    words = " ".join(direct.text.split())
    plain = [" ".join(cell.split()) for cell in cells]
    if words in plain:
        return plain.index(words)
    return next((place for place, cell in enumerate(plain) if words in cell), None)


def _count_naming_rows(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows that name columns: those above the first number, if there is one."""
    with_number = [any(map(_is_number, cells)) for cells in rows]
    return with_number.index(True) if any(with_number) else 0


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None


def _read_record(quote: str) -> list[tuple[str, str]]:
    """Read ``name: Kettle; price: 18`` as names and values; nothing if a part has no name."""
    fields = [part.strip().partition(": ") for part in BETWEEN_FIELDS.split(quote)]
    if not all(name and colon for name, colon, _ in fields):
        return []
    return [(name.strip(), value.strip()) for name, _, value in fields]


def _lines(sentence: Sentence) -> list[str]:
    return [line.strip() for line in sentence.citations[0].quote.splitlines() if line.strip()]
