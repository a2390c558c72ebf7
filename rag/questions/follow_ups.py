"""Makes a follow-up question stand alone, without a language model.

A question leans on the conversation when it opens like a reply ("and", "what about"), when it has
no content of its own ("why?", "tell me more"), when it is only a phrase ("in mice?"), or when a
pronoun has nothing to stand for. ``them`` and ``it`` need a noun in an earlier clause, since within
their own clause they cannot mean its subject (that would be ``themselves``; Chomsky's principle B);
``its`` and ``their`` need one anywhere before them, *this drug* a drug.

Such a question leans on the topic of the turn before: that question's content words, or what only
its answer named (:mod:`rag.questions.coreference`). The topic is appended in brackets, so that a
reader sees what was searched for: ``Where do they come from? (neonatal stem cells)``.

A phrase that stands for another of the same form takes its place in the question before: *How long
is the leave in Colorado? – And in Oregon?* asks *How long is the leave in Oregon?*
"""

import re
from itertools import accumulate

from rag.english.patterns.follow_ups import (
    ABOUT_NOTHING,
    ENDING,
    ENDS_PHRASE,
    OPENING,
    OWNER,
    OWNER_PHRASE,
    PARALLEL,
    POINTS_BACK,
)
from rag.english.words import load_words
from rag.questions.coreference import resolve_topic
from rag.text.terms import STOP_WORDS, fold, terms
from rag.types import History

_TOKEN = re.compile(r"\w+(?:[-/.'’]\w+)*|[,;:.?!–—]|-{2}|(?<=\s)-(?=\s)")
_PERSONAL = load_words("closed/pronouns", "personal")
_POSSESSIVE = load_words("closed/pronouns", "possessive")
_POINTING = load_words("closed/pronouns", "pointing")
_DEMONSTRATIVE = load_words("closed/pronouns", "demonstrative")
_COMPARING = load_words("closed/pronouns", "comparing")
_AUXILIARIES = load_words("closed/auxiliaries", "finite")
_QUESTION_WORDS = load_words("closed/question_words")
_RELATIVE = load_words("closed/question_words", "relative")
_PREPOSITIONS = load_words("closed/prepositions", "opening")
_SUBORDINATING = load_words("closed/conjunctions", "subordinating")
_JOINING = load_words("closed/conjunctions", "joining") | {","}
_SHELLS = load_words("shell_nouns")
_OPENS_CLAUSE = _QUESTION_WORDS | _AUXILIARIES | _PERSONAL | _POSSESSIVE
"""Words that make a clause, not a list, of what follows an "and"."""
_WITHOUT_CONTENT = (
    STOP_WORDS
    | load_words("generic_words")
    | (load_words("closed/pronouns") - load_words("closed/pronouns", "speaker"))
)
_LONGEST = 4000
"""The most characters of an earlier question or answer that are read."""
_MOST_WORDS = 12
"""The most words of a topic that are appended; more would drown the question itself."""


def make_standalone(question: str, history: History) -> str:
    """Append the topic that a follow-up leans on, in brackets; return any other as it is."""
    topic: list[str] = []
    before = ("", "")
    for earlier, answer in history:
        asked = earlier[:_LONGEST]
        asked = replace_parallel(asked, before[0]) or asked
        topic = _update_topic(asked, topic, before)
        before = (asked, answer[:_LONGEST])
    if not is_follow_up(question):
        return question
    if replaced := replace_parallel(question, before[0]):
        return replaced
    own = {fold(word) for word in _content(question)}
    meant = resolve_topic(question, before[0], topic, before[1])
    carried = [word for word in dict.fromkeys(meant) if fold(word) not in own][:_MOST_WORDS]
    return f"{question.strip()} ({' '.join(carried)})" if carried else question


def replace_parallel(question: str, earlier: str) -> str | None:
    """Put a phrase of a follow-up in the place of that of the same form in an earlier question.

    :return: None where the follow-up is no such phrase, or the earlier question has none.
    """
    asked = PARALLEL.fullmatch(question)
    if asked is None:
        return None
    if asked["owner"]:
        found = [*OWNER_PHRASE.finditer(earlier)]
    else:
        phrase = rf"\b{asked['preposition']}\s+(?:(?!{ENDS_PHRASE})[\w'’.-]+\s*){{1,5}}"
        found = [*re.finditer(phrase, earlier, re.IGNORECASE)]
    if not found:
        return None
    start, end = found[-1].start(), found[-1].start() + len(found[-1][0].rstrip(" .'’"))
    new = asked["owner"] or f"{asked['preposition'].lower()} {asked['phrase']}"
    return f"{earlier[:start]}{new}{earlier[end:]}"


