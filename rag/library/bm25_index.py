"""The lexical index: BM25 over search terms, by tantivy, in a folder of the home.

tantivy gets the terms of :mod:`rag.text.terms`, joined by spaces, so that indexing, searching and
counting use one tokenisation. A chunk in another language than English has the terms of its own
language besides, so that a question finds it whether or not its language is recognised. The index
is memory-mapped, follows the catalog, and is rebuilt from it when it cannot be trusted.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rag.languages.identify import ENGLISH, identify_language
from rag.library.catalog import StoredChunk
from rag.library.index_protocols import Hits
from rag.library.unindexed import best_hits
from rag.text.terms import question_terms, terms
from rag.types import EVERYTHING, Filter

if TYPE_CHECKING:
    from tantivy import Index, Query, Schema, Searcher

_WRITER_BYTES = 64_000_000
_MAGIC = 1337


class Bm25Index:
    """The best chunks by BM25 (k1 1.2, b 0.75) over their title, heading and text.

    :param folder: where tantivy keeps its files, made when it is missing; None: in memory.
    """

    name: ClassVar[str] = "lexical"
    version: ClassVar[int] = 3
    """Raised when :mod:`rag.text.terms` or the fields change, so that older indexes are rebuilt."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._opened: tuple[Index, Schema, Searcher] | None = None

    def close(self) -> None:
        """Close the files; the next use opens them again and sees what others wrote."""
        self._opened = None

    def count(self) -> int:
        return int(self._open()[2].num_docs)

    def search(self, text: str, limit: int, where: Filter = EVERYTHING) -> Hits:
        """Find the best chunks: their ids and BM25 scores, best first; [] when no term is known.

        :param where: from :meth:`rag.library.catalog.Catalog.resolve_filter`.
        """
        from tantivy import Occur, Query

        _, schema, searcher = self._open()
        wanted = sorted(set(question_terms(text, identify_language(text))))
        if not wanted:
            return []
        query = Query.boolean_query(
            [(Occur.Should, Query.term_query(schema, "terms", term)) for term in wanted]
        )
        conditions = _tantivy_filter(schema, where)
        if conditions:
            must = [Query.const_score_query(condition, 0.0) for condition in conditions]
            query = Query.boolean_query([(Occur.Must, each) for each in (query, *must)])
        hits = searcher.search(query, limit, count=False).hits
        return [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in hits]

    def count_term(self, term: str) -> tuple[int, int]:
        """Count the chunks that have this term, and all chunks."""
        searcher = self._open()[2]
        return int(searcher.doc_freq("terms", term)), int(searcher.num_docs)

    def warm_up(self) -> None:
        """Read from the disk what the first search needs; damaged files raise anything."""
        self._open()

    def find_defect(self, expected: Iterable[Sequence[StoredChunk]]) -> str:
        """Compare the index with the chunks that it should hold; return what differs, or ""."""
        for file in sorted(self._folder.iterdir()) if self._folder else ():
            if not _has_right_checksum(file):
                return f"{file.name} is damaged"
        searcher = self._open()[2]
        for chunks in expected:
            for chunk in chunks:
                if not searcher.doc_freq("id", chunk.id):
                    return f"the chunk {chunk.id} is missing"
        return ""

    def remove(self, ids: Sequence[str]) -> None:
        """Delete these chunks; an unknown id is ignored."""
        self._write(ids, ())

    def add(self, chunks: Sequence[StoredChunk]) -> None:
        """Store chunks; each replaces an earlier one with its id."""
        self._write([chunk.id for chunk in chunks], chunks)

    def _write(self, removed: Sequence[str], added: Sequence[StoredChunk]) -> None:
        from tantivy import Document

        index, schema, _ = self._open()
        writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        for id_ in removed:
            writer.delete_documents_by_term("id", id_)
        for chunk in added:
            document = Document(
                id=chunk.id,
                document=chunk.document_id,
                added=chunk.added,
                terms=" ".join(_list_terms(chunk)),
            )
            if chunk.page is not None:
                document.add_unsigned("page", chunk.page)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._opened = index, schema, index.searcher()

    def _open(self) -> tuple[Index, Schema, Searcher]:
        if self._opened is None:
            from tantivy import Index, SchemaBuilder

            schema = (
                SchemaBuilder()
                .add_text_field("id", stored=True, tokenizer_name="raw")
                .add_text_field("document", tokenizer_name="raw", index_option="basic")
                .add_unsigned_field("page", fast=True)
                .add_float_field("added", fast=True)
                .add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
                .build()
            )
            if self._folder is None:
                index = Index(schema)
            else:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                index = Index(schema, path=str(self._folder), reuse=True)
            self._opened = index, schema, index.searcher()
        return self._opened


