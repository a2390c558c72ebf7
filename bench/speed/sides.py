"""What the ingest bench measures: citespan and LangChain, each function in a process of its own.

A function takes the folder of texts and the home, and returns its figures.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.speed.clocks import Clock, Figures, Stages

SHOWN = 50
"""Chunks fetched per question; the first ten files among them are what is measured."""
QUESTIONS = "questions.json"
RANKINGS = "rankings.json"


def convert_model(_texts: Path, _home: Path) -> Figures:
    """Use the model for the first time on a machine."""
    from rag import Embedder

    clock = Clock()
    Embedder().embed(["warm"])
    clock.lap("convert the model")
    return clock.laps


def ingest_with_citespan(texts: Path, home: Path) -> Figures:
    """Ingest files into a new library; says where the time goes."""
    clock = Clock()
    import ingest.index
    import ingest.parse
    from ingest.reading.workers import Workers
    from rag import Embedder, Settings
    from rag.library.bm25_index import Bm25Index
    from rag.library.catalog import Catalog
    from rag.library.chroma_index import ChromaIndex
    from rag.library.index_sync import SyncedIndex

    clock.lap("imports")
    Embedder().embed(["warm"])
    clock.lap("model")
    stages = Stages()
    watched: dict[str, tuple[Any, str]] = {
        "plan": (ingest.index, "compare_files"),
        "read": (ingest.parse, "read_at_rest"),
        "parse": (ingest.parse, "load"),
        "split": (Workers, "cut"),
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
    spent = {f"stage {stage}": seconds for stage, seconds in stages.seconds.items()}
    return clock.laps | spent | {"chunks": report.chunks}


def ingest_again(texts: Path, home: Path) -> Figures:
    """Ingest the same folder once more, as it is now; says what was embedded."""
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
    stored = {"changed": len(report.changed), "chunks": report.chunks}
    return clock.laps | stored | {"embedded": embedded}


def search_with_citespan(_texts: Path, home: Path) -> Figures:
    """Find every question's files, best first: as citespan ranks, and by the vectors alone."""
    from rag import Rag, Settings
    from rag.retrieval.search import PassageSearch

    questions = json.loads((home / QUESTIONS).read_text())
    found: dict[str, list[list[str]]] = {"ranked": [], "vectors": []}
    with Rag(Settings(home=home)) as rag:
        retriever = PassageSearch(rag.library, rag.embedder, limit=SHOWN)
        for question in questions:
            found["ranked"].append(_stems(p.source for p in retriever.search(question)))
            nearest = rag.library.find_nearest(rag.embedder.embed([question])[0], SHOWN)
            chunks = rag.library.catalog.chunks([id_ for id_, _ in nearest])
            found["vectors"].append(_stems(chunks[id_].source for id_, _ in nearest))
    (home / RANKINGS).write_text(json.dumps(found))
    return {}


def ingest_with_langchain(texts: Path, home: Path) -> Figures:
    """Ingest the same files by the usual recipe."""
    clock = Clock()
    from bench.langchain_recipe import fill_store, load_model

    clock.lap("imports")
    model = load_model()
    model.embed_query("warm")
    clock.lap("model")
    files = sorted(texts.glob("*.txt"))
    chunks = fill_store(home, ((str(file), file.read_text("utf-8")) for file in files), model)
    clock.lap("ingest")
    return clock.laps | {"chunks": chunks}


def search_with_langchain(_texts: Path, home: Path) -> Figures:
    """Find every question's files, best first."""
    from bench.langchain_recipe import open_store

    store = open_store(home)
    questions = json.loads((home / QUESTIONS).read_text())
    found = [
        _stems(d.metadata["source"] for d in store.similarity_search(question, k=SHOWN))
        for question in questions
    ]
    (home / RANKINGS).write_text(json.dumps({"vectors": found}))
    return {}


def ask_langchain(_texts: Path, home: Path) -> Figures:
    """Find a question's passages; the recipe has no answer without a language model."""
    from bench.langchain_recipe import open_store

    question = json.loads((home / QUESTIONS).read_text())[0]
    open_store(home).similarity_search(question, k=8)
    return {}


def read_papers(texts: Path, _home: Path) -> Figures:
    """Read the PDFs of a folder in child processes, cut them, and embed them."""
    from ingest.reading.load import load
    from ingest.reading.workers import Workers
    from ingest.split import embedded_text, split
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


def _stems(sources: Any) -> list[str]:
    """Each file once, by its name without the suffix."""
    return list(dict.fromkeys(Path(source).stem for source in sources))


MEASURED: dict[str, Callable[[Path, Path], Figures]] = {
    "citespan once": convert_model,
    "citespan ingest": ingest_with_citespan,
    "citespan again": ingest_again,
    "citespan search": search_with_citespan,
    "langchain ingest": ingest_with_langchain,
    "langchain search": search_with_langchain,
    "langchain ask": ask_langchain,
    "papers": read_papers,
}
