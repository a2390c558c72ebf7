"""Questions made of the sentences that answer them.

Sentences are turned round by the classic transformations of English question generation (Heilman
and Smith, 2010, "Good Question! Statistical Ranking for Question Generation", NAACL): "Neonatal
stem cells are derived from various tissues …" gives "What are neonatal stem cells derived from?".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.english.idf import load_idf
from rag.english.patterns.made_questions import (
    CLAUSE,
    IS_QUESTION,
    LEAD,
    LEANS,
    SHAPES,
    SPOKEN_LEANS,
    Shape,
    turn_speaker,
)
from rag.text.sentences import sentence_spans
from rag.text.terms import STOP_WORDS, terms

_LONGEST = 110
"""Characters of a question: more does not read as something one would ask."""
_LONGEST_SENTENCE = 350
_RARE = 0.5
"""Rareness in general English, in [0, 1], of a word that names a subject by itself."""
_ASKS_WHAT = ("being", "apposition", "means")
_TELLING = 0.3
"""The same, of one word at least of a subject of several."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question with where its answer stands.

    :param shape: the name of the transformation.
    :param subject: what it is about, lower case; two questions about one subject are one too many.
    :param start: of the sentence it was made from, in the document's text; None for a title.
    :param is_heading: whether it stands in the document as it is, with its answer after it.
    """

    question: str
    shape: str
    subject: str
    score: float
    start: int | None = None
    end: int | None = None
    is_heading: bool = False


def make_candidates(title: str, text: str, offset: int = 0) -> list[Candidate]:
    """Make every question that the title and the sentences of a text suggest.

    :param offset: where the text begins in its document.
    """
    words = Counter(re.findall(r"\b\w[\w'-]*", text))
    found = list(_from_title(title, words))
    found += _from_question_lines(text, offset)
    for start, end in sentence_spans(text):
        if end - start <= _LONGEST_SENTENCE:
            found += _from_sentence(text[start:end], start + offset, end + offset, words)
    return [made for made in found if len(made.question) <= _LONGEST]


def select_candidates(found: Sequence[Candidate], most: int) -> list[Candidate]:
    """Select the best candidates, best first, one for each subject, with varied shapes."""
    rest = sorted(found, key=lambda made: (-made.score, made.start or 0, made.question))
    order: list[Candidate] = []
    shapes: Counter[str] = Counter()
    subjects: set[str] = set()
    while rest and len(order) < most:
        best = max(rest, key=lambda made: made.score - shapes[made.shape])
        rest.remove(best)
        if best.subject in subjects:
            continue
        order.append(best)
        subjects.add(best.subject)
        shapes[best.shape] += 1
    return order


_BRACKETS = re.compile(r"(?<!\s)\s*[(\[][^()\[\]]*[)\]]")
_QUESTION_LINE = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|[*_]{2}|Q(?:uestion)?[:.][ \t]*)?([^\n?]{10,100}\?)"
    r"[*_ \t#]*$",
    re.MULTILINE,
)
_MARKUP = re.compile(r"[*_`|<>{}\[\]\\=]|https?:")


def _from_question_lines(text: str, offset: int) -> Iterator[Candidate]:
    """The questions that stand on lines of their own and are answered by what follows."""
    for line in _QUESTION_LINE.finditer(text):
        asked = " ".join(line[1].split())
        leans = re.search(r"\b(?:this|these|that|those|it|they|them|here)\b", asked, re.IGNORECASE)
        if not IS_QUESTION.fullmatch(asked) or leans or _MARKUP.search(asked):
            continue
        rare = _rareness(asked)
        if rare and max(rare) >= _TELLING:
            end = min(line.end() + 1500, len(text))
            yield Candidate(
                asked[0].upper() + asked[1:],
                "asked",
                asked.lower(),
                5.0,
                line.start() + offset,
                end + offset,
                is_heading=True,
            )


def _from_sentence(sentence: str, start: int, end: int, words: Counter[str]) -> Iterator[Candidate]:
    plain = LEAD.sub("", _BRACKETS.sub("", " ".join(sentence.split())), count=1)
    if _MARKUP.search(plain) or not plain.endswith((".", "!", ";", ":")):
        return
    for shape in SHAPES:
        match = re.match(shape.pattern, plain)
        if match is None:
            continue
        parts = match.groupdict()
        subject = _as_within(parts["subject"], words)
        if shape.is_spoken_to:
            if SPOKEN_LEANS.search(subject) or len(subject.split()) > 9:
                continue
            subject = turn_speaker(subject)
        elif not _names_something(subject, shape, words) or LEANS.search(parts.get("rest") or ""):
            continue
        if max(_rareness(subject), default=0.0) < _TELLING:
            continue
        verb = next(filter(None, map(parts.get, ("plays", "gives", "cost", "has", "stands"))), None)
        parts |= {"subject": subject, "do": _auxiliary(verb)}
        if "gives" in parts:
            parts["gives"] = re.sub("s$", "", parts["gives"])
        if parts.get("be") and not _agrees(subject, parts["be"]):
            continue
        score = shape.weight + (0.5 if shape.is_spoken_to else _salience(subject, words))
        yield Candidate(
            shape.question.format(**parts), shape.name, subject.lower(), score, start, end
        )


def _agrees(subject: str, be: str) -> bool:
    """Whether subject and verb can be of one number, as far as a subject's last letters show it."""
    if " and " in subject:
        return be in ("are", "were")
    last = subject.partition(" of ")[0].rpartition(" ")[2]
    ends = last.endswith("s") and not last.endswith(("ss", "us", "is", "ics", "'s", "’s"))
    return ends or be in ("is", "was") or not last.islower() or not last.endswith(("ss", "us"))


