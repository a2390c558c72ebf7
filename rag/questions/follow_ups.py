"""Makes a follow-up question stand alone, without a language model.

A question leans on the conversation when it opens like a reply ("and", "what about"), when it has
no content of its own ("why?", "tell me more"), when it is only a phrase ("in mice?"), or when a
pronoun has nothing to stand for. ``them`` and ``it`` need a noun in an earlier clause, since within
their own clause they cannot mean its subject (that would be ``themselves``; Chomsky's principle B);
``its`` and ``their`` need one anywhere before them, *this drug* a drug.

Such a question leans on the topic of the turn before: that question's content words, or what only
its answer named (:mod:`rag.questions.coreference`). The topic is appended in brackets, so that a
reader sees what was searched for: ``Where do they come from? (neonatal stem cells)``.
"""

import re

from rag.english.patterns.follow_ups import ABOUT_NOTHING, ENDING, OPENING, OWNER, POINTS_BACK
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
        topic = _update_topic(earlier, topic, before)
        before = (earlier[:_LONGEST], answer[:_LONGEST])
    if not is_follow_up(question):
        return question
    own = {fold(word) for word in _content(question)}
    meant = resolve_topic(question, before[0], topic, before[1])
    carried = [word for word in dict.fromkeys(meant) if fold(word) not in own][:_MOST_WORDS]
    return f"{question.strip()} ({' '.join(carried)})" if carried else question


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
    words = [fold(token) for token in tokens]
    shouting = question.isupper()
    capitals = {i for i, token in enumerate(tokens) if i and token[0].isupper() and not shouting}
    return any(
        _lacks_antecedent(words, place, len(own))
        for place, word in enumerate(words)
        if (shouting or not tokens[place].isupper())  # IT and WHO are names
        and not (word in _DEMONSTRATIVE and place + 1 in capitals)  # "this Londonistan"
    )


def _is_fragment(question: str) -> bool:
    """Tell whether it is a phrase without a verb, such as "in mice?"."""
    words = [fold(token) for token in _TOKEN.findall(question)]
    return not _PREPOSITIONS.isdisjoint(words[:1]) and _AUXILIARIES.isdisjoint(words)


def _lacks_antecedent(words: list[str], place: int, content: int) -> bool:
    """Tell whether the word at ``place`` is a pronoun with nothing before it to stand for.

    :param content: the number of content words of the question.
    """
    word, before, after = words[place], words[:place], words[place + 1 :]
    if word in _DEMONSTRATIVE and not _RELATIVE.isdisjoint(after[1:4]):
        return False
    if word in ("this", "that") and _determines(before, word, after):
        return set(terms(after[0])).isdisjoint(terms(" ".join(before)))
    if word in _PERSONAL:
        owner = any(OWNER.fullmatch(earlier) for earlier in before)
        return not owner and not _has_content(before[: _last_clause_end(words, place)])
    if word in _POSSESSIVE:
        return not _has_content(before)
    if word in _POINTING:
        rest = [later for later in after if later[0].isalnum()]
        shell = len(rest) == 1 and rest[0] in _SHELLS
        return not _has_content(before) or not rest or shell or before[-1] in _PREPOSITIONS
    return word in _COMPARING and content < 2


def _determines(before: list[str], word: str, after: list[str]) -> bool:
    """Tell whether a *this* or a *that* belongs to the noun that follows."""
    joins = word == "that" and bool(before) and before[-1] not in _AUXILIARIES | _PREPOSITIONS
    return not joins and bool(after) and _has_content(after[:1])


def _last_clause_end(words: list[str], place: int) -> int:
    """Find where the clause before that of the pronoun at ``place`` ends; 0 if there is none."""
    inverted = place > 0 and words[place - 1] in _AUXILIARIES  # "what use does it have"
    if not inverted and words[place + 1 : place + 2] and words[place + 1] in _AUXILIARIES:
        return place  # "… think | they should"
    for end in range(place - 1, 0, -1):
        word, following = words[end], words[end + 1]
        if word in _SUBORDINATING | _QUESTION_WORDS or (not word[0].isalnum() and word != ","):
            return end
        if word in _JOINING and following in _OPENS_CLAUSE:
            return end
    return 0


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
