"""Automatic numbers of Word: what stands before a paragraph is in its text."""

from __future__ import annotations

import pytest
from craft import paragraph, word

from ingest.readers import Source, formats
from ingest.readers.office.numbering import format_number


def read(data: bytes) -> Source:
    return formats()["docx"].readers[0](data, lambda *_: None)


def level(number: int, text: str, form: str = "decimal", more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(levels: str, overrides: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{overrides}</w:num>'
    )


def numbered(text: str, at: int = 0, num: int = 1, style: str = "") -> str:
    properties = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{num}"/></w:numPr>'
    return paragraph(text, style, properties)


LEGAL = level(0, "%1.") + level(1, "%1.%2") + level(2, "(%3)", "lowerLetter")
RESTART = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
UNBROKEN = level(0, "%1.") + level(1, "%1.%2", more='<w:lvlRestart w:val="0"/>')
ROMAN = level(0, "Article %1", "upperRoman") + level(1, "%1.%2", more="<w:isLgl/>")


@pytest.mark.parametrize(
    ("parts", "body", "expected"),
    [
        pytest.param(
            numbering(LEGAL),
            numbered("Use") + numbered("Days", 1) + numbered("Hours", 1) + numbered("Eight", 2)
            + numbered("Costs") + numbered("Fuel", 1),
            "1. Use\n\n1.1 Days\n\n1.2 Hours\n\n    (a) Eight\n2. Costs\n\n2.1 Fuel\n",
            id="a deeper level begins again below each higher one",
        ),
        pytest.param(
            numbering(LEGAL),
            numbered("Use") + paragraph("Between.") + numbered("Costs", num=2),
            "1. Use\n\nBetween.\n\n2. Costs\n",
            id="lists of one abstract list count on together",
        ),
        pytest.param(
            numbering(LEGAL, RESTART),
            numbered("Use") + numbered("Again", num=2) + numbered("More", num=2),
            "1. Use\n1. Again\n2. More\n",
            id="a list with a start of its own begins again, once",
        ),
        pytest.param(
            numbering(UNBROKEN),
            numbered("A") + numbered("b", 1) + numbered("C") + numbered("d", 1),
            "1. A\n\n1.1 b\n\n2. C\n\n2.2 d\n",
            id="a level that never begins again",
        ),
        pytest.param(
            numbering(ROMAN),
            numbered("A") + numbered("B") + numbered("C") + numbered("D") + numbered("e", 1),
            "Article I A\n\nArticle II B\n\nArticle III C\n\nArticle IV D\n\n4.1 e\n",
            id="roman numbers, in digits where the level is legal",
        ),
        pytest.param(
            numbering(level(0, "§ %1", start=5)),
            numbered("A") + numbered("") + numbered("B"),
            "§ 5 A\n\n§ 7 B\n",
            id="an empty paragraph counts",
        ),
        pytest.param(
            numbering(level(0, "o", "bullet") + level(1, "☒", "bullet") + level(2, " ", "bullet")),
            numbered("A") + numbered("Done", 1) + numbered("It goes on.", 2),
            "- A\n  - ☒ Done\n\nIt goes on.\n",
            id="bullets, signs of tasks, and what goes on below one",
        ),
        pytest.param(
            numbering(level(0, "%1)", "none")),
            numbered("A") + numbered("B", num=9),
            ") A\n\n- B\n",
            id="no number, and a list that is not there",
        ),
        pytest.param(
            numbering(level(0, "%1.")),
            f"<w:tbl><w:tr><w:tc>{numbered('x')}{numbered('y')}</w:tc>"
            f"<w:tc>{paragraph('z')}</w:tc></w:tr></w:tbl>",
            "| 1. x 2. y | z |\n",
            id="in the cells of a table",
        ),
    ],
)  # fmt: skip
def test_a_number_is_as_word_shows_it(parts: str, body: str, expected: str) -> None:
    assert read(word(body, numbering=parts)).text == expected


def test_headings_get_numbers_from_their_styles() -> None:
    styles = """
    <w:style w:styleId="H1"><w:name w:val="heading 1"/>
    <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/></w:style>
    <w:style w:styleId="Bare"><w:name w:val="heading 3"/><w:basedOn w:val="H1"/>
    <w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>"""
    levels = level(0, "%1.", more='<w:pStyle w:val="H1"/>') + level(
        1, "%1.%2.", more='<w:pStyle w:val="H2"/>'
    )
    body = (
        paragraph("Use", "H1")
        + paragraph("Days", "H2")
        + paragraph("Apart", "Bare")
        + paragraph("Hours", "H2")
        + paragraph("Also", "H2", '<w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    source = read(word(body, styles=styles, numbering=numbering(levels)))
    assert source.text == "# 1. Use\n\n## 1.1. Days\n\n### Apart\n\n## 1.2. Hours\n\n## Also\n"


def test_a_list_gets_its_levels_from_a_style_that_names_another() -> None:
    styles = """<w:style w:styleId="Ours" w:type="numbering"><w:pPr><w:numPr>
    <w:numId w:val="1"/></w:numPr></w:pPr></w:style>"""
    parts = (
        numbering(level(0, "%1)", "upperLetter"))
        + '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="Ours"/></w:abstractNum>'
        '<w:num w:numId="8"><w:abstractNumId w:val="7"/></w:num>'
    )
    body = numbered("A", num=8) + numbered("B", num=8)
    assert read(word(body, styles=styles, numbering=parts)).text == "A) A\n\nB) B\n"


def test_a_deleted_paragraph_is_not_counted() -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/>'
        "</w:rPr></w:pPr><w:del><w:r><w:delText>Gone</w:delText></w:r></w:del></w:p>"
    )
    data = word(numbered("A") + gone + numbered("B"), numbering=numbering(level(0, "%1.")))
    assert read(data).text == "1. A\n2. B\n"


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (1994, "upperRoman", "MCMXCIV"),
        (4, "lowerRoman", "iv"),
        (5000, "upperRoman", "5000"),
        (27, "lowerLetter", "aa"),
        (999_999, "upperLetter", "999999"),
        (0, "lowerLetter", "0"),
        (7, "decimalZero", "07"),
        (7, "hebrew1", "7"),
        (7, "none", ""),
    ],
)
def test_forms_of_numbers(value: int, form: str, expected: str) -> None:
    assert format_number(value, form) == expected


@pytest.mark.fault(44)
def test_a_long_number_does_not_make_a_long_text() -> None:
    parts = numbering(level(0, "%1" * 50_000, start=999_999_999))
    text = read(word(numbered("A") * 1000, numbering=parts)).text
    assert len(text) < 100_000
