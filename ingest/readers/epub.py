"""Reads books: the chapters in reading order, each as a web page."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from ingest.readers import Format, Source, Tell
from ingest.readers.html import markup_into
from ingest.readers.shared.archive import Archive, Attributes, parse, title_of
from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import Writer
from rag.errors import DocumentError

_NAME = "an EPUB book"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Encryption methods for fonts, which leave the text readable."""
_CHAPTERS = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}


def read(data: bytes, tell: Tell) -> Source:
    """Every chapter of the book's spine; its table of contents is left out."""
    archive = Archive(data, _NAME)
    if "META-INF/encryption.xml" in archive:
        _check_encryption(archive.read("META-INF/encryption.xml"))
    package = _package(archive.read("META-INF/container.xml"))
    listing = archive.read(package)
    writer = Writer()
    chapters = [
        posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(href)))
        for href in _spine(listing)
    ]
    missing = [name for name in chapters if name not in archive]
    for number, name in enumerate(chapters, 1):
        if name in archive:
            text, _ = decode(archive.read(name))
            markup_into(text, writer)
        tell(number, len(chapters))
    if missing and len(missing) == len(chapters):
        raise DocumentError(f"damaged: none of its {len(chapters)} chapters is in it")
    warning = f"damaged: {len(missing)} of {len(chapters)} chapters are missing" if missing else ""
    return Source(writer.text, title_of(listing) or writer.title, warning)


def _check_encryption(data: bytes) -> None:
    methods: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "EncryptionMethod":
            methods.append(attributes.get("Algorithm", ""))

    parse(data, start)
    if any(method not in _FONTS for method in methods):
        raise DocumentError(
            "encrypted: the book is copy-protected, so only its own reader opens it"
        )


def _package(container: bytes) -> str:
    found: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "rootfile":
            found.append(attributes.get("full-path", ""))

    parse(container, start)
    return found[0] if found else "the package document"


def _spine(listing: bytes) -> list[str]:
    """Where the chapters are, in reading order."""
    chapters: dict[str, str] = {}
    order: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "item" and attributes.get("media-type") in _CHAPTERS:
            if "nav" not in attributes.get("properties", "").split():
                chapters[attributes.get("id", "")] = attributes.get("href", "")
        elif tag == "itemref":
            order.append(attributes.get("idref", ""))

    parse(listing, start)
    return [chapters[id_] for id_ in order if id_ in chapters]


FORMAT = Format(name=_NAME, suffixes=(".epub",), readers=(read,), signature=b"PK")