def _auxiliary(verb: str | None) -> str:
    """What a question needs in place of a verb's own ending: plays → does, play → do."""
    if verb is None or not verb.endswith(("s", "ed", "of")):
        return "do"
    return "did" if verb.endswith("ed") else "does"


def _from_title(title: str, words: Counter[str]) -> Iterator[Candidate]:
    """A title that is half a question, made whole: "How X Could Y" gives "How could x y?"."""
    match = re.match(
        r"(?P<ask>how|why|when|where) (?P<subject>[\w' -]+?) "
        r"(?P<be>could|can|will|may|might|should|is|are|was|were) (?P<rest>[\w' -]+)$",
        title.strip().rstrip("?"),
        re.IGNORECASE,
    )
    if match:
        subject, rest = (_as_within(match[part], words, every=True) for part in ("subject", "rest"))
        made = f"{match['ask'].capitalize()} {match['be'].lower()} {subject} {rest}?"
        yield Candidate(made, "title", title.lower(), 4.0)


def _names_something(subject: str, shape: Shape, words: Counter[str]) -> bool:
    """Whether a subject, as it reads within a sentence, can be asked about on its own."""
    if LEANS.search(subject):
        return False
    first, *rest = subject.split()
    named = [word for word in subject.split() if word.lower() not in STOP_WORDS]
    if (
        not named
        or CLAUSE.search(subject)
        or first.endswith("ly")
        or any(map(str.isdigit, subject))
    ):
        return False
    if first.endswith("ing") and rest:
        return False  # "adding a format": a clause, not a thing
    if words[first] == 1 and subject[0].isupper() and not rest:
        return False  # a name or just the first word of its sentence: nothing tells
    if len({word.lower().removesuffix("s") for word in named}) < len(named):
        return False  # "Parse Tree Parse trees": a heading that runs into its sentence
    if first == "the" and len(rest) < 3 and subject == subject.lower():
        return False  # "the city": known only to who has read so far
    if first not in ("the", "a", "an") and first in STOP_WORDS:
        return False
    if shape.name in _ASKS_WHAT and first[0].isupper() and not first.isupper():
        return False  # a name may be a person's, and then one would ask who
    if len(named) > 1:
        return True
    spoken = _spoken(named[0], words) + _spoken(_plural(named[0]), words)
    return spoken > 2 and max(_rareness(named[0]), default=0.0) >= _RARE


def _rareness(phrase: str) -> list[float]:
    """How rare each content word of a phrase is in general English, in [0, 1]."""
    idf = load_idf()
    return [idf.get(term, 1.0) for term in terms(phrase, keep_stop_words=False)]


def _as_within(phrase: str, words: Counter[str], *, every: bool = False) -> str:
    """A phrase as it reads inside a sentence: capitals stay on names and abbreviations alone.

    :param every: whether every word may carry a heading's capital, not the first one alone.
    """
    parts = phrase.split()
    for position, word in enumerate(parts if every else parts[:1]):
        lower = word[:1].lower() + word[1:]
        common = words[lower] or words[_plural(lower)]
        named = not every and position + 1 < len(parts) and parts[position + 1][:1].isupper()
        if lower in STOP_WORDS or (
            lower.islower() and not named and (common or (every and words[word] <= 1))
        ):
            parts[position] = lower
    return " ".join(parts)


def _spoken(word: str, words: Counter[str]) -> int:
    """How often a text has a word, at the beginning of sentences too."""
    return words[word] + words[word.capitalize()] * word.islower()


def _plural(noun: str) -> str:
    return noun.removesuffix("s") if noun.endswith("s") else f"{noun}s"


def _salience(subject: str, words: Counter[str]) -> float:
    """How much a document speaks of a subject, in [0, 1]; less for a bare abbreviation."""
    named = [word for word in subject.split() if word.lower() not in STOP_WORDS]
    spoken = min(sum(_spoken(word, words) for word in named) / (4 * len(named)), 1.0)
    return spoken - 0.8 * all(not word[1:].islower() for word in named)
