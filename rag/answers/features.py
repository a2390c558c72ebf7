"""What can be seen of a sentence that may answer a question, and of all that was found for it.

Each signal is a number with a name; :mod:`rag.answers.evidence` turns them into probabilities with
the fitted weights of ``evidence_weights.json``. Nothing here knows any document or any question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answers import labels
from rag.english.answer_shapes import CUED_KINDS, EXACT_KINDS, NAME_KINDS
from rag.models.pair_reader import Pair
from rag.questions.matcher import QuestionMatcher
from rag.questions.question import Question
from rag.text.front_matter import Byline, describe_byline, find_byline
from rag.text.sentences import sentence_spans
from rag.text.tables import find_tables, is_row, join_column_names
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import Passage

_ENUMERATION = re.compile(
    r"\b(?:such as|including|include[sd]?|e\.g\.|namely)|,[^,]+,? (?:and|or)\b"
)
_REFERS_BACK = re.compile(
    r"(?:(?:these|this|those|such|both|it|its|they|their|he|she|his|her|the (?:latter|former))\b"
    r"|(?:for this reason|for these reasons|by (?:using|doing) (?:this|these|so)|as a result)\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:key\s?words?|index terms|tags|authors?|affiliations?|correspond\w+)\b\W", re.I
)
_CLOSED = re.compile(r"[.!?…。！？][\"”’')\]|\d,\s]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage, or lines that name authors: ``passage.text[start:end]``.

    :param rank: of the passage among those retrieved, counting from 0.
    :param index: of the sentence in its passage, counting from 0.
    :param above: of a table's row: what says in its passage what it means; see :func:`_rows`.
    :param meaning: of lines that name authors, or that are labelled with what is asked for, which
        are no sentences: what they mean, as one.
    """

    passage: Passage
    rank: int
    index: int
    start: int
    end: int
    text: str
    above: str | None = None
    meaning: str = ""

    @property
    def read(self) -> str:
        """What is read for the question."""
        return self.meaning or self.text


def candidates(
    passages: Sequence[Passage],
    question: Question,
    bylines: Mapping[int, Byline] | None = None,
) -> list[Candidate]:
    """All sentences of the passages, in their order; the same words only once.

    The rows of tables are among them, but for those that only name columns.

    :param bylines: of passages, by their rank: one candidate each, those of no meaning none.
    """
    found: dict[str, Candidate] = {}
    for rank, passage in enumerate(passages):
        above = _rows(passage)
        byline = (bylines or {}).get(rank, Byline(0, 0, ""))
        for index, (start, end) in enumerate(sentence_spans(passage.text)):
            if byline.start <= start < byline.end:
                if start > byline.start or not byline.meaning:
                    continue
                text, key = passage.text[start : byline.end], byline.meaning
                candidate = Candidate(
                    passage, rank, index, start, byline.end, text, meaning=byline.meaning
                )
            else:
                text, row = passage.text[start:end], above.get(start)
                if start in above and row is None:
                    continue
                meaning = _meaning(text, passage, question)
                key = meaning or (text if row is None else f"{passage.heading} {row} {text}")
                candidate = Candidate(passage, rank, index, start, end, text, row, meaning)
            found.setdefault(" ".join(key.split()), candidate)
    return list(found.values())


def _meaning(line: str, passage: Passage, question: Question) -> str:
    """What a line means that is labelled with what is asked for; empty for any other."""
    found = labels.labelled(line) if is_furniture(line) else None
    if found is None or not found.is_asked_for(question):
        return ""
    return labels.as_sentence(found, passage, question)


def bylines(reader: QuestionMatcher) -> dict[int, Byline]:
    """The lines that name the authors of each passage's document, for :func:`candidates`.

    Only those that the question may be about mean anything: where title and names fit it best.
    """
    spans, fits = {}, []
    for rank, passage in enumerate(reader.passages):
        known = vocabulary(passage.title)
        if span := find_byline(passage):
            spans[rank] = span
            known |= vocabulary(passage.text[slice(*span)])
        fits.append(reader.coverage(reader.match(known)))
    found = {}
    for rank, span in spans.items():
        meant = fits[rank] == max(fits)
        passage = reader.passages[rank]
        meaning = describe_byline(passage, span, reader.question.text) if meant else ""
        found[rank] = Byline(*span, meaning)
    return found


