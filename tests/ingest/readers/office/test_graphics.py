"""Charts become tables and diagrams outlines, in documents and on slides."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from craft import archive, paragraph, presentation, relations, shape, word

from ingest.readers import Source, formats
from ingest.readers.office.charts import read_chart
from ingest.readers.office.diagrams import read_diagram


def read(kind: str, data: bytes) -> Source:
    return formats()[kind].readers[0](data, lambda *_: None)


def cache(*values: object, code: str = "") -> str:
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>'
        for n, value in enumerate(values)
        if value is not None
    )
    return f"<c:formatCode>{code}</c:formatCode>{points}" if code else points


def series(name: str, categories: str, *values: object, code: str = "", kind: str = "cat") -> str:
    shown = "val" if kind == "cat" else "yVal"
    named = f"<c:tx><c:strRef><c:strCache>{cache(name)}</c:strCache></c:strRef></c:tx>"
    return (
        f"<c:ser>{named if name else ''}"
        "<c:dLbls><c:dLbl><c:tx><c:v>no</c:v></c:tx></c:dLbl></c:dLbls>"
        f"<c:{kind}><c:strRef><c:strCache>{categories}</c:strCache></c:strRef></c:{kind}>"
        f"<c:{shown}><c:numRef><c:numCache>{cache(*values, code=code)}</c:numCache></c:numRef>"
        f"</c:{shown}></c:ser>"
    )


def titled(text: str) -> str:
    runs = "".join(f"<a:r><a:t>{word}</a:t></a:r>" for word in text.split())
    return f"<c:title><c:tx><c:rich><a:p>{runs}</a:p></c:rich></c:tx></c:title>" if text else ""


def chart(plot: str, title: str = "", axes: str = "", settings: str = "") -> bytes:
    return (
        f'<c:chartSpace xmlns:c="c" xmlns:a="a">{settings}<c:chart>{titled(title)}<c:plotArea>'
        f"<c:barChart>{plot}</c:barChart>{axes}</c:plotArea></c:chart></c:chartSpace>"
    ).encode()


QUARTERS = cache("Q1", "Q2")
LEVELS = (
    f"<c:lvl>{cache('Q1', 'Q2', 'Q1')}</c:lvl>"
    '<c:lvl><c:pt idx="0"><c:v>2023</c:v></c:pt><c:pt idx="2"><c:v>2024</c:v></c:pt></c:lvl>'
)
EXTENDED = b"""<cx:chartSpace xmlns:cx="cx"><cx:chartData><cx:data id="0">
<cx:strDim type="cat"><cx:lvl ptCount="2"><cx:pt idx="0">Tents</cx:pt><cx:pt idx="1">Boats</cx:pt>
</cx:lvl></cx:strDim><cx:numDim type="val"><cx:lvl ptCount="2" formatCode="General">
<cx:pt idx="0">12</cx:pt><cx:pt idx="1">5</cx:pt></cx:lvl></cx:numDim></cx:data></cx:chartData>
<cx:chart><cx:plotArea><cx:series layoutId="funnel"><cx:tx><cx:txData><cx:v>Rented</cx:v>
</cx:txData></cx:tx><cx:dataId val="0"/></cx:series></cx:plotArea></cx:chart></cx:chartSpace>"""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            chart(
                series("Sold", QUARTERS, 1200, 900.50) + series("Lent", QUARTERS, 7, None), "In all"
            ),
            "Chart: In all\n| Sold | Lent\nQ1 | 1200 | 7\nQ2 | 900.5 |",
            id="series with the same categories",
        ),
        pytest.param(
            chart(series("", QUARTERS, 0.255, 0.745, code="0.0%")),
            "Chart\nQ1 | 25.5%\nQ2 | 74.5%",
            id="shares of a whole",
        ),
        pytest.param(
            chart(series("Members", cache(45292, 45323, code="mmm\\ yy"), 4, 5)),
            "Chart\n| Members\n2024-01 | 4\n2024-02 | 5",
            id="months",
        ),
        pytest.param(
            chart(
                series("M", cache("43830.25", code="yyyy-mm-dd hh:mm"), 4),
                settings="<c:date1904/>",
            ),
            "Chart\n| M\n2024-01-01 06:00 | 4",
            id="days counted from 1904",
        ),
        pytest.param(
            chart(series("Visits", LEVELS, 1, 2, 3)),
            "Chart\n| Visits\n2023 Q1 | 1\n2023 Q2 | 2\n2024 Q1 | 3",
            id="categories of two levels",
        ),
        pytest.param(
            chart(
                series("A", cache(1, 2), 10, 20, kind="xVal")
                + series("B", cache(3), 30, kind="xVal"),
                axes=f"<c:valAx>{titled('Age')}</c:valAx><c:valAx>{titled('Height')}</c:valAx>",
            ),
            "Chart\nAge | A\n1 | 10\n2 | 20\nAge | B\n3 | 30",
            id="points, each series with its own places",
        ),
        pytest.param(
            chart(series("", QUARTERS, 1, "n/a"), axes=f"<c:catAx>{titled('Time')}</c:catAx>"),
            "Chart\nTime |\nQ1 | 1\nQ2 | n/a",
            id="a value that is no number",
        ),
        pytest.param(EXTENDED, "Chart\n| Rented\nTents | 12\nBoats | 5", id="a newer kind"),
        pytest.param(chart(""), "", id="nothing"),
        pytest.param(chart("<c:ser/><c:v>1</c:v><c:pt/>"), "", id="no values"),
    ],
)  # fmt: skip
def test_a_chart_is_a_table(data: bytes, expected: str) -> None:
    written = "\n".join(" | ".join(block.words).strip() for block in read_chart(data))
    assert written == expected


@pytest.mark.fault(44)
def test_a_chart_of_many_series_does_not_grow_beyond_its_file() -> None:
    plot = "".join(series(f"s{n}", cache(*[None] * n, n), *[None] * n, n) for n in range(300))
    assert sum(len("".join(block.words)) for block in read_chart(chart(plot))) < 5_000


def point(name: str, *texts: str, kind: str = "node") -> str:
    body = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in texts)
    return f'<dgm:pt modelId="{name}" type="{kind}"><dgm:t>{body}</dgm:t></dgm:pt>'


def line(above: str, below: str, order: int = 0, kind: str = "parOf") -> str:
    return f'<dgm:cxn type="{kind}" srcId="{above}" destId="{below}" srcOrd="{order}"/>'


def diagram(points: str, lines: str = "") -> bytes:
    return (
        f'<dgm:dataModel xmlns:dgm="d" xmlns:a="a"><dgm:ptLst>{points}</dgm:ptLst>'
        f"<dgm:cxnLst>{lines}</dgm:cxnLst></dgm:dataModel>"
    ).encode()


BOARD = diagram(
    point("d", kind="doc") + point("2", "Treasurer") + point("1", "Chair", "of all")
    + point("3", "Assistant") + point("p", "drawn", kind="pres") + point("9", "Alone"),
    line("d", "1") + line("d", "2", 1) + line("2", "3") + line("p", "9", kind="presOf"),
)  # fmt: skip


def test_a_diagram_is_an_outline() -> None:
    written = [(block.depth, block.words[0]) for block in read_diagram(BOARD)]
    assert written == [(0, "Chair\nof all"), (0, "Treasurer"), (1, "Assistant"), (0, "Alone")]


def test_points_of_a_diagram_that_go_round_in_a_circle_are_written_once() -> None:
    data = diagram(point("a", "A") + point("b", "B"), line("a", "b") + line("b", "a"))
    assert [block.words[0] for block in read_diagram(data)] == ["A", "B"]


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = f'xmlns:c="c" xmlns:dgm="d" xmlns:r="{_OFFICE}"'
DRAWN = f'<c:chart {NAMES} r:id="c1"/><dgm:relIds {NAMES} r:dm="d1"/>'
RELATED = {"c1": "chart:charts/chart1.xml", "d1": "diagramData:diagrams/data1.xml"}


def test_charts_and_diagrams_stand_where_a_document_shows_them() -> None:
    body = paragraph("Before.") + f"<w:p><w:r>{DRAWN}{DRAWN}</w:r></w:p>" + paragraph("After.")
    with zipfile.ZipFile(BytesIO(word(body))) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    parts |= {
        "word/_rels/document.xml.rels": relations(**RELATED),
        "word/charts/chart1.xml": chart(series("Sold", QUARTERS, 3, 4), "Sales"),
        "word/diagrams/data1.xml": BOARD,
    }
    expected = (
        "Before.\n\nChart: Sales\n\n|  | Sold |\n| Q1 | 3 |\n| Q2 | 4 |\n\n- Chair\n  of all\n"
        "- Treasurer\n  - Assistant\n- Alone\n\nAfter.\n"
    )
    assert read("docx", archive(parts)).text == expected
    damaged = read("docx", archive(parts | {"word/charts/chart1.xml": b"<x"}))
    assert "Sold" not in damaged.text
    assert "Treasurer" in damaged.text
    assert damaged.warning.startswith("its part word/charts/chart1.xml is left out")


def test_slides_have_charts_diagrams_and_comments() -> None:
    frame = f"<p:graphicFrame>{DRAWN}</p:graphicFrame>"
    copy = (
        "<mc:Fallback xmlns:mc='m'><p:sp><a:p><a:r><a:t>copy</a:t></a:r></a:p></p:sp></mc:Fallback>"
    )
    with zipfile.ZipFile(
        BytesIO(presentation([shape("title", "Sales") + frame + copy, shape("title", "End")]))
    ) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    names = relations(a="commentAuthors:commentAuthors.xml", b="authors:authors.xml")
    listing = parts["ppt/_rels/presentation.xml.rels"]
    assert isinstance(listing, bytes)
    parts |= {
        "ppt/_rels/presentation.xml.rels": listing.decode().replace(
            "</Relationships>", names[names.index("<Relationship ") :]
        ),
        "ppt/commentAuthors.xml": '<l xmlns:p="p"><p:cmAuthor id="3" name="Ulla Brandt"/></l>',
        "ppt/authors.xml": '<l xmlns:p="p"><p:author id="{A}" name="Jo Field"/></l>',
        "ppt/slides/_rels/slide2.xml.rels": relations(
            **{key: value.replace(":", ":../", 1) for key, value in RELATED.items()},
            o="comments:../comments/comment1.xml",
            n="comments:../comments/modern.xml",
        ),
        "ppt/charts/chart1.xml": chart(series("Sold", QUARTERS, 3, 4)),
        "ppt/diagrams/data1.xml": diagram(point("a", "Plan")),
        "ppt/comments/comment1.xml": '<l xmlns:p="p"><p:cm authorId="3"><p:text>Too long.</p:text>'
        "</p:cm></l>",
        "ppt/comments/modern.xml": '<l xmlns:p="p" xmlns:a="a"><p:cm authorId="{A}"><p:replyLst>'
        '<p:reply authorId="x"><a:p><a:r><a:t>No.</a:t></a:r></a:p></p:reply></p:replyLst>'
        "<p:txBody><a:p><a:r><a:t>Is it?</a:t></a:r></a:p></p:txBody></p:cm></l>",
    }
    source = read("pptx", archive(parts))
    assert source.text == (
        "## Sales\n\nChart\n\n|  | Sold |\n| Q1 | 3 |\n| Q2 | 4 |\n\n- Plan\n\n"
        "Comment by Ulla Brandt: Too long.\n\nComment by Jo Field: Is it?\n\nComment: No.\n\n"
        "## End\n"
    )
    assert source.layout is not None
    assert source.layout.page(source.text.index("Too long")) == 1
