"""Reads a text that was given as such, not in a file."""

from ingest.readers import LARGEST_TEXT_FILE, Format, Source, Tell
from rag.errors import DocumentError


def read(data: bytes, _tell: Tell) -> Source:
    """The text as it is, each character at its own place."""
    text = data.decode("utf-8")
    if "\0" in text:
        raise DocumentError("it has characters with the number 0, which no text has")
    return Source(text)


FORMAT = Format(
    name="a text", suffixes=(), readers=(read,), isolated=False, largest=LARGEST_TEXT_FILE
)
