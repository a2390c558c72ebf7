"""Reads open text documents: headings, lists, tables, notes and comments, without deletions."""

from ingest.readers import Format, Source, Tell
from ingest.readers.open.odf_body import Body
from ingest.readers.open.odf_package import open_package
from ingest.readers.shared.archive import parse

_NAME = "an open document"


def read(data: bytes, _tell: Tell) -> Source:
    """The document's body, its notes after it."""
    package = open_package(data, _NAME)
    body = Body(package.styles)
    parse(package.content, body.start, body.end, body.text)
    body.finish()
    return Source(body.writer.text, body.title or package.title or body.writer.title)


FORMAT = Format(name=_NAME, suffixes=(".odt", ".ott"), readers=(read,), signature=b"PK")
