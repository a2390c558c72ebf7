"""Reads Outlook messages: headers, text, earlier messages, and the files that are attached."""

import io
import struct

from ingest.readers import Format, Source, Tell
from ingest.readers.mail.eml import ALONE, write_mail
from ingest.readers.mail.message import MailWriter
from ingest.readers.mail.outlook import Storage, make_mail
from rag.errors import DocumentError

_NAME = "an Outlook message"
_HEADER = 32
"""Bytes before the properties of the outermost message."""


def read(data: bytes, tell: Tell) -> Source:
    """The message with the text of its attachments."""
    return _read(data, MailWriter(tell))


def read_alone(data: bytes, tell: Tell) -> Source:
    """The message without the text of attachments, one of which may have ended the first try."""
    writer = MailWriter(tell, attached=False)
    writer.warnings.append(ALONE)
    return _read(data, writer)


def _read(data: bytes, writer: MailWriter) -> Source:
    from olefile import OleFileIO

    try:
        with OleFileIO(io.BytesIO(data)) as file:
            if not file.exists("__properties_version1.0"):
                raise DocumentError(f"not {_NAME}, but an old Office file; save it again as a mail")
            return write_mail(make_mail(Storage(file, (), _HEADER)), writer)
    except (OSError, ValueError, IndexError, KeyError, TypeError, struct.error) as error:
        raise DocumentError(f"damaged: its parts cannot be found ({error})") from error
    except RecursionError:
        raise DocumentError("damaged: its parts are nested too deep") from None


FORMAT = Format(
    name=_NAME,
    suffixes=(".msg",),
    readers=(read, read_alone),
    version=2,
    signature=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)