def pairs(chosen: Sequence[Candidate], found: Sequence[Candidate]) -> list[Pair]:
    """The chosen candidates as they are read together with the question.

    Before a sentence stands the one before it, before a table's row what says what it means.
    """
    by_place = {(candidate.rank, candidate.index): candidate.text for candidate in found}
    return [
        Pair(
            each.passage.title,
            by_place.get((each.rank, each.index - 1), "") if each.above is None else each.above,
            each.read,
        )
        for each in chosen
    ]


def _rows(passage: Passage) -> dict[int, str | None]:
    """The rows of a passage's tables, by where they begin, each with what says what it means.

    That is the table's caption, the names of its columns and the row that heads it, a line each.
    None for rows that name columns; rows of one cell, which are headings or cells that wrap, are no
    rows here.
    """
    text, found = passage.text, dict[int, str | None]()
    for table in find_tables(text, passage.heading):
        caption = text[slice(*table.caption)] if table.caption else ""
        columns = join_column_names(text[slice(*table.columns)]) if table.columns else ""
        if table.columns:
            lines = re.finditer(r"\|[^\n]*", text[slice(*table.columns)])
            found |= dict.fromkeys(table.columns[0] + line.start() for line in lines)
        for row in table.rows:
            if is_row(text[row.start : row.end]):
                section = join_column_names(text[slice(*row.section)]) if row.section else ""
                found[row.start] = "\n".join((caption, columns, section))
    return found


def refers_back(text: str) -> bool:
    """Whether a sentence opens with a word that points to the one before (``These markers …``)."""
    return _REFERS_BACK.match(text) is not None


def is_furniture(text: str) -> bool:
    """Whether a line is a heading, a keyword or author line: no prose, nothing that answers."""
    if is_row(text):
        return False
    return _LABEL.match(text) is not None or (
        _CLOSED.search(text) is None and len(text.split()) < 15
    )


def sentence_signals(reader: QuestionMatcher, found: Sequence[Candidate]) -> list[dict[str, float]]:
    """The signals of each candidate, by name, but for those that take a model."""
    best_score = max((passage.score for passage in reader.passages), default=0.0)
    by_place = {(candidate.rank, candidate.index): candidate for candidate in found}
    matched = [reader.match(vocabulary(candidate.read)) for candidate in found]
    rows = []
    for candidate, own, telling in zip(
        found, matched, reader.distinctive_coverage(matched), strict=True
    ):
        before = by_place.get((candidate.rank, candidate.index - 1))
        row = _signals(reader, candidate, own, before.text if before else "")
        row["telling overlap"] = telling
        row["passage score below best"] = best_score - candidate.passage.score
        rows.append(row)
    return rows