def is_follow_up(question: str) -> bool:
    """Tell whether a question cannot be understood without the turn before it."""
    own = _content(question)
    if OPENING.match(question) or not own:
        return True
    if POINTS_BACK.search(question) and _SUBORDINATING.isdisjoint(fold(question).split()):
        return True
    if len(own) < 3 and (ENDING.search(question) or _is_fragment(question)):
        return True
    tokens = _TOKEN.findall(ABOUT_NOTHING.sub(" ", question))
    clauses = _Clauses([fold(token) for token in tokens])
    shouting = question.isupper()
    capitals = {i for i, token in enumerate(tokens) if i and token[0].isupper() and not shouting}
    return any(
        clauses.lacks_antecedent(place, len(own))
        for place, word in enumerate(clauses.words)
        if (shouting or not tokens[place].isupper())  # IT and WHO are names
        and not (word in _DEMONSTRATIVE and place + 1 in capitals)  # "this Londonistan"
    )


def _is_fragment(question: str) -> bool:
    """Tell whether it is a phrase without a verb, such as "in mice?"."""
    words = [fold(token) for token in _TOKEN.findall(question)]
    return not _PREPOSITIONS.isdisjoint(words[:1]) and _AUXILIARIES.isdisjoint(words)


class _Clauses:
    """The words of a question, and what stands before each of them, read once from left to right.

    :param words: folded.
    """

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self._content = [_has_content([word]) for word in words]
        self._first_content = self._find_first(self._content)
        self._first_owner = self._find_first([OWNER.fullmatch(word) is not None for word in words])
        self._first_of: dict[str, int] = {}
        for place, word in enumerate(words):
            for term in terms(word):
                self._first_of.setdefault(term, place)
        self._ends = [0] * len(words)
        for place in range(2, len(words)):
            ends = self._ends_clause(place - 1)
            self._ends[place] = place - 1 if ends else self._ends[place - 1]
        self._said_after = list(accumulate((w[:1].isalnum() for w in reversed(words)), initial=0))

    def lacks_antecedent(self, place: int, content: int) -> bool:
        """Tell whether the word at ``place`` is a pronoun with nothing before it to stand for.

        :param content: the number of content words of the question.
        """
        words = self.words
        word, after = words[place], words[place + 1 : place + 5]
        if word in _DEMONSTRATIVE and not _RELATIVE.isdisjoint(after[1:]):
            return False
        if word in ("this", "that") and self._determines(place):
            return all(self._first_of.get(term, place) >= place for term in terms(after[0]))
        if word in _PERSONAL:
            owner = self._first_owner < place
            return not owner and not self._has_content(self._last_clause_end(place))
        if word in _POSSESSIVE:
            return not self._has_content(place)
        if word in _POINTING:
            rest = self._said_after[len(words) - place - 1]
            shell = rest == 1 and any(later in _SHELLS for later in words[place + 1 :])
            at_end = not rest or shell
            return not self._has_content(place) or at_end or words[place - 1] in _PREPOSITIONS
        return word in _COMPARING and content < 2

    def _determines(self, place: int) -> bool:
        """Tell whether a *this* or a *that* belongs to the noun that follows."""
        before = self.words[place - 1] if place else ""
        joins = (
            self.words[place] == "that"
            and bool(before)
            and before not in _AUXILIARIES | _PREPOSITIONS
        )
        return not joins and any(self._content[place + 1 : place + 2])

    def _last_clause_end(self, place: int) -> int:
        """Find where the clause before that of the pronoun at ``place`` ends; 0 if there is none.

        That is the place of the word that ends it.
        """
        inverted = place > 0 and self.words[place - 1] in _AUXILIARIES  # "what use does it have"
        if not inverted and _AUXILIARIES.intersection(self.words[place + 1 : place + 2]):
            return place  # "… think | they should"
        return self._ends[place]

    def _ends_clause(self, place: int) -> bool:
        """Tell whether the word at ``place`` stands between two clauses."""
        word, following = self.words[place], self.words[place + 1]
        if word in _SUBORDINATING | _QUESTION_WORDS or (not word[:1].isalnum() and word != ","):
            return True
        return word in _JOINING and following in _OPENS_CLAUSE

    def _has_content(self, end: int) -> bool:
        """Tell whether a content word stands before ``end``."""
        return self._first_content < end

    def _find_first(self, found: list[bool]) -> int:
        """Return the place of the first one that is true; beyond the end where none is."""
        return found.index(True) if True in found else len(found)


def _has_content(words: list[str]) -> bool:
    return bool(_content(" ".join(words)))


def _update_topic(question: str, topic: list[str], before: tuple[str, str]) -> list[str]:
    """Return the topic after a turn: its content words, with the earlier topic if it leans."""
    own = _content(question)
    if not is_follow_up(question):
        return own[:_MOST_WORDS] or topic
    meant = resolve_topic(question, before[0], topic, before[1])
    known = {fold(word) for word in own}
    kept = [word for word in dict.fromkeys([*topic, *meant]) if fold(word) not in known]
    return (kept + own)[:_MOST_WORDS]


def _content(text: str) -> list[str]:
    """Return the words that say what a question is about, in order, each once."""
    words: dict[str, str] = {}
    for word in _TOKEN.findall(text):
        key = fold(word)
        if re.split("n?['’]", key)[0] not in _WITHOUT_CONTENT and key[:1].isalnum():
            words.setdefault(key, word)
    return list(words.values())
