"""Citespan beside plain LangChain + Chroma, both scored by citespan's evaluation on the same cases.

The other side (``bench/langchain_recipe.py``) answers with the best of eight passages, cited by
each of its sentences. It never refuses.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.langchain_recipe import fill_store, load_model, open_store
from bench.machine import describe_machine
from eval import CaseSet, Report, compare, evaluate, load_set, seed_set
from eval.cases.libraries import identity_of, name_of, prepare_library
from eval.reports.text_report import align_columns
from rag import Rag, Settings
from rag.text.sentences import sentence_spans

_PASSAGES = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="BEIR folders or SQuAD files")
    parser.add_argument("--sample", type=int, default=1000)
    parser.add_argument("--work", type=Path, help="keeps libraries and outcomes here")
    given = parser.parse_args()
    print(describe_machine())
    with TemporaryDirectory() as temporary:
        work = given.work or Path(temporary)
        sampled = (load_set(path).sample(given.sample, 0) for path in given.sets)
        for wanted in [seed_set(), *sampled]:
            ours, theirs = evaluate_citespan(wanted, work), evaluate_langchain(wanted, work)
            print(f"\n{wanted.name}: {len(wanted.cases)} cases\n")
            print(format_side_by_side(theirs, ours))


def format_side_by_side(theirs: Report, ours: Report) -> str:
    """Both with their intervals, and the paired difference with its own."""
    changes = {change.name: change for change in compare(theirs.as_dict(), ours.as_dict()).changes}
    rows = [("metric", "n", "LangChain + Chroma", "citespan", "difference, 95 % interval")]
    for before, after in zip(theirs.scores, ours.scores, strict=True):
        if before.value is None and after.value is None:
            continue
        theirs_shown, ours_shown = (
            "–" if s.value is None else f"{s.value:.3f} ({s.low:.3f} to {s.high:.3f})"
            for s in (before, after)
        )
        gain = ""
        if change := changes.get(before.name):
            gain = f"{change.after - change.before:+.3f} ({change.low:+.3f} to {change.high:+.3f})"
        rows.append((before.name, str(max(before.n, after.n)), theirs_shown, ours_shown, gain))
    for label, share in (("seconds, median", "p50"), ("seconds, 95 %", "p95")):
        cells = [f"{getattr(report.latency, share):.3f}" for report in (theirs, ours)]
        rows.append((label, str(theirs.latency.n), *cells, ""))
    return align_columns(rows)


def evaluate_citespan(wanted: CaseSet, work: Path) -> Report:
    """Citespan as it is shipped."""
    assert wanted.documents is not None
    settings = prepare_library(wanted.documents, Settings(), work / "libraries")
    with Rag(settings) as rag:
        identity = identity_of(rag)
        kept = work / f"outcomes-{identity[:16]}.jsonl"
        return evaluate(rag, wanted.cases, keep=kept, identity=identity, name=name_of(rag))


def evaluate_langchain(wanted: CaseSet, work: Path) -> Report:
    """The usual recipe."""
    folder = work / "langchain" / wanted.name.split(" ")[0]
    if not (folder / "complete").exists():
        fill_store(folder, read_texts(wanted), load_model())
        (folder / "complete").touch()
    store = open_store(folder)
    # The first search loads the model, which is no part of a question.
    store.similarity_search("warm", k=1)

    def ask(question: str) -> dict[str, Any]:
        found = store.similarity_search(question, k=_PASSAGES)
        quote, source = found[0].page_content, found[0].metadata["source"]
        sentences = [quote[start:end] for start, end in sentence_spans(quote)]
        return {
            "response": f"{quote} [1]",
            "sentences": [{"text": text, "cites": [1]} for text in sentences],
            "retrieved_contexts": found,
            "citations": [{"source": source, "quote": quote, "number": 1}],
        }

    return evaluate(ask, wanted.cases, name="LangChain + Chroma, top passage")


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
