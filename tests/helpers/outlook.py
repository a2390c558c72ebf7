"""Outlook messages, made as compound files (MS-CFB) with a message's properties (MS-OXMSG)."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from itertools import pairwise

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