class LexicalSearch:
    """BM25 over several indexes, each with chunks of its own."""

    def __init__(self, parts: Sequence[Bm25Index]) -> None:
        self._parts = parts

    def count(self) -> int:
        return sum(part.count() for part in self._parts)

    def search(self, text: str, limit: int, where: Filter = EVERYTHING) -> Hits:
        """Find the best chunks, as :meth:`Bm25Index.search` does."""
        return best_hits(
            (hit for part in self._parts for hit in part.search(text, limit, where)), limit
        )

    def idf(self, term: str) -> float:
        """BM25's inverse document frequency of a term of :func:`rag.text.terms.terms`, ≥ 0.

        ``ln(1 + (N − n + ½) / (n + ½))`` for n of N chunks with the term (Robertson & Zaragoza
        2009, with the 1 that keeps it positive); it is highest for a term that no chunk has.
        """
        with_term, chunks = (sum(n) for n in zip(*self._counts(term), strict=True))
        return math.log(1 + max(0.0, chunks - with_term + 0.5) / (with_term + 0.5))

    def has_term(self, term: str) -> bool:
        """Whether any chunk has this term of :func:`rag.text.terms.terms`."""
        return any(with_term for with_term, _ in self._counts(term))

    def _counts(self, term: str) -> list[tuple[int, int]]:
        return [part.count_term(term) for part in self._parts]


def _list_terms(chunk: StoredChunk) -> list[str]:
    text = f"{chunk.title} {chunk.heading} {chunk.text}"
    found, language = terms(text), identify_language(chunk.text)
    if language in ("", ENGLISH):
        return found
    known = set(found)
    return found + [term for term in terms(text, language=language) if term not in known]


def _has_right_checksum(file: Path) -> bool:
    """Whether a file of tantivy's has the checksum that its own footer states.

    A footer is JSON with a ``crc``, followed by its length and a magic number, 4 bytes each
    (tantivy's ``directory/footer.rs``); the lists of files are plain JSON, locks are empty.
    """
    if file.suffix == ".lock":
        return True
    data = file.read_bytes()
    try:
        if file.suffix == ".json":
            json.loads(data)
            return True
        length, magic = struct.unpack("<II", data[-8:])
        footer = json.loads(data[-8 - length : -8])
        return bool(magic == _MAGIC and footer["crc"] == zlib.crc32(data[: -8 - length]))
    except (ValueError, KeyError, TypeError, struct.error):
        return False


def _tantivy_filter(schema: Schema, where: Filter) -> list[Query]:
    """A filter in tantivy's form: queries that must all match."""
    from tantivy import FieldType, Query

    conditions = []
    if where.documents is not None:
        conditions.append(Query.term_set_query(schema, "document", list(where.documents)))
    if where.pages is not None:
        first, last = where.pages
        conditions.append(Query.range_query(schema, "page", FieldType.Unsigned, first, last))
    ranged = partial(Query.range_query, schema, "added", FieldType.Float)
    if where.added_from is not None:
        conditions.append(ranged(where.added_from, None))
    if where.added_before is not None:
        conditions.append(ranged(None, where.added_before, include_upper=False))
    return conditions
