"""Questions made by program that the public sets lack: records, definitions, yes or no."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from rag.text.sentences import sentence_spans
from rag.text.terms import terms
from training.data.public_sets import is_reserved, read_train
from training.reader.questions import Question, find_lines, label_sentences

_FORMS = (
    "{key}: {value}", "{key}: {value}", "- {key}: {value}", "• {key}: {value}", "{key} = {value}",
    '"{key}": "{value}",', "{key} - {value}", "**{key}:** {value}", "| {key} | {value} |",
)  # fmt: skip
_ASKED = (
    "What is the {key} of {of}?", "what is the {key} of {of}", "What {key} does {of} have?",
    "{of} {key}", "{key} of {of}?", "What is {of}'s {key}?", "Which {key} is given for {of}?",
)  # fmt: skip
_VERBS = {
    "born": ("When and where was {of} born?", "Where was {of} born?", "When was {of} born?"),
    "died": ("When did {of} die?", "Where did {of} die?"),
    "directed by": ("Who directed {of}?",),
    "produced by": ("Who produced {of}?",),
    "starring": ("Who stars in {of}?", "Who acted in {of}?"),
    "founded": ("When was {of} founded?",),
    "founder": ("Who founded {of}?",),
    "headquarters": ("Where is {of} based?", "Where is the main office of {of}?"),
    "released": ("When was {of} released?", "When did {of} come out?"),
    "location": ("Where is {of}?",),
    "occupation": ("What does {of} do for a living?", "What was {of}'s job?"),
    "population": ("How many people live in {of}?",),
    "height": ("How tall is {of}?",),
    "length": ("How long is {of}?",),
    "running time": ("How long is {of}?", "How long does {of} last?"),
    "budget": ("How much did {of} cost to make?",),
    "spouse": ("Who is {of} married to?",), "spouse(s)": ("Who is {of} married to?",),
    "nationality": ("Where is {of} from?",),
    "country": ("Which country is {of} from?",),
    "publisher": ("Who published {of}?",),
    "author": ("Who wrote {of}?",),
    "written by": ("Who wrote {of}?",),
    "language": ("In which language is {of}?",),
    "genre": ("What sort of work is {of}?",), "genres": ("What sort of music is {of}?",),
    "also known as": ("What is another name for {of}?",),
}  # fmt: skip
"""What people ask for a field without its name."""
_DEFINED = re.compile(
    r"(?P<article>The |An? )?(?P<what>[A-Z][^,.;:()\n]{1,50}?)"
    r"(?: \([^()]{1,60}\))?,? (?P<verb>is|are|was|were) "
    r"(?P<said>(?:an?|the|one of|any|used|defined) [^.;\n]{12,})"
)
_CUT = re.compile(r",| (?:that|which|who|where|whose|and|in which) ")
_WHAT_IS = (
    "What {verb} {what}?", "what {verb} {what}", "What {verb} {what}?", "{what}",
    "How is {what} defined?", "define {what}", "What does {what} mean?",
    "Can you tell me what {what} {verb}?",
)  # fmt: skip


def make_record_questions(rng: random.Random, number: int) -> list[Question]:
    """Ask for fields of records in the notations that people's files have.

    The record stands alone under its name, or one after others that have the same fields, as the
    rows of a file do. For one in four the record lacks the field that is asked for.
    """
    records = list(_load_records())
    rng.shuffle(records)
    found = []
    for place, (name, fields) in enumerate(records):
        if len(found) == number:
            break
        others = [records[(place + step) % len(records)] for step in (1, 2, 3)]
        found += _ask_record(name, fields, others, rng)
    return found[:number]


def _load_records() -> Iterator[tuple[str, dict[str, str]]]:
    seen = set()
    for row in read_train("infotabs", "train"):
        name = row["title"]
        if name in seen:
            continue
        seen.add(name)
        fields = {}
        for line in row["evidence"].split("\n")[1:]:
            key, _, value = line.partition(": ")
            value = " ".join(value.replace(" ;", ";").split())
            if value and len(value) < 120 and len(key) < 30:
                fields[key] = value
        if len(fields) > 2:
            yield name, fields


def _ask_record(
    name: str, fields: dict[str, str], others: list[tuple[str, dict[str, str]]], rng: random.Random
) -> Iterator[Question]:
    form, lower = rng.choice(_FORMS), rng.random() < 0.3
    snake = rng.random() < 0.2
    keys = rng.sample(list(fields), min(len(fields), 4))
    named_inside = rng.random() < 0.5

    def write(title: str, record: dict[str, str]) -> list[tuple[str, str]]:
        label = rng.choice(("Name", "name", "title")) if named_inside else ""
        kept = [(label, title)] if label else []
        return [*kept, *record.items()]

    for key in keys:
        lacking = rng.random() < 0.25
        record = {k: v for k, v in fields.items() if not (lacking and k == key)}
        blocks = [(name, record)]
        if named_inside:
            blocks += others[: rng.randint(0, 2)]
            rng.shuffle(blocks)
        text, span = "", None
        for title, own in blocks:
            for field, value in write(title, own):
                shown = field.lower().replace(" ", "_") if snake else field
                line = form.format(key=shown.lower() if lower else shown, value=value)
                if title == name and field == key:
                    at = len(text) + line.rfind(value)
                    span = (at, at + len(value))
                text += line + "\n"
            text += "\n" * (len(blocks) > 1)
        templates = _VERBS.get(key.lower(), ())
        ask = rng.choice(templates if templates and rng.random() < 0.6 else _ASKED)
        question = ask.format(key=key.lower(), of=name)
        spans = (span,) if span else ()
        lines = tuple(find_lines(text))
        labels = tuple(bool(span) and a <= span[0] < b for a, b in lines)
        heading = "" if named_inside else name
        yield Question("records", name, question, heading, text, spans, lines, labels, bool(spans))


def make_whether_questions(rng: random.Random, number: int) -> list[Question]:
    """Ask whether a claim is true, of a text that says so, denies it, or says nothing about it.

    Where a text says or denies it is known only where one line shares most with the claim.
    """
    rows = [
        (name, row)
        for name, most in (("infotabs", number - number // 6), ("fever-symmetric", number // 6))
        for row in _draw([each for each in read_train(name) if is_for_whether(each)], most, rng)
    ]
    found = []
    for name, row in rows:
        heading = row.get("title") or ""
        text = row["evidence"].removeprefix(f"{heading}\n") if heading else row["evidence"]
        lines = find_lines(text) if heading else sentence_spans(text)
        asked = set(terms(row["claim"], keep_stop_words=False)) - set(terms(heading))
        shared = [len(asked & set(terms(text[a:b]))) for a, b in lines]
        answers = row["label"] != "not_enough"
        labels: list[bool | None] = [None if answers else False for _ in lines]
        if answers and max(shared) > 0 and shared.count(max(shared)) == 1:
            labels[shared.index(max(shared))] = True
        group = heading or row["evidence"][:60]
        found.append(
            Question(
                f"whether {name}", group, ask_whether(row["claim"], rng), heading, text, (),
                tuple(lines), tuple(labels), answers,
            )
        )  # fmt: skip
    return found


def is_for_whether(row: dict[str, Any]) -> bool:
    """Whether a claim is short, and of a document that is not reserved."""
    group = row.get("title") or row["evidence"][:60]
    return len(row["evidence"]) < 1200 and len(row["claim"]) < 200 and not is_reserved(group)


def _draw(rows: list[dict[str, Any]], number: int, rng: random.Random) -> list[dict[str, Any]]:
    return rng.sample(rows, min(len(rows), number))


def ask_whether(claim: str, rng: random.Random) -> str:
    """Turn a claim into a question for yes or no."""
    claim = " ".join(claim.split()).rstrip(" .")
    match = _FINITE.match(claim)
    if not match or rng.random() < 0.1:
        return f"Is it true that {_lower_first(claim)}?"
    subject, verb, rest = match.groups()
    if verb in ("has", "have", "had") and not re.match(r"\w+(?:ed|en|n) |been\b", rest):
        verb, rest = {"has": "does", "have": "do", "had": "did"}[verb], f"have {rest}"
    question = f"{verb.capitalize()} {_lower_first(subject)} {rest}"
    return f"{question}?" if rng.random() < 0.8 else question.lower()


_FINITE = re.compile(
    r"((?:(?!that\b|which\b|who\b)[^\s,]+ ){1,7}?)"
    r"(is|are|was|were|has|have|had|can|could|will|would|does|do|did|may|might|should|must) (.+)"
)


def _lower_first(text: str) -> str:
    first, _, rest = text.strip().partition(" ")
    return f"{first.lower() if first in _NO_NAMES else first} {rest}".strip()


def make_definition_questions(
    questions: Iterable[Question], rng: random.Random, number: int
) -> list[Question]:
    """Ask what something is, from sentences that say so; and of texts that only use the word."""
    order = list({each.text: each for each in questions}.values())
    rng.shuffle(order)
    of_group: dict[str, list[Question]] = defaultdict(list)
    for each in order:
        of_group[each.group].append(each)
    found: list[Question] = []
    for each in order:
        if len(found) >= number:
            break
        for start, end in each.sentences:
            sentence = each.text[start:end]
            match = _DEFINED.match(sentence)
            if not match or not _NO_NAMES.isdisjoint(match["what"].split()):
                continue
            said = match["said"]
            cut = _CUT.search(said, 14)
            said_end = (
                start + match.start("said") + (cut.start() if cut else len(said.rstrip(" .")))
            )
            span = (start + match.start("said"), said_end)
            what = match["what"] if rng.random() < 0.7 else match["what"].lower()
            if match["article"] and rng.random() < 0.5:
                what = match["article"].lower() + what
            question = rng.choice(_WHAT_IS).format(what=what, verb=match["verb"])
            labels = label_sentences(each.text, each.sentences, [span])
            found.append(
                replace(
                    each, source="definitions", question=question, spans=(span,),
                    answering=labels, has_answer=True,
                )
            )  # fmt: skip
            known = set(terms(match["what"], keep_stop_words=False))
            near = [*of_group[each.group], *rng.sample(order, min(200, len(order)))]
            uses = next(
                (
                    other
                    for other in near
                    if other.text != each.text
                    and known
                    and known <= set(terms(other.text))
                    and not any(_DEFINED.match(other.text[a:b]) for a, b in other.sentences)
                ),
                None,
            )
            if uses:
                found.append(
                    replace(
                        uses, source="definitions", question=question, spans=(),
                        answering=tuple(False for _ in uses.sentences), has_answer=False,
                    )
                )  # fmt: skip
            break
    return found


_NO_NAMES = frozenset(
    "It This That These Those There He She They We I You His Her Its Their Our My What Which Who "
    "When Where In On At For From By With As If But And Or Not One Some Many Most All Both Each "
    "Every Another Other Such Here Now Then Also However Although While Since After Before During "
    "Today Later Among Because So Only An A The Yet Still Thus there this that these those it they "
    "he she who which what".split()
)
