"""Table rows in an answer, shown as a table."""

from collections.abc import Sequence

from rag.text.tables import is_in_bars, split_row
from rag.types import Sentence
from ui.web.views.citation import marks_and_verdict_html
from ui.web.views.text_format import inline_text_html


def is_quoted_row(sentence: Sentence) -> bool:
    """Whether a sentence is rows of a table as its source has them."""
    return (
        len(sentence.citations) == 1
        and sentence.text.split() == sentence.citations[0].quote.split()
        and bool(_lines(sentence))
        and all(map(is_in_bars, _lines(sentence)))
    )


def table_html(rows: Sequence[Sentence]) -> str:
    """Rows below each other, each with its mark.

    Column names that are one fewer than the cells below leave out the first. Other rows with fewer
    cells than the widest are shown as one cell, since it is not known which cells are missing.
    """
    read = [(sentence, list(map(split_row, _lines(sentence)))) for sentence in rows]
    width = max(len(line) for _, lines in read for line in lines)
    parts = []
    for number, (sentence, lines) in enumerate(read):
        source = sentence.citations[0].source
        for line in lines:
            if number == 0 and 1 < len(line) == width - 1:
                line.insert(0, "")
            if len(line) < width:
                whole = inline_text_html(" | ".join(line), source)
                row = f'<td colspan="{width}">{whole}</td>'
            else:
                row = "".join(f"<td>{inline_text_html(cell, source)}</td>" for cell in line)
            marks = marks_and_verdict_html(sentence) if line is lines[-1] else ""
            parts.append(f"<tr>{row}<td>{marks}</td></tr>")
    return f'<table class="cs-rows"><tbody>{"".join(parts)}</tbody></table>'


def _lines(sentence: Sentence) -> list[str]:
    return [line.strip() for line in sentence.citations[0].quote.splitlines() if line.strip()]
