"""A follow-up question made to stand alone, without a language model.

A question leans on the conversation when it opens like a reply ("and", "what about"), when it has
no content of its own ("why?", "tell me more"), when it is a mere "in mice?", or when a pronoun has
nothing to stand for. ``them`` and ``it`` need a noun in an earlier clause, since in their own they
cannot mean its subject (that would be ``themselves``; Chomsky's principle B); ``its`` and ``their``
need one anywhere before them, *this drug* a drug.

What it leans on is the topic of the turn before: that question's content words, or what only its
answer named where that is pointed to (:mod:`rag.questions.coreference`). It is carried along in
brackets, so that a reader sees what was searched for: ``Where do they come from? (neonatal stem
cells)``.
"""

from __future__ import annotations

import re

from rag.questions.coreference import topic_meant
from rag.text.terms import STOP_WORDS, fold, terms
from rag.types import History

_TOKEN = re.compile(r"\w+(?:[-/.'’]\w+)*|[,;:.?!–—]|-{2}|(?<=\s)-(?=\s)")
_PERSONAL = frozenset("it they them he him she this these those".split())
_POSSESSIVE = frozenset("its their theirs his her hers".split())
_POINTING = frozenset("that there".split())
_DEMONSTRATIVE = frozenset("that these this those".split())
_RELATIVE = frozenset("who whom whose which".split())
"""What says at once which one is meant: ``that young man who …``."""
_COMPARING = frozenset("one ones other others another else same such former latter".split())
_PRONOUNS = (
    _PERSONAL
    | _POSSESSIVE
    | _POINTING
    | _COMPARING
    | {"itself", "themselves", "himself", "herself"}
)

_SHELLS = frozenset(
    """approach case claim concept event idea law method name problem process question result rule
    study term theory thing time treatment war way work year""".split()
)
"""Nouns that stand for what was said before when "that" points to them."""
_GENERIC = frozenset(
    """believe clarify continue describe detail details elaborate example examples exactly expand
    explain give go happen happened happens know list mean means name ok okay r really say show
    summarise summarize summary tell think u understand yes""".split()
)
"""Words that ask without saying about what."""
_AUXILIARIES = frozenset(
    "am are can could did do does had has have is may might must shall should was were will would"
    .split()
)  # fmt: skip
_QUESTION_WORDS = frozenset("how what when where which who whom whose why".split())
_OWNER = re.compile(r"(?!(?:he|how|it|she|that|there|what|when|where|who)['’])\w+['’]s")
"""A possessor, which a pronoun of its own clause may stand for: ``Harvard's wealth allows it …``"""
_SUBORDINATING = frozenset("although because if once since until unless whether while".split())
_JOINING = frozenset("after and as before but or so that ,".split())
_OPENS_CLAUSE = _QUESTION_WORDS | _AUXILIARIES | _PERSONAL | _POSSESSIVE
"""Words that make a clause, not a list, of what follows an "and"."""
_PREPOSITIONS = frozenset(
    "about after among at before by during for from in like of on to under with without".split()
)

