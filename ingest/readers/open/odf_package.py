"""Opens the parts of an open document, zipped or in one file."""

from dataclasses import dataclass

from ingest.readers.open.odf_styles import StyleReader, Styles
from ingest.readers.shared.archive import Archive, find_elements, parse, title_of
from rag.errors import DocumentError

_MANIFEST = "META-INF/manifest.xml"


@dataclass(frozen=True)
class Package:
    """The content of an open document, with its title and styles."""

    content: bytes
    title: str
    styles: Styles


def open_package(data: bytes, kind: str) -> Package:
    """Open a document.

    :param kind: what the file should be, with its article, for messages.
    :raises DocumentError: it is damaged or encrypted.
    """
    if data.lstrip().startswith(b"<"):
        reader = StyleReader()
        parse(data, reader.start, reader.end)
        return Package(data, "", reader.styles)
    archive = Archive(data, kind)
    if _MANIFEST in archive and find_elements(archive.read(_MANIFEST), "encryption-data"):
        raise DocumentError("encrypted: save it without a password")
    content = archive.read("content.xml")
    reader = StyleReader()
    for part in (archive.read("styles.xml") if "styles.xml" in archive else b"", content):
        if part:
            parse(part, reader.start, reader.end)
    title = title_of(archive.read("meta.xml")) if "meta.xml" in archive else ""
    return Package(content, title, reader.styles)
