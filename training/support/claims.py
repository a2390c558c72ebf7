"""Claims with their evidence and label: people's, and made of texts by program."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from rag.support.evidence import LONGEST, choose_evidence
from rag.text.sentences import sentence_spans
from training.data.changes import Change
from training.data.false_changes import FALSE, HARDER, OTHERWISE
from training.data.public_sets import (
    is_for_report,
    is_of_odd_half,
    is_reserved,
    load_bioasq,
    load_pubmedqa,
    name_written,
    read_train,
    read_written,
)
from training.data.true_changes import TRUE, make_passive, use_synonym
from training.reader.questions import Question, load_spans
from training.support.cases import load_wice
from training.support.declare import declare

Label = Literal["supported", "absent", "contradicted"]
Span = tuple[int, int]
LABELS: tuple[Label, ...] = ("supported", "absent", "contradicted")
_NAMES: dict[str, Label] = {
    "supported": "supported", "not_enough": "absent", "refuted": "contradicted"
}  # fmt: skip
FITTED = ("infotabs", "summedits", "begin", "factcheck-bench", "fever-symmetric", "wice-tokens")
"""Sets whose licence lets the weights be shipped."""
ASKED = ("climate-fever", "rte", "aggrefact-pieces", "covidfact", "healthver")
"""Sets that only the report asks."""
_FEWEST, _MOST = 6, 45
"""Words of a sentence that becomes a claim."""


@dataclass(frozen=True)
class LabelledClaim:
    """A claim and what it is judged by.

    :param group: the document that the evidence is of.
    :param kind: how it was made; empty for a person's.
    :param wrong: the words of the claim that the evidence does not support; None where that is not
        known.
    """

    source: str
    group: str
    claim: str
    heading: str
    evidence: str
    label: Label
    kind: str = ""
    wrong: tuple[Span, ...] | None = None


def join_heading(heading: str, text: str) -> str:
    """The heading and the text as :class:`rag.chat.resolver.Resolver` gives them to the judge."""
    return f"{heading}. {text}" if heading else text


def is_for_weights(group: str) -> bool:
    """Whether the judge's weights are fitted on a document, which the reader is not."""
    return is_reserved(group) and not is_for_report(group)


def load_written() -> Iterator[LabelledClaim]:
    """Load the claims that were written for this."""
    for row in read_written():
        for each in row["claims"]:
            label: Label = "absent" if each["label"] == "partial" else each["label"]
            start = each["claim"].find(each["wrong"]) if each["wrong"] else -1
            wrong = None if start < 0 else ((start, start + len(each["wrong"])),)
            wrong = () if label == "supported" else wrong
            yield LabelledClaim(
                "written", name_written(row), each["claim"], row["heading"], row["evidence"],
                label, each["kind"], wrong,
            )  # fmt: skip


def load_wice_claims(*, reported: bool) -> Iterator[LabelledClaim]:
    """Load half of WiCE's development claims, each with the sentences that people chose.

    Of a claim that is also judged by the whole page, the page is the evidence of another row.

    :param reported: the half that nothing is fitted on, in place of the other.
    """
    for each in load_wice():
        group = hashlib.sha256(each.page.encode()).hexdigest()[:12]
        if each.chosen and is_of_odd_half(group) == reported:
            label: Label = "supported" if each.label == "supported" else "absent"
            for kind, evidence in (("chosen", each.chosen), ("page", each.page)):
                yield LabelledClaim("wice", group, each.text, "", evidence, label, kind)


def load_summaries() -> Iterator[LabelledClaim]:
    """Load one-sentence summaries of papers, each with the abstract."""
    for row in read_train("scitldr"):
        evidence = " ".join(row["document"])
        for summary in row["summary"][:2]:
            claim = " ".join(summary.split())
            if _FEWEST <= len(claim.split()) <= _MOST:
                yield LabelledClaim(
                    "scitldr", row["title"], claim, row["title"],
                    choose_evidence(claim, evidence), "supported", "", (),
                )  # fmt: skip


