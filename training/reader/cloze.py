"""Questions made from a sentence: a part of it is taken out and asked for."""

import random
import re
from collections.abc import Iterator, Sequence

from rag.text.terms import STOP_WORDS
from training.data.sort_questions import Token

_TOKEN = re.compile(r"[A-Za-z][\w'’-]*|\d[\d.,:%]*\d|\d%?|\S")
_YEAR = re.compile(r"1[0-9]{3}|20[0-2]\d")
_BREAK = frozenset(",;:.()")
_AUXILIARIES = frozenset(
    "is are was were has have had can may will did does do would could might should".split()
)
_AFTER_NUMBER = frozenset(("percent", "%", "million", "billion", "thousand"))
_PREPOSITIONS = frozenset("in on by from of to for with at as during since until".split())
_ASKING = {
    "year": ("When", "In what year", "What year", "when"),
    "number": ("How many", "How much", "What number of", "What", "how many"),
    "name": ("Who", "What", "Which", "Where", "What", "What is the name of the", "Who"),
    "phrase": ("What", "Which", "What", "What kind of", "what", "What type of", "How"),
}
_MOST_WORDS = 10
"""Of the sentence on each side of what is asked for."""


def tokenize(text: str) -> list[Token]:
    return [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def find_askable(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Find the runs of tokens that can be asked for, half-open, each with its kind."""
    words = [word for word, _, _ in tokens]
    i = 0
    while i < len(words):
        word, j = words[i], i + 1
        plain = word[0].isalpha() and word.lower() not in STOP_WORDS
        if _YEAR.fullmatch(word):
            yield i, j, "year"
        elif word[0].isdigit():
            j += int(words[j : j + 1] != [] and words[j] in _AFTER_NUMBER)
            yield i, j, "number"
        elif plain and word[0].isupper() and i:
            while j < len(words) and _continues_name(words, j):
                j += 1
            yield i, j, "name"
        elif plain and not word.lower().endswith("ly"):
            while j < len(words) and j - i < 4 and _continues_phrase(words[j]):
                j += 1
            yield from ((start, j, "phrase") for start in range(i, j) if j - start <= 3)
        i = j


def _continues_name(words: Sequence[str], j: int) -> bool:
    """Whether this word continues a name."""
    capital = words[j][0].isupper()
    link = words[j] in ("of", "the") and j + 1 < len(words) and words[j + 1][0].isupper()
    return (capital or link) and words[j][0].isalpha()


def _continues_phrase(word: str) -> bool:
    return word[0].isalpha() and word[0].islower() and word.lower() not in STOP_WORDS


def ask_about(
    tokens: Sequence[Token], first: int, last: int, kind: str, rng: random.Random, asking: str = ""
) -> str:
    """Ask for those tokens by what is around them; empty when that says too little."""
    start, end = first, last
    while start > 0 and first - start < _MOST_WORDS and tokens[start - 1][0] not in _BREAK:
        start -= 1
    while end < len(tokens) and end - last < _MOST_WORDS and tokens[end][0] not in _BREAK:
        end += 1
    left = [word for word, _, _ in tokens[start:first]]
    right = [word for word, _, _ in tokens[last:end]]
    if sum(w.lower() not in STOP_WORDS and w[0].isalnum() for w in [*left, *right]) < 2:
        return ""
    if start == 0 and left and not left[0][1:2].isupper():
        left[0] = left[0][0].lower() + left[0][1:]
    left, right = (
        [w for w in words if not rng.random() < 0.08 and w not in '()"'] for words in (left, right)
    )
    asking = asking or rng.choice(_ASKING[kind])
    if kind == "year" and left and left[-1] in _PREPOSITIONS:
        left = left[:-1]
    if kind == "number" and right:
        words = [asking, right[0], *left, *right[1:]] if left else [asking, *right]
    elif not left or rng.random() < 0.15:
        words = [asking, *left, *right]
    else:
        verb = next((i for i, word in enumerate(left) if word in _AUXILIARIES), None)
        if verb is not None and rng.random() < 0.8:  # before the subject, as in a question
            words = [asking, left[verb], *left[:verb], *left[verb + 1 :], *right]
        else:
            words = [asking, rng.choice(("did", "does", "")), *left, *right]
    text = " ".join(filter(None, words)).replace(" ,", ",").strip()
    return text + ("?" if rng.random() < 0.9 else "")
