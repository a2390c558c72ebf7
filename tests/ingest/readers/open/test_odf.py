"""Open text documents and presentations."""

from __future__ import annotations

import pytest
from craft import archive

from ingest.readers import Source, formats
from ingest.reading.load import load
from rag.errors import DocumentError

NAMESPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in "office text table draw presentation style fo svg meta manifest".split()
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def document(body: str, styles: str = "", kind: str = "text", **parts: str) -> bytes:
    content = (
        f"<office:document-content {NAMESPACES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>"
    )
    return archive({"content.xml": content.encode()} | {k: v.encode() for k, v in parts.items()})


def read(data: bytes, kind: str = "odt") -> Source:
    return formats()[kind].readers[0](data, lambda *_: None)


def text(body: str, styles: str = "") -> str:
    return read(document(body, styles)).text


def test_headings_and_paragraphs_are_kept_and_the_title_style_is_the_title() -> None:
    source = read(
        document(
            '<text:p text:style-name="P1">A Report</text:p><text:h text:outline-level="2">Use'
            '</text:h><text:p>One<text:tab/>two<text:line-break/>three<text:s text:c="3"/>four '
            "<text:span>five</text:span> <text:a>six</text:a>.</text:p><text:p/>",
            '<style:style style:name="P1" style:parent-style-name="Title"/>',
        )
    )
    assert source.title == "A Report"
    assert source.text == "# A Report\n\n## Use\n\nOne two\nthree four five six.\n"


def test_the_title_of_the_properties_is_used() -> None:
    meta = f"<office:document-meta {NAMESPACES}><dc:title>Rules</dc:title></office:document-meta>"
    assert read(document("<text:p>Hi.</text:p>", **{"meta.xml": meta})).title == "Rules"


def item(words: str, inner: str = "") -> str:
    return f"<text:list-item><text:p>{words}</text:p>{inner}</text:list-item>"


def test_lists_are_counted_as_their_styles_say() -> None:
    levels = (
        '<text:list-style style:name="L1">'
        '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix=")"/>'
        '<text:list-level-style-number text:level="2" style:num-format="a" text:start-value="2"/>'
        '<text:list-level-style-bullet text:level="3"/></text:list-style>'
    )
    deepest = f"<text:list>{item('x')}</text:list>"
    inner = f"<text:list>{item('b', deepest)}{item('c')}</text:list>"
    body = (
        f'<text:list text:style-name="L1">{item("one", inner)}{item("two")}</text:list>'
        "<text:p>Between.</text:p>"
        f'<text:list text:style-name="L1" text:continue-numbering="true">{item("three")}'
        "</text:list>"
        f"<text:list>{item('bullet')}</text:list>"
    )
    assert text(body, levels) == (
        "1) one\n  b. b\n    - x\n  c. c\n2) two\n\nBetween.\n\n3) three\n\n- bullet\n"
    )


