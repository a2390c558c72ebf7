"""Compares what two states of the code answer, to the byte.

    make same BASE=REV                     # the working tree against a commit
    python bench/same.py record FILE       # what the tree on the path says, a line each
    python bench/same.py compare OLD NEW   # exit code 1 when two such files differ

For changes that must change no answer. Recorded are the chunks and vectors of each library, the
whole answer to each question (its times aside), and the verdict on each labelled claim. Questions:
the seeds', the fresh ones and the follow-ups over the seeds; those on papers with tables; a sample
of SQuAD2 and PubMedQA; and those of the real files. What of the public data is missing is left out,
and named. Only what the packages offer publicly is called, so that any two states can be compared.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("CITESPAN_BENCH_DATA", "../shared/data")).resolve()
_SQUAD, _ABSTRACTS, _CLAIMS = 500, 150, 40
"""Questions of SQuAD2, abstracts of PubMedQA, and claims of each set that are drawn."""
_EVIDENCE = {".jsonl": "source_sentences", ".gz": "evidence"}
"""Where a file of claims has what they are judged against."""
_SHOWN = 5
"""Differences that are printed in full."""
_NOT_SEEDS = shutil.ignore_patterns("*.py", "*.jsonl", "__pycache__")
_WIDEST = 300
"""Characters of a value that are printed."""
Line = dict[str, Any]
Asked = tuple[str, list[tuple[str, str]]]
"""A question and the turns before it."""


def lines_of(path: Path) -> list[Line]:
    """The rows of a file of JSON lines, compressed or not; none where it is missing."""
    if not path.exists():
        print(f"left out, not there: {path}", file=sys.stderr)
        return []
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode().split("\n") if line.strip()]


def stored(home: Path) -> Iterator[Line]:
    """The chunks and vectors of a library, a digest for each document."""
    with sqlite3.connect(home / "catalog.sqlite") as catalog:
        catalog.row_factory = sqlite3.Row
        names = {
            row["document_id"]: row["name"]
            for row in catalog.execute("select * from sources order by name desc")
        }
        documents: dict[str, Any] = defaultdict(hashlib.sha256)
        for row in catalog.execute("select * from chunks order by document_id, ordinal"):
            documents[row["document_id"]].update(repr(tuple(row)).encode())
    for document, digest in sorted(documents.items(), key=lambda each: names[each[0]]):
        yield {"document": names[document], "chunks and vectors": digest.hexdigest()}


def answers(name: str, folders: Sequence[Path], questions: Iterable[Asked]) -> Iterator[Line]:
    """What a library of these files holds and answers."""
    from ingest import ingest
    from rag import Rag, RagError, Settings

    home = Path("home") / name
    settings = Settings(home=home, chat_model=None)
    ingest([str(folder) for folder in folders], settings=settings)
    for line in stored(home):
        yield {"library": name} | line
    with Rag(settings) as bot:
        for question, history in questions:
            try:
                told = bot.ask(question, history).as_dict()
                told.pop("timings")
            except RagError as error:
                told = {"error": type(error).__name__}
            yield {"library": name, "question": question} | told


def on_the_seeds() -> Iterator[Asked]:
    """The questions of the seeds, the fresh ones, and the dialogues."""
    for path in (HERE.parent / "seeds" / "questions.jsonl", HERE / "fresh_questions.jsonl"):
        for row in lines_of(path):
            yield row["question"], [(turn, "") for turn in row.get("history", ())]
    for row in lines_of(HERE / "follow_ups.jsonl"):
        yield row["question"], [(row["earlier"], row.get("answer", ""))]


def on_the_papers() -> Iterator[Asked]:
    """The questions on tables and on authors."""
    for name in ("tables", "authors"):
        yield from ((row["question"], []) for row in lines_of(HERE / f"{name}.jsonl"))


def squad(rng: random.Random) -> Iterator[Asked]:
    """Write SQuAD2's articles to files, and draw questions."""
    articles = defaultdict(list)
    for row in lines_of(DATA / "squad2-dev-half" / "corpus.jsonl"):
        articles[row["title"]].append(row["text"])
    for title, texts in articles.items():
        _write(Path("squad") / f"{title}.txt", "\n\n".join(texts))
    rows = lines_of(DATA / "squad2-dev-half" / "queries.jsonl")
    yield from ((row["text"], []) for row in rng.sample(rows, min(_SQUAD, len(rows))))


