"""Public retrieval sets as libraries, with the vectors of everything kept between runs.

A set's document is a row of its ``corpus.jsonl``, title and text; it is cut into chunks as ingest
does, and stored in a real catalog, Chroma and tantivy, in the bench's cache folder.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import Qrel, ScoredDoc, nDCG

from ingest.split import embedded_text, shorten_title, split
from rag.library.catalog import NewChunk, NewDocument
from rag.library.library import Library
from training.data.cached import CACHE, DATA, CachedEmbedder, FloatArray

SETS = ("bioasq-7b-9b", "squad2-dev-half", "pubmedqa")
TUNED_ON = "bioasq-7b-9b"


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

    def held_out(self) -> list[Asked]:
        """The questions that no weight was fitted on."""
        return [asked for asked in self.questions if not asked.tuned_on]


def load(name: str) -> RetrievalSet:
    """Load a set by the name of its folder. Half of the questions of one set are for tuning."""
    rows = [
        (row["_id"], row["title"].replace("_", " "), row["text"])
        for row in _lines(DATA / name / "corpus.jsonl")
    ]
    gold: dict[str, set[str]] = defaultdict(set)
    for line in (DATA / name / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, row_id, _ = line.split("\t")
        gold[question].add(row_id)
    questions = [
        Asked(
            row["_id"],
            row["text"].strip(),
            frozenset(gold[row["_id"]]),
            name == TUNED_ON and _number(row["_id"]) % 2 == 0,
        )
        for row in _lines(DATA / name / "queries.jsonl")
        if gold.get(row["_id"])
    ]
    return RetrievalSet(name, rows, questions)


def open_library(
    of: RetrievalSet,
    embedder: CachedEmbedder,
    tokens: int = 160,
    titled: bool = True,
    kind: str = "",
) -> Library:
    """Open the library of the set's rows; it is made when the cache has none.

    :param tokens: the longest chunk.
    :param titled: whether a chunk is embedded and indexed with its title.
    :param kind: names a library that is made in another way, by what was patched meanwhile.
    """
    home = CACHE / "-".join([of.name, str(tokens), *([] if titled else ["untitled"]), kind])
    if (home / "done").exists():
        return Library(home)
    shutil.rmtree(home, ignore_errors=True)
    documents = list(_documents(of, embedder, tokens, titled))
    embedder.save()
    made = Library(home, create=True)
    with made.writing():
        made.catalog.claim(embedder.identity)
        made.catalog.commit(documents)
    (home / "done").touch()
    return made


def _documents(
    of: RetrievalSet, embedder: CachedEmbedder, tokens: int, titled: bool
) -> Iterator[NewDocument]:
    for row_id, title, text in of.rows:
        shown = shorten_title(title if titled else "", embedder.count_tokens, tokens)
        pieces = split(text, shown, embedder.count_tokens, tokens)
        read = [embedded_text(shown, piece.heading, piece.text) for piece in pieces]
        chunks = [
            NewChunk(
                piece.start,
                piece.end,
                None,
                piece.heading,
                piece.text,
                hashlib.sha256(whole.encode()).hexdigest(),
                vector,
            )
            for piece, whole, vector in zip(pieces, read, embedder.embed(read), strict=True)
        ]
        yield NewDocument(row_id, row_id, shown, hashlib.sha256(text.encode()).hexdigest(), chunks)


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


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)