def change_claims(claims: Sequence[LabelledClaim], rng: random.Random) -> Iterator[LabelledClaim]:
    """Make supported claims say something else in one place: people's own words gone wrong."""
    for each in claims:
        if each.label != "supported":
            continue
        for kind, change in rng.sample(sorted({**FALSE, **HARDER, **OTHERWISE}.items()), 6):
            found = [*change(each.claim, each.evidence, rng)]
            if found:
                claim, detail = rng.choice(found)
                yield replace(
                    each, claim=claim, label="contradicted", kind=f"changed, {kind}",
                    wrong=_locate(claim, detail),
                )  # fmt: skip
                break


def load_claims(name: str) -> Iterator[LabelledClaim]:
    """Load a set of people's claims."""
    for row in read_train(name):
        heading = str(row.get("title") or "")
        evidence = row["evidence"]
        if isinstance(evidence, list):
            evidence = " ".join(evidence)
        evidence = evidence.removeprefix(f"{heading}\n") if heading else evidence
        claim = " ".join(row["claim"].split())
        group = heading or hashlib.sha256(evidence[:200].encode()).hexdigest()[:12]
        label = _NAMES[row["label"]]
        wrong = () if label == "supported" else _find_wrong(row, claim)
        yield LabelledClaim(
            name, group, claim, heading, choose_evidence(claim, evidence), label, "", wrong
        )


def _find_wrong(row: dict[str, Any], claim: str) -> tuple[Span, ...] | None:
    """The words that annotators marked, where they stand in the claim."""
    if "unsupported_tokens" in row:
        marked = [row["claim_tokens"][i] for i in row["unsupported_tokens"]]
    else:
        marked = row.get("unsupported_spans") or []
    found, place = [], 0
    for words in marked:
        start = claim.find(str(words), place)
        if start < 0:
            return None
        place = start + len(str(words))
        found.append((start, place))
    return tuple(found) or None


def make_claims(rng: random.Random, number: int, *, reserved: bool = False) -> list[LabelledClaim]:
    """Make claims of the sentences of texts, and of questions with their answers.

    :param reserved: of the documents that nothing is fitted on, in place of the others.
    """
    questions = [q for q in load_spans("squad1-train") if is_reserved(q.group) == reserved]
    rng.shuffle(questions)
    texts = {q.text: q for q in questions}
    changed = [*_make_of_sentences(list(texts.values()), rng)]
    declared = [*_make_of_answers(questions, rng)]
    medical = [
        Question(name, chunk.group, "", "", chunk.text, (), tuple(sentence_spans(chunk.text)))
        for name, load in (("bioasq", load_bioasq), ("pubmedqa", load_pubmedqa))
        for chunk in load()[0]
        if is_reserved(chunk.group) == reserved and len(chunk.text) > 200
    ]
    rng.shuffle(medical)
    changed_too = [*_make_of_sentences(medical, rng)]
    found = []
    for some, share in ((changed, 0.4), (declared, 0.35), (changed_too, 0.25)):
        found += rng.sample(some, min(len(some), int(number * share)))
    return found


_CHANGES: tuple[tuple[Label, dict[str, Change], int], ...] = (
    ("supported", TRUE | {"synonym": use_synonym, "passive": make_passive}, 3),
    ("contradicted", FALSE | HARDER, 2),
    ("contradicted", OTHERWISE, 2),
)
"""What is made of a text's sentences: the label, the changes, how many at most."""


def _make_of_sentences(texts: Sequence[Question], rng: random.Random) -> Iterator[LabelledClaim]:
    """Make claims of each text's sentences, changed or not, and of sentences of other texts."""
    of_group: dict[str, list[Question]] = {}
    for each in texts:
        of_group.setdefault(each.group, []).append(each)
    for each in texts:
        sentences = [
            (i, " ".join(each.text[a:b].split()))
            for i, (a, b) in enumerate(each.sentences)
            if _FEWEST <= len(each.text[a:b].split()) <= _MOST
        ]
        if not sentences:
            continue
        for label, changes, most in _CHANGES:
            made = 0
            for kind in rng.sample(sorted(changes), len(changes)):
                place, sentence = rng.choice(sentences)
                found = [*changes[kind](sentence, each.text, rng)]
                if made == most or not found:
                    continue
                new, detail = rng.choice(found)
                made += 1
                wrong = () if label == "supported" else _locate(new, detail)
                yield _judge_by(each, place, new, label, kind, wrong, rng)
        yield from _fuse(each, sentences, rng)
        others = [other for other in of_group[each.group] if other.text != each.text]
        if others:
            yield from _take_from_elsewhere(each, rng.choice(others), sentences, rng)


