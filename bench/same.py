"""Compares what two states of the code answer.

    make same BASE=REV                      # the working tree with a commit
    python -m bench.same with REV           # the same
    python -m bench.same record FILE        # write down what the imported packages say
    python -m bench.same compare OLD NEW    # exit code 1 when two such files differ

For changes that must change no answer. A file has a line for each document of each library (a
digest of its chunks and vectors), for each question (the whole answer without its times) and for
each labelled claim (the verdicts). The seeds are asked ``seeds/questions.jsonl``,
``fresh_questions.jsonl`` and ``follow_ups.jsonl``; six papers are asked about tables and authors;
samples of SQuAD2 and PubMedQA, and real files, are asked their own questions. Public data that is
missing is left out, with a message.

Questions and documents are always this tree's. ``PYTHONPATH`` decides whose packages answer, and
only what they offer publicly is called, so that any commit can be compared.
"""

import argparse
import gzip
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
DATA = Path(os.environ.get("CITESPAN_BENCH_DATA", "../shared/data")).resolve()
_SQUAD, _ABSTRACTS, _CLAIMS = 500, 150, 40
"""How many questions of SQuAD2, abstracts of PubMedQA, and claims of each set are drawn."""
_EVIDENCE = {".jsonl": "source_sentences", ".gz": "evidence"}
"""Where a file of claims has what they are judged against."""
_SHOWN, _WIDEST = 5, 300
"""Lines that differ which are printed, and characters of each of their values."""
Line = dict[str, Any]
Asked = tuple[str, list[tuple[str, str]]]
"""A question and the turns before it."""


def compare_with(revision: str) -> int:
    """Record a commit and the working tree, and compare them; 1 when they differ."""
    folder = ROOT / "build" / "same"
    base = folder / "base"
    _git("worktree", "remove", "--force", str(base), check=False)  # an earlier run was killed
    _git("worktree", "prune")
    _git("worktree", "add", "--quiet", "--detach", str(base), revision)
    try:
        for tree, name in ((base, "old"), (ROOT, "new")):
            print(f"asking {name}: {tree}", flush=True)
            # -P: this file's folder is not searched for packages, only the tree on the path.
            # The hash seed is fixed, since older commits add floats up in the order of sets.
            environment = {"PYTHONPATH": str(tree), "PYTHONHASHSEED": "0"}
            command = [sys.executable, "-P", __file__, "record", str(folder / f"{name}.jsonl")]
            subprocess.run(command, env=os.environ | environment, check=True)
    finally:
        _git("worktree", "remove", "--force", str(base), check=False)
    return compare(folder / "old.jsonl", folder / "new.jsonl")


def _git(*command: str, check: bool = True) -> None:
    quiet = None if check else subprocess.DEVNULL
    subprocess.run(["git", "-C", str(ROOT), *command], check=check, stderr=quiet)


def record(file: Path) -> None:
    """Write everything to a file, one JSON line each."""
    import rag

    print(f"rag is imported from {Path(rag.__file__).parent}", file=sys.stderr)
    file = file.resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, file.open("w", encoding="utf-8") as out:
        os.chdir(folder)
        for line in record_all():
            row = json.dumps(line, ensure_ascii=False, sort_keys=True)
            out.write(row.replace(os.path.realpath(folder), "") + "\n")
        os.chdir(ROOT)


def record_all() -> Iterator[Line]:
    """Yield all lines, in an order that does not change."""
    rng = random.Random(3)
    ignored = shutil.ignore_patterns("*.py", "*.jsonl")
    shutil.copytree(ROOT / "seeds", "seeds", ignore=ignored)
    yield from record_library("seeds", [Path("seeds")], read_seed_questions())
    if (DATA / "pdf").exists():
        yield from record_library("papers", [DATA / "pdf"], read_paper_questions())
    for name, drawn in (("squad", list(draw_squad(rng))), ("abstracts", list(draw_abstracts(rng)))):
        if drawn:
            yield from record_library(name, [Path(name)], drawn)
    for folder in sorted((DATA / "realfiles").glob("*/files")):
        asked = [(row["question"], []) for row in read_rows(folder.parent / "questions.jsonl")]
        yield from record_library(folder.parent.name, [folder], asked)
    yield from record_verdicts(random.Random(3))


def record_library(
    name: str, folders: Sequence[Path], questions: Iterable[Asked]
) -> Iterator[Line]:
    """Ingest the folders; yield what the library holds and answers."""
    from ingest import ingest
    from rag import Rag, RagError, Settings

    home = Path("home") / name
    settings = Settings(home=home, chat_model=None)
    ingest([str(folder) for folder in folders], settings=settings)
    for line in digest_documents(home):
        yield {"library": name} | line
    with Rag(settings) as bot:
        for question, history in questions:
            try:
                told = bot.ask(question, history).as_dict()
                told.pop("timings")
            except RagError as error:
                told = {"error": type(error).__name__}
            yield {"library": name, "question": question} | told


