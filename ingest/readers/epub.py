"""Reads books: the chapters in reading order, each as a web page."""

import posixpath
from urllib.parse import unquote

from ingest.readers import Format, Source, Tell
from ingest.readers.html import send_elements
from ingest.readers.shared.archive import Archive, find_elements, title_of
from ingest.readers.shared.decode import decode
from ingest.readers.shared.markup import Page
from ingest.readers.shared.writer import Writer
from rag.errors import DocumentError

_NAME = "an EPUB book"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Encryption methods for fonts, which leave the text readable."""
_CHAPTERS = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}


def read(data: bytes, tell: Tell) -> Source:
    """Every chapter of the book's spine, each once; its table of contents is left out."""
    archive = Archive(data, _NAME)
    if "META-INF/encryption.xml" in archive:
        methods = find_elements(archive.read("META-INF/encryption.xml"), "EncryptionMethod")
        if any(method.get("Algorithm") not in _FONTS for method in methods):
            raise DocumentError(
                "encrypted: the book is copy-protected, so only its own reader opens it"
            )
    roots = find_elements(archive.read("META-INF/container.xml"), "rootfile")
    package = roots[0].get("full-path", "") if roots else "the package document"
    listing = archive.read(package)
    writer = Writer()
    folder = posixpath.dirname(package)
    chapters = list(
        dict.fromkeys(
            posixpath.normpath(posixpath.join(folder, unquote(href))) for href in _spine(listing)
        )
    )
    missing = [name for name in chapters if name not in archive]
    for number, name in enumerate(chapters, 1):
        if name in archive:
            text, _ = decode(archive.read(name))
            place, page = writer.mark(), Page(writer)
            send_elements(text, page)
            if page.is_contents and number < len(chapters):
                writer.cut(place)
        tell(number, len(chapters))
    if missing and len(missing) == len(chapters):
        raise DocumentError(f"damaged: none of its {len(chapters)} chapters is in it")
    warning = f"damaged: {len(missing)} of {len(chapters)} chapters are missing" if missing else ""
    return Source(writer.text, title_of(listing) or writer.title, warning)


def _spine(listing: bytes) -> list[str]:
    """Where the chapters are, in reading order."""
    chapters = {
        item.get("id", ""): item.get("href", "")
        for item in find_elements(listing, "item")
        if item.get("media-type") in _CHAPTERS and "nav" not in item.get("properties", "").split()
    }
    order = [listed.get("idref", "") for listed in find_elements(listing, "itemref")]
    return [chapters[id_] for id_ in order if id_ in chapters]


FORMAT = Format(name=_NAME, suffixes=(".epub",), readers=(read,), signature=b"PK")
