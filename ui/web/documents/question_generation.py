"""Questions made of the sentences that answer them.

Sentences are turned round by the classic transformations of English question generation (Heilman
and Smith, 2010, "Good Question! Statistical Ranking for Question Generation", NAACL): "Neonatal
stem cells are derived from various tissues …" gives "What are neonatal stem cells derived from?".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.english.words import load_words, match_any
from rag.text.sentences import sentence_spans
from rag.text.terms import STOP_WORDS

_LONGEST = 110
"""Characters of a question: more does not read as something one would ask."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question with where its answer stands.

    :param shape: the name of the transformation.
    :param subject: what it is about, lower case; two questions about one subject are one too many.
    :param start: of the sentence it was made from, in the document's text; None for a title.
    """

    question: str
    shape: str
    subject: str
    score: float
    start: int | None = None
    end: int | None = None


def candidates(title: str, text: str) -> list[Candidate]:
    """Every question that the title and the sentences of a document suggest."""
    words = Counter(re.findall(r"\b\w[\w'-]*", text))
    found = list(_from_title(title, words))
    for start, end in sentence_spans(text):
        if end - start <= 4 * _LONGEST:
            found.extend(_from_sentence(text[start:end], start, end, words))
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


_LEAD = re.compile(
    r"^(?:\w+: )?(?:(?:however|additionally|in addition|moreover|furthermore|finally|for example"
    r"|for instance|in summary|in short|in particular|in general|in recent years|also|specifically"
    r"|as a result|therefore|thus|hence|overall|today|currently|similarly|indeed|in fact),? )?"
    r"(?:(?:research|studies|evidence|results?|experiments?) (?:has|have)? ?"
    r"(?:shown?|indicates?|suggests?|found|demonstrated?) that )?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_NOUN = r"(?P<subject>(?:[\w'/-]+ ){0,6}?[\w'/-]+)"
_ADVERB = r"(?:(?:also|often|\w+ly) )?"
_DONE = r"(?P<done>(?!considered|noted|credited)\w+ed|made|known|found|built|written|drawn|taken)"
_VERB = "|".join(
    f"{verb}s?"
    for verb in "contain include require provide produce prevent reduce improve enable combine"
    " describe".split()
)

# Each: a pattern over a sentence's beginning, the question it gives, and how well that one reads.
_SHAPES = (
    (
        "which",
        rf"{_NOUN} such as [^;.]+? (?P<rest>(?:can|could|may|play|are|help) [^,;.]+)[.;]?$",
        "Which {subject} {rest}?",
        3.0,
    ),
    ("one of", r"(?P<subject>[Oo]ne of the [\w' -]{5,70}?) is ", "What is {subject}?", 2.5),
    (
        "role",
        rf"{_NOUN},? (?P<plays>plays?|played) (?:an? |the )?(?:[\w-]+ )?roles? in "
        r"(?P<rest>[\w' -]+?)(?= (?:due|because|by|that|which|and are)\b|[,;.]|$)",
        "What role {do} {subject} play in {rest}?",
        2.5,
    ),
    (
        "from",
        rf"{_NOUN} (?P<be>is|are|was|were) {_ADVERB}{_DONE} (?P<preposition>from|for)\b",
        "What {be} {subject} {done} {preposition}?",
        3.0,
    ),
    (
        "used",
        rf"{_NOUN} (?P<be>is|are) {_ADVERB}used (?:to|for) ",
        "What {be} {subject} used for?",
        3.0,
    ),
    (
        "by",
        rf"{_NOUN} (?P<be>is|are) {_ADVERB}{_DONE} (?P<preposition>by|with)\b",
        "What {be} {subject} {done} {preposition}?",
        1.0,
    ),
    (
        "able",
        rf"{_NOUN} (?P<modal>can|should|must) {_ADVERB}(?!be\b|have\b|also\b|not\b)\w+",
        "What {modal} {subject} do?",
        1.5,
    ),
    ("being", rf"{_NOUN} (?P<be>is|are) (?:an?|the) (?!\w+est\b)", "What {be} {subject}?", 1.5),
    ("apposition", rf"{_NOUN}, an? [^,]+, (?!and\b|or\b)", "What is {subject}?", 2.0),
    ("gives", rf"{_NOUN} (?P<gives>{_VERB}) ", "What {do} {subject} {gives}?", 1.5),
)
_PRONOUNS = load_words("closed/pronouns") - load_words("closed/pronouns", "counting")
_POINTING = re.compile(
    rf"\b(?:{match_any(_PRONOUNS)}|both|here|who"
    r"|whose|what|further|following|above|below|see|figures?|tables?|sections?|examples?)\b",
    re.IGNORECASE,
)
"""Words that lean on what stands elsewhere."""
_JOINING = load_words("closed/auxiliaries") | load_words("closed/conjunctions") - {"and", "or"}
_CLAUSE = re.compile(
    rf"\b(?:{match_any(_JOINING)}|which|when|where|not|no|during"
    r"|despite|to|than|then|many|some|most|several|each|all|any|one|two|more|less|only|just|up|out"
    r"|let|by|at|around|near|within|without|among|along|per|via|like|unlike|including|first|second"
    r"|third|last)\b",
    re.IGNORECASE,
)
"""Words that make a clause or a quantity of what should be a name."""


def _from_sentence(sentence: str, start: int, end: int, words: Counter[str]) -> Iterator[Candidate]:
    plain = _LEAD.sub("", _BRACKETS.sub("", " ".join(sentence.split())), count=1)
    for shape, pattern, question, weight in _SHAPES:
        match = re.match(pattern, plain)
        if match is None:
            continue
        parts = match.groupdict()
        subject = _as_within(parts["subject"], words)
        if shape == "one of":
            subject = subject.replace("One", "one", 1)
        if not _names_something(subject, shape, words) or _POINTING.search(parts.get("rest", "")):
            continue
        score = weight + _salience(subject, words)
        parts |= {"subject": subject, "do": _auxiliary(parts.get("plays") or parts.get("gives"))}
        if "gives" in parts:
            parts["gives"] = parts["gives"].removesuffix("s")
        yield Candidate(question.format(**parts), shape, subject.lower(), score, start, end)


def _auxiliary(verb: str | None) -> str:
    """What a question needs in place of a verb's own ending: plays → does, play → do."""
    if verb is None or not verb.endswith(("s", "ed")):
        return "do"
    return "does" if verb.endswith("s") else "did"


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


