"""What a question asks for: the kind of answer, the words that tell, the things it names.

Everything here is read off the question's own English words; a question in another language, or
one that fits no pattern, is of kind ``"thing"`` and only its terms count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.text.terms import fold, terms

Kind = Literal[
    "time", "money", "dose", "percent", "count", "measure", "person", "place", "reason",
    "definition", "manner", "occasion", "yes_no", "thing",
]  # fmt: skip

_OPENS = r"^(?:(?!(?:how|what|where|which|who|whom|whose|why)\b)\w+ ){0,3}"
"""Before a question's first question word: *In what year*, not *What happens when*."""
_WHAT = r"\b(?:what|which|wich|whats|what's)\b"
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "money",
        r"\bhow (?:expensive|costly)\b"
        r"|\bhow much\b.*\b(?:cost|pay|paid|charge|sell|sold|spen[dt]|earn|money|raise|donate)"
        rf"|{_WHAT}.{{0,40}}\b(?:price|cost|fee|salary|budget|revenue|income)s?\b",
    ),
    ("dose", rf"(?:{_WHAT}|\bhow much\b|\bat).{{0,40}}\b(?:dose|dosage|dosing|doses)\b"),
    (
        "percent",
        rf"(?:{_WHAT}|how much|how many|by how).{{0,30}}"
        r"\b(?:percent|percentage|per cent|proportion|fraction|share)\b",
    ),
    ("occasion", rf"{_OPENS}when (?:is|are|do|does|should|can|could|may|might|would|must)\b"),
    (
        "time",
        rf"{_OPENS}when\b|\bhow (?:recently|long ago)\b|\bsince when\b"
        rf"|{_WHAT} (?:\w+ ){{0,2}}(?:year|date|day|month|century|decade|era|period|season)s?\b",
    ),
    (
        "count",
        rf"\bhow many\b|{_WHAT} number\b"
        rf"|{_WHAT} (?:(?:are|had|is|was|were) )?the (?:(?:annual|approximate|average|estimated"
        r"|exact|highest|largest|lowest|maximum|minimum|most|total) ){0,2}(?:number|count) of\b",
    ),
    (
        "measure",
        r"\bhow (?:much|long|far|tall|high|big|large|wide|deep|fast|old|heavy|hot|cold|often)\b"
        rf"|{_WHAT} (?:\w+ ){{0,3}}(?:temperature|length|height|weight|size|distance|speed|age"
        r"|frequency|duration|rate|amount|area|width|depth|concentration|population|incidence"
        r"|prevalence)\b",
    ),
    (
        "person",
        rf"{_OPENS}(?:who|whom|whose|whos|who's)\b|\b(?:by|to|for|from|with) whom\b"
        rf"|{_WHAT} (?:(?!(?:can|could|did|do|does|may|might|must|shall|should|will|would)\b)\w+ )?"
        r"(?:person|people|author|scientist|researcher|leader|king|queen"
        r"|president|inventor|founder)s?\b",
    ),
    (
        "place",
        rf"{_OPENS}where\b|{_WHAT} (?:countries|cities|(?:\w+ ){{0,2}}(?:country|city"
        r"|state|place|region|continent|location|town|river|area|province))\b",
    ),
    (
        "reason",
        rf"\bwhy\b|\bhow come\b|{_WHAT} (?:causes|caused|led|leads|makes|made)\b"
        rf"|{_WHAT} (?:\w+ ){{0,2}}(?:reason|cause|purpose)s?\b",
    ),
    (
        "definition",
        rf"^(?:please )?define\b|{_WHAT}.* (?:mean|stand for|defined|definition)\b"
        rf"|^{_WHAT}(?: is| are| was| were)? (?:(?:a|an|the) )?[\w-]+(?: [\w-]+)?\W*$",
    ),
    ("manner", r"^(?:\w+ ){0,2}how\b"),
    (
        "yes_no",
        r"^(?:and |but |so )?(?:is|are|was|were|am|do|does|did|can|could|will|would|shall|should"
        r"|has|have|had|may|might|must|isn't|aren't|doesn't|don't|can't)\b",
    ),
)
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_NUMBER = (
    r"(?:\d[\d.,]*|\b(?:one(?! of)|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?"
    r"|billions?|dozens?|once|twice|half|third|quarter)\b)"
)
_NAME = r"(?:(?<=[a-z,;:(] )[A-Z][\w'’.-]+|\b[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+)+)"
ANSWER_SHAPES: Mapping[Kind, re.Pattern[str]] = {
    "money": re.compile(
        r"[$€£¥₹]\s?\d[\d.,]*"
        r"|\d[\d.,]*\s?(?:\w+ )?(?:dollars|euros?|pounds|yen|cents|USD|EUR|GBP)\b"
    ),
    "dose": re.compile(
        r"\d[\d.,]*\s?(?:m|µ|μ|mc|k|n)?(?:g|l|L|M|mol|Gy|IU|U|units?|cells|doses|tablets?)"
        r"(?:/\w+)?\b"
    ),
    "percent": re.compile(
        r"\d[\d.,]*\s?(?:%|percent|per cent)|\b(?:half|thirds?|quarters?|majority|most) of\b"
    ),
    "time": re.compile(
        r"\b(?:1\d{3}|20\d{2})s?\b|\b\d+(?:st|nd|rd|th)\b|\b(?:centur(?:y|ies)|AD|BC|BCE|CE)\b"
        r"|\b(?:January|February|March|April|May|June|July|August|September|October|November"
        r"|December)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
    ),
    "count": re.compile(_NUMBER, re.IGNORECASE),
    "measure": re.compile(_NUMBER, re.IGNORECASE),
    "person": re.compile(_NAME),
    "place": re.compile(_NAME),
    "reason": re.compile(
        r"\b(?:because|due to|since|owing to|so that|in order to|as a result|results? (?:in|from)"
        r"|caus\w+|lead\w* to|led to|therefore|thus|thereby|reason\w*|to \w+|for)\b",
        re.IGNORECASE,
    ),
    "definition": re.compile(
        r"^\W*(?:[\w()'’,-]+\s+){1,9}?(?:is|are|was|were|refers? to|means?|stands? for|denotes?"
        r"|consists? of|called|known as|defined as)\b",
        re.IGNORECASE,
    ),
    "manner": re.compile(r"\b(?:by|through|via|using|with|when|so that)\b", re.IGNORECASE),
    "occasion": re.compile(
        r"\b(?:when|whenever|once|after|before|during|until|while|if|in case|daily|weekly)\b",
        re.IGNORECASE,
    ),
}
"""What an answer of each kind looks like; kinds without a shape of their own are missing."""
EXACT_KINDS: frozenset[Kind] = frozenset({"money", "dose", "percent", "time", "count", "measure"})
UNIT_KINDS: frozenset[Kind] = frozenset({"money", "dose", "percent"})
CUED_KINDS: frozenset[Kind] = frozenset({"reason", "definition", "manner", "occasion"})
NAME_KINDS: frozenset[Kind] = frozenset({"person", "place"})

