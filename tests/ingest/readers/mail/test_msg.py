"""Outlook messages, made as compound files (MS-CFB) with a message's properties (MS-OXMSG)."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from ingest.readers import Source, formats
from ingest.reading.load import load
from rag.errors import DocumentError

Storage = dict[str, "bytes | Storage"]
_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE


def compound(root: Storage) -> bytes:
    """A compound file with these storages; streams are padded with zeros to 4,096 bytes."""
    sectors: list[bytes] = []
    chain: list[int] = []
    entries: list[tuple[str, int, int, int, int]] = []
    """Name, kind, child, start and size of each."""

    def put(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512)]
        sectors.extend(pieces)
        chain.extend([*range(start + 1, start + len(pieces)), _END])
        return start

    siblings: dict[int, int] = {}

    def add(storage: Storage) -> int:
        """Add the content of a storage; the number of its first entry."""
        numbers = []
        for name in sorted(storage, key=lambda each: (len(each), each.upper())):
            content, number = storage[name], len(entries)
            entries.append((name, 0, 0, 0, 0))
            numbers.append(number)
            if isinstance(content, bytes):
                entries[number] = name, 2, _FREE, put(content.ljust(4096, b"\0")), len(content)
            else:
                entries[number] = name, 1, add(content), 0, 0
        siblings.update(pairwise(numbers))
        return numbers[0] if numbers else _FREE

    entries.append(("Root Entry", 5, 0, 0, 0))
    entries[0] = "Root Entry", 5, add(root), _END, 0
    directory = b"".join(
        (name + "\0").encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, _FREE, siblings.get(at, _FREE), child)
        + bytes(36)
        + struct.pack("<IQ", start, max(size, 4096) if kind == 2 else 0)
        for at, (name, kind, child, start, size) in enumerate(entries)
    )
    first = put(directory)
    tables = -(-(len(chain) + 8) // 128)
    places = range(len(sectors), len(sectors) + tables)
    table = struct.pack(f"<{len(chain)}I", *chain) + struct.pack("<I", 0xFFFFFFFD) * tables
    sectors.extend(table[at : at + 512].ljust(512, b"\xff") for at in range(0, 512 * tables, 512))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6xII", 62, 3, 0xFFFE, 9, 6, 0, tables)
        + struct.pack("<7I", first, 0, 4096, _END, 0, _END, 0)
        + struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    )
    return header + b"".join(sectors)


def fixed(size: int, **values: bytes) -> bytes:
    """The stream of a storage's properties of fixed length, by tag and type: ``t00390040``."""
    entries = (
        struct.pack("<HHI", int(key[5:], 16), int(key[1:5], 16), 6) + value.ljust(8, b"\0")
        for key, value in values.items()
    )
    return bytes(size) + b"".join(entries)


def texts(encoding: str = "utf-16-le", kind: str = "001F", **values: str) -> Storage:
    """Streams of texts by tag: ``t0037``."""
    return {f"__substg1.0_{key[1:]}{kind}": value.encode(encoding) for key, value in values.items()}


def message(header: int = 32, **values: str) -> Storage:
    moment = datetime(2026, 3, 3, 8, 15, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)
    ticks = struct.pack("<Q", int(moment.total_seconds()) * 10**7)
    people: Storage = {}
    for number, (name, kind) in enumerate([("Bob Stone", 1), ("Cy Grey", 2)]):
        people[f"__recip_version1.0_#{number:08X}"] = {
            **texts(t3001=name, t39FE=f"{name[:3].strip().lower()}@x.org"),
            "__properties_version1.0": fixed(8, t0C150003=struct.pack("<I", kind)),
        }
    given = {"t0037": "Tea", "t0C1A": "Ann Lee", "t5D01": "ann@x.org"} | values
    return {**texts(**given), **people, "__properties_version1.0": fixed(header, t00390040=ticks)}


def attached(name: str, data: bytes) -> Storage:
    return {**texts(t3707=name), "__substg1.0_37010102": data, "__properties_version1.0": fixed(8)}


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
