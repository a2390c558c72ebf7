"""Which of the sentences that may answer are shown, and what is shown with them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from rag.answers.conflicts import differ, is_negated
from rag.answers.evidence import Evidence
from rag.answers.features import refers_back
from rag.answers.lines.line import is_fragment
from rag.english.patterns.sentences import PARTICULARS
from rag.library.catalog import Catalog
from rag.questions.question import Question, parse_question
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import AnswerLength, Passage

_REPEAT = 0.8
"""Share of a sentence's content words found in one already chosen from which it is a repeat."""
_ENOUGH: Mapping[AnswerLength, float] = {"short": 0.0, "normal": 0.85, "full": 2.0}
"""Enough is shown once the shares of the sentences shown come to this."""
_PICKED: Mapping[AnswerLength, int] = {"short": 1, "normal": 3, "full": 100}
"""Sentences that are picked for a question for one thing, beside what comes along with them."""
_OPPOSED = 0.3
"""Share of the best sentence's score from which another document's is shown that says otherwise."""
_WORTH = 0.1
"""A sentence less likely than this share of the best one is not worth showing."""
_ACCOMPANIED = 2
"""The likeliest sentences that are shown with what they lean on rather than with one more; hardly
an answer is lost for it (docs/decisions.md)."""
_CHAIN = 2
"""The most sentences that come along because one leans on the other."""


def select_sentences(
    question: str, ranked: Sequence[Evidence], *, limit: int, length: AnswerLength = "normal"
) -> list[Evidence]:
    """Select the sentences to show, 1 to ``limit`` of them, in reading order.

    The best one always, then as many as it takes for one of them to hold the answer, if any does,
    in all probability; a question for several things gets as many as are worth showing. None
    repeats another. What a sentence cannot be understood without comes along: for the first two
    before any other, for the rest while there is room. What else is worth showing beside a line
    that is no plain prose, its kind has said (:mod:`rag.answers.lines`).

    :param length: ``short``: the best sentence; ``full``: all that are worth showing.
    """
    enough = _ENOUGH[length]
    asked = parse_question(question)
    fitting = [each for each in ranked if each.line.may_answer] or ranked
    chosen: list[Evidence] = []
    alone: list[Evidence] = []

    def bring_along(evidence: Evidence) -> None:
        for other in _find_context(evidence, ranked, asked):
            if len(chosen) < limit and _adds_something(other, chosen):
                chosen.append(other)

    shown, picked = 0.0, 0
    for evidence in fitting:
        enough_shown = (shown >= enough or picked >= _PICKED[length]) and (
            length == "short" or not asked.several
        )
        if len(chosen) == limit or (chosen and enough_shown):
            break
        if chosen and evidence.score < _WORTH * chosen[0].score:
            break
        shown += evidence.share
        if not _adds_something(evidence, chosen):
            continue
        chosen.append(evidence)
        picked += 1
        if picked <= _ACCOMPANIED:
            bring_along(evidence)
        else:
            alone.append(evidence)
    for evidence in alone:
        bring_along(evidence)
    if length != "short":
        chosen += _find_opposed(chosen, fitting)[: max(0, limit - len(chosen))]
    return sort_for_reading(chosen)


def _find_opposed(chosen: Sequence[Evidence], ranked: Sequence[Evidence]) -> list[Evidence]:
    """What other documents say otherwise than the best sentence, where it is as good an answer."""
    if not chosen:
        return []
    best = chosen[0]
    near = [each for each in ranked if each.score >= _OPPOSED * best.score and each not in chosen]
    return [each for each in near if differ(each, best)][:1]


def add_company(chosen: Sequence[Evidence], catalog: Catalog, limit: int) -> list[Evidence]:
    """Add what has to be shown with the chosen lines, such as the names of a table's columns.

    Room for it is made by leaving out the unlikeliest sentences; a list that is asked for may be
    longer. A line by itself is the whole answer where no more than one sentence may be shown.

    :param chosen: in reading order, at most ``limit``.
    :return: in reading order, each line once.
    :raises GoneError: a document was replaced meanwhile.
    """
    shown: dict[tuple[str, int], Evidence] = {}
    for evidence in sorted(chosen, key=lambda each: -each.score):
        needed = [(find_place(each), each) for each in _find_company(evidence, catalog)]
        new = {place: each for place, each in needed if place not in shown}
        room = limit - len(shown)
        if not shown and limit > _ACCOMPANIED:
            room = max(room, len(new))
        if len(new) > room and shown:
            break
        shown |= dict(list(new.items())[:room])
    return put_lead_first(list(shown.values()))


