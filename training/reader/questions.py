"""What the reader learns from: questions with the text that answers them, of many sets.

Each set keeps a tenth of its documents out of training, for the report. Only sets are
read whose licence lets the weights be shipped: see the README of this folder's parent.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from rag.text.sentences import sentence_spans
from training.data.public_sets import (
    Chunk,
    is_held_out,
    is_unread,
    load_bioasq,
    load_squad,
    name_written,
    read_train,
    read_written,
)

Span = tuple[int, int]

_COMPARES = re.compile(
    r"\b(how many|how much|total|average|difference|combined|number of|amount|most|least|first|last"
    r"|next|previous|before|after|above|below|earlier|later|only|other|same|more|less|than|\w+est"
    r"|top|consecutive|besides|total)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """A question asked of a text.

    :param heading: of the text: its title, or the names of a table's columns.
    :param spans: of the answers in the text, the first the best; empty when it does not answer.
    :param sentences: of the text, in order.
    :param answering: whether each sentence answers; None where that is not known.
    :param group: the document that the text is of.
    :param has_answer: whether the text answers.
    """

    source: str
    group: str
    question: str
    heading: str
    text: str
    spans: tuple[Span, ...] = ()
    sentences: tuple[Span, ...] = field(default=(), repr=False)
    answering: tuple[bool | None, ...] = field(default=(), repr=False)
    has_answer: bool = True


def label_sentences(
    text: str, sentences: Sequence[Span], spans: Sequence[Span]
) -> tuple[bool | None, ...]:
    """Say which sentences answer: those with a span. One that only has its words may answer."""
    said = {text[a:b].casefold() for a, b in spans}
    labels: list[bool | None] = []
    for start, end in sentences:
        if any(a < end and b > start for a, b in spans):
            labels.append(True)
        else:
            own = text[start:end].casefold()
            labels.append(None if any(words in own for words in said) else False)
    return tuple(labels)


def make_question(
    source: str, row: dict[str, Any], sentences: Sequence[Span] | None = None
) -> Question:
    """Make a question of a row with spans."""
    text = row["context"]
    spans = tuple((a["start"], a["start"] + len(a["text"])) for a in row["answers"])
    if sentences is None:
        sentences = sentence_spans(text)
    title = str(row.get("title") or "")
    return Question(
        source,
        title or hashlib.sha256(text[:200].encode()).hexdigest()[:12],
        " ".join(row["question"].split()),
        title,
        text,
        spans,
        tuple(sentences),
        label_sentences(text, sentences, spans),
        bool(spans),
    )


def load_spans(name: str) -> Iterator[Question]:
    """Load a set whose answers are spans of prose; rows whose place is a guess are left out."""
    known: dict[str, list[Span]] = {}
    for row in read_train(name):
        if row.get("places", 1) == 1 and (row["answers"] or not row["answerable"]):
            if row["context"] not in known:
                known[row["context"]] = sentence_spans(row["context"])
            yield make_question(name, row, known[row["context"]])


def load_squad2() -> Iterator[Question]:
    """Load SQuAD 2's questions; what the reader is not fitted on has ``held`` or ``unread``."""
    chunks, asked = load_squad()
    texts: dict[str, Chunk] = {chunk.name: chunk for chunk in chunks}
    for each in asked:
        chunk = texts[each.about]
        source = _name_source("squad2", each.group)
        places = ({"text": a, "start": chunk.text.find(a)} for a in each.answers if a in chunk.text)
        row = {"question": each.text, "context": chunk.text, "title": chunk.title}
        row["answers"] = list(places) if each.gold else []
        yield make_question(source, row)
    for question in load_spans("squad2-dev-rest"):
        unread = is_unread(question.heading)
        yield replace(question, source="squad2 unread" if unread else "squad2")


def _name_source(name: str, group: str) -> str:
    if is_held_out(group):
        return f"{name} held"
    return f"{name} unread" if is_unread(group) else name


def load_qed() -> Iterator[Question]:
    """Load search engine users' questions, with the sentences that answer."""
    for row in read_train("qed-train"):
        starts = [*row["sentence_starts"], len(row["context"])]
        question = make_question("qed-train", row, list(pairwise(starts)))
        known = set(row["answer_sentences"])
        labels = [
            True if place in known else label for place, label in enumerate(question.answering)
        ]
        yield replace(question, answering=tuple(labels))