def digest_documents(home: Path) -> Iterator[Line]:
    """Yield a digest of the chunks and vectors of each document."""
    documents: dict[str, Any] = defaultdict(hashlib.sha256)
    with closing(sqlite3.connect(home / "catalog.sqlite")) as catalog:
        sources = "select document_id, name from sources order by name desc"
        names = dict(catalog.execute(sources).fetchall())
        catalog.row_factory = sqlite3.Row
        for row in catalog.execute("select * from chunks order by document_id, ordinal"):
            documents[row["document_id"]].update(repr(tuple(row)).encode())
    for document, digest in sorted(documents.items(), key=lambda each: names[each[0]]):
        yield {"document": names[document], "chunks and vectors": digest.hexdigest()}


def read_rows(path: Path) -> list[Line]:
    """Read a file of JSON lines, compressed or not; no rows where it is missing."""
    if not path.exists():
        print(f"left out, not there: {path}", file=sys.stderr)
        return []
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode().split("\n") if line.strip()]


def read_seed_questions() -> Iterator[Asked]:
    """Read the questions of the seeds, the fresh ones, and the dialogues."""
    for path in (ROOT / "seeds" / "questions.jsonl", BENCH / "fresh_questions.jsonl"):
        for row in read_rows(path):
            yield row["question"], [(turn, "") for turn in row.get("history", ())]
    for row in read_rows(BENCH / "follow_ups.jsonl"):
        yield row["question"], [(row["earlier"], row.get("answer", ""))]


def read_paper_questions() -> Iterator[Asked]:
    """Read the questions on tables and on authors."""
    for name in ("tables", "authors"):
        yield from ((row["question"], []) for row in read_rows(BENCH / f"{name}.jsonl"))


def draw_squad(rng: random.Random) -> Iterator[Asked]:
    """Write SQuAD2's articles to files, and draw questions."""
    articles = defaultdict(list)
    for row in read_rows(DATA / "squad2-dev-half" / "corpus.jsonl"):
        articles[row["title"]].append(row["text"])
    for title, texts in articles.items():
        _write(Path("squad") / f"{title}.txt", "\n\n".join(texts))
    rows = read_rows(DATA / "squad2-dev-half" / "queries.jsonl")
    yield from ((row["text"], []) for row in rng.sample(rows, min(_SQUAD, len(rows))))


def draw_abstracts(rng: random.Random) -> Iterator[Asked]:
    """Write abstracts to files, and ask what each was written for."""
    rows = read_rows(DATA / "pubmedqa" / "corpus.jsonl")
    drawn = rng.sample(rows, min(_ABSTRACTS, len(rows)))
    for row in drawn:
        _write(Path("abstracts") / f"{row['_id']}.txt", row["text"])
    asked = {row["_id"]: row["text"] for row in read_rows(DATA / "pubmedqa" / "queries.jsonl")}
    yield from ((asked[row["_id"]], []) for row in drawn if row["_id"] in asked)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def record_verdicts(rng: random.Random) -> Iterator[Line]:
    """Judge labelled claims, with word vectors and without."""
    from rag import Embedder, judge_support

    claims = []
    for path in (DATA / "wice-dev" / "pairs.jsonl", *sorted(DATA.glob("train/*/*.jsonl.gz"))):
        evidence = _EVIDENCE[path.suffix]
        rows = [row for row in read_rows(path) if "claim" in row and row.get(evidence)]
        drawn = rng.sample(rows, min(_CLAIMS, len(rows)))
        claims += [(row["claim"], _text(row[evidence])) for row in drawn]
    embedder = Embedder()
    for claim, quote in claims:
        found = [judge_support(claim, quote)]
        found.append(judge_support(claim, quote, embed_words=embedder.embed_words))
        yield {"claim": claim, "verdicts": [[s.verdict, s.score, s.reasons] for s in found]}


def _text(evidence: object) -> str:
    return evidence if isinstance(evidence, str) else "\n".join(map(_text, evidence))  # type: ignore[call-overload]


def compare(old: Path, new: Path) -> int:
    """Print how many lines differ, and the first of them; 1 when any does."""
    before, after = ([_round(row) for row in read_rows(path)] for path in (old, new))
    pairs = [(a, b) for a, b in zip(before, after, strict=False) if a != b]
    print(f"{len(before)} lines and {len(after)}; {len(pairs)} differ")
    for was, now in pairs[:_SHOWN]:
        print(was.get("library", "claims"), "|", was.get("question") or was.get("document", ""))
        for key in sorted(was.keys() | now.keys()):
            if was.get(key) != now.get(key):
                values = (str(row.get(key))[:_WIDEST] for row in (was, now))
                print(f"  {key}", *values, sep="\n  ")
    return int(len(before) != len(after) or bool(pairs))


def _round(value: Any) -> Any:
    """Round numbers to nine digits: the order of a sum may change what follows."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: _round(each) for key, each in value.items()}
    return [_round(each) for each in value] if isinstance(value, list) else value


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(dest="part", required=True)
    parts.add_parser("with").add_argument("revision")
    parts.add_parser("record").add_argument("file", type=Path)
    compared = parts.add_parser("compare")
    compared.add_argument("old", type=Path)
    compared.add_argument("new", type=Path)
    options = parser.parse_args()
    if options.part == "with":
        return compare_with(options.revision)
    if options.part == "record":
        record(options.file)
        return 0
    return compare(options.old, options.new)


if __name__ == "__main__":
    sys.exit(main())
