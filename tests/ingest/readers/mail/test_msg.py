"""Outlook messages: their fields, texts and attachments."""

from __future__ import annotations

import struct

import pytest
from outlook import Storage, attached, compound, fixed, message, texts

from ingest.readers import Source, formats
from ingest.reading.load import load
from rag.errors import DocumentError


def read(root: Storage) -> Source:
    return formats()["msg"].readers[0](compound(root), lambda *_: None)


FIELDS = (
    "From: Ann Lee <ann@x.org>\nTo: Bob Stone <bob@x.org>\nCc: Cy Grey <cy@x.org>\n"
    "Date: Tuesday, 3 March 2026, 08:15 UTC\nSubject: Tea\n"
)


def test_properties_become_fields_and_the_text_follows() -> None:
    source = read(message(t1000="Come at noon – really.\r\n"))
    assert source.text == f"# Tea\n\n{FIELDS}\nCome at noon – really.\n"
    assert source.title == "Tea"


def test_the_headers_that_came_with_a_message_are_preferred() -> None:
    headers = "From: Ann <a@y.org>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
    text = read(message(t007D=headers, t1000="x")).text
    assert "From: Ann <a@y.org>\nTo: Bob Stone <bob@x.org>" in text
    assert "Date: Monday, 2 March 2026, 10:00 UTC" in text


def test_an_old_message_is_decoded_by_its_code_page() -> None:
    root = message()
    del root["__substg1.0_0037001F"]
    root |= texts("cp1251", "001E", t0037="Привет", t1000="Чай в полдень, приходите все")
    root["__properties_version1.0"] = fixed(32, t3FFD0003=struct.pack("<I", 1251))
    source = read(root)
    assert source.title == "Привет"
    assert "Чай в полдень" in source.text


def test_a_message_without_plain_text_is_read_as_a_page() -> None:
    root = message()
    root["__substg1.0_10130102"] = b"<p>Come <b>soon</b>.</p><ul><li>tea</ul>"
    assert read(root).text.endswith("\n\nCome soon.\n\n- tea\n")


def test_a_message_that_has_rich_text_alone_is_read() -> None:
    from compressed_rtf import compress

    root = message()
    packed = compress(rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 Come.}")
    root["__substg1.0_10090102"] = packed
    assert read(root).text.endswith("\n\nCome.\n")
    root["__substg1.0_10090102"] = packed[:30]
    assert read(root).warning.startswith("its text is left out: damaged")


def test_attached_files_are_read_and_earlier_messages_recognised() -> None:
    text = "Yes.\r\n\r\nFrom: Bob\r\nSent: Monday\r\nTo: Ann\r\n\r\nTea?\r\n"
    root = message(t1000=text)
    root["__attach_version1.0_#00000000"] = attached("note.txt", b"Bring cake.".ljust(5000))
    source = read(root)
    assert "\nAttachments: note.txt\n\nYes.\n\n## Earlier messages\n\nFrom: Bob\n" in source.text
    assert source.text.endswith("## Attachment: note.txt\n\nBring cake.\n")


def test_a_message_in_a_message_is_read() -> None:
    inner = message(24, t0037="Inner", t1000="Inner text.")
    root = message(t1000="Outer text.")
    root["__attach_version1.0_#00000000"] = {
        **texts(t3001="Inner"),
        "__properties_version1.0": fixed(8),
        "__substg1.0_3701000D": inner,
    }
    source = read(root)
    assert "Outer text.\n\n## Attachment: Inner\n\nFrom: Ann Lee" in source.text
    assert source.text.endswith("Subject: Inner\n\nInner text.\n")


def test_an_encrypted_message_is_refused() -> None:
    root = message(t001A="IPM.Note.SMIME")
    root["__attach_version1.0_#00000000"] = attached("smime.p7m", b"0")
    with pytest.raises(DocumentError, match="encrypted, or packed in its signature"):
        read(root)


def test_another_file_of_the_same_kind_is_refused() -> None:
    with pytest.raises(DocumentError, match="not an Outlook message, but an old Office file"):
        read({"WordDocument": b"x"})


def test_a_truncated_message_is_refused_or_read_in_part() -> None:
    data = compound(message(t1000="Come."))
    for end in range(8, len(data), 301):
        try:
            source = formats()["msg"].readers[0](data[:end], lambda *_: None)
        except DocumentError as error:
            assert str(error)  # noqa: PT017 - either is right, but a sentence must be in it
        else:
            assert "Come." in source.text or "Tea" in source.text


def test_a_message_is_read_in_a_child_process() -> None:
    assert load("a.msg", compound(message(t1000="Come."))).title == "Tea"
    with pytest.raises(DocumentError, match="not an Outlook message"):
        load("a.msg", b"From: ann\n\nHi")
