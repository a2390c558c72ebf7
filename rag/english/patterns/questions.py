"""How English questions are put: what kind of answer they want, and how many."""

import re
from collections.abc import Mapping
from typing import Literal

from rag.english.words import load_words, match_any

Kind = Literal[
    "time", "money", "dose", "percent", "count", "measure", "person", "place", "reason",
    "definition", "manner", "occasion", "yes_no", "thing",
]  # fmt: skip
"""The type of answer a question wants; ``"thing"`` is any other."""

_AUXILIARY = match_any(load_words("closed/auxiliaries", "finite"))
_BARE = match_any(load_words("closed/auxiliaries", "bare"))
_QUESTION_WORD = match_any(load_words("closed/question_words"))
_OPENS = rf"^(?:(?!{_QUESTION_WORD}\b)\w+ ){{0,3}}"
"""Before a question's first question word: *In what year*, not *What happens when*."""
_WHAT = r"\b(?:what|which|wich|whats|what's)\b"
_KINDS: Mapping[Kind, str] = {
    "money": (
        r"\bhow (?:expensive|costly)\b"
        r"|\bhow much\b.*\b(?:cost|pay|paid|charge|sell|sold|spen[dt]|earn|money|raise|donate)"
        rf"|{_WHAT}.{{0,40}}\b(?:price|cost|fee|salary|budget|revenue|income)s?\b"
    ),
    "dose": rf"(?:{_WHAT}|\bhow much\b).{{0,40}}\b(?:dose|dosage|dosing|doses)\b",
    "percent": (
        rf"(?:{_WHAT}|how much|how many).{{0,30}}"
        r"\b(?:percent|percentage|per cent|proportion|fraction|share)\b"
    ),
    "occasion": rf"{_OPENS}when {match_any(load_words('closed/auxiliaries', 'general'))}\b",
    "time": (
        rf"{_OPENS}when\b|\bhow (?:recently|long ago)\b|\bsince when\b"
        rf"|{_WHAT} (?:\w+ ){{0,2}}(?:year|date|day|month|century|decade|era|period|season)s?\b"
    ),
    "count": (
        rf"\bhow many\b|{_WHAT} number\b"
        rf"|{_WHAT} (?:(?:are|had|is|was|were) )?the (?:(?:annual|approximate|average|estimated"
        r"|exact|highest|largest|lowest|maximum|minimum|most|total) ){0,2}(?:number|count) of\b"
    ),
    "measure": (
        r"\bhow (?:much|long|far|tall|high|big|large|wide|deep|fast|old|heavy|hot|cold|often)\b"
        rf"|{_WHAT} (?:\w+ ){{0,3}}(?:temperature|length|height|weight|size|distance|speed|age"
        r"|frequency|duration|rate|amount|area|width|depth|concentration|population|incidence"
        r"|prevalence)\b"
    ),
    "person": (
        rf"{_OPENS}(?:who|whom|whose|whos|who's)\b|\b(?:by|to|for|from|with) whom\b"
        rf"|{_WHAT} (?:(?!{_BARE}\b)\w+ )?"
        r"(?:person|people|author|scientist|researcher|leader|king|queen"
        r"|president|inventor|founder)s?\b"
    ),
    "place": (
        rf"{_OPENS}where\b|{_WHAT} (?:countries|cities|(?:\w+ ){{0,2}}(?:country|city"
        r"|state|place|region|continent|location|town|river|province))\b"
    ),
    "reason": (
        rf"\bwhy\b|\bhow come\b|{_WHAT} (?:caused|led|leads|makes|made)\b"
        rf"|{_WHAT} (?:\w+ ){{0,2}}(?:reason|cause|purpose)s?\b"
    ),
    "definition": (
        rf"^(?:please )?define\b|{_WHAT}.* (?:mean|stand for|defined|definition)\b"
        rf"|^{_WHAT}(?: is| are| was| were)? (?:(?:a|an|the) )?[\w-]+(?: [\w-]+)?\W*$"
    ),
    "manner": r"^(?:\w+ ){0,2}how\b",
    "yes_no": rf"^(?:and |but |so )?(?:{_AUXILIARY}|isn't|aren't|doesn't|don't)\b",
}
KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS.items())
"""For a folded question; the first that is found tells its kind."""