_OPENING = re.compile(
    r"\s*(?:and|but|or|also|so|then|(?:what|how)\s+about|why\s+not)\b", re.IGNORECASE
)
_ENDING = re.compile(r"\b(?:too|either|instead|as well)\W*$", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:then|an?\s+\w+\s+one)\W*$", re.IGNORECASE)
"""At the end of a question: ``… a complete one?``, ``… photographs taken then?``"""
_ABOUT_NOTHING = re.compile(
    r"""
      \bit\s+(?:takes?|costs?|means?|helps?|makes?\s+sense)\s+(?:\w+\s+){0,3}?to\b
    | (?:\b(?:is|was|be)\s+it|\bit(?:\s+(?:is|was|be|has\s+been)|['’]s))\s+(?:\w+\s+)?
      (?:acceptable|advisable|appropriate|bad|best|better|called|clear|common|dangerous|difficult
      |easy|easier|essential|ethical|expensive|feasible|good|hard|harder|harmful|helpful|important
      |legal|necessary|normal|possible|practical|rare|reasonable|right|safe|time|true|unusual
      |useful|usual|wise|worth\w*|wrong)\s+(?:to|that|when|if|for\s+\w+\s+to)\b
    | (?:\b(?:is|was|be)\s+it|\bit(?:\s+(?:is|was|be|has\s+been)|['’]s))\s+(?:\w+\s+)?\w+\s+that\b
    | \bthere\s+(?:is|are|was|were|any|an?)\b | \b(?:is|are|was|were)\s+there\b
    | \b(?:this|these)\s+(?:articles?|documents?|files?|pages?|papers?|reports?|stud(?:y|ies)
      |texts?)\b
    | \b(?:this|that)\s+(?:autumn|century|day|decade|evening|month|morning|night|season|spring
      |summer|week|winter|year)\b
    | \bthose\s+(?:with|without|who|whose|that|in|of|from)\b | \bthat\s+of\b
    | \bno\s+one\b | \bone\s+of\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Where a pronoun stands for nothing, for what follows it, or for the documents themselves."""
_LONGEST = 4000
"""Characters of an earlier question or answer that are looked at."""
_MOST_WORDS = 12
"""Words of the topic carried along; a long question would drown the one that leans on it."""


def standalone(question: str, history: History) -> str:
    """The question as it is when it stands alone, else with the topic it leans on in brackets."""
    topic: list[str] = []
    before = ("", "")
    for earlier, answer in history:
        topic = _carried(earlier, topic, before)
        before = (earlier[:_LONGEST], answer[:_LONGEST])
    if not is_follow_up(question):
        return question
    own = {fold(word) for word in _content(question)}
    meant = topic_meant(question, before[0], topic, before[1])
    carried = [word for word in dict.fromkeys(meant) if fold(word) not in own][:_MOST_WORDS]
    return f"{question.strip()} ({' '.join(carried)})" if carried else question


def is_follow_up(question: str) -> bool:
    """Whether a question cannot be understood without the turn before it."""
    own = _content(question)
    if _OPENING.match(question) or not own:
        return True
    if _POINTS_BACK.search(question) and _SUBORDINATING.isdisjoint(fold(question).split()):
        return True
    if len(own) < 3 and (_ENDING.search(question) or _is_fragment(question)):
        return True
    tokens = _TOKEN.findall(_ABOUT_NOTHING.sub(" ", question))
    words = [fold(token) for token in tokens]
    shouted = question.isupper()
    names = {i for i, token in enumerate(tokens) if i and token[0].isupper() and not shouted}
    return any(
        _dangles(words, place, len(own))
        for place, word in enumerate(words)
        if (shouted or not tokens[place].isupper())  # IT and WHO are names
        and not (word in _DEMONSTRATIVE and place + 1 in names)  # "this Londonistan"
    )


def _is_fragment(question: str) -> bool:
    """Whether it is a phrase without a verb, such as "in mice?"."""
    words = [fold(token) for token in _TOKEN.findall(question)]
    return words[0] in _PREPOSITIONS and _AUXILIARIES.isdisjoint(words)


def _dangles(words: list[str], place: int, content: int) -> bool:
    """Whether the word at ``place`` is a pronoun that nothing before it explains."""
    word, before, after = words[place], words[:place], words[place + 1 :]
    if word in _DEMONSTRATIVE and not _RELATIVE.isdisjoint(after[1:4]):
        return False
    if word in ("this", "that") and _determines(before, word, after):
        return set(terms(after[0])).isdisjoint(terms(" ".join(before)))
    if word in _PERSONAL:
        owner = any(_OWNER.fullmatch(earlier) for earlier in before)
        return not owner and not _says(before[: _last_clause_end(words, place)])
    if word in _POSSESSIVE:
        return not _says(before)
    if word in _POINTING:
        rest = [later for later in after if later[0].isalnum()]
        shell = len(rest) == 1 and rest[0] in _SHELLS
        return not _says(before) or not rest or shell or before[-1] in _PREPOSITIONS
    return word in _COMPARING and content < 2


def _determines(before: list[str], word: str, after: list[str]) -> bool:
    """Whether a *this* or a *that* belongs to the noun that follows."""
    joins = word == "that" and bool(before) and before[-1] not in _AUXILIARIES | _PREPOSITIONS
    return not joins and bool(after) and _says(after[:1])


def _last_clause_end(words: list[str], place: int) -> int:
    """Where the clause before that of the pronoun at ``place`` ends; 0 when there is none."""
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


def _says(words: list[str]) -> bool:
    return bool(_content(" ".join(words)))


def _carried(question: str, topic: list[str], before: tuple[str, str]) -> list[str]:
    """The topic after a turn: its own content words, with the earlier topic's when it leans."""
    own = _content(question)
    if not is_follow_up(question):
        return own[:_MOST_WORDS] or topic
    meant = topic_meant(question, before[0], topic, before[1])
    known = {fold(word) for word in own}
    kept = [word for word in dict.fromkeys([*topic, *meant]) if fold(word) not in known]
    return (kept + own)[:_MOST_WORDS]


def _content(text: str) -> list[str]:
    """The words that say what a question is about, in order, each once."""
    words: dict[str, str] = {}
    for word in _TOKEN.findall(text):
        key = fold(word)
        said = re.split("n?['’]", key)[0] not in STOP_WORDS | _PRONOUNS | _GENERIC
        if said and key[0].isalnum():
            words.setdefault(key, word)
    return list(words.values())
