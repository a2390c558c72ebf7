"""Finds the date that a document gives itself: of its last change, else of its making."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from email.utils import parsedate_to_datetime

_HEAD = 200_000
"""Bytes and characters that are looked through."""
_LARGEST_PART = 1 << 20
"""Bytes of the part of an archive that has the date."""
_DAY = re.compile(r"((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])")
_META = re.compile(r"<meta\b[^>]{1,500}>", re.IGNORECASE)
_META_NAMES = (
    "article:modified_time", "dcterms.modified", "last-modified", "article:published_time",
    "dcterms.issued", "dcterms.created", "dcterms.date", "dc.date", "datepublished", "date",
)  # fmt: skip
"""The nearest to the date of the last change first."""
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.{1,5000}?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FRONT_DATE = re.compile(
    r"^(updated|modified|lastmod|date|created):[ \t]*[\"']?(.+)$", re.MULTILINE
)
_MAIL_DATE = re.compile(rb"^Date:[ \t]*([^\r\n]{6,80})", re.MULTILINE | re.IGNORECASE)
_TEXT_DATE = re.compile(r"^Date: (.{6,80})$", re.MULTILINE)
_PARTS = {
    "docProps/core.xml": ("dcterms:modified", "dcterms:created"),
    "meta.xml": ("dc:date", "meta:creation-date"),
}
"""Parts of office archives, and the elements that have a date."""


def find_date(module: str, data: bytes, text: str) -> str:
    """Find the date that a document gives itself, as ``2024-03-05``; "" when it gives none.

    :param module: of its format.
    :param data: the file's bytes.
    :param text: what was extracted from it.
    """
    if data.startswith(b"PK\x03\x04"):
        return _find_in_archive(data)
    find = _FINDERS.get(module)
    return find(data, text) if find else ""


def _find_in_archive(data: bytes) -> str:
    with suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = [name for name in archive.namelist() if name in _PARTS or name.endswith(".opf")]
        for name in names[:5]:
            with archive.open(name) as part:
                xml = part.read(_LARGEST_PART).decode("utf-8", "replace")
            for element in _PARTS.get(name, ("dcterms:modified", "dc:date")):
                found = re.findall(rf"<(?:meta property=\")?{element}\b[^>]*>\s*([^<]+)<", xml)
                if found and (day := read_day(found[-1])):
                    return day
    return ""


def _find_in_pdf(data: bytes, _text: str) -> str:
    for name in (b"ModDate", b"CreationDate"):
        found = re.findall(rb"/%s\s*(?:\(\s*D:((?:19|20)\d{6})|(\d{1,9}) 0 R)" % name, data)
        for day, number in reversed(found):
            told = day or _read_pdf_object(data, number)
            if told:
                return read_day(told.decode())
    return ""


def _read_pdf_object(data: bytes, number: bytes) -> bytes:
    """Read the day that stands in an object of its own."""
    found = re.search(rb"(?<!\d)%s 0 obj\s*\(\s*D:((?:19|20)\d{6})" % number, data)
    return found[1] if found else b""


def _find_in_page(data: bytes, _text: str) -> str:
    found: dict[str, str] = {}
    for tag in _META.findall(data[:_HEAD].decode("utf-8", "replace")):
        fields = dict(re.findall(r"([\w:-]+)\s*=\s*[\"']([^\"']*)[\"']", tag))
        name = fields.get("name") or fields.get("property") or fields.get("itemprop") or ""
        found.setdefault(name.lower(), fields.get("content", ""))
    days = (read_day(found.get(name, "")) for name in _META_NAMES)
    return next(filter(None, days), "")


def _find_in_front_matter(_data: bytes, text: str) -> str:
    front = _FRONT_MATTER.match(text)
    found = dict(reversed(_FRONT_DATE.findall(front[1]))) if front else {}
    names = ("updated", "modified", "lastmod", "date", "created")
    return next(filter(None, (read_day(found.get(name, "")) for name in names)), "")


def _find_in_mail(data: bytes, text: str) -> str:
    head = data[:_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found = _MAIL_DATE.search(head)
    if found:
        with suppress(ValueError, TypeError):
            return parsedate_to_datetime(found[1].decode("ascii", "replace")).date().isoformat()
    told = _TEXT_DATE.search(text[:2_000])
    return read_day(told[1]) if told else ""


def read_day(text: str) -> str:
    """Read a date that begins with its year; one that no calendar has is none."""
    found = _DAY.match(text.strip().removeprefix("D:"))
    if found:
        with suppress(ValueError):
            return date(*map(int, found.groups())).isoformat()
    with suppress(ValueError, TypeError):
        return parsedate_to_datetime(text).date().isoformat()
    return ""


_FINDERS: Mapping[str, Callable[[bytes, str], str]] = {
    "pdf": _find_in_pdf,
    "html": _find_in_page,
    "markdown": _find_in_front_matter,
    "text": _find_in_front_matter,
    "eml": _find_in_mail,
    "msg": _find_in_mail,
}
