"""What counts as an abstention, and what is said with one."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher

from rag.english.patterns.sentences import DENIES
from rag.languages.identify import identify_language, name_language
from rag.text.terms import STOP_WORDS, fold, terms

ABSTENTION = "The documents do not seem to answer this question."
"""The one sentence of every abstention: shown, asked of the model, and recognized in its reply."""
_SAME = 0.8
"""Likeness to that sentence, in [0, 1], from which a sentence is that one; models change a word."""
_CHAT_SHARE = 0.1
"""Share of the minimum confidence from which a chat model is asked. It understands wordings that
the confidence does not, and can abstain itself; what is plainly off topic it is not sent."""
_ENGLISH = 0.25
"""Share of English function words from which a question is plainly English."""
_MOST_WORDS = 4
"""Words of a question that are named as absent."""


def lacks_confidence(confidence: float, minimum: float, *, chat_model: bool = False) -> bool:
    """Whether an answer of this confidence is an abstention.

    :param minimum: ``Settings.min_confidence``.
    :param chat_model: whether a chat model can still look at the passages.
    """
    return confidence < (_CHAT_SHARE * minimum if chat_model else minimum)


def is_plainly_english(question: str) -> bool:
    """Whether a question has as many English function words as one in English has.

    The confidence means little for another language: the words and the embedding model are English.
    """
    words = [word.split("'")[0] for word in re.findall(r"[^\W\d_][\w']*", fold(question))]
    known = sum(word in STOP_WORDS for word in words)
    return known >= _ENGLISH * len(words)


def is_abstention(reply: str) -> bool:
    """Whether a chat model's reply says, in about these words, that the documents do not answer."""
    ours, theirs = fold(ABSTENTION), fold(reply)[: len(ABSTENTION) + 20]
    if not DENIES.search(theirs):
        return False
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= _SAME


def explain_abstention(
    question: str,
    searched: int,
    documents: int,
    has_term: Callable[[str], bool],
    *,
    everywhere: bool,
    languages: str = "",
) -> tuple[str, ...]:
    """Say what was searched, which words of the question no document has, and what may help.

    :param searched: how many documents were searched, of the library's ``documents``.
    :param has_term: whether the library has a term of :func:`rag.text.terms.terms`.
    :param everywhere: whether all of the library was searched.
    :param languages: what :func:`explain_languages` says; it stands instead of what may help.
    """
    if not everywhere:
        first = f"Searched a part of the library: {searched:,} of {documents:,} documents."
        last = "Search all of it, if another part may answer."
    else:
        first = "Searched the only document."
        if documents > 1:
            first = f"Searched all {documents:,} documents."
        last = "Try the words that the documents use; the nearest passages have some of them."
    absent = _find_absent_words(question, has_term)
    if not absent:
        return first, languages or last
    if languages:
        last = languages
    elif everywhere:
        last = "Try another word for it, or add a document that speaks of it."
    *others, word = (f"“{word}”" for word in absent)
    words = f"{', '.join(others)} or {word}" if others else word
    return first, f"No document has {words}.", last


def explain_languages(
    question: str, passages: Sequence[str], languages: frozenset[str] | None
) -> str:
    """Say that question and documents differ in language, or that the model reads neither; else "".

    :param passages: texts of the nearest ones.
    :param languages: that the embedding model reads; None: not known.
    """
    asked = identify_language(question)
    told = Counter(filter(None, map(identify_language, passages)))
    if not told:
        return ""
    found = told.most_common(1)[0][0]
    read = languages is None or {asked or found, found} <= languages
    model = ""
    if languages is not None and not read:
        model = f"the embedding model reads {_join(map(name_language, sorted(languages)))}"
    if asked and asked not in told:
        differ = (
            f"The question seems to be in {name_language(asked)}; the documents are in "
            f"{name_language(found)}"
        )
        return f"{differ}, and {model}." if model else f"{differ}."
    if model:
        return f"The documents are in {name_language(found)}, and {model}: only words are compared."
    return ""


def _join(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _find_absent_words(question: str, has_term: Callable[[str], bool]) -> list[str]:
    """The words of a question that no document has, as they are written, each once.

    None when they are several and most of its words: it may be in another language.
    """
    found: dict[str, str] = {}
    words, language = 0, identify_language(question)
    for written in re.findall(r"[^\W_][\w'’.+-]*", question):
        own = terms(written, keep_stop_words=False, language=language)
        if own and not any(map(has_term, own)):
            word = written.rstrip(".'’-")
            found.setdefault(fold(word), word)
        words += bool(own)
    foreign = len(found) >= _MOST_WORDS and 2 * len(found) > words
    return [] if foreign else list(found.values())[:_MOST_WORDS]
