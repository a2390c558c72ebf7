"""Reads a mail: its headers, its text, earlier messages, and the files that are attached."""

from ingest.readers import Format, Source, Tell
from ingest.readers.mail.message import Mail, MailWriter
from ingest.readers.mail.mime import read_mime
from rag.errors import DocumentError

ENCRYPTED = "encrypted, or packed in its signature: save its text from the mail program"
ALONE = "the attachments are not read, since the reader of one of them failed"


def read(data: bytes, tell: Tell) -> Source:
    """The mail with the text of its attachments."""
    return write_mail(read_mime(data), MailWriter(tell))


def read_alone(data: bytes, tell: Tell) -> Source:
    """The mail without the text of its attachments, one of which may have ended the first try."""
    writer = MailWriter(tell, attached=False)
    writer.warnings.append(ALONE)
    return write_mail(read_mime(data), writer)


def write_mail(mail: Mail, writer: MailWriter) -> Source:
    """The text of one mail; its subject is the title.

    :raises DocumentError: it is encrypted.
    """
    if mail.encrypted:
        raise DocumentError(ENCRYPTED)
    writer.write(mail)
    return writer.make_source(mail.subject)


FORMAT = Format(name="a mail", suffixes=(".eml",), readers=(read, read_alone), version=2)
