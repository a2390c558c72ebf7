"""Loads the public sets: their texts in chunks, and their questions with what answers them."""

import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.text.sentences import sentence_spans
from training.data.cached import DATA

_WRITTEN = re.compile(r"[0-9a-f]{12}")
"""The name of a passage of our own."""
_REST = "rest: "
"""Before the title of an article that ``squad2-dev-half`` does not have."""


@dataclass(frozen=True)
class Chunk:
    """A chunk of a document; ``group`` is the article, abstract or question it belongs to."""

    name: str
    group: str
    title: str
    text: str


@dataclass
class Asked:
    """A question of a data set.

    :param gold: names of the chunks that answer it; empty when it has no answer.
    :param answers: strings of which one is in a sentence that answers; empty when not known.
    """

    text: str
    group: str
    about: str
    gold: frozenset[str]
    answers: tuple[str, ...] = ()
    form: str = "factoid"


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def read_train(name: str, *files: str) -> Iterator[dict[str, Any]]:
    """Read the rows of a set of ``train``; all its files, or those named."""
    folder = DATA / "train" / name
    paths = [folder / f"{file}.jsonl.gz" for file in files] or sorted(folder.glob("*.jsonl.gz"))
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def read_written() -> Iterator[dict[str, Any]]:
    """Read the passages of our own, with claims and questions about each.

    They were written by a chat model for this, so that claims and questions are as chat models and
    people write them; nothing in them is about the world.
    """
    yield from read_rows(Path(__file__).with_name("written.jsonl"))


def name_written(row: dict[str, Any]) -> str:
    """The name of a written passage, by which it is reserved or not."""
    return hashlib.sha256(row["evidence"].encode()).hexdigest()[:12]


def read_set(name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Read the corpus and the questions of a data set."""
    return read_rows(DATA / name / "corpus.jsonl"), read_rows(DATA / name / "queries.jsonl")


def read_gold(name: str) -> dict[str, set[str]]:
    """Read which rows of the corpus answer each question."""
    gold: dict[str, set[str]] = defaultdict(set)
    for line in (DATA / name / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, row, _ = line.split("\t")
        gold[question].add(row)
    return gold


def load_squad() -> tuple[list[Chunk], list[Asked]]:
    """Load Wikipedia paragraphs, and questions that they answer or only seem to."""
    corpus, queries = read_set("squad2-dev-half")
    chunks = [
        Chunk(d["_id"], d["_id"].rsplit("-", 1)[0], d["title"].replace("_", " "), d["text"])
        for d in corpus
    ]
    asked = [
        Asked(
            text=q["text"].strip(),
            group=q["para"].rsplit("-", 1)[0],
            about=q["para"],
            gold=frozenset(() if q["is_impossible"] else (q["para"],)),
            answers=tuple(q["answers"]),
            form="impossible" if q["is_impossible"] else "factoid",
        )
        for q in queries
    ]
    return chunks, asked


def load_squad_rest() -> tuple[list[Chunk], list[Asked]]:
    """Load the other paragraphs and questions of SQuAD2's development set; no article is shared."""
    chunks: dict[str, Chunk] = {}
    asked = []
    for row in read_train("squad2-dev-rest"):
        title, text = row["title"], row["context"]
        group = f"{_REST}{title}"
        chunk = chunks.setdefault(text, Chunk(f"{group}-{len(chunks)}", group, title, text))
        answers = tuple(dict.fromkeys(answer["text"] for answer in row["answers"]))
        gold, form = (
            (frozenset([chunk.name]), "factoid") if answers else (frozenset(), "impossible")
        )
        asked.append(Asked(row["question"].strip(), group, chunk.name, gold, answers, form))
    return list(chunks.values()), asked


def load_bioasq() -> tuple[list[Chunk], list[Asked]]:
    """Load PubMed snippets, and questions of every form with the snippets that answer them."""
    corpus, queries = read_set("bioasq-7b-9b")
    gold = read_gold("bioasq-7b-9b")
    chunks = [Chunk(d["_id"], d["pmid"], "", d["text"]) for d in corpus]
    asked = []
    for q in queries:
        exact = q.get("exact_answer") if q["type"] in ("factoid", "list") else None
        found = frozenset(gold[q["_id"]]), _flat(exact) if exact else ()
        asked.append(Asked(q["text"].strip(), q["year"], q["_id"], *found, q["type"]))
    return chunks, asked


def _flat(answer: object) -> tuple[str, ...]:
    if isinstance(answer, str):
        return (answer,)
    return tuple(text for part in answer for text in _flat(part))  # type: ignore[attr-defined]


def load_pubmedqa() -> tuple[list[Chunk], list[Asked]]:
    """Load abstracts, cut into chunks of a few sentences, and the research question of each."""
    corpus, queries = read_set("pubmedqa")
    chunks = []
    for d in corpus:
        spans = sentence_spans(d["text"])
        for number in range(0, len(spans), 5):
            part = d["text"][spans[number][0] : spans[min(number + 4, len(spans) - 1)][1]]
            chunks.append(Chunk(f"{d['_id']}-{number // 5}", d["_id"], "", part))
    of = defaultdict(set)
    for chunk in chunks:
        of[chunk.group].add(chunk.name)
    asked = [
        Asked(q["text"], q["_id"], q["_id"], frozenset(of[q["_id"]]), (), "yesno") for q in queries
    ]
    return chunks, asked


SETS = (load_squad, load_bioasq, load_pubmedqa)


def load_written() -> tuple[list[Chunk], list[Asked]]:
    """Load the passages of our own, and the questions about them, two in five without an answer."""
    chunks, asked = [], []
    for row in read_written():
        name = name_written(row)
        chunks.append(Chunk(name, name, row["heading"], row["evidence"]))
        for q in row["questions"]:
            answers = (q["answer"],) if q["answer"] else ()
            gold = frozenset([name] if answers else [])
            form = "factoid" if answers else "impossible"
            asked.append(Asked(q["question"], name, name, gold, answers, form))
    return chunks, asked


def is_reserved(group: str) -> bool:
    """Whether a document is among the tenth that no reader is fitted on."""
    return hashlib.sha256(f"r{group}".encode()).digest()[0] < 26


def is_for_report(group: str) -> bool:
    """Whether it is among the half of those that nothing at all is fitted on."""
    return is_reserved(group) and is_of_odd_half(group)


def is_of_odd_half(group: str) -> bool:
    """Whether a document is of the half that is reported, where the other is fitted on."""
    return hashlib.sha256(f"w{group}".encode()).digest()[0] % 2 == 1


def is_held_out(group: str) -> bool:
    """Whether an article, a year of questions or an abstract is kept for the report."""
    if _WRITTEN.fullmatch(group):
        return is_for_report(group)
    if len(group) == 3:  # a BioASQ batch such as "9B3"
        return group.startswith("9")
    if group.startswith(_REST):
        return False
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % 5 < 2


def is_unread(group: str) -> bool:
    """Whether the reader is fitted without a document, so that the evidence is fitted on it.

    What a reader says of questions that it was fitted on is too good.
    """
    if _WRITTEN.fullmatch(group):
        return is_reserved(group)
    if group.isdigit():  # an abstract: the reader is fitted on none
        return True
    if len(group) == 3:
        return group.endswith("5")
    title = group.removeprefix(_REST)
    return int(hashlib.sha256(f"w{title}".encode()).hexdigest(), 16) % 4 == 0