def put_lead_first(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Sort for reading, but what holds the answer likeliest first, after what it leans on."""
    ordered = sort_for_reading(chosen)
    if not ordered:
        return []
    best = max(chosen, key=lambda each: each.score)
    lead = ordered.index(best)
    first = lead
    while first and _leans_on(ordered[first], ordered[first - 1]):
        first -= 1
    opening = [place for place in range(first) if _accompanies(ordered[place], best)]
    opening += range(first, lead + 1)
    rest = [each for place, each in enumerate(ordered) if place not in opening]
    return [*(ordered[place] for place in opening), *rest]


def _leans_on(evidence: Evidence, before: Evidence) -> bool:
    """Whether a sentence is to be read after the one before it."""
    return refers_back(evidence.text) and _are_one_piece(before.passage, evidence.passage)


def _accompanies(other: Evidence, evidence: Evidence) -> bool:
    """Whether a line is shown with another, to be read before it, such as a table's columns."""
    with_company = evidence.line.find_company and other.line.find_company
    return bool(with_company) and other.score == evidence.score


def _find_company(evidence: Evidence, catalog: Catalog) -> list[Evidence]:
    """A line and what has to be shown with it, the line first."""
    if evidence.line.find_company is None:
        return [evidence]
    span = (evidence.start, evidence.end)
    passage, spans = evidence.line.find_company(evidence.passage, span, catalog)
    return [
        replace(
            evidence,
            passage=passage,
            start=start,
            end=end,
            text=passage.text[start:end],
            answer=evidence.answer if place == 0 else None,
        )
        for place, (start, end) in enumerate(spans)
    ]


def find_antecedents(evidence: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentence before, nearest first, when this one leans on it.

    With the one before that when that ends the leaning; a chain that is longer says no more.

    :param ranked: all sentences found, ``evidence`` among them.
    """
    if not refers_back(evidence.text):
        return []
    near = _find_neighbours(evidence, ranked)
    own = near.index(evidence)
    before = near[max(own - _CHAIN, 0) : own][::-1]
    ends = (length for length, other in enumerate(before, 1) if not refers_back(other.text))
    return before[: next(ends, 1)]


def _find_context(
    evidence: Evidence, ranked: Sequence[Evidence], asked: Question
) -> list[Evidence]:
    """What a sentence cannot be understood without, then what goes into particulars."""
    antecedents = find_antecedents(evidence, ranked)
    context = [*takewhile(_states_something, antecedents)]
    if asked.several:
        near = _find_neighbours(evidence, ranked)
        after = near[near.index(evidence) + 1 :][:1]
        context += [other for other in after if PARTICULARS.match(other.text)]
    return context


def _states_something(evidence: Evidence) -> bool:
    return evidence.line.may_answer and not is_fragment(evidence.text)


def _find_neighbours(evidence: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of its passage and of those before and after it, in reading order."""
    near = [other for other in ranked if _are_one_piece(other.passage, evidence.passage)]
    return sorted(near, key=find_place)


def _are_one_piece(passage: Passage, other: Passage) -> bool:
    """Whether two passages are the same, or one follows the other under the same heading."""
    if passage.chunk_id == other.chunk_id:
        return True
    placed = (passage.document_id, passage.heading) == (other.document_id, other.heading)
    return placed and (passage.start == other.end or passage.end == other.start)


def sort_for_reading(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Sort by document, the one with the best passage first, then by place in the document."""
    order: dict[str, int] = {}
    for evidence in sorted(chosen, key=lambda e: -e.passage.score):
        order.setdefault(evidence.passage.document_id, len(order))
    return sorted(chosen, key=lambda e: (order[e.passage.document_id], find_place(e)))


def find_place(evidence: Evidence) -> tuple[str, int]:
    """Its document, and where it begins there."""
    return evidence.passage.document_id, evidence.passage.start + evidence.start


def _adds_something(evidence: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Whether a sentence says something beside those chosen."""
    if any(_repeats(evidence, other) for other in chosen):
        return False
    line = evidence.line
    if line.only_alone and chosen:
        return False
    return line.is_asked_for or all(
        evidence.score >= other.line.margin * other.score for other in chosen
    )


def _repeats(evidence: Evidence, other: Evidence) -> bool:
    """Whether two say the same; documents that differ in a number do not."""
    first, second = (vocabulary(each.text) - STOP_WORDS for each in (evidence, other))
    apart = evidence.passage.document_id != other.passage.document_id
    if apart and _has_number(first - second) and _has_number(second - first):
        return False
    if apart and is_negated(evidence.text) != is_negated(other.text):
        return False
    shared = len(first & second)
    return bool(shared) and shared / min(len(first), len(second)) >= _REPEAT


def _has_number(words: frozenset[str]) -> bool:
    return any(word[0].isdigit() for word in words)
