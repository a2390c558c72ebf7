"""Finds the format of what a server sends: by its type, its name, its first bytes."""

import re
from email.message import Message
from mimetypes import MimeTypes
from pathlib import Path

from ingest.readers import format_of
from ingest.sources.web.address import file_name
from ingest.sources.web.client import Answer

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_OTHERS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "application/json": ".json",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "application/mbox": ".mbox",
    "application/vnd.ms-outlook": ".msg",
    "application/x-ipynb+json": ".ipynb",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
    f"{_OPEN}.text": ".odt",
    f"{_OPEN}.presentation": ".odp",
    f"{_OPEN}.spreadsheet": ".ods",
    "image/webp": ".webp",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
}
"""Types whose suffix Python does not know, or has several of."""
_VAGUE = {"", "text/plain", "application/octet-stream", "binary/octet-stream", "application/xml"}
"""Types that servers give to whatever they do not know."""
_MARKUP = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body)\b", re.I | re.S
)
# without the tables of this machine, so that a page is the same document on every machine
_types = MimeTypes(filenames=())


def name_file(answer: Answer) -> str:
    """Name a file whose suffix is that of its format; without a known one, no reader reads it."""
    data = answer.data or b""
    kind = answer.kind.partition(";")[0].strip().lower()
    name = _given_name(answer.disposition) or file_name(answer.address)
    suffix = Path(name).suffix.lower()
    by_type = _suffix_of_type(kind)
    if kind in _VAGUE or not by_type:
        if format_of(name) is not None:
            return name
        by_type = _suffix_of_bytes(data) or by_type
    if not by_type or suffix == by_type or format_of(f"a{suffix}") == format_of(f"a{by_type}"):
        return name
    known = format_of(f"a{suffix}") is not None
    return f"{Path(name).stem if known else name}{by_type}"


def charset_of(kind: str) -> str:
    """The encoding that a type names, or ""."""
    header = Message()
    header["content-type"] = kind
    return str(header.get_content_charset("") or "")


def _suffix_of_type(kind: str) -> str:
    if kind in _OTHERS:
        return _OTHERS[kind]
    found = _types.guess_all_extensions(kind)
    return next((suffix for suffix in found if format_of(f"a{suffix}")), "")


def _suffix_of_bytes(data: bytes) -> str:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return ".pdf"
    return ".html" if _MARKUP.match(data[:3000].removeprefix(b"\xef\xbb\xbf")) else ""


def _given_name(disposition: str) -> str:
    """The name in Content-Disposition, or ""."""
    header = Message()
    header["content-disposition"] = disposition
    name = header.get_filename("") if disposition else ""
    return file_name(f"http://name/{name}") if name else ""
