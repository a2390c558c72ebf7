"""Public retrieval sets as libraries, with the vectors of everything kept between runs.

A set's document is a row of its ``corpus.jsonl``, title and text; it is cut into chunks as ingest
does, and stored in a real catalog, Chroma and tantivy, in the bench's cache folder.
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field

import ir_measures
import numpy as np
from ir_measures import Qrel, ScoredDoc, nDCG

from ingest.passages.headings import shorten_title
from ingest.split import embedded_text, split
from rag.library.catalog import NewChunk, NewDocument
from rag.library.library import Library
from rag.settings import Settings
from training.data.cached import CACHE, CachedEmbedder, FloatArray
from training.data.public_sets import read_gold, read_set

SETS = ("bioasq-7b-9b", "squad2-dev-half", "pubmedqa")
TUNED_ON = "bioasq-7b-9b"
_TOKENS = Settings.model_fields["chunk_tokens"].default


@dataclass(frozen=True)
class Asked:
    """A question of a set.

    :param gold: the documents that answer it.
    :param tuned_on: whether weights may be fitted on it.
    """

    id: str
    text: str
    gold: frozenset[str]
    tuned_on: bool


@dataclass
class RetrievalSet:
    """A public set: rows of a corpus, and questions with the rows that answer them."""

    name: str
    rows: list[tuple[str, str, str]] = field(repr=False)
    questions: list[Asked] = field(repr=False)


def load(name: str) -> RetrievalSet:
    """Load a set by the name of its folder. Half of the questions of one set are for tuning."""
    corpus, queries = read_set(name)
    gold = read_gold(name)
    rows = [(row["_id"], row["title"].replace("_", " "), row["text"]) for row in corpus]
    questions = [
        Asked(row["_id"], row["text"].strip(), frozenset(gold[row["_id"]]), tuned_on)
        for row in queries
        if row["_id"] in gold
        for tuned_on in [name == TUNED_ON and int(_digest(row["_id"]), 16) % 2 == 0]
    ]
    return RetrievalSet(name, rows, questions)


def open_library(of: RetrievalSet, embedder: CachedEmbedder) -> Library:
    """Open the library of the set's rows; it is made when the cache has none."""
    home = CACHE / f"{of.name}-{_TOKENS}"
    if (home / "done").exists():
        return Library(home)
    shutil.rmtree(home, ignore_errors=True)
    documents = [_cut(*row, embedder) for row in of.rows]
    embedder.save()
    made = Library(home, create=True)
    with made.writing():
        made.catalog.claim(embedder.identity)
        made.catalog.commit(documents)
    (home / "done").touch()
    return made


def _cut(row_id: str, title: str, text: str, embedder: CachedEmbedder) -> NewDocument:
    shown = shorten_title(title, embedder.count_tokens, _TOKENS)
    pieces = split(text, shown, embedder.count_tokens, _TOKENS)
    read = [embedded_text(shown, piece.heading, piece.text) for piece in pieces]
    chunks = [
        NewChunk(each.start, each.end, None, each.heading, each.text, _digest(whole), vector)
        for each, whole, vector in zip(pieces, read, embedder.embed(read), strict=True)
    ]
    return NewDocument(row_id, row_id, shown, _digest(text), chunks)


def ndcg(questions: Sequence[Asked], rankings: Sequence[Sequence[str]]) -> FloatArray:
    """Compute nDCG@10 of each question from the documents found for it, best first."""
    run = [
        ScoredDoc(asked.id, found, -place)
        for asked, ranking in zip(questions, rankings, strict=True)
        for place, found in enumerate(dict.fromkeys(ranking))
    ]
    relevant = [Qrel(asked.id, row, 1) for asked in questions for row in asked.gold]
    measured = {m.query_id: m.value for m in ir_measures.iter_calc([nDCG @ 10], relevant, run)}
    return np.array([measured.get(asked.id, 0.0) for asked in questions], dtype=np.float32)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