SEVERAL = re.compile(
    r"\b(?:list|name (?:the|some|two|three|all|a few|several)|examples|what are|which are|types of"
    r"|kinds of|(?:what|which) (?:other|kinds|types))\b"
    r"|\b(?:what|which) (?:[\w-]+ ){0,2}(?!(?:does|basis|virus)\b)"
    rf"[\w-]{{3,}}(?<!s)s\b (?:{match_any(load_words('closed/auxiliaries', 'plural'))}|help|play)\b"
    r"|(?<!\w)\w+ [\w-]+ [\w-]+,? and (?:what|which|who|where|when|why|how)\b"
)
"""In a folded question that asks for more than one thing."""

SOUGHT = re.compile(rf"{_WHAT} (\w+)")
"""The word that says what sort of thing a folded question asks for."""
ASKS_FOR_FIGURE = re.compile(
    r"\b(?:tables?|fig(?:ure)?s?|charts?|plots?|diagrams?)\b", re.IGNORECASE
)
"""A question about a figure or a table of a document."""
ASKS_FOR_ASIDE: Mapping[str, re.Pattern[str]] = {
    "note": re.compile(r"\b(?:foot|end)?notes?\b", re.IGNORECASE),
    "figure": re.compile(
        rf"{ASKS_FOR_FIGURE.pattern}|\b(?:ax[ie]s|legend|label|formula|equation)s?\b", re.IGNORECASE
    ),
    "reference": re.compile(
        r"\b(?:references?|bibliography|cit(?:e[sd]?|ing|ations?)|papers?|articles?|books?|journals?"
        r"|publi(?:sh|cation)\w*|et al|doi|arxiv|works? by)\b",
        re.IGNORECASE,
    ),
    "footer": re.compile(
        r"\b(?:foot(?:er)?|copyright|licen[cs]\w*|contact|phone|e-?mail|address|imprint|cookies?"
        r"|privacy|terms)\b",
        re.IGNORECASE,
    ),
}
"""A question that asks for what stands beside the text, by its kind; see :mod:`rag.types`."""
NUMBERED_PART = re.compile(
    r"(?P<noun>clause|section|sec\.|article|art\.|paragraph|para\.?|§+|rule|chapter|step|item|point"
    r"|part|annex|appendix|schedule|regulation|requirement|provision|subsection)\s*"
    r"(?:no\.?|number)?\s*(?P<number>\d{1,4}(?:\.\d{1,4}){0,5}[a-z]?)(?![\w%])(?!\.\d)",
    re.IGNORECASE,
)
"""A part of a document that is asked for by its number: ``clause 2.2``, ``§ 12a``."""
JOINED_QUESTIONS = re.compile(
    rf"\?\s+(?=\w)|;\s*(?={_QUESTION_WORD}\s)|,?\s+and\s+(?:also\s+)?(?={_QUESTION_WORD}\s"
    rf"|{_AUXILIARY}\s+(?:it|they|he|she|there|this|that|these|those|the|any|an?)\s)",
    re.IGNORECASE,
)
"""Between two questions that are asked at once: *What is it, **and** how does it work?*"""
ASKS_FIRST = re.compile(
    rf"(?:(?:also|and|please|then)\s+)*(?:(?!{_QUESTION_WORD}\b)\w+\s+){{0,2}}{_QUESTION_WORD}\b"
    rf"|{_AUXILIARY}\b|(?:define|describe|explain|give|list|name|say|show|summari[sz]e|tell)\b",
    re.IGNORECASE,
)
"""How a part that asks by itself begins."""
ASKS_WITHIN = re.compile(
    rf"\b{_QUESTION_WORD}\b.*\b{_QUESTION_WORD}\b|^{_AUXILIARY}\b.*\b{_QUESTION_WORD}\b"
    r"|\b(?:between|both|compare[sd]?|difference|whether)\b",
    re.IGNORECASE,
)
"""A part that speaks of a question, or of two things: what follows may go on with that."""
