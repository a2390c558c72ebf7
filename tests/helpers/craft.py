"""Files made for tests: small ones as programs write them, and ones that no program would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from PIL import Image, ImageDraw, ImageFont

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def relations(**targets: str) -> str:
    """Relations named by their ids: ``rId1="styles:styles.xml"``."""
    rows = "".join(
        f'<Relationship Id="{id_}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for id_, (kind, _, target) in (
            (id_, value.partition(":")) for id_, value in targets.items()
        )
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}">{rows}</Relationships>'


def word(body: str, **parts: str) -> bytes:
    """A Word document; ``parts`` are further parts of its folder by kind, such as ``styles``."""
    root = f'<w:{{0}} xmlns:w="{_WORD}">{{1}}</w:{{0}}>'
    members = {
        "_rels/.rels": relations(a="officeDocument:word/document.xml"),
        "word/document.xml": root.format("document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": relations(**{kind: f"{kind}:{kind}.xml" for kind in parts}),
    }
    members |= {f"word/{kind}.xml": root.format(kind, content) for kind, content in parts.items()}
    return archive(members)


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """A paragraph of a Word document with one run of text."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def presentation(slides: Sequence[str], notes: Mapping[int, str] | None = None) -> bytes:
    """A presentation; each slide is the XML of its shapes, numbered from 1."""
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="s{n}"/>' for n in reversed(numbers))
    listing = f'<p:presentation xmlns:p="{_SLIDES}" xmlns:r="{_OFFICE}">{ids}</p:presentation>'
    members = {
        "_rels/.rels": relations(a="officeDocument:ppt/presentation.xml"),
        "ppt/presentation.xml": listing,
        "ppt/_rels/presentation.xml.rels": relations(
            **{f"s{n}": f"slide:slides/slide{n}.xml" for n in numbers}
        ),
    }
    for number, shapes in zip(numbers, reversed(slides), strict=True):
        members[f"ppt/slides/slide{number}.xml"] = slide(shapes)
    for number, shapes in (notes or {}).items():
        file = len(slides) + 1 - number
        members[f"ppt/slides/_rels/slide{file}.xml.rels"] = relations(
            n=f"notesSlide:../notesSlides/notesSlide{file}.xml"
        )
        members[f"ppt/notesSlides/notesSlide{file}.xml"] = slide(shapes)
    return archive(members)


def slide(shapes: str) -> str:
    """A slide's XML."""
    names = f'xmlns:p="{_SLIDES}" xmlns:a="{_DRAWING}"'
    return f"<p:sld {names}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"


def shape(kind: str, *paragraphs: str) -> str:
    """A slide's placeholder: title, body, ftr; "" is a box of text."""
    placeholder = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    texts = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return f"<p:sp>{placeholder}<p:txBody>{texts}</p:txBody></p:sp>"


def book(chapters: Mapping[str, str], *, encryption: str = "", title: str = "A Book") -> bytes:
    """An EPUB book: chapter name → XHTML."""
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="OPS/book.opf"/></container>',
        "OPS/book.opf": '<package xmlns:dc="d"><metadata><dc:title>'
        f"{title}</dc:title></metadata><manifest>{items}"
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f'</manifest><spine><itemref idref="nav"/>{spine}</spine></package>',
        "OPS/nav.xhtml": "<nav>Contents</nav>",
    }
    if encryption:
        members["META-INF/encryption.xml"] = encryption
    from urllib.parse import unquote

    return archive(members | {f"OPS/{unquote(name)}": text for name, text in chapters.items()})


def pdf(
    *pages: Sequence[str], size: tuple[int, int] = (600, 800), title: str = "", resources: str = ""
) -> bytes:
    """A PDF; a page is its drawing operators, as :func:`words` writes them."""
    kids = [f"{6 + 2 * n} 0 R" for n in range(len(pages))]
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>",
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
            for name in ("Helvetica", "Helvetica-Bold")
        ),
        f"<< /Title ({title}) >>",
    ]
    for number, operators in enumerate(pages):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] "
            f"/Contents {7 + 2 * number} 0 R "
            f"/Resources << /Font << /F0 3 0 R /F1 4 0 R >> {resources} >> >>",
            stream("\n".join(operators).encode("cp1252")),
        ]
    return pdf_of(objects)


def stream(data: bytes, filters: str = "") -> bytes:
    """A stream object."""
    header = f"<< /Length {len(data)} {f'/Filter {filters}' if filters else ''} >>"
    return header.encode() + b"\nstream\n" + data + b"\nendstream"


