"""Opens the zip archives of XML parts that Office files and books are, within limits.

The size that an archive declares is checked before anything is unpacked, and again while it is
unpacked; nothing is written to the disk. XML may not declare entities, and its depth is limited.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Mapping
from xml.parsers import expat

from ingest.readers.shared.writer import one_line
from rag.errors import DocumentError

_MOST_MEMBERS = 20_000
_MOST_UNPACKED = 512 << 20
"""Bytes, of all members together."""
_MOST_READ = 2 * _MOST_UNPACKED
"""Bytes that are handed out; a file may name one part a million times."""
_LARGEST_PART = 128 << 20
"""Bytes, of one XML part."""
_RATIO_FROM = 8 << 20
_HIGHEST_RATIO = 120
"""How many times larger than its packed form a part of more than _RATIO_FROM bytes may be; the
ratio of text that people wrote is below 30."""
_DEEPEST = 500
"""Depth of nested elements."""

_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
)  # fmt: skip
"""What is raised for a damaged part."""

Attributes = Mapping[str, str]
"""An element's attributes by local name."""


class Archive:
    """The parts of a zip archive, by name.

    :param kind: what the file should be, with its article, for messages.
    :raises DocumentError: it is no zip archive, is encrypted, or is too large when unpacked.
    """

    def __init__(self, data: bytes, kind: str) -> None:
        self._kind = kind
        self._read = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DocumentError(f"damaged: not {kind}, whose parts are zipped") from error
        members = self._zip.infolist()
        if len(members) > _MOST_MEMBERS:
            raise DocumentError(f"refused: it has more than {_MOST_MEMBERS:,} parts")
        if any(member.flag_bits & 1 for member in members):
            raise DocumentError("encrypted: save it without a password")
        if sum(member.file_size for member in members) > _MOST_UNPACKED:
            raise DocumentError(f"refused: it unpacks to more than {_MOST_UNPACKED >> 20} MB")
        self._members = {member.filename: member for member in members}

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """Unpack a part.

        :raises DocumentError: it is missing, damaged, or larger than it may be.
        """
        member = self._members.get(name)
        if member is None:
            raise DocumentError(f"damaged: its part {name} is missing, so it is not {self._kind}")
        most = _LARGEST_PART
        if member.file_size > _RATIO_FROM:
            most = min(most, member.compress_size * _HIGHEST_RATIO)
        if member.file_size > most:
            raise DocumentError(
                f"refused: its part {name} unpacks from {member.compress_size:,} bytes to "
                f"{member.file_size:,}, which is too much for a document"
            )
        self._read += member.file_size
        if self._read > _MOST_READ:
            raise DocumentError(f"refused: its parts are used for more than {_MOST_READ >> 20} MB")
        try:
            with self._zip.open(member) as part:
                data = part.read(member.file_size + 1)
        except _UNREADABLE as error:
            raise DocumentError(f"damaged: its part {name} cannot be unpacked") from error
        if len(data) > member.file_size:
            raise DocumentError(f"damaged: its part {name} is larger than it says")
        return data

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: id → (the last word of its type, the part's name)."""
        folder, name = posixpath.split(part)
        listing = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        found: dict[str, tuple[str, str]] = {}
        elements = find_elements(self.read(listing), "Relationship") if listing in self else []
        for element in elements:
            if element.get("TargetMode") != "External":
                target = element.get("Target", "")
                place = target[1:] if target.startswith("/") else posixpath.join(folder, target)
                kind = element.get("Type", "").rsplit("/", 1)[-1]
                found[element.get("Id", "")] = kind, posixpath.normpath(place)
        return found

    def part_of(self, kind: str) -> str:
        """The name of the part that the file as a whole names as of this kind, or ""."""
        return next((part for found, part in self.relations("").values() if found == kind), "")

    @property
    def title(self) -> str:
        """The title in an Office file's properties, or ""."""
        properties = self.part_of("core-properties")
        return title_of(self.read(properties)) if properties in self else ""


def title_of(data: bytes) -> str:
    """The title in an Office file's or a book's metadata."""
    found: list[str] = []
    inside = False

    def start(tag: str, _: Attributes) -> None:
        nonlocal inside
        inside = tag == "title" and not found

    def end(_: str) -> None:
        nonlocal inside
        inside = False

    parse(data, start, end, lambda words: found.append(words) if inside else None)
    return one_line("".join(found))


def find_elements(data: bytes, tag: str) -> list[Attributes]:
    """The attributes of every element of this name, in their order."""
    found: list[Attributes] = []
    parse(data, lambda name, attributes: found.append(attributes) if name == tag else None)
    return found


def parse(
    data: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse XML and send its elements to functions, names without namespaces, in constant memory.

    :raises DocumentError: it is no XML, declares entities, or nests too deep.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise DocumentError(f"refused: its XML is nested more than {_DEEPEST} deep")
        named = {_local(key): value for key, value in attributes.items()}
        if len(named) < len(attributes):  # id and r:id: the one with a namespace counts
            named |= {_local(key): value for key, value in attributes.items() if " " in key}
        start(_local(name), named)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(_local(name))

    def on_entity(*_: object) -> None:
        raise DocumentError("refused: its XML declares entities, which office programs never do")

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.EntityDeclHandler = on_entity
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter two: its encoding
        raise DocumentError(f"damaged: its XML is invalid ({error})") from error


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1]