def abstracts(rng: random.Random) -> Iterator[Asked]:
    """Write abstracts to files, and ask what each was written for."""
    rows = lines_of(DATA / "pubmedqa" / "corpus.jsonl")
    drawn = rng.sample(rows, min(_ABSTRACTS, len(rows)))
    for row in drawn:
        _write(Path("abstracts") / f"{row['_id']}.txt", row["text"])
    asked = {row["_id"]: row["text"] for row in lines_of(DATA / "pubmedqa" / "queries.jsonl")}
    yield from ((asked[row["_id"]], []) for row in drawn if row["_id"] in asked)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def verdicts(rng: random.Random) -> Iterator[Line]:
    """What is judged of labelled claims, with word vectors and without."""
    from rag import Embedder, judge_support

    claims = []
    for path in (DATA / "wice-dev" / "pairs.jsonl", *sorted(DATA.glob("train/*/*.jsonl.gz"))):
        rows = [row for row in lines_of(path) if "claim" in row and row.get(_EVIDENCE[path.suffix])]
        drawn = rng.sample(rows, min(_CLAIMS, len(rows)))
        claims += [(row["claim"], _text(row[_EVIDENCE[path.suffix]])) for row in drawn]
    embedder = Embedder()
    for claim, quote in claims:
        found = [judge_support(claim, quote)]
        found.append(judge_support(claim, quote, embed_words=embedder.embed_words))
        yield {"claim": claim, "verdicts": [[s.verdict, s.score, s.reasons] for s in found]}


def _text(evidence: object) -> str:
    return evidence if isinstance(evidence, str) else "\n".join(map(_text, evidence))  # type: ignore[call-overload]


def everything() -> Iterator[Line]:
    """All that is recorded, in an order that does not change."""
    rng = random.Random(3)
    shutil.copytree(
        HERE.parent / "seeds", "seeds", ignore=shutil.ignore_patterns("*.py", "*.jsonl")
    )
    yield from answers("seeds", [Path("seeds")], on_the_seeds())
    if (DATA / "pdf").exists():
        yield from answers("papers", [DATA / "pdf"], on_the_papers())
    for name, drawn in (("squad", list(squad(rng))), ("abstracts", list(abstracts(rng)))):
        if drawn:
            yield from answers(name, [Path(name)], drawn)
    for folder in sorted((DATA / "realfiles").glob("*/files")):
        rows = lines_of(folder.parent / "questions.jsonl")
        yield from answers(folder.parent.name, [folder], [(row["question"], []) for row in rows])
    yield from verdicts(random.Random(3))


def record(file: Path) -> None:
    """Write everything to a file, one JSON line each."""
    file = file.resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with file.open("w", encoding="utf-8") as out:
            for line in everything():
                row = json.dumps(line, ensure_ascii=False, sort_keys=True)
                out.write(row.replace(os.path.realpath(folder), "") + "\n")
        os.chdir("/")


def _rounded(value: Any) -> Any:
    """The same without what the order of a sum does to the last digit of a number."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value


def compare(old: Path, new: Path) -> int:
    """Print how many lines differ, and the first of them; 1 when any does."""
    before, after = ([_rounded(row) for row in lines_of(path)] for path in (old, new))
    pairs = [(a, b) for a, b in zip(before, after, strict=False) if a != b]
    print(f"{len(before)} lines and {len(after)}; {len(pairs)} differ")
    for was, now in pairs[:_SHOWN]:
        print(was.get("library", "claims"), "|", was.get("question") or was.get("document", ""))
        for key in sorted(was.keys() | now.keys()):
            if was.get(key) != now.get(key):
                print(f"  {key}\n  - {_cut(was.get(key))}\n  + {_cut(now.get(key))}")
    return int(len(before) != len(after) or bool(pairs))


def _cut(value: object) -> str:
    """A value as it is printed."""
    return str(value)[:_WIDEST]


def main() -> int:
    """Record, or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    parts.add_parser("record").add_argument("file", type=Path)
    compared = parts.add_parser("compare")
    compared.add_argument("old", type=Path)
    compared.add_argument("new", type=Path)
    options = parser.parse_args()
    if options.part == "record":
        record(options.file)
        return 0
    return compare(options.old, options.new)


if __name__ == "__main__":
    sys.exit(main())
