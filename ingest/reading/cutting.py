"""Cuts a document's text into chunks; the work of a child process, like reading it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.passages.headings import CountTokens, shorten_title
from ingest.reading.gate import check_line
from ingest.references import find_references
from ingest.split import Chunk, split
from rag.errors import DocumentError
from rag.languages.identify import identify_language
from rag.types import Aside

_LONGEST_HEADING = 4_000
"""Characters of all the headings above a chunk together."""


@dataclass(frozen=True, slots=True)
class CutText:
    """A text in chunks, and what is known of it then.

    :param title: shortened so that it leaves room for the chunks.
    :param content_hash: of the text.
    :param references: the entries of its list of references.
    :param language: as an ISO 639-1 code; "" where it is not told.
    """

    title: str
    content_hash: str
    chunks: Sequence[Chunk]
    references: Sequence[Aside]
    language: str


def cut_text(
    text: str,
    title: str,
    count_tokens: CountTokens,
    max_tokens: int,
    *,
    markdown: bool,
    cuts: Sequence[int] | None = None,
) -> CutText:
    """Cut a text into chunks.

    :param max_tokens: of a chunk; see :func:`ingest.split.split`.
    :param markdown: whether a line that begins with ``#`` is a heading.
    :param cuts: where chunks begin, if that is settled.
    """
    title = shorten_title(title, count_tokens, max_tokens)
    chunks = split(text, title, count_tokens, max_tokens, markdown=markdown, cuts=cuts)
    content_hash = hashlib.sha256(text.encode()).hexdigest()
    references = tuple(find_references(text)) if markdown else ()
    return CutText(title, content_hash, chunks, references, identify_language(text))


def pack_cut(cut: CutText) -> dict[str, Any]:
    """Write it as JSON values, the chunks without their text; :func:`unpack_cut` reads them."""
    return {
        "title": cut.title,
        "hash": cut.content_hash,
        "chunks": [[chunk.start, chunk.end, chunk.heading] for chunk in cut.chunks],
        "references": [[aside.start, aside.end] for aside in cut.references],
        "language": cut.language,
    }


def unpack_cut(fields: dict[str, Any], text: str) -> CutText:
    """Read what :func:`pack_cut` wrote about a text.

    :raises DocumentError: the chunks do not tile it.
    """
    chunks, end = [], 0
    for start, stop, heading in fields["chunks"]:
        if start != end or stop <= start:
            break
        chunks.append(Chunk(start, stop, text[start:stop], check_line(heading, _LONGEST_HEADING)))
        end = stop
    if end != len(text):
        raise DocumentError("it cannot be cut into passages")
    references = tuple(Aside(start, stop, "reference") for start, stop in fields["references"])
    return CutText(fields["title"], fields["hash"], chunks, references, fields["language"])