def _names_something(subject: str, shape: str, words: Counter[str]) -> bool:
    """Whether a subject, as it reads within a sentence, can be asked about on its own."""
    if _POINTING.search(subject):
        return False
    if shape == "one of":
        return True
    if words[subject.split(maxsplit=1)[0]] == 1 and subject[0].isupper():
        return False  # a name or just the first word of its sentence: nothing tells
    first, *rest = subject.split()
    named = [word for word in subject.split() if word.lower() not in STOP_WORDS]
    if not named or _CLAUSE.search(subject) or first.endswith("ly"):
        return False
    if len({word.lower().removesuffix("s") for word in named}) < len(named):
        return False  # "Parse Tree Parse trees": a heading that runs into its sentence
    if first == "the" and len(rest) < 3 and subject == subject.lower():
        return False  # "the city": known only to who has read so far
    if first not in ("the", "a", "an") and first in STOP_WORDS:
        return False
    if shape == "apposition" and subject != subject.lower():
        return False  # a name may be a person's, and then one would ask who
    return len(named) > 1 or _spoken(named[0], words) + _spoken(_plural(named[0]), words) > 2


def _as_within(phrase: str, words: Counter[str], *, every: bool = False) -> str:
    """A phrase as it reads inside a sentence: capitals stay on names and abbreviations alone.

    :param every: whether every word may carry a heading's capital, not the first one alone.
    """
    parts = phrase.split()
    for position, word in enumerate(parts if every else parts[:1]):
        lower = word[:1].lower() + word[1:]
        common = lower in STOP_WORDS or words[lower] or words[_plural(lower)]
        if lower.islower() and (common or (every and words[word] <= 1)):
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