def pdf_of(objects: Sequence[str | bytes], trailer: str = "/Root 1 0 R /Info 5 0 R") -> bytes:
    """A PDF file of these objects, numbered from 1."""
    file = io.BytesIO(b"%PDF-1.7\n")
    file.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, 1):
        places.append(file.tell())
        body = content if isinstance(content, bytes) else content.encode("cp1252")
        file.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    start = file.tell()
    file.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    file.write(b"".join(f"{place:010} 00000 n \n".encode() for place in places))
    file.write(f"trailer << /Size {len(objects) + 1} {trailer} >>\n".encode())
    file.write(f"startxref\n{start}\n%%EOF\n".encode())
    return file.getvalue()


def words(
    text: str, x: float, y: float, size: float = 10, *, bold: bool = False, turned: bool = False
) -> str:
    """Text on a PDF page, its first character at a place, from the bottom left corner."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    matrix = f"0 1 -1 0 {x} {y} Tm" if turned else f"1 0 0 1 {x} {y} Tm"
    return f"BT /F{int(bold)} {size} Tf {matrix} ({escaped}) Tj ET"


def lines(texts: Sequence[str], x: float, y: float, size: float = 10) -> list[str]:
    """Lines of a PDF page below each other, the first one's baseline at ``y``."""
    return [words(text, x, y - 1.2 * size * n, size) for n, text in enumerate(texts)]


def excel(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    formats: Mapping[int, str] | None = None,
    *,
    hidden: Iterable[str] = (),
    merged: Sequence[str] = (),
) -> bytes:
    """A workbook as xlsxwriter writes it, each sheet from A1 on.

    :param formats: of the columns' numbers, by the number of the column.
    :param merged: ranges of the first sheet, such as ``A1:C1``; the value stays that of its row.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd.mm.yy"}) as book:
        made = {n: book.add_format({"num_format": code}) for n, code in (formats or {}).items()}
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for ranged in merged:
                sheet.merge_range(ranged, "")
            merged = ()
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if value not in ("", None):
                        own = made.get(column) if type(value) in (int, float) else None
                        sheet.write(row, column, value, *filter(None, [own]))
            if name in hidden:
                sheet.hide()
    return out.getvalue()


def open_document(body: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """An OpenDocument spreadsheet around the XML of its sheets."""
    names = "office style table text".split()
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>"
        '<style:style style:name="gone"><style:table-properties table:display="false"/>'
        "</style:style></office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return archive({"content.xml": content, **(parts or {})})


Text = tuple[int, int, str]
"""Left, top, words."""
LETTER = [
    "Herons nest in tall trees near the water, and they return to the",
    "same place every year. The nests are built of sticks. Both parents",
    "feed the young, which stay in the nest for about two months.",
]
INVOICE: list[Text] = [
    (80, 80, "Northwind Traders"),
    (80, 125, "12 Harbour Street, Bristol"),
    (800, 80, "Invoice number: 2024-1187"),
    (800, 125, "Invoice date: 14 March 2024"),
    (800, 170, "Due date: 13 April 2024"),
    (800, 215, "Customer number: 4471"),
    *(
        (x, 320 + 50 * row, cell)
        for row, cells in enumerate(
            [
                ("Item", "Quantity", "Unit price", "Amount"),
                ("Oak shelf boards", "12", "18.50", "222.00"),
                ("Brass hinges", "40", "2.35", "94.00"),
                ("Delivery to Exeter", "1", "45.00", "45.00"),
            ]
        )
        for x, cell in zip((80, 500, 720, 960), cells, strict=True)
    ),
    (80, 620, "The total amount due is 361.00 pounds, to be paid by 13 April 2024."),
    (80, 680, "A late fee of 2 percent per month is added to amounts paid after that."),
]


def picture(texts: Sequence[Text], size: tuple[int, int] = (1240, 900)) -> Image.Image:
    """A white page with words in black."""
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(26)
    for left, top, words in texts:
        draw.text((left, top), words, font=font, fill="black")
    return page


def set_lines(texts: Sequence[str], left: int = 100, top: int = 100) -> list[Text]:
    """Lines below each other."""
    return [(left, top + 40 * number, line) for number, line in enumerate(texts)]


def saved_picture(page: Image.Image, kind: str, **options: object) -> bytes:
    """The page as a file."""
    file = io.BytesIO()
    page.save(file, kind, **options)
    return file.getvalue()