def load_manuals() -> Iterator[Question]:
    """Load questions about manuals, with the sentences that answer; their spans are not known."""
    for row in read_train("emanual"):
        text, spans = "", []
        for sentence in row["context"]:
            text += "\n" if text else ""
            spans.append((len(text), len(text) + len(sentence)))
            text += sentence
        known = set(row["answer_sentences"])
        yield Question(
            "emanual", row["title"], row["question"], row["title"], text, (), tuple(spans),
            tuple(place in known for place in range(len(spans))),
        )  # fmt: skip


def load_dialogues() -> Iterator[Question]:
    """Load questions about scenes, a turn a sentence."""
    for row in read_train("friendsqa"):
        lines = find_lines(row["context"])
        scene = row["id"].rsplit("_", 1)[0]
        yield replace(make_question("friendsqa", row, lines), group=scene, heading="")


def load_tables() -> Iterator[Question]:
    """Load questions whose answer is a cell, a row a sentence; the columns' names are the heading.

    Questions that compare or count rows are left out: their answer is in no row alone.
    """
    for row in read_train("wikitablequestions"):
        if len(row["answers"]) != 1 or _COMPARES.search(row["question"]):
            continue
        head, _, body = row["context"].partition("\n")
        answer = row["answers"][0]
        start = answer["start"] - len(head) - 1
        if start < 0:
            continue
        text, at = _draw_bars(body, start)
        end = at + len(answer["text"])
        lines = find_lines(text)
        labels = label_sentences(text, lines, [(at, end)])
        heading = f"| {head} |"
        yield Question(
            "wikitablequestions", heading, row["question"], heading, text, ((at, end),),
            tuple(lines), labels,
        )  # fmt: skip


def load_reports() -> Iterator[Question]:
    """Load questions about annual reports whose answer stands in their prose."""
    for row in read_train("tatqa"):
        if len(row["answers"]) != 1:
            continue
        table = row.get("table_start", len(row["context"]))
        text, answer = row["context"][:table], row["answers"][0]
        if answer["start"] + len(answer["text"]) <= len(text):
            yield make_question("tatqa", {**row, "context": text})


def load_written() -> Iterator[Question]:
    """Load the questions that were written for this, half of them hard: see ``read_written``."""
    for row in read_written():
        text = row["evidence"]
        sentences = sentence_spans(text)
        for each in row["questions"]:
            spans = []
            if each["answer"]:
                start = text.find(each["quote"]) + each["quote"].find(each["answer"])
                spans = [{"text": each["answer"], "start": start}]
            asked = {"question": each["question"], "context": text, "title": row["heading"]}
            made = make_question("written", {**asked, "answers": spans}, sentences)
            yield replace(made, group=name_written(row))


def load_medicine() -> Iterator[Question]:
    """Load questions of BioASQ with the snippets that answer; named as :func:`load_squad2`'s."""
    chunks, asked = load_bioasq()
    texts = {chunk.name: chunk.text for chunk in chunks}
    for each in asked:
        source = _name_source("bioasq", each.group)
        for name in sorted(each.gold)[:6]:
            text = texts[name]
            spans = [
                match.span()
                for answer in each.answers
                for match in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", text, re.IGNORECASE)
            ]
            sentences = tuple(sentence_spans(text))
            labels: tuple[bool | None, ...] = tuple(None for _ in sentences)
            if spans:
                labels = label_sentences(text, sentences, spans)
            elif len(sentences) == 1:
                labels = (True,)
            yield Question(source, each.text, each.text, "", text, tuple(spans), sentences, labels)


def find_lines(text: str) -> list[Span]:
    """The lines of a text that are not empty."""
    return [match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", text)]


def _draw_bars(table: str, place: int) -> tuple[str, int]:
    """A table's rows as every reader of files writes them, and a place in the table there."""
    lines = table.split("\n")
    row = table.count("\n", 0, place)
    return "\n".join(f"| {line} |" for line in lines), place + 4 * row + 2
