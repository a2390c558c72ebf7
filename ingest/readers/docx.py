"""Reads Word documents: paragraphs with their numbers, tables, notes, comments, charts."""

from ingest.readers import Format, Source, Tell
from ingest.readers.office.comments import read_comments
from ingest.readers.office.embedded import read_embedded
from ingest.readers.office.numbering import Numbering, read_numbering
from ingest.readers.office.parts import Parts
from ingest.readers.office.styles import Styles, read_styles
from ingest.readers.office.word_body import Surroundings, WordBody
from ingest.readers.shared.archive import Archive, Attributes, parse
from ingest.readers.shared.writer import Writer
from rag.errors import DocumentError

_NAME = "a Word document"
_DEEPEST = 3
"""Documents in documents."""


def read(data: bytes, _tell: Tell) -> Source:
    """The document's body, its footnotes after it."""
    return _read(data, 1)


def _read(data: bytes, depth: int) -> Source:
    archive = Archive(data, _NAME)
    main = archive.part_of("officeDocument") or "word/document.xml"
    related = archive.relations(main)
    named = {kind: part for kind, part in related.values() if part in archive}
    styles = read_styles(archive.read(named["styles"])) if "styles" in named else Styles()
    parts = Parts(archive)
    around = Surroundings(parts, styles)
    if "numbering" in named:
        numbering = parts.read(named["numbering"], lambda part: read_numbering(part, styles))
        around.numbering = numbering or Numbering()
    if "comments" in named:
        around.comments = parts.read(named["comments"], read_comments) or {}
    body = _Body(around, related, Writer(), depth)
    parse(archive.read(main), body.start, body.end, body.text)
    for kind in ("footnotes", "endnotes"):
        if kind in named:
            notes = WordBody(around, archive.relations(named[kind]), body.writer)
            parse(archive.read(named[kind]), notes.start, notes.end, notes.text)
    body.write_comments(around.comments.values())
    title = body.title or archive.title or body.writer.title
    return Source(body.writer.text, title, parts.warning, asides=tuple(body.writer.asides))


class _Body(WordBody):
    """A body that takes in files."""

    def __init__(
        self, around: Surroundings, related: dict[str, tuple[str, str]], writer: Writer, depth: int
    ) -> None:
        super().__init__(around, related, writer)
        self._parts = around.parts
        self._files = {id_: part for id_, (kind, part) in related.items() if kind == "aFChunk"}
        self._depth = depth

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "altChunk":
            part = self._files.get(attributes.get("id", ""), "")
            taken = self._parts.read(part, self._read_file) if part else None
            if taken is not None:
                self.writer.insert(taken.text, taken.asides)
                if taken.warning:
                    self._parts.leave_out(taken.warning)
        super().start(tag, attributes)

    def _read_file(self, data: bytes) -> Source:
        return read_embedded(data, self._read_document)

    def _read_document(self, data: bytes) -> Source:
        if self._depth == _DEEPEST:
            raise DocumentError(f"refused: documents are nested more than {_DEEPEST} deep")
        return _read(data, self._depth + 1)


FORMAT = Format(
    name=_NAME, suffixes=(".docx", ".docm", ".dotx"), readers=(read,), version=2, signature=b"PK"
)
