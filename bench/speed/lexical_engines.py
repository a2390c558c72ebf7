"""tantivy beside SQLite FTS5 as the lexical index: speed, memory, size, growing and shrinking.

Chunks are made of sentences of the public sets, drawn at random, so that words come as often as in
text; no new words come with size, which makes posting lists longer than in real libraries. Each
engine runs in a process of its own, and is given the terms that rag/text/terms.py makes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from bench.quality.retrieval_sets import SETS, load
from rag.library.bm25_index import Bm25Index
from rag.library.catalog import StoredChunk
from rag.text.sentences import sentence_spans
from rag.text.terms import terms

_LIMIT = 50
_QUESTIONS = 300
_BATCH = 20_000


class Engine(Protocol):
    """What is measured."""

    def add(self, chunks: Sequence[StoredChunk]) -> None: ...
    def remove(self, ids: Sequence[str]) -> None: ...
    def search(self, text: str, limit: int) -> list[tuple[str, float]]: ...
    def close(self) -> None: ...


class Fts5:
    """BM25 of SQLite over the same terms, ids in a table beside it.

    It keeps the terms too: deleting from a table without them needs SQLite 3.43.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "fts.sqlite")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA mmap_size=8000000000")
        self._db.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS chunks USING fts5(terms, "
            'tokenize="unicode61 remove_diacritics 0 '
            "categories 'L* N* M* Co' tokenchars '.'\")"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS ids (row INTEGER PRIMARY KEY, id TEXT UNIQUE)")

    def close(self) -> None:
        self._db.close()

    def add(self, chunks: Sequence[StoredChunk]) -> None:
        self.remove([chunk.id for chunk in chunks])
        with self._db:
            for chunk in chunks:
                row = self._db.execute("INSERT INTO ids (id) VALUES (?)", (chunk.id,)).lastrowid
                text = " ".join(terms(f"{chunk.title} {chunk.heading} {chunk.text}"))
                self._db.execute("INSERT INTO chunks (rowid, terms) VALUES (?, ?)", (row, text))

    def remove(self, ids: Sequence[str]) -> None:
        with self._db:
            for id_ in ids:
                found = self._db.execute("SELECT row FROM ids WHERE id = ?", (id_,)).fetchone()
                if found:
                    self._db.execute("DELETE FROM chunks WHERE rowid = ?", found)
                    self._db.execute("DELETE FROM ids WHERE row = ?", found)

    def search(self, text: str, limit: int) -> list[tuple[str, float]]:
        wanted = sorted(set(terms(text, keep_stop_words=False) or terms(text)))
        rows = self._db.execute(
            "SELECT ids.id, found.rank FROM (SELECT rowid, rank FROM chunks WHERE chunks MATCH ? "
            "ORDER BY rank LIMIT ?) AS found JOIN ids ON ids.row = found.rowid",
            (" OR ".join(f'"{term}"' for term in wanted), limit),
        )
        return [(id_, -rank) for id_, rank in rows]


ENGINES = {"tantivy": Bm25Index, "FTS5": Fts5}


def make_chunks(number: int, first: int = 0) -> Iterator[StoredChunk]:
    """Chunks of two to four sentences, drawn from the sets; the same ones for the same numbers."""
    sentences = [
        text[start:end]
        for name in SETS
        for _, _, text in load(name).rows
        for start, end in sentence_spans(text)
    ]
    vector = np.zeros(1, dtype=np.float32)
    rng = random.Random(first)
    for i in range(first, first + number):
        text = " ".join(rng.choices(sentences, k=rng.randint(2, 4)))
        yield StoredChunk(0, len(text), None, "", text, "", vector, f"d{i}:0", f"d{i}", "", "", 0.0)


def make_batches(number: int, first: int = 0) -> Iterator[list[StoredChunk]]:
    """The same in batches."""
    batch: list[StoredChunk] = []
    for chunk in make_chunks(number, first):
        batch.append(chunk)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def draw_questions() -> list[str]:
    """Questions of all sets."""
    rng = random.Random(1)
    every = [asked.text for name in SETS for asked in load(name).questions]
    return rng.sample(every, _QUESTIONS)


def build(name: str, folder: Path, number: int) -> dict[str, float]:
    """Fill the engine."""
    engine: Engine = ENGINES[name](folder)
    busy = 0.0
    for batch in make_batches(number):
        started = time.perf_counter()
        engine.add(batch)
        busy += time.perf_counter() - started
    engine.close()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {"build s": busy, "size MB": size / 1e6}


def ask(name: str, folder: Path, number: int) -> dict[str, float]:
    """Open what was built, ask, add and delete."""
    asked = draw_questions()
    terms("warm")
    before = _resident()
    started = time.perf_counter()
    engine: Engine = ENGINES[name](folder)
    engine.search(asked[0], _LIMIT)
    opened = time.perf_counter() - started
    seconds = []
    for _ in range(2):
        for question in asked:
            started = time.perf_counter()
            engine.search(question, _LIMIT)
            seconds.append(time.perf_counter() - started)
    warm = np.array(seconds[_QUESTIONS:]) * 1000
    grown = _resident() - before
    more = list(make_chunks(100, number))
    started = time.perf_counter()
    engine.add(more)
    added = time.perf_counter() - started
    started = time.perf_counter()
    engine.remove([chunk.id for chunk in more])
    removed = time.perf_counter() - started
    engine.close()
    return {
        "open and first ms": opened * 1000,
        "p50 ms": float(np.percentile(warm, 50)),
        "p95 ms": float(np.percentile(warm, 95)),
        "memory MB": grown,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "add 100 ms": added * 1000,
        "delete 100 ms": removed * 1000,
    }


def _resident() -> float:
    """MB of this process in memory, mapped files included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure every engine at every size, or, with a hidden option, be a measured process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chunks", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--step", choices=["build", "ask"], help=argparse.SUPPRESS)
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        step = {"build": build, "ask": ask}[given.step]
        print(json.dumps(step(given.engine, given.folder, given.chunks[0])))
        return
    for number in given.chunks:
        for engine in ENGINES:
            folder = Path(tempfile.mkdtemp())
            figures: dict[str, float] = {}
            for step in ("build", "ask"):
                command = [sys.executable, "-m", "bench.speed.lexical_engines", str(number)]
                command += ["--step", step, "--engine", engine, "--folder", str(folder)]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
                figures |= json.loads(done.stdout)
            shutil.rmtree(folder)
            cells = ", ".join(f"{what} {value:,.1f}" for what, value in figures.items())
            print(f"{number:>9,} chunks, {engine}: {cells}", flush=True)


if __name__ == "__main__":
    main()
