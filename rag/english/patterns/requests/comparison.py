"""How English requests for a comparison name what is compared, and in what."""

import re

from rag.english.words import load_words, match_any

_POLITE = r"\s*(?:(?:please|can you|could you|would you)\s+)?"
_END = r"(?:,?\s*please)?\s*[?.!]*\s*"
_WITH = r"(?:and|with|to|&|vs\.?|versus|against|from)"
_ON = (
    r"(?:,?\s*(?:in terms of|in respect of|on|in|regarding|with respect to|as to|concerning"
    r"|when it comes to|with regard to)\s+(?P<topic>.+?))?"
)
_DIFFERENCES = (
    r"(?:(?:main|key|biggest|major|important)\s+)?"
    r"(?:differences?|distinctions?|similarit(?:y|ies)|commonalities|comparison|contrasts?)"
)
_ASKS = (
    r"(?:(?:what(?:['’]?s|\s+is|\s+are)?|explain|show(?:\s+me)?|give(?:\s+me)?|list|tell me)\s+)?"
)
_OPENS_QUESTION = match_any(
    load_words("closed/question_words") | load_words("closed/auxiliaries", "finite")
)
COMPARES = tuple(
    re.compile(_POLITE + form + _END, re.IGNORECASE)
    for form in (
        rf"(?:compare|contrast)\s+(?:the\s+)?(?P<topic>.+?)\s+"
        rf"(?:in|of|for|between|across|according to)\s+(?P<one>.+?)\s+{_WITH}\s+(?P<other>.+?)",
        rf"(?:compare|contrast)\s+(?P<one>.+?)\s+{_WITH}\s+(?P<other>.+?){_ON}",
        rf"{_ASKS}(?:an?\s+|the\s+)?{_DIFFERENCES}\s+(?:between|of)\s+(?P<one>.+?)\s+{_WITH}"
        rf"\s+(?P<other>.+?){_ON}",
        rf"{_ASKS}(?:the\s+)?{_DIFFERENCES}\s+in\s+(?P<topic>.+?)\s+between\s+(?P<one>.+?)"
        rf"\s+{_WITH}\s+(?P<other>.+?)",
        rf"how\s+(?:do|does|did|are|is)\s+(?P<one>.+?)\s+(?:and|or)\s+(?P<other>.+?)\s+"
        rf"(?:differ|compare|different)(?:\s+from\s+each\s+other)?{_ON}",
        rf"how\s+(?:do|does|did|are|is)\s+(?P<one>.+?)\s+"
        rf"(?:differ(?:ent)?\s+from|compare\s+(?:to|with))\s+(?P<other>.+?){_ON}",
        rf"what\s+do(?:es)?\s+(?P<one>.+?)\s+and\s+(?P<other>.+?)\s+have\s+in\s+common{_ON}",
        r"what(?:['’]s|\s+has|\s+is)?\s+changed\s+(?:between|from)\s+(?P<one>.+?)\s+(?:and|to)"
        r"\s+(?P<other>.+?)",
        rf"(?!(?:{_OPENS_QUESTION})\b)(?P<one>[^\s?.]+(?:\s+[^\s?]+){{0,5}}?)\s+"
        r"(?:vs\.?|versus|compared\s+(?:to|with))\s+(?P<other>[^?]+?)"
        r"(?:[,:;–—]\s*(?P<topic>.+?))?",
    )
)  # fmt: skip
"""A whole question that compares two things; the first form that fits is meant."""
CHOOSES = re.compile(
    rf"{_POLITE}(?P<topic>(?:which|who|what)\s+.+?)\s*[,:–—]\s*(?P<one>.+?)\s*,?\s+or\s+"
    rf"(?P<other>.+?){_END}",
    re.IGNORECASE,
)
"""``Which is longer, the lease or the loan?``, which documents of these names answer."""
_NEWEST = (
    r"(?:latest|newest|new|current|most\s+recent|updated|(?:19|20)\d\d)"
    r"(?:\s+(?:version|edition)\s+of)?"
)
COMPARES_ALL = re.compile(
    rf"{_POLITE}(?:what(?:['’]s|\s+has|\s+is)?\s+(?:changed|different|new)\s+in\s+(?:the\s+)?"
    rf"{_NEWEST}"
    rf"\s+(?:the\s+)?(?P<newest>.+?)|(?:(?:compare|contrast)\s+(?:both|(?:the|these|my|our|all)(?:\s+(?:two|three))?)?"
    rf"|{_ASKS}(?:the\s+)?{_DIFFERENCES}\s+(?:between|of)\s+(?:both|the|these|my)"
    r"(?:\s+(?:two|three))?"
    r"|what(?:['’]s|\s+has|\s+is)?\s+(?:changed|different|new)\s+(?:between|in)\s+(?:both|the|these)?)"
    r"\s*(?:documents?|files?|versions?|editions?|contracts?|reports?|papers?|texts?|revisions?)"
    rf"(?:\s+of\s+(?P<name>.+?))?){_ON}{_END}",
    re.IGNORECASE,
)
"""``Compare the two documents``, ``what changed between the versions of the travel policy``."""