def cell(content: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{content}</table:table-cell>"


def test_tables_are_rows_and_frames_are_paragraphs() -> None:
    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    inner = (
        f"<table:table>{row(cell('<text:p>x</text:p>'), cell('<text:p>y</text:p>'))}</table:table>"
    )
    listed = f"<text:list>{item('tea')}{item('cake')}</text:list>"
    body = (
        "<table:table><table:table-header-rows>"
        + row(
            cell("<text:p>Name</text:p>"), cell("<text:p>Age</text:p>"), cell("<text:p>Of</text:p>")
        )
        + "</table:table-header-rows>"
        + row(cell("", 'table:number-columns-repeated="2"'), cell(inner))
        + row(
            cell("<text:p>Ann</text:p><text:p>Lee</text:p>"),
            "<table:covered-table-cell/>",
            cell(listed),
        )
        + "</table:table><table:table>"
        + row(cell("<text:p>A frame.</text:p>"))
        + "</table:table>"
    )
    assert text(body) == (
        "| Name | Age | Of |\n|  |  | x, y |\n| Ann Lee |  | tea cake |\n\nA frame.\n"
    )


def test_notes_stand_after_the_text_and_comments_after_their_paragraph() -> None:
    body = (
        "<text:p>Tea<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>Green.</text:p></text:note-body></text:note> is"
        "<office:annotation><dc:creator>Ann</dc:creator><dc:date>2026-03-01</dc:date>"
        "<text:p>Really?</text:p></office:annotation> good.</text:p><text:p>Cake.</text:p>"
    )
    assert text(body) == "Tea¹ is good.\n\nComment by Ann: Really?\n\nCake.\n\n¹ Green.\n"


def test_deleted_and_hidden_text_and_contents_are_left_out() -> None:
    hidden = (
        '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>out</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>out</text:p></text:index-body>"
        '</text:table-of-content><text:section text:display="none"><text:p>out</text:p>'
        '</text:section><text:p>Kept<text:span text:style-name="T1"> out</text:span>.</text:p>'
    )
    assert text(body, hidden) == "Kept.\n"


def test_text_boxes_and_descriptions_of_pictures_are_kept() -> None:
    body = (
        "<text:p>Before.<draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box>"
        "</draw:frame></text:p><text:p><draw:frame><draw:image/><svg:desc>A map</svg:desc>"
        "</draw:frame></text:p>"
    )
    assert text(body) == "Boxed.\n\nBefore.\n\nA map\n"


def slide(*frames: str, notes: str = "") -> str:
    said = f"<presentation:notes>{notes}</presentation:notes>" if notes else ""
    return f"<draw:page>{''.join(frames)}{said}</draw:page>"


def frame(kind: str, content: str) -> str:
    return (
        f'<draw:frame presentation:class="{kind}"><draw:text-box>{content}</draw:text-box>'
        "</draw:frame>"
    )


def test_slides_are_pages_with_titles_first_and_notes() -> None:
    said = frame("notes", "<text:p>Say this.</text:p>") + frame("page-number", "<text:p>1</text:p>")
    body = slide(
        frame("outline", f"<text:list>{item('tea')}{item('cake')}</text:list>"),
        frame("title", "<text:p>What we eat</text:p>"),
        frame("footer", "<text:p>Harbour club</text:p>"),
        notes=said,
    ) + slide(
        frame("title", "<text:p>Who</text:p>"),
        "<draw:frame><table:table><table:table-row>"
        + cell("<text:p>a</text:p>") + cell("<text:p>b</text:p>")
        + "</table:table-row></table:table></draw:frame>",
    )  # fmt: skip
    source = read(document(body, kind="presentation"), "odp")
    assert source.title == "What we eat"
    assert source.text == (
        "## What we eat\n\n- tea\n- cake\n\nNotes: Say this.\n\n## Who\n\n| a | b |\n"
    )
    assert source.layout is not None
    assert [source.layout.page(source.text.index(word)) for word in ("cake", "Who")] == [1, 2]


@pytest.mark.parametrize("kind", ["odt", "odp"])
def test_encrypted_and_damaged_documents_are_refused(kind: str) -> None:
    manifest = (
        f"<manifest:manifest {NAMESPACES}><manifest:file-entry><manifest:encryption-data/>"
        "</manifest:file-entry></manifest:manifest>"
    )
    sealed = document("<text:p>x</text:p>", **{"META-INF/manifest.xml": manifest})
    with pytest.raises(DocumentError, match="encrypted: save it without a password"):
        read(sealed, kind)
    with pytest.raises(DocumentError, match="damaged: not an open"):
        read(b"PK\x03\x04", kind)
    with pytest.raises(DocumentError, match=r"part content\.xml is missing"):
        read(archive({"a.xml": b"<a/>"}), kind)
    with pytest.raises(DocumentError, match="nested more than 500 deep"):
        read(archive({"content.xml": b"<a>" * 900}), kind)
    with pytest.raises(DocumentError, match="too much for a document"):
        read(archive({"content.xml": b"<a>" + b" " * (20 << 20)}), kind)


def test_a_presentation_without_slides_is_refused() -> None:
    with pytest.raises(DocumentError, match="no slides"):
        read(document("", kind="presentation"), "odp")


def test_documents_are_read_in_a_child_process() -> None:
    assert load("rules.odt", document("<text:p>Hi.</text:p>")).title == "rules"
    with pytest.raises(DocumentError, match="not an open document"):
        load("a.odt", b"Hi")
