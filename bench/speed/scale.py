"""Retrieval at size: recall of the vector search, time from question to passages, memory.

A library of so many chunks is made of the public sets: a chunk is words of two rows, and its vector
their mean with some noise, so that both are as crowded as real ones. Questions are those of the
sets. Building and asking run in processes of their own. On a busy machine the CPU's time says more
than the clock.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from bench.quality.retrieval_sets import SETS, load
from ingest.split import embedded_text
from rag import Rag, Settings
from rag.library.catalog import NewChunk, NewDocument
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.retrieval.search import PassageSearch
from training import plots
from training.data.cached import CachedEmbedder, FloatArray

_NOISE = 0.3
"""Length of the noise beside a unit vector."""
_QUESTIONS = 300
_PER_DOCUMENT = 10


def make_documents(number: int) -> Iterator[NewDocument]:
    """Documents with so many chunks in all."""
    embedder = CachedEmbedder()
    texts = [embedded_text(title, "", text) for name in SETS for _, title, text in load(name).rows]
    vectors = embedder.embed(texts)
    embedder.save()
    rng, noise = random.Random(0), np.random.default_rng(0)
    for first in range(0, number, _PER_DOCUMENT):
        chunks = []
        place = 0
        for i in range(first, min(first + _PER_DOCUMENT, number)):
            one, other = rng.randrange(len(texts)), rng.randrange(len(texts))
            words = [*texts[one].split()[:60], *texts[other].split()[-40:]]
            text = " ".join(words) + "\n"
            jitter = noise.standard_normal(vectors.shape[1])
            vector = vectors[one] + vectors[other] + _NOISE * jitter / np.linalg.norm(jitter)
            vector = (vector / np.linalg.norm(vector)).astype(np.float32)
            end = place + len(text)
            chunks.append(NewChunk(place, end, None, "", text, f"{i:x}", vector))
            place = end
        yield NewDocument(f"d{first}", f"/d{first}.txt", "", f"{first:x}", chunks)


def build(home: Path, number: int) -> dict[str, float]:
    """Make the library; its indexes are built at the end, as a rebuild does it."""
    started = time.perf_counter()
    library = Library(home, create=True)
    documents = make_documents(number)
    while batch := list(islice(documents, 1000)):
        library.catalog.commit(batch)
    committed = time.perf_counter()
    with library.writing():
        pass
    library.close()
    return {
        "commit s": committed - started,
        "index s": time.perf_counter() - committed,
        "build peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def ask(home: Path, _: int) -> dict[str, float]:
    """Open the library, ask real questions of it, and compare with exact search."""
    rng = random.Random(1)
    asked = rng.sample([q.text for name in SETS for q in load(name).questions], _QUESTIONS)
    embedder = Embedder()
    started = time.perf_counter()
    library = Library(home)
    retriever = PassageSearch(library, embedder)
    retriever.search(asked[0])
    opened = time.perf_counter() - started
    for question in asked[:50]:
        retriever.search(question)
    steps: dict[str, list[float]] = {"all": [], "embed": [], "vectors": [], "words": []}

    def lap(step: str, since: float) -> float:
        now = time.perf_counter()
        steps[step].append(1000 * (now - since))
        return now

    busy = []
    for question in asked:  # by themselves, then their parts: those would cost them the caches
        cpu, now = time.process_time(), time.perf_counter()
        retriever.search(question)
        busy.append(1000 * (time.process_time() - cpu))
        lap("all", now)
    for question in asked:
        now = time.perf_counter()
        vector = embedder.embed([question])[0]
        now = lap("embed", now)
        library.find_nearest(vector, 50)
        now = lap("vectors", now)
        library.lexical.search(question, 50)
        lap("words", now)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    resident = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    figures = {"open s": opened, "memory MB": resident, "size MB": size / 1e6}
    figures["CPU p50 ms"] = float(np.median(busy))
    for step, values in steps.items():
        figures |= {f"{step} p{p} ms": float(np.percentile(values, p)) for p in (50, 95)}
    figures |= {"recall@10": measure_recall(library, embedder.embed(asked))}
    library.close()
    return figures | time_answers(home, asked)


def time_answers(home: Path, asked: Sequence[str]) -> dict[str, float]:
    """How long a whole answer takes, in a process that has answered before."""
    seconds = []
    with Rag(Settings(home=home)) as bot:
        for question in asked:
            started = time.perf_counter()
            bot.ask(question)
            seconds.append(time.perf_counter() - started)
    warm = 1000 * np.array(seconds[50:])
    return {f"answer p{p} ms": float(np.percentile(warm, p)) for p in (50, 95)}


def measure_recall(library: Library, questions: FloatArray, k: int = 10) -> float:
    """Share of the exact nearest ``k`` chunks that the vector index finds."""
    best = np.full((len(questions), k), -2.0, dtype=np.float32)
    names = np.full((len(questions), k), "", dtype=object)
    with library.catalog.changes(0, 20_000) as changes:
        for chunks in changes.added:
            vectors = np.array([chunk.vector for chunk in chunks])
            ids = np.array([chunk.id for chunk in chunks], dtype=object)
            scores = np.hstack([best, questions @ vectors.T])
            every = np.hstack([names, np.broadcast_to(ids, (len(questions), len(ids)))])
            top = np.argpartition(-scores, k, axis=1)[:, :k]
            best = np.take_along_axis(scores, top, axis=1)
            names = np.take_along_axis(every, top, axis=1)
    found = [{id_ for id_, _ in library.find_nearest(question, k)} for question in questions]
    shares = [len(set(true) & got) / k for true, got in zip(names, found, strict=True)]
    return float(np.mean(shares))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chunks", nargs="*", type=int, default=[10_000, 20_000, 100_000])
    parser.add_argument("--step", choices=["build", "ask"], help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help="folder under which the libraries stay")
    parser.add_argument("--plot", type=Path, help="file for the curves, an SVG")
    given = parser.parse_args()
    if given.step:
        print(json.dumps({"build": build, "ask": ask}[given.step](given.home, given.chunks[0])))
        return
    grown: dict[int, dict[str, float]] = {}
    for number in given.chunks:
        home = given.keep / str(number) if given.keep else Path(tempfile.mkdtemp())
        figures: dict[str, float] = {}
        for step in ("build", "ask"):
            if step == "build" and (home / "catalog.sqlite").exists():
                continue
            command = [sys.executable, "-m", "bench.speed.scale", str(number)]
            command += ["--step", step, "--home", str(home)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
            figures |= json.loads(done.stdout)
        if not given.keep:
            shutil.rmtree(home)
        grown[number] = figures
        cells = ", ".join(f"{what} {value:,.3g}" for what, value in figures.items())
        print(f"{number:>9,} chunks: {cells}", flush=True)
    if given.plot:
        plots.growth(given.plot, grown)


if __name__ == "__main__":
    main()
