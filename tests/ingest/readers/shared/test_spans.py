"""Values stay below their columns, where cells of a table span several."""

from __future__ import annotations

import pytest
from craft import paragraph, word

from ingest.readers import formats
from ingest.readers.shared.spans import Cell, Spans

READERS = formats()["html"].readers


def read_page(page: str, number: int) -> str:
    return READERS[number](page.encode(), lambda *_: None).text


def read_word(body: str) -> str:
    return formats()["docx"].readers[0](word(body), lambda *_: None).text


@pytest.mark.parametrize("number", [0, 1], ids=["lexbor", "python"])
def test_cells_of_a_web_page_that_span_leave_empty_ones(number: int) -> None:
    page = (
        "<table><tr><th>Isle<th colspan=2>Ferries<th>Beds</tr>"
        "<tr><td rowspan='2'>Skarholm<td>May<td>4<td>120</tr>"
        "<tr><td>June<td>6<td>130</tr><tr><td>Vik<td>May<td>1<td>15</tr>"
        "<tr><td colspan=4>Source: harbour office</tr></table>"
    )
    assert read_page(page, number) == (
        "| Isle | Ferries |  | Beds |\n| Skarholm | May | 4 | 120 |\n"
        "| Skarholm | June | 6 | 130 |\n| Vik | May | 1 | 15 |\n\nSource: harbour office\n"
    )


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "9" * 400, "²"])
def test_odd_spans_do_no_harm(value: str) -> None:
    page = f"<table><tr><td colspan='{value}' rowspan='{value}'>a<td>b</tr></table>"
    assert read_page(page, 0).replace("|  ", "") == "| a | b |\n"


def test_a_row_ends_with_its_last_cell() -> None:
    spans = Spans()
    assert spans.place([Cell("a", 2), Cell("b", 3, 2)]) == ["a", "", "b"]
    assert spans.place([Cell("c"), Cell("d"), Cell("e")]) == ["c", "d", "b", "", "", "e"]
    assert spans.place([Cell("f"), Cell("g"), Cell("h")]) == ["f", "g", "h"]


def test_cells_of_a_word_table_that_span_leave_empty_ones() -> None:
    def cell(text: str, span: int = 1, more: str = "") -> str:
        span_ = f'<w:gridSpan w:val="{span}"/>{more}'
        return f"<w:tc><w:tcPr>{span_}</w:tcPr>{paragraph(text)}</w:tc>"

    def row(*cells: str, before: int = 0) -> str:
        return f'<w:tr><w:trPr><w:gridBefore w:val="{before}"/></w:trPr>{"".join(cells)}</w:tr>'

    inner = f"<w:tbl>{row(cell('in'), cell('side'))}</w:tbl>{paragraph('')}"
    nested = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{inner}</w:tc>'
    table = "".join(
        (
            row(cell("Isle"), cell("Ferries", 2), cell("Beds")),
            row(cell("Skarholm"), cell("May"), cell("4"), cell("120")),
            row(cell("6"), cell("130"), before=2),
            row(cell("Vik", more='<w:vMerge w:val="restart"/>'), nested, cell("15")),
            row(cell("", more="<w:vMerge/>"), cell("May"), cell("1"), cell("16")),
            row(cell("Source: harbour office", 4)),
        )
    )
    assert read_word(f"<w:tbl>{table}</w:tbl>") == (
        "| Isle | Ferries |  | Beds |\n| Skarholm | May | 4 | 120 |\n|  |  | 6 | 130 |\n"
        "| Vik | in, side |  | 15 |\n| Vik | May | 1 | 16 |\n\nSource: harbour office\n"
    )
