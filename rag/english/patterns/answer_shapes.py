"""What answers look like, by the kind of question."""

import re
from collections.abc import Mapping

from rag.english.patterns.questions import Kind
from rag.english.words import load_words, match_any

_SMALL = match_any(load_words("numbers", "cardinal", "other") - {"one"})
_LARGE = match_any(load_words("numbers", "large"))
_NUMBER = re.compile(rf"(?:\d[\d.,]*|\b(?:one(?! of)|{_SMALL}|{_LARGE}s?)\b)", re.IGNORECASE)
_MONTH, _DAY = match_any(load_words("months", "English")), match_any(load_words("weekdays"))

ANSWER_CUES: Mapping[Kind, re.Pattern[str]] = {
    "money": re.compile(
        r"[$€£¥₹]\s?\d[\d.,]{0,40}"
        r"|\d[\d.,]{0,40}\s?(?:[^\W\d]\w{0,30} )?(?:dollars|euros?|pounds|yen|cents|USD|EUR|GBP)\b"
    ),
    "dose": re.compile(
        r"\d[\d.,]{0,40}\s?(?:m|µ|μ|mc|k|n)?(?:g|l|L|M|mol|Gy|IU|U|units?|cells|doses|tablets?)"
        r"(?:/\w+)?\b"
    ),
    "percent": re.compile(
        r"\d[\d.,]{0,40}\s?(?:%|percent|per cent)|\b(?:half|thirds?|quarters?|majority|most) of\b"
    ),
    "time": re.compile(
        r"\b(?:1\d{3}|20\d{2})s?\b|\b\d+(?:st|nd|rd|th)\b|\b(?:centur(?:y|ies)|AD|BC|BCE|CE)\b"
        rf"|\b{_MONTH}\b|\b{_DAY}s?\b"
    ),
    "count": _NUMBER,
    "measure": _NUMBER,
    "reason": re.compile(
        r"\b(?:because|since|so that|as a result|results? (?:in|from)|caus\w+|therefore|thus"
        r"|thereby|reason\w*|to \w+|for)\b",
        re.IGNORECASE,
    ),
    "definition": re.compile(
        r"^\W{0,20}(?:[\w()'’,-]+\s+){1,9}?(?:is|are|was|were|refers? to|means?|stands? for"
        r"|denotes?|consists? of|called|known as|defined as)\b",
        re.IGNORECASE,
    ),
    "manner": re.compile(r"\b(?:by|through|via|using|with|when|so that)\b", re.IGNORECASE),
    "occasion": re.compile(
        r"\b(?:when|whenever|once|after|before|during|until|while|if|in case|daily|weekly)\b",
        re.IGNORECASE,
    ),
}
"""Persons and places are names, which have no words of their own: see :mod:`rag.text.names`."""
EXACT_KINDS: frozenset[Kind] = frozenset({"money", "dose", "percent", "time", "count", "measure"})
"""An answer has a number or a date."""
UNIT_KINDS: frozenset[Kind] = frozenset({"money", "dose", "percent"})
"""The number has a unit."""
CUED_KINDS: frozenset[Kind] = frozenset({"reason", "definition", "manner", "occasion"})
"""The shape is a word beside the answer, not the answer itself."""
