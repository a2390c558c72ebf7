"""Reads the headers of a mail: encoded words, addresses, dates."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime

from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import one_line
from rag.errors import DocumentError
from rag.text.characters import replace_surrogates

_SHOWN = ("From", "To", "Cc", "Bcc", "Date", "Subject")
_LONGEST = 2_000
"""Characters of a header that are shown."""
_LONGEST_RAW = 100_000
"""Characters of a header that are decoded."""
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

_TWICE = re.compile(r"(?<!\S)([^\s<>]{1,200}@[^\s<>]{1,200}) <\1>")
"""An address that stands for the name, too."""

Fields = dict[str, str]
"""The headers that are shown, by name, in their order."""


def read_fields(headers: Iterable[tuple[str, str]]) -> Fields:
    """The headers that people read, decoded; of several with one name, the first.

    :param headers: names and values, as they are in the file.
    """
    found: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(name.lower(), value)
    fields = {name: decode_value(found.get(name.lower(), "")) for name in _SHOWN}
    fields["Date"] = rewrite_date(fields["Date"])
    for name in ("From", "To", "Cc", "Bcc"):
        fields[name] = shorten(_TWICE.sub(r"\1", fields[name].replace('"', "")))
    return {name: value for name, value in fields.items() if value}


def decode_value(raw: str) -> str:
    """Decode a header to one line of text."""
    raw = _FOLD.sub(" ", raw[:_LONGEST_RAW])
    if not raw.isascii():
        raw = _decode_bytes(raw.encode("utf-8", "surrogateescape"), "")
    try:
        parts = decode_header(raw)
    except HeaderParseError:
        parts = [(raw, None)]
    text = "".join(
        part if isinstance(part, str) else _decode_bytes(part, charset or "")
        for part, charset in parts
    )
    return one_line(_CONTROL.sub("", replace_surrogates(text)))


def shorten(value: str) -> str:
    """Cut a value that is too long to be shown, and say so."""
    if len(value) <= _LONGEST:
        return value
    kept = value[: value.rfind(" ", 0, _LONGEST) if " " in value[:_LONGEST] else _LONGEST]
    return f"{kept} … (shortened from {len(value):,} characters)"


def rewrite_date(written: str) -> str:
    """A date as :func:`write_date` writes it; unchanged if it is none."""
    try:
        return write_date(parsedate_to_datetime(written))
    except (ValueError, TypeError, IndexError, OverflowError):
        return shorten(written)


def write_date(moment: datetime) -> str:
    """A moment as people write it: ``Tuesday, 3 March 2026, 09:15 +01:00``."""
    zone = f"{moment:%z}"
    offset = "UTC" if zone in {"+0000", "-0000"} else zone and f"{zone[:3]}:{zone[3:5]}"
    return f"{moment:%A}, {moment.day} {moment:%B} {moment.year}, {moment:%H:%M} {offset}".strip()


def _decode_bytes(data: bytes, charset: str) -> str:
    try:
        return decode(data, charset)[0]
    except DocumentError:
        return data.decode("latin-1")
