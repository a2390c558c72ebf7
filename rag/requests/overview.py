"""What a document is about, in its own sentences."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np

from rag.answers.lines.line import is_fragment
from rag.english.patterns.requests.sections import REFERENCES, SUMMARY
from rag.library.catalog import Catalog, StoredChunk, chunk_id
from rag.requests.key_sentences import SentenceInText, choose_varied, score_sentences
from rag.requests.sections import Section
from rag.retrieval.search import make_passage
from rag.text.sentences import sentence_spans
from rag.text.tables import is_row
from rag.text.terms import fold
from rag.types import HEADING_SEPARATOR, Embed, FloatArray, Passage

_MOST_CHUNKS = 400
"""Of a document that are looked at; of a longer one, every second, third, …"""
_TYPICAL_CHUNKS = 10
"""The chunks most like the whole document, whose sentences are looked at."""
_OPENING_CHUNKS = 3
_MOST_SENTENCES = 80
_SHORTEST, _LONGEST = 6, 60
"""Words of a sentence that may stand in an overview."""
_OF_PARAGRAPH, _ENOUGH = 30, 8
"""Words of sentences that make a paragraph; sentences in such paragraphs that are enough."""
_LONGEST_LINE = 200
_FEWEST_LETTERS = 3
"""Of a line that tells something of a text without sentences."""
_ENDS = (".", "!", "…", "。", ".”", '."', ".)", ".’", ".'")


@dataclass(frozen=True, slots=True)
class KeySentence:
    """A sentence of an overview: ``passage.text[start:end]``."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence as it stands in its document."""
        return self.passage.text[self.start : self.end]


class OverviewMaker:
    """Chooses the sentences of overviews; each document's are kept while it stays as it is."""

    def __init__(self, catalog: Catalog, embed: Embed) -> None:
        self._catalog = catalog
        self._embed = embed
        self.choose = lru_cache(maxsize=256)(self._choose)

    def _choose(
        self, document_id: str, number: int, section: Section | None = None
    ) -> tuple[KeySentence, ...]:
        """Choose so many key sentences of a document, in their order; fewer of a short one.

        :param section: the part of it that is looked at; default: all of it.
        """
        chunks = self._read_chunks(document_id)
        if section:
            chunks = [chunk for chunk in chunks if section.holds(chunk.heading)]
        if not chunks:
            return ()
        vectors = np.stack([chunk.vector for chunk in chunks])
        centre = vectors.mean(axis=0)
        centre = np.asarray(centre / (np.linalg.norm(centre) or 1), dtype=np.float32)
        found = _prefer_paragraphs(_find_sentences(_choose_chunks(chunks, vectors @ centre)))
        if not found:
            return tuple(islice(_find_lines(chunks), number))
        texts = [each.text for each in found]
        embedded = self._embed([*texts, chunks[0].title])
        views = [
            SentenceInText(text, place, len(found), float(vector @ centre), float(vector @ title))
            for title in [embedded[-1]]
            for place, (text, vector) in enumerate(zip(texts, embedded[:-1], strict=True))
        ]
        sections = [each.passage.heading.split(HEADING_SEPARATOR)[0] for each in found]
        chosen = choose_varied(score_sentences(views), embedded[:-1], number, sections)
        return tuple(found[place] for place in chosen)

    def read_passages(self, document_id: str, section: Section | None = None) -> list[Passage]:
        """Read the passages of a document or of a section, in their order; no list of references.

        Of a very long document, some are left out.
        """
        return [
            make_passage(chunk)
            for chunk in self._read_chunks(document_id)
            if (not section or section.holds(chunk.heading)) and not _is_headed(chunk, REFERENCES)
        ]

    def read_sentences(self, document_id: str) -> list[KeySentence]:
        """Read the whole sentences of a document, in their order."""
        return _find_sentences(self._read_chunks(document_id), most=_MOST_CHUNKS)

    def _read_chunks(self, document_id: str) -> list[StoredChunk]:
        """The document's chunks in their order; of many, some."""
        count = self._catalog.count_chunks(document_id)
        step = -(-count // _MOST_CHUNKS) or 1
        places = sorted({*range(min(count, _OPENING_CHUNKS)), *range(0, count, step)})
        stored = self._catalog.chunks([chunk_id(document_id, place) for place in places])
        return sorted(stored.values(), key=lambda chunk: chunk.start)


def _choose_chunks(chunks: Sequence[StoredChunk], typical: FloatArray) -> list[StoredChunk]:
    """The section that sums up, if there is one, else the opening and what is typical."""
    summing_up = [chunk for chunk in chunks if _is_headed(chunk, SUMMARY)]
    best = [int(place) for place in np.argsort(-typical, kind="stable")[:_TYPICAL_CHUNKS]]
    opening = range(min(_OPENING_CHUNKS, len(chunks)))
    chosen = [chunks[place] for place in sorted({*opening, *best})]
    return summing_up or [chunk for chunk in chosen if not _is_headed(chunk, REFERENCES)]


def _is_headed(chunk: StoredChunk, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(part.strip()) for part in chunk.heading.split(HEADING_SEPARATOR))


def _find_sentences(
    chunks: Sequence[StoredChunk], most: int = _MOST_SENTENCES
) -> list[KeySentence]:
    """The whole sentences of prose in the chunks."""
    found = []
    for chunk in chunks:
        passage = make_passage(chunk)
        headings = {chunk.title, *chunk.heading.split(HEADING_SEPARATOR)}
        for start, end in sentence_spans(chunk.text):
            text = chunk.text[start:end]
            beside = any(a.start < end and start < a.end for a in chunk.asides)
            if (
                _SHORTEST <= len(text.split()) <= _LONGEST
                and text.endswith(_ENDS)
                and text not in headings
                and not beside
                and not is_row(text)
                and not is_fragment(text)
            ):
                found.append(KeySentence(passage, start, end))
    return found[:most]


def _prefer_paragraphs(found: list[KeySentence]) -> list[KeySentence]:
    """Keep the sentences of paragraphs, where there are enough: a line alone may be a note."""
    places = [
        (each.passage.chunk_id, each.passage.text.count("\n\n", 0, each.start)) for each in found
    ]
    words: Counter[tuple[str, int]] = Counter()
    for place, each in zip(places, found, strict=True):
        words[place] += len(each.text.split())
    kept = [
        each for place, each in zip(places, found, strict=True) if words[place] >= _OF_PARAGRAPH
    ]
    return kept if len(kept) >= _ENOUGH else found


def _find_lines(chunks: Sequence[StoredChunk]) -> Iterator[KeySentence]:
    """The lines that have words: what there is to show of a text without sentences."""
    for chunk in chunks:
        headings = {fold(part) for part in chunk.heading.split(HEADING_SEPARATOR)}
        lines = [line for line in re.finditer(r"\S[^\n]*", chunk.text) if _has_words(line[0])]
        below = [line for line in lines if fold(line[0]).strip("# ") not in headings]
        for line in below or lines:
            end = min(len(line[0].rstrip()), _LONGEST_LINE)
            yield KeySentence(make_passage(chunk), line.start(), line.start() + end)


def _has_words(line: str) -> bool:
    return sum(map(str.isalpha, line)) >= _FEWEST_LETTERS
