"""Takes a mail of the internet's form (RFC 5322, MIME) apart."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesParser
from typing import Any

from ingest.readers.mail.headers import decode_value, read_fields
from ingest.readers.mail.html_body import read_html
from ingest.readers.mail.message import Attachment, Mail
from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import one_line
from rag.errors import DocumentError

_EXPECTED = {"from", "to", "subject", "date", "received", "message-id", "mime-version"}
"""Headers of which every mail has one."""
_SEALS = {
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
}
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_LONGEST_NAME = 150
_STUB = 300
"""Characters; a shorter plain text beside a much longer web page only says to look at that."""
_MUCH = 3
_NO_NAME = "unnamed"
_REPORT = "message/delivery-status"


def read_mime(data: bytes) -> Mail:
    """Read a message.

    :raises DocumentError: it is no mail.
    """
    try:
        # compat32 leaves headers as they are; the newer policies parse them, in quadratic time
        message = BytesParser(policy=policy.compat32).parsebytes(data.lstrip())
        names = {name.lower() for name, _ in message.raw_items()}
        if not names & _EXPECTED:
            raise DocumentError("not a mail: it has no headers such as From and Subject")
        return make_mail(message)
    except RecursionError:
        raise DocumentError("refused: its parts are nested too deep") from None


def make_mail(message: "Message[str, str]") -> Mail:
    """The mail that a parsed message is."""
    content = _Content()
    content.collect(message)
    return Mail(
        read_fields(_raw_headers(message)),
        "" if content.is_sealed else content.text,
        content.attachments,
        encrypted=content.is_sealed,
        warning=content.warning,
    )


def _raw_headers(message: "Message[str, str]") -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in message.raw_items()]


@dataclass
class _Content:
    """The texts and files of a message."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    """Each with its subtype, plain or html."""
    attachments: list[Attachment] = field(default_factory=list)
    sealed: bool = False
    warning: str = ""

    @property
    def text(self) -> str:
        return "\n\n".join(filter(None, (text.strip("\n") for _, text in self.texts)))

    @property
    def is_sealed(self) -> bool:
        """Whether the text is encrypted, and nothing else is in it."""
        words = self.text.strip()
        return words.startswith(_ARMOUR) or (self.sealed and not words)

    def collect(self, part: "Message[str, str]") -> None:
        """Add what a part holds."""
        kind = part.get_content_type()
        inner: Any = part.get_payload()
        if kind in _SEALED:
            self.sealed = True
        elif kind == "multipart/alternative" and isinstance(inner, list):
            self._choose([_collect_alone(each) for each in inner])
        elif kind == _REPORT and isinstance(inner, list):
            self.texts.append(("plain", "\n\n".join(_write_report(each) for each in inner)))
        elif kind == "message/rfc822" and isinstance(inner, list) and inner:
            self._attach_mail(inner[0])
        elif isinstance(inner, list):
            for each in inner:
                self.collect(each)
        elif kind not in _SEALS:
            self._collect_leaf(part, kind)

    def _collect_leaf(self, part: "Message[str, str]", kind: str) -> None:
        name = _find_name(part)
        disposition = part.get_content_disposition()
        is_text = kind in {"text/plain", "text/html"} and not name and disposition != "attachment"
        if is_text:
            self._collect_text(part, kind)
        elif not (part.get_content_maintype() == "image" and part.get("Content-ID")):
            data = part.get_payload(decode=True)
            if isinstance(data, bytes):
                self.attachments.append(Attachment(name or _name_by_kind(kind), data))

    def _collect_text(self, part: "Message[str, str]", kind: str) -> None:
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data.strip():
            return
        try:
            text, warning = decode(data, part.get_content_charset() or "")
            if kind == "text/html":
                text = read_html(text)
            elif str(part.get_param("format", "")).lower() == "flowed":
                text = join_flowed(text, part.get_param("delsp") == "yes")
        except DocumentError as error:
            text, warning = "", f"a part of the text is left out: {error}"
        self.texts.append((kind.partition("/")[2], text.replace("\r\n", "\n")))
        # that an encoding was guessed needs no word where the mail declares none
        self.warning = self.warning or (warning if "read as" not in warning else "")

    def _attach_mail(self, message: "Message[str, str]") -> None:
        subject = decode_value(str(message.get("Subject", "")))[:_LONGEST_NAME]
        self.attachments.append(Attachment(subject or _NO_NAME, open_mail=_opener(message)))

    def _choose(self, forms: "list[_Content]") -> None:
        """Of several forms of one text, take the plain one, unless it is only a stub."""
        plain = next((each for each in forms if _length(each, "plain")), None)
        page = next((each for each in forms if _length(each, "html")), None)
        best = plain or page
        if plain and page and _length(plain, "plain") < _STUB:
            much = _length(page, "html") > _MUCH * _length(plain, "plain")
            best = page if much else plain
        if best is not None:
            self.texts += best.texts
            self.warning = self.warning or best.warning
        for each in forms:
            self.attachments += each.attachments
            self.sealed = self.sealed or each.sealed


def _opener(message: "Message[str, str]") -> Callable[[], Mail]:
    return lambda: make_mail(message)


def _collect_alone(part: "Message[str, str]") -> _Content:
    content = _Content()
    content.collect(part)
    return content


def _length(content: _Content, kind: str) -> int:
    return sum(len(text.strip()) for each, text in content.texts if each == kind)


def _find_name(part: "Message[str, str]") -> str:
    """The file's name, decoded and without folders, or ""."""
    try:
        given = decode_value(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):  # a name in a damaged encoding
        given = ""
    return clean_name(given)


def clean_name(given: str) -> str:
    """A file's name without folders, its suffix kept if it is too long."""
    name = one_line(re.split(r"[/\\]", given)[-1])
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 20]}…{name[-19:]}"


def _name_by_kind(kind: str) -> str:
    suffix = {"text/calendar": ".ics", "text/csv": ".csv", "application/pdf": ".pdf"}
    return _NO_NAME + suffix.get(kind, "")


def _write_report(part: "Message[str, str]") -> str:
    return "\n".join(f"{name}: {decode_value(value)}" for name, value in _raw_headers(part))


def join_flowed(text: str, delete_space: bool) -> str:
    """Join the lines of a text that a mail program has wrapped (RFC 3676)."""
    joined: list[list[str]] = []
    open_depth = -1
    """How deep the line before is quoted, if it goes on; −1 if it does not."""
    for line in text.splitlines():
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        goes_on = content.endswith(" ") and content != "-- "
        if goes_on and delete_space:
            content = content[:-1]
        if depth == open_depth and content != "-- ":
            joined[-1].append(content)
        else:
            joined.append([f"{'>' * depth} " if depth else "", content])
        open_depth = depth if goes_on else -1
    return "\n".join("".join(parts) for parts in joined)
