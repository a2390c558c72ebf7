"""Libraries of a set's chunks in temporary folders, searched as the product searches."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.split import embedded_text
from rag.library.catalog import NewChunk, NewDocument, chunk_id
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.retrieval.search import PassageSearch
from rag.text.terms import terms
from rag.types import EVERYTHING, Filter, Passage
from training.data.public_sets import Chunk

_NOWHERE = "\0"
"""A term that no library has."""


class ChunkLibrary:
    """A real library of chunks; close it after the last search.

    It is opened with ``once``, so that a search of everything compares the question with every
    vector. Building Chroma takes about half a second, too long for the hundreds of small libraries
    that are made; it is built only where documents are left out.

    :param chunks: a ``group`` of them becomes one document.
    """

    def __init__(self, chunks: Sequence[Chunk], embedder: Embedder) -> None:
        self.chunks = list(chunks)
        self._groups: dict[str, list[Chunk]] = defaultdict(list)
        for chunk in self.chunks:
            self._groups[chunk.group].append(chunk)
        self._ids = {
            chunk.name: chunk_id(group, place)
            for group, members in self._groups.items()
            for place, chunk in enumerate(members)
        }
        self._folder = TemporaryDirectory(prefix="citespan-training-")
        self._library = Library(Path(self._folder.name), create=True, once=True)
        self._library.catalog.claim(embedder.identity)
        self._library.catalog.commit(
            [make_document(group, members, embedder) for group, members in self._groups.items()]
        )
        self._search = PassageSearch(self._library, embedder)
        lexical = self._library.lexical
        known = {term for chunk in self.chunks for term in terms(f"{chunk.title} {chunk.text}")}
        self._idf = {term: lexical.idf(term) for term in (*known, _NOWHERE)}

    def idf(self, term: str) -> float:
        """BM25's inverse document frequency by the lexical index; works after closing too."""
        return self._idf.get(term, self._idf[_NOWHERE])

    def chunk_ids(self, names: Collection[str]) -> frozenset[str]:
        """The ids of the named chunks, as passages have them; a chunk from elsewhere has none."""
        return frozenset(self._ids[name] for name in names if name in self._ids)

    def search(self, question: str, without: str = "") -> list[Passage]:
        """Find the passages that an answer is taken from, best first.

        :param without: a group of chunks that is left out.
        """
        others = tuple(group for group in self._groups if group != without)
        where = Filter(documents=others) if without else EVERYTHING
        return self._search.search(question, where=where, repeats=False)

    def close(self) -> None:
        """Delete the library."""
        self._library.close()
        self._folder.cleanup()


def make_document(name: str, chunks: Sequence[Chunk], embedder: Embedder) -> NewDocument:
    """Make a document whose text is these chunks, one after the other, under the first's title."""
    read = [embedded_text(chunk.title, "", chunk.text) for chunk in chunks]
    made, end = [], 0
    for chunk, whole, vector in zip(chunks, read, embedder.embed(read), strict=True):
        start, end = end, end + len(chunk.text)
        digest = hashlib.sha256(whole.encode()).hexdigest()
        made.append(NewChunk(start, end, None, "", chunk.text, digest, vector))
    content = hashlib.sha256("".join(chunk.text for chunk in chunks).encode()).hexdigest()
    return NewDocument(name, name, chunks[0].title, content, made)
