"""Takes an Outlook message apart: properties in the storages of a compound file (MS-OXMSG)."""

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from typing import Any

from ingest.readers.mail.headers import Fields, read_fields, shorten, write_date
from ingest.readers.mail.html_body import read_html
from ingest.readers.mail.message import Attachment, Mail
from ingest.readers.mail.mime import clean_name
from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import one_line
from rag.errors import DocumentError
from rag.text.characters import replace_surrogates

_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = "0037", "1000", "1013", "1009", "007D"
_CLASS = "001A"
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = "0C1A", "0C1F", "5D01"
_NAME, _ADDRESS, _SMTP, _RECIPIENT_TYPE = "3001", "3003", "39FE", 0x0C15
_FILE_NAME, _SHORT_NAME, _DATA, _CONTENT_ID, _MIME_TYPE = "3707", "3704", "3701", "3712", "370E"
_SENT, _DELIVERED = 0x0039, 0x0E06
_CODE_PAGE, _INTERNET_CODE_PAGE = 0x3FFD, 0x3FDE
_ATTACHED = "__attach_version1.0_#"
_RECIPIENT = "__recip_version1.0_#"
_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MOST_RECIPIENTS = 500
_SEALED = re.compile(r"\.rpmsg$|^smime\.p7m$", re.I)
"""Names of the files in which an encrypted mail is."""


class Storage:
    """A message, recipient or attachment, and its properties.

    :param file: the compound file, by olefile, which comes without types.
    :param path: of the storage in it.
    :param names: of all streams in the file, each a path.
    """

    def __init__(self, file: Any, path: tuple[str, ...], header: int) -> None:
        self._file = file
        self._path = path
        self._fixed = self._read_fixed(header)
        page = self.number(_CODE_PAGE) or self.number(_INTERNET_CODE_PAGE)
        self._encoding = "utf-8" if page == 65001 else f"cp{page or 1252}"

    def text(self, tag: str) -> str:
        """A text, or ""."""
        wide = self._stream(f"{tag}001F")
        if wide is not None:
            text = wide.decode("utf-16-le", "replace")
        else:
            text = decode((self._stream(f"{tag}001E") or b"").rstrip(b"\0"), self._encoding)[0]
        return replace_surrogates(text).replace("\0", "").replace("\r\n", "\n").strip()

    def data(self, tag: str) -> bytes:
        return self._stream(f"{tag}0102") or b""

    def number(self, tag: int) -> int:
        return struct.unpack("<I", self._fixed.get(tag, bytes(8))[:4])[0]  # type: ignore[no-any-return]

    def moment(self, tag: int) -> datetime | None:
        ticks = struct.unpack("<Q", self._fixed.get(tag, bytes(8)))[0]
        try:
            return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def inner(self, prefix: str) -> Iterator["Storage"]:
        """The recipients or attachments, in order."""
        depth = len(self._path)
        found = {
            entry[depth]
            for entry in self._file.listdir(streams=True, storages=False)
            if len(entry) > depth + 1
            and tuple(entry[:depth]) == self._path
            and entry[depth].startswith(prefix)
        }
        for name in sorted(found):
            yield Storage(self._file, (*self._path, name), 8)

    def message(self) -> "Storage | None":
        """The message that an attachment is, if it is one."""
        path = (*self._path, f"__substg1.0_{_DATA}000D")
        is_message = self._file.exists([*path, "__properties_version1.0"])
        return Storage(self._file, path, 24) if is_message else None

    def _stream(self, name: str) -> bytes | None:
        path = [*self._path, f"__substg1.0_{name}"]
        if self._file.get_type(path) != 2:  # a stream
            return None
        with self._file.openstream(path) as stream:
            data: bytes = stream.read()
        return data

    def _read_fixed(self, header: int) -> dict[int, bytes]:
        path = [*self._path, "__properties_version1.0"]
        if not self._file.exists(path):
            return {}
        with self._file.openstream(path) as stream:
            data: bytes = stream.read()
        entries = (data[at : at + 16] for at in range(header, len(data) - 15, 16))
        return {struct.unpack_from("<H", entry, 2)[0]: entry[8:] for entry in entries}


def make_mail(storage: Storage) -> Mail:
    """The mail that a storage holds."""
    body, warning = _read_body(storage)
    attachments = list(_find_attachments(storage))
    sealed = "SMIME" in storage.text(_CLASS).upper() or not body
    return Mail(
        _read_fields(storage),
        body,
        attachments,
        encrypted=sealed and any(_SEALED.search(each.name) for each in attachments),
        warning=warning,
    )


def _read_fields(storage: Storage) -> Fields:
    """The headers as they came; what they lack, from the properties."""
    headers = message_from_string(storage.text(_HEADERS), policy=policy.compat32)
    fields = read_fields((name, str(value)) for name, value in headers.raw_items())
    own = {"From": _write_address(storage, _SENDER_NAME, (_SENDER_SMTP, _SENDER_ADDRESS))}
    people: dict[str, list[str]] = {}
    for number, person in enumerate(storage.inner(_RECIPIENT)):
        if number < _MOST_RECIPIENTS:
            kind = _KINDS.get(person.number(_RECIPIENT_TYPE) & 0xF, "")
            people.setdefault(kind, []).append(_write_address(person, _NAME, (_SMTP, _ADDRESS)))
    own |= {kind: shorten(", ".join(people.get(kind, []))) for kind in _KINDS.values()}
    moment = storage.moment(_SENT) or storage.moment(_DELIVERED)
    own["Date"] = write_date(moment) if moment else ""
    own["Subject"] = shorten(one_line(storage.text(_SUBJECT)))
    merged = {name: fields.get(name) or value for name, value in own.items()}
    return {name: value for name, value in merged.items() if value}


def _write_address(storage: Storage, name: str, addresses: tuple[str, ...]) -> str:
    """A name with its address; an address inside an Exchange server says nothing to people."""
    given = (one_line(storage.text(each)) for each in addresses)
    address = next((each for each in given if "@" in each), "")
    shown = one_line(storage.text(name))
    return f"{shown} <{address}>" if address and address != shown else shown


def _read_body(storage: Storage) -> tuple[str, str]:
    """The plain text, or else the HTML or the Rich Text, and a warning."""
    if plain := storage.text(_BODY):
        return plain, ""
    try:
        page = storage.data(_HTML).rstrip(b"\0")
        if markup := decode(page, "")[0] if page else storage.text(_HTML):
            return read_html(markup), ""
        if packed := storage.data(_RTF):
            return _read_rich_text(packed), ""
    except DocumentError as error:
        return "", f"its text is left out: {error}"
    return "", ""


def _read_rich_text(packed: bytes) -> str:
    from compressed_rtf import decompress

    from ingest.readers.open.rtf import read

    try:
        data = decompress(packed)
    except Exception as error:  # the library raises nothing more special
        raise DocumentError("damaged: its Rich Text cannot be unpacked") from error
    return read(data, lambda *_: None).text


def _find_attachments(storage: Storage) -> Iterator[Attachment]:
    for attached in storage.inner(_ATTACHED):
        names = (attached.text(tag) for tag in (_FILE_NAME, _SHORT_NAME, _NAME))
        name = clean_name(next(filter(None, names), "unnamed"))
        message = attached.message()
        if message is not None:
            yield Attachment(name, open_mail=lambda message=message: make_mail(message))  # type: ignore[misc]
        elif not (attached.text(_CONTENT_ID) and attached.text(_MIME_TYPE).startswith("image/")):
            yield Attachment(name, attached.data(_DATA))
