"""What is written like a name.

Where a text writes a capital it may be a name, the first word of a sentence, a title or a heading.
How much of that is seen depends on what is at hand, so there are two notions:

- A *word* by itself, with what is known of its place: :func:`is_named` for a word of a question,
  where numbers count as well; :func:`is_code` for any word, where a plain capital does not count;
  :func:`find_named_words` for the words of a sentence that is compared with another, title case
  seen; :func:`find_name_terms` for the words of many passages, where one spelling without a capital
  shows that a word is no name.
- A *run of words*: :func:`find_names` in the words of an answer, particles and initials included;
  :data:`NAME` and :data:`FULL_NAME` as patterns, for a sentence that may answer *who* or *where*,
  and for a line that may name authors.

Nothing else in the tree decides what a name is. Each has its table of examples in
``tests/rag/text/test_names.py``.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.english.words import load_words, match_any
from rag.text.terms import STOP_WORDS, fold, terms

NAME = re.compile(r"(?:(?<=[a-z,;:(] )[A-Z][\w'’.-]+|\b[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+)+)")
"""A word with a capital inside a sentence, or several in a row; ASCII capitals only."""
FULL_NAME = r"(?<!\w)[^\W\d_a-z][\w'’.-]{0,40}(?: [^\W\d_a-z][\w'’.-]{0,40}){1,3}"
"""Two to four words with capitals of any script, initials included; part of larger patterns."""

_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][^\W\d_]{2,}")
_SMALL = re.compile(r"\b[a-z][^\W\d_]{2,}")
_GREEK_LETTER = re.compile(r"[Α-ω]")
_ORDINARY_NUMBER = re.compile(r"\d+(?:st|nd|rd|th|s)?|\d+-\w+")
"""Letters and digits that make no code: ``21st``, ``1990s``, ``12-year``."""
_BEGINS_SENTENCE = re.compile(r"(?:\A|[.!?:;]\s|[\"“«‘])[\s\"“«‘(\[]*\Z")
_NO_NAMES = STOP_WORDS | load_words("closed/titles")
_PARTICLES = load_words("closed/name_particles", "inside")
_WITH_FULL_STOP = re.compile(
    rf"[^\W\d_]\.|{match_any(load_words('closed/titles', 'short'))}\.", re.IGNORECASE
)
"""What stands in a name with a full stop: ``Charles W. Eliot``."""
PUNCTUATION = ".,;:!?()[]{}<>\"'“”‘’«»*_"
"""What stands around a word and is not part of it."""


def is_named(word: str, *, first: bool, shouting: bool) -> bool:
    """Tell whether a word of a question is a name, a code or a number.

    It has a digit, or a capital that is not there for another reason.

    :param first: whether the word opens the question, so that its first capital says nothing.
    :param shouting: whether the whole question is in capitals, so that none says anything.
    """
    if any(char.isdigit() for char in word):
        return True
    return not shouting and any(char.isupper() for char in word[1 if first else 0 :])


def is_code(word: str) -> bool:
    """Tell whether a word is spelled like no ordinary word: ``CD34``, ``p53``, ``mRNA``."""
    if any(char.isalpha() for char in word) and any(char.isdigit() for char in word):
        return _ORDINARY_NUMBER.fullmatch(word.lower()) is None
    if _GREEK_LETTER.search(word) and re.search("[A-Za-z]", word):
        return True
    inner = "".join(part[1:] for part in re.split(r"[-‐/.'’_]", word))
    return any(char.isupper() for char in inner)


def find_named_words(text: str, words: Sequence[re.Match[str]]) -> set[int]:
    """Find the places of names and codes among the words of a sentence.

    A capital says nothing where the sentence opens, unless the next word has one too, nor in title
    case; capitals throughout are no code there.

    :param words: all words of the text, as they were matched in it.
    """
    written = [match.group() for match in words]
    long = [word for word in written if len(word) > 3]
    title_case = len(long) > 3 and sum(word[:1].isupper() for word in long) > 0.7 * len(long)
    found = set()
    for i, word in enumerate(written):
        if word.lower() in _NO_NAMES:
            continue
        if is_code(word):
            if not (title_case and word.isupper() and word.isalpha()):
                found.add(i)
        elif word[:1].isupper() and not title_case:
            followed = i + 1 < len(written) and written[i + 1][:1].isupper()
            if followed or not _begins_sentence(text, words[i].start()):
                found.add(i)
    return found


def _begins_sentence(text: str, start: int) -> bool:
    return _BEGINS_SENTENCE.search(text[max(0, start - 6) : start]) is not None


def find_names(words: Sequence[str]) -> list[tuple[int, int]]:
    """Find the names and codes in a sentence, each as the half-open range of its words.

    :param words: as they stand in the sentence, with their punctuation.
    """
    bare = [word.strip(PUNCTUATION) for word in words]
    named = [fold(w) not in STOP_WORDS and any(c.isupper() for c in w) for w in bare]
    for place in range(1, len(bare) - 1):
        if bare[place] in _PARTICLES and named[place - 1]:
            named[place] = any(named[place + 1 : place + 3])
    if named[:1] == [True] and named[1:2] != [True] and words[0][-1] != ":":
        named[0] = is_named(bare[0], first=True, shouting=False)  # or the capital of a sentence
    found: list[tuple[int, int]] = []
    for place in range(len(words)):
        follows = found and found[-1][1] == place and _may_go_on(words[place - 1])
        if named[place] and follows:
            found[-1] = (found[-1][0], place + 1)
        elif named[place]:
            found.append((place, place + 1))
    return found


def _may_go_on(word: str) -> bool:
    """Tell whether a name may go on after this word of it."""
    return word[-1] not in PUNCTUATION or _WITH_FULL_STOP.fullmatch(word) is not None


def find_name_terms(texts: Iterable[str]) -> frozenset[str]:
    """Find the search terms that are written with a capital inside a sentence, and never small."""
    written = [_capital_and_small(text) for text in texts]
    capital, small = (frozenset[str]().union(*found) for found in zip(*written, strict=True))
    return capital - small


@lru_cache(maxsize=8192)
def _capital_and_small(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Find the terms that stand in a sentence with a capital, and those with a small letter."""
    capital, small = (
        frozenset(term for word in pattern.findall(text) for term in terms(word))
        for pattern in (_CAPITAL, _SMALL)
    )
    return capital, small