def _fuse(
    each: Question, sentences: Sequence[tuple[int, str]], rng: random.Random
) -> Iterator[LabelledClaim]:
    """Two neighbours in one sentence, as they are and with one of them changed."""
    pairs = [
        (place, f"{one.rstrip('.')}{rng.choice([', and ', '; ', ', while '])}{other}")
        for (place, one), (after, other) in pairwise(sentences)
        if after == place + 1 and len(one.split()) + len(other.split()) <= _MOST
    ]
    if not pairs:
        return
    place, claim = rng.choice(pairs)
    yield _judge_by(each, place, claim, "supported", "fused", (), rng, neighbours=1)
    for kind, change in rng.sample(sorted({**FALSE, **HARDER, **OTHERWISE}.items()), 5):
        found = [*change(claim, each.text, rng)]
        if found:
            new, detail = rng.choice(found)
            wrong = _locate(new, detail)
            kind = f"fused, {kind}"
            yield _judge_by(each, place, new, "contradicted", kind, wrong, rng, neighbours=1)
            break


def _locate(claim: str, detail: str) -> tuple[Span, ...] | None:
    """The words that a change put in; None where it took some away or moved them."""
    _, arrow, new = detail.partition(" → ")
    start = claim.find(new) if arrow else -1
    return None if start < 0 else ((start, start + len(new)),)


def _take_from_elsewhere(
    each: Question, other: Question, sentences: Sequence[tuple[int, str]], rng: random.Random
) -> Iterator[LabelledClaim]:
    """A sentence of another text, alone or joined to one of this text's own."""
    a, b = rng.choice(other.sentences)
    far = " ".join(other.text[a:b].split())
    place, own = rng.choice(sentences)
    if not _FEWEST <= len(far.split()) <= _MOST:
        return
    yield _judge_by(each, place, far, "absent", "elsewhere", None, rng)
    if len(own.split()) + len(far.split()) < _MOST:
        joined = f"{own.rstrip('.')}, and {far[0].lower()}{far[1:]}"
        wrong = ((len(own.rstrip(".")), len(joined)),)
        yield _judge_by(each, place, joined, "absent", "partly elsewhere", wrong, rng)


def _judge_by(
    each: Question, place: int, claim: str, label: Label, kind: str,
    wrong: tuple[Span, ...] | None, rng: random.Random, *, neighbours: int = 0,
) -> LabelledClaim:  # fmt: skip
    """The claim with the sentence at a place and up to two on each side as its evidence.

    :param neighbours: how many after it must be there.
    """
    first = max(0, place - rng.randint(0, 2))
    last = min(len(each.sentences) - 1, place + rng.randint(neighbours, 2))
    evidence = each.text[each.sentences[first][0] : each.sentences[last][1]]
    heading = each.heading if rng.random() < 0.6 else ""
    return LabelledClaim(
        each.source, each.group, claim, heading, evidence[:LONGEST], label, kind, wrong
    )


def _make_of_answers(questions: Sequence[Question], rng: random.Random) -> Iterator[LabelledClaim]:
    """Say what question and answer say together, with the right answer and with another one."""
    for each in questions:
        if not each.spans or True not in each.answering:
            continue
        start, end = each.spans[0]
        answer, before = each.text[start:end], each.text[max(0, start - 30) : start]
        claim = declare(each.question, answer, before)
        if not claim or not _FEWEST <= len(claim.split()) <= _MOST:
            continue
        place = each.answering.index(True)
        if rng.random() < 0.45:
            yield _judge_by(each, place, claim, "supported", "answer", (), rng)
            continue
        for kind, change in rng.sample(sorted({**FALSE, **HARDER}.items()), 5):
            changed = next(iter(change(answer, each.text, rng)), None)
            if changed and changed[0] != answer:
                claim = declare(each.question, changed[0], before)
                at = claim.casefold().find(changed[0].casefold())
                wrong = None if at < 0 else ((at, at + len(changed[0])),)
                yield _judge_by(each, place, claim, "contradicted", f"answer, {kind}", wrong, rng)
                break
