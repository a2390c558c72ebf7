"""A mail as a value, and how it is written: its headers, what is new, what it quotes, its files."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.readers import Source, Tell
from ingest.readers.mail.attached import attached_depth, read_file
from ingest.readers.mail.headers import Fields, shorten
from ingest.readers.mail.history import divide
from ingest.readers.shared.nesting import insert_source
from ingest.readers.shared.writer import Writer
from rag.english.patterns.mail import EARLIER_MESSAGES
from rag.errors import DocumentError

_NO_SUBJECT = "(no subject)"
_GAP = re.compile(r"\n(?:[^\S\n]*\n){2,}")
"""Several empty lines."""
_MOST_FILES = 200
"""Attached files that are read; of further ones, the mail's text has the names."""


@dataclass(frozen=True)
class Attachment:
    """A file or another mail in a mail.

    :param data: of the file.
    :param open_mail: makes the mail, if it is one.
    """

    name: str
    data: bytes = b""
    open_mail: "Callable[[], Mail] | None" = None


@dataclass(frozen=True)
class Mail:
    """A mail.

    :param encrypted: whether its text cannot be read.
    """

    fields: Fields
    body: str
    attachments: Sequence[Attachment] = ()
    encrypted: bool = False
    warning: str = ""

    @property
    def subject(self) -> str:
        return self.fields.get("Subject", "")


class MailWriter:
    """Writes mails one after the other.

    :param attached: whether attached files are read, or only named.
    """

    def __init__(self, tell: Tell, *, attached: bool = True) -> None:
        self.writer = Writer()
        self.warnings: list[str] = []
        self._tell = tell
        self._attached = attached
        self._files = 0
        self._part = ""

    def write(self, mail: Mail, level: int = 1) -> None:
        """Write a mail under a heading of a level."""
        self.writer.part("")
        self.writer.heading(level, mail.subject or _NO_SUBJECT)
        self._write_content(mail, level)

    def make_source(self, title: str) -> Source:
        """The text of all that is written, with at most five warnings."""
        more = len(self.warnings) - 5
        told = [*self.warnings[:5], *([f"and {more} more"] if more > 0 else [])]
        writer = self.writer
        return Source(
            writer.text, title, "; ".join(told), layout=writer.layout, asides=tuple(writer.asides)
        )

    def _write_content(self, mail: Mail, level: int) -> None:
        fields = dict(mail.fields)
        if mail.attachments:
            fields["Attachments"] = shorten(", ".join(each.name for each in mail.attachments))
        self.writer.insert("\n".join(f"{name}: {value}" for name, value in fields.items()))
        if mail.warning:
            self.warnings.append(mail.warning)
        new, earlier = divide(_GAP.sub("\n\n", mail.body))
        self.writer.insert(new)
        if earlier:
            self.writer.heading(level + 1, EARLIER_MESSAGES)
            self.writer.insert(earlier)
        if self._attached:
            for attachment in mail.attachments:
                self._write_attachment(attachment, level + 1)

    def _write_attachment(self, attachment: Attachment, level: int) -> None:
        outer = self._part
        self._part = ", ".join(filter(None, [outer, f"attachment {shorten(attachment.name)}"]))
        try:
            with attached_depth():
                if attachment.open_mail is not None:
                    mail = attachment.open_mail()
                    self.writer.part(self._part)
                    self.writer.heading(level, f"Attachment: {attachment.name}")
                    self._write_content(mail, level)
                else:
                    self._write_file(attachment, level)
        except DocumentError as error:
            self.warnings.append(f"the attachment {attachment.name} is not read: {error}")
        finally:
            self._part = outer

    def _write_file(self, attachment: Attachment, level: int) -> None:
        self._files += 1
        if self._files > _MOST_FILES:
            raise DocumentError(f"more than {_MOST_FILES} files are attached")
        source = read_file(attachment.name, attachment.data, self._tell)
        if source is None or not source.text.strip():
            return
        self.writer.part(self._part)
        self.writer.heading(level, f"Attachment: {attachment.name}")
        insert_source(self.writer, source, level, self._part)
        if source.warning:
            self.warnings.append(f"the attachment {attachment.name}: {source.warning}")