_ASKING = frozenset(
    """year date day month century decade percent percentage proportion fraction number many much
    dose dosage price cost name kind type sort list example give tell explain describe mean called
    long often define definition stand term word reason""".split()
)
"""Words that say what is asked for; the answer shows it (``in 1998``) without repeating them."""
_ASKING_TERMS = frozenset(term for word in _ASKING for term in terms(word))

_SEVERAL = re.compile(
    r"\b(?:list|name (?:the|some|two|three|all|a few|several)|examples|what are|which are|types of"
    r"|kinds of|what (?:other|kinds|types)|which (?:other|kinds|types))\b"
    r"|\b(?:what|which) (?:[\w-]+ ){0,2}(?!(?:is|was|does|has|process|basis|disease|virus|class)\b)"
    r"[\w-]{3,}(?<!s)s\b (?:are|were|do|did|have|can|could|may|might|will|would|should|help|play)\b"
)
_SOUGHT = re.compile(rf"{_WHAT} (\w+)")
_WORD = re.compile(r"[^\s,;:?!()\[\]\"“”]+")
_BRACKETS = re.compile(r"\s*\([^()]*\)\W*$")
_POSSESSIVE = re.compile(r"['’]s?(?=[\s?!.,;:]|$)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    :param several: whether it asks for more than one thing, as a list does.
    :param terms: its distinct content terms, in order, without words that only say what is asked.
    :param named: those of the terms that belong to names, codes and numbers.
    :param sought: the terms of the word after ``what`` or ``which``: the sort of thing asked for.
    :param compounds: terms joined from parts (``il6``), each with its parts (``il``, ``6``).
    """

    text: str
    kind: Kind
    several: bool
    terms: tuple[str, ...]
    named: frozenset[str]
    sought: frozenset[str]
    compounds: tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=256)
def analyse(text: str) -> Question:
    """Take a question apart."""
    # A topic carried along in brackets is not part of how the question is put.
    folded = _BRACKETS.sub("", fold(text)).strip()
    kind: Kind = next((kind for kind, pattern in _KIND_PATTERNS if pattern.search(folded)), "thing")
    # Words written in capitals only tell names apart where not every word is.
    shouting = text.isupper()
    content: dict[str, bool] = {}
    compounds = []
    for position, match in enumerate(_WORD.finditer(_POSSESSIVE.sub("", text))):
        word = match.group().strip(".'’")
        found = terms(word, keep_stop_words=False)
        named = is_named(word, first=position == 0, shouting=shouting)
        content.update({term: named or content.get(term, False) for term in found})
        if len(found) > 2:
            compounds.append((found[0], tuple(found[1:])))
    telling = [term for term in content if term not in _ASKING_TERMS] or list(content)
    return Question(
        text=text,
        kind=kind,
        several=bool(_SEVERAL.search(folded)),
        terms=tuple(telling),
        named=frozenset(term for term in telling if content[term]),
        sought=frozenset(
            term
            for word in _SOUGHT.findall(folded)
            for term in terms(word, keep_stop_words=False)
            if term in telling
        ),
        compounds=tuple(compounds),
    )


def is_named(word: str, *, first: bool, shouting: bool) -> bool:
    """Whether a word is written like a name or a code: a digit, an inner capital, a capital."""
    if any(char.isdigit() for char in word):
        return True
    return not shouting and any(char.isupper() for char in word[1 if first else 0 :])