def _signals(
    reader: QuestionMatcher, candidate: Candidate, own: Mapping[str, float], before: str
) -> dict[str, float]:
    kind, text, passage = reader.question.kind, candidate.read, candidate.passage
    words = vocabulary(text)
    headed = words | vocabulary(f"{passage.title} {passage.heading}")
    columns = ""
    if candidate.above is not None:
        # a row says nothing without the names of its columns, and nothing about its neighbour
        columns = before = f"{passage.heading} {candidate.above}"
        headed |= vocabulary(columns)
    with_title = reader.match(headed)
    in_context = reader.match(headed | vocabulary(before))
    in_passage = reader.in_passage[candidate.rank]
    answers = reader.find_answers(text, columns)
    content = words - STOP_WORDS
    return {
        "passage first": float(candidate.rank == 0),
        "overlap": reader.coverage(own),
        "overlap with title": reader.coverage(with_title),
        "overlap in context": reader.coverage(in_context),
        "overlap of passage": reader.coverage(in_passage),
        "names": reader.named_coverage(with_title),
        "names in passage": reader.named_coverage(in_passage),
        "lacking": reader.unmatched(reader.match(words | vocabulary(before))),
        "order": reader.same_order(text),
        "exact missing": float(kind in EXACT_KINDS and not answers),
        "closeness": reader.closeness(text, answers),
        "name missing": float(kind in NAME_KINDS and not answers),
        "sought missing": reader.sought_missing(own if candidate.above is None else with_title),
        "cue": float(kind in CUED_KINDS and bool(answers)),
        "enumeration": float(reader.question.several and bool(_ENUMERATION.search(text))),
        "length": math.log1p(len(content)),
        "new words": math.log1p(len(content - reader.stands_for.keys())),
        "asks": float(text.endswith("?")),
        "furniture": float(is_furniture(text)),
        "leaning": float(refers_back(text)),
        "opens passage": float(candidate.index == 0),
    }


def question_signals(
    reader: QuestionMatcher,
    sentences: Sequence[Mapping[str, float]],
    chances: Sequence[tuple[float, float]],
) -> dict[str, float]:
    """The signals of a question and all that was found for it, by name.

    :param sentences: the sentences' signals, best first.
    :param chances: the probability of each, and its share; see
        :class:`rag.answers.evidence.Evidence`.
    """
    question, best = reader.question, sentences[0]
    missing = {term: w for term, w in reader.weights.items() if term not in reader.in_all}
    logits = [math.log(max(score, 1e-6) / max(1 - score, 1e-6)) for score, _ in chances[:2]]
    known = [passage.cosine for passage in reader.passages if passage.cosine is not None]
    cosines = sorted(known or [0.0], reverse=True)
    return {
        "best sentence": logits[0],
        "second sentence": logits[-1],
        "share of three": sum(share for _, share in chances[:3]),
        "sentences": math.log(len(sentences)),
        "span of best": best["span"],
        "relevance of best": best["relevance"],
        "best span": max(sentence["span"] for sentence in sentences),
        "best relevance": max(sentence["relevance"] for sentence in sentences),
        "cosine of best": best["cosine"],
        "best cosine": max(sentence["cosine"] for sentence in sentences),
        "passage cosine": cosines[0],
        "second passage cosine": cosines[min(1, len(cosines) - 1)],
        "overlap of best": best["overlap with title"],
        "overlap near best": best["overlap in context"],
        "overlap of passage": best["overlap of passage"],
        "best overlap": max(sentence["overlap in context"] for sentence in sentences),
        "coverage": reader.coverage(reader.in_all),
        "lacking in three": min(sentence["lacking"] for sentence in sentences[:3]),
        "missing": max(missing.values(), default=0.0),
        "missing name": float(any(term in question.named for term in missing)),
        "missing number": float(any(any(c.isdigit() for c in term) for term in missing)),
        "sought missing in best": best["sought missing"],
        "sought missing everywhere": reader.sought_missing(reader.in_all),
        "asks for a sort": float(bool(question.sought)),
        "names of best": best["names"],
        "order of best": best["order"],
        "exact missing in best": best["exact missing"],
        "exact missing in three": min(sentence["exact missing"] for sentence in sentences[:3]),
        "exact missing everywhere": min(sentence["exact missing"] for sentence in sentences),
        "closeness of best": best["closeness"],
        "name missing in best": best["name missing"],
        "asks something exact": float(question.kind in EXACT_KINDS),
        "asks for a name": float(question.kind in NAME_KINDS),
        "asks yes or no": float(question.kind == "yes_no"),
        "names missing, yes or no": float(question.kind == "yes_no")
        * (1 - best["names in passage"]),
        "asks why or how": float(question.kind in CUED_KINDS),
        "asks for several": float(question.several),
        "names something": float(bool(question.named)),
        "terms": math.log1p(len(question.terms)),
    }
