"""Files made for tests: small ones as programs write them, and ones that no program would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

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
