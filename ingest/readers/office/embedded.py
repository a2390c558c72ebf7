"""Reads the files that a Word document takes in as they are (altChunk): pages, texts, documents."""

import email
import email.policy
from collections.abc import Callable

from ingest.readers import Source, format_of, formats
from ingest.readers.shared.decode import decode
from rag.errors import DocumentError

_HEAD = 2_000
"""Bytes that show what a file is."""


def read_embedded(data: bytes, read_document: Callable[[bytes], Source]) -> Source:
    """The text of an embedded file, by what its first bytes are.

    :param read_document: reads a Word document.
    :raises DocumentError: it is damaged, or of another kind.
    """
    head = data[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"PK"):
        return read_document(data)
    if b"mime-version:" in head.lower():
        return _read_web_archive(data)
    if head.startswith(b"{\\rtf"):
        return _read_as("rtf", data)
    if head.startswith(b"<?xml") and b"<html" not in head.lower():
        raise DocumentError("it is XML")
    if head.startswith(b"<"):
        return _read_as("html", data)
    text, warning = decode(data)
    return Source(text, warning=warning)


def _read_web_archive(data: bytes) -> Source:
    """The page in a web archive (MHT)."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        kind = part.get_content_type()
        if kind in {"text/html", "text/plain"}:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return _read_as("html" if kind == "text/html" else "txt", content)
    raise DocumentError("there is no page in it")


def _read_as(suffix: str, data: bytes) -> Source:
    module = format_of(f"part.{suffix}")
    if module is None:
        raise DocumentError(f"its kind, {suffix}, is not read")
    return formats()[module].readers[0](data, lambda *_: None)
