"""Reads mailboxes: all messages in their order, each as a page."""

import re

from ingest.readers import Format, Source, Tell
from ingest.readers.mail.eml import ALONE
from ingest.readers.mail.message import MailWriter
from ingest.readers.mail.mime import read_mime
from rag.errors import DocumentError

_BEGIN = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]{0,500}\d\d:\d\d[^\n]{0,100}\r?\n")
"""The line before a message: its sender and when it was delivered."""
_ESCAPED = re.compile(rb"^>(>*From )", re.M)


def read(data: bytes, tell: Tell) -> Source:
    """Every message with the text of its attachments."""
    return _read(data, tell, MailWriter(tell))


def read_alone(data: bytes, tell: Tell) -> Source:
    """Every message without the text of attachments, one of which may have ended the first try."""
    writer = MailWriter(tell, attached=False)
    writer.warnings.append(ALONE)
    return _read(data, tell, writer)


def _read(data: bytes, tell: Tell, writer: MailWriter) -> Source:
    places = _find_messages(data)
    if not places:
        raise DocumentError(
            'not a mailbox: no line such as "From ann@example.org" begins a message'
        )
    encrypted, damaged = 0, 0
    for number, (start, end) in enumerate(places, 1):
        writer.writer.page(number)
        try:
            mail = read_mime(_ESCAPED.sub(rb"\1", data[start:end]))
        except DocumentError:
            damaged += 1
            continue
        encrypted += mail.encrypted
        writer.write(mail)
        tell(number, len(places))
    if encrypted:
        writer.warnings.append(f"{encrypted} of {len(places)} messages are encrypted")
    if damaged:
        writer.warnings.append(f"{damaged} of {len(places)} messages are damaged")
    return writer.make_source("")


def _find_messages(data: bytes) -> list[tuple[int, int]]:
    """Where each message begins and ends, without the line before it."""
    begins = list(_BEGIN.finditer(data))
    ends = [*(match.start() for match in begins[1:]), len(data)]
    return [(match.end(), end) for match, end in zip(begins, ends, strict=False)]


FORMAT = Format(
    name="a mailbox", suffixes=(".mbox",), readers=(read, read_alone), version=2, names=("mbox",)
)
