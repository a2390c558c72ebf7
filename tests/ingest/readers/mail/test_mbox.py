"""Mailboxes: each message is a page."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.readers import Source, format_of, formats
from rag.errors import DocumentError

BEGIN = b"From ann@x.org Mon Mar  2 09:00:00 2026\n"


def read(data: bytes) -> Source:
    return formats()["mbox"].readers[0](data, lambda *_: None)


def message(subject: bytes, text: bytes) -> bytes:
    return BEGIN + b"From: ann@x.org\nSubject: " + subject + b"\n\n" + text + b"\n\n"


def test_messages_are_pages_in_their_order() -> None:
    source = read(message(b"One", b"First.") + message(b"Two", b"Second."))
    assert source.text == (
        "# One\n\nFrom: ann@x.org\nSubject: One\n\nFirst.\n\n"
        "# Two\n\nFrom: ann@x.org\nSubject: Two\n\nSecond.\n"
    )
    assert source.layout is not None
    assert [source.layout.page(source.text.index(word)) for word in ("First", "Second")] == [1, 2]


def test_lines_that_look_like_a_beginning_are_text() -> None:
    text = b">From here on.\nFrom there at 10:00\n\nFrom nowhere.\n"
    source = read(message(b"One", text) + message(b"Two", b"Hi."))
    assert "\n\nFrom here on.\nFrom there at 10:00\n\nFrom nowhere.\n\n# Two" in source.text


def test_a_mailbox_that_python_wrote_is_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "a.mbox")
    for number in range(3):
        mail = EmailMessage()
        mail["Subject"] = f"Number {number}"
        mail.set_content("From the start.\n")
        mail.add_attachment(f"Note {number}.\n", filename="a.txt")
        box.add(mail)
    box.close()
    text = read((tmp_path / "a.mbox").read_bytes()).text
    assert text.count("From the start.") == 3
    assert all(f"## Attachment: a.txt\n\nNote {number}." in text for number in range(3))


def test_a_mailbox_with_windows_line_ends_is_read() -> None:
    data = (message(b"One", b"First.") + message(b"Two", b"Second.")).replace(b"\n", b"\r\n")
    assert read(data).text.count("# ") == 2


def test_encrypted_and_damaged_messages_are_counted_and_the_others_read() -> None:
    source = read(
        message(b"One", b"-----BEGIN PGP MESSAGE-----\nabc") + BEGIN + b"nothing\n\n"
        + message(b"Two", b"Second.")
    )  # fmt: skip
    assert source.warning == "1 of 3 messages are encrypted; 1 of 3 messages are damaged"
    assert "Second." in source.text
    assert "abc" not in source.text


def test_what_is_no_mailbox_is_refused() -> None:
    with pytest.raises(DocumentError, match="not a mailbox"):
        read(b"Subject: x\n\nFrom here.\n")


def test_the_file_of_a_mail_program_needs_no_suffix() -> None:
    assert format_of("mail/mbox") == "mbox"
