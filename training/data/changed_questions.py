"""Changes questions by program, and makes some about what is not there."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from rag.questions.question import ANSWER_SHAPES, parse_question
from rag.text.terms import terms
from training.data.cached import CachedEmbedder
from training.data.false_changes import (
    change_number,
    negate,
    reverse,
    use_another_name,
    use_another_number,
)

_PROBES = (
    ("money", "How much does {} cost?"),
    ("money", "What is the price of {}?"),
    ("money", "what does it cost"),
    ("money", "What was the budget for {}?"),
    ("dose", "What dose of {} is recommended?"),
    ("dose", "How many mg of {} are given per day?"),
    ("dose", "what dosage was used"),
    ("time", "When was {} first described?"),
    ("time", "In what year was {} approved?"),
    ("time", "what year was it introduced"),
    ("time", "Which year did work on {} begin?"),
    ("percent", "What percentage of people are affected by {}?"),
    ("percent", "what percent of patients survived"),
    ("count", "How many people took part in {}?"),
    ("count", "how many patients were enrolled"),
    ("measure", "How long does {} last?"),
    ("measure", "how old were the participants"),
)
"""Questions on the right topic for something exact that the documents may not give."""
_SORTS = (
    "company", "hospital", "university", "museum", "newspaper", "book", "film", "award", "bank",
    "gene", "drug", "enzyme", "antibody", "vitamin", "virus", "mineral", "engine", "satellite",
)  # fmt: skip
_LINKS = (
    "Which {} is linked to {}?",
    "What {} is {} best known for?",
    "which {} helped with {}",
    "Which {} played a part in {}?",
)
"""Questions on the right topic for a sort of thing that the documents do not speak of."""


def make_probes(text: str, topic: str, rng: random.Random, number: int) -> Iterator[str]:
    """Ask on the topic for something exact, or of a sort, that the text does not have."""
    templates = list(_PROBES)
    rng.shuffle(templates)
    asked = 0
    for kind, template in templates:
        question = template.format(topic)
        if asked < number and not ANSWER_SHAPES[kind].search(text):  # type: ignore[index]
            asked += 1
            yield question
    known = set(terms(text))
    absent = [sort for sort in _SORTS if not known.intersection(terms(sort))]
    for sort in rng.sample(absent, min(number // 2, len(absent))):
        yield rng.choice(_LINKS).format(sort, topic)


def swap_word(question: str, text: str, donors: Sequence[str], rng: random.Random) -> str:
    """Swap one of the question's telling words for one that the library does not have.

    :param text: the library's; the word that goes is in it, so that the topic stays.
    :return: empty when no word can be changed.
    """
    known = set(terms(text))
    asked = parse_question(question)
    words = question.split()
    own = [
        i
        for i, word in enumerate(words)
        if i and set(terms(word, keep_stop_words=False)) & known
        and (set(terms(word)) & asked.named or (len(word) > 8 and not asked.named))
    ]  # fmt: skip
    new = [word for word in donors if not set(terms(word)) & known]
    if not own or not new:
        return ""
    at = rng.choice(own)
    end = words[at][len(words[at].rstrip("?.,!")) :]
    return " ".join([*words[:at], rng.choice(new) + end, *words[at + 1 :]])


def twist(question: str, text: str, rng: random.Random) -> str:
    """Ask for something else by the text's own words: the contrary, another number, another name.

    :return: empty when nothing can be changed.
    """
    found = [
        changed
        for change in (reverse, negate, change_number, use_another_number, use_another_name)
        for changed, _ in [*change(question, text, rng)][:2]
    ]
    return rng.choice(found) if found else ""


def abbreviate_phrase(question: str, text: str, rng: random.Random) -> str:
    """Write a phrase that question and text share by its initials; empty where there is none."""
    shared = [
        match
        for words in (_THREE, _TWO)
        for match in words.finditer(question)
        if match.start() and match[1] in text
        and len(terms(match[1], keep_stop_words=False)) == match[1].count(" ") + 1
    ]  # fmt: skip
    if not shared:
        return ""
    match = rng.choice(shared)
    phrase = match[1]
    short = "".join(word[0] for word in phrase.split()).upper() + "s" * phrase.endswith("s")
    return question[: match.start(1)] + short + question[match.end(1) :]


_TWO, _THREE = (
    re.compile(rf"(?=(?<![\w-])((?:[^\W\d]{{3,}} ){{{more}}}[^\W\d]{{3,}})(?![\w-]))")
    for more in (1, 2)
)
"""So many words in a row, wherever they begin."""


def find_donors(questions: Iterable[str]) -> list[str]:
    """Find the words of questions that name something."""
    found = set()
    for question in questions:
        named = parse_question(question).named
        words = (word.strip("?.,()'\"") for word in question.split()[1:])
        found.update(word for word in words if len(word) > 2 and set(terms(word)) & named)
    return sorted(found)


def misspell(question: str, rng: random.Random) -> str:
    """Misspell the longest ordinary word by a slip of the keyboard."""
    words = question.split()
    longest = max(range(len(words)), key=lambda i: len(words[i]) if words[i].isalpha() else 0)
    word = words[longest]
    if len(word) < 7 or not parse_question(question).terms:
        return question
    at = rng.randrange(1, len(word) - 2)
    slips = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    )
    words[longest] = rng.choice(slips)
    return " ".join(words)


class Thesaurus:
    """Words of like meaning by the vectors of single words, to say a question in other words.

    :param texts: whose words it knows; those that come up three times or more.
    """

    def __init__(self, texts: Iterable[str], embed: CachedEmbedder) -> None:
        counts = Counter(w for text in texts for w in re.findall(r"\b[a-z]{4,}\b", text))
        self._words = sorted(word for word, count in counts.items() if count >= 3)
        self._vectors = embed(self._words)
        self._embed = embed
        self._near: dict[str, list[str]] = {}

    def reword(self, question: str, rng: random.Random) -> str:
        """Replace ordinary words of the question where another word means nearly the same."""
        named = parse_question(question).named
        words = question.split()
        for i, written in enumerate(words):
            word = written.strip("?.,()'\"")
            key = terms(word, keep_stop_words=False)
            if not word.isalpha() or not word.islower() or len(word) < 4 or not key:
                continue
            other = self._other(word, rng) if key[0] not in named else ""
            words[i] = written.replace(word, other or word)
        return " ".join(words)

    def _other(self, word: str, rng: random.Random) -> str:
        if word not in self._near:
            cosines = self._vectors @ self._embed([word])[0]
            near = [self._words[i] for i in np.argsort(-cosines)[:20] if cosines[i] >= 0.62]
            root = terms(word)[0][:5]
            self._near[word] = [other for other in near if not other.startswith(root)][:3]
        return rng.choice(self._near[word]) if self._near[word] else ""
