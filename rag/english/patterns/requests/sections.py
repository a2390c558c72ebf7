"""How headings of English documents name their sections."""

import re

from rag.english.patterns.parts import NUMBER_WORDS
from rag.english.words import match_any

REFERENCES = re.compile(
    r"(?:(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+)?\W*"
    r"(?:references(?: and notes)?|bibliography|works cited|literature cited"
    r"|cited (?:literature|references|works)|reference list)\W*",
    re.IGNORECASE,
)
"""The heading of a list of references."""
SUMMARY = re.compile(
    r"(?:(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+)?\W*(?:(?:executive|plain[- ]language|lay|key)\s+)?"
    r"(?:abstract|summary|overview|synopsis|key (?:points|facts|messages|findings)"
    r"|at a glance|highlights|tl;?dr|in brief)\W*",
    re.IGNORECASE,
)
"""The heading of a section that sums up its document."""
ANNOUNCES = re.compile(
    r"\b(?:(?:we|this (?:paper|article|report|study|work|document|guide|book|chapter|policy"
    r"|thesis|manual|note|review|agreement|handbook|brochure|page))\s+(?:\w+\s+)?"
    r"(?:present|propose|introduce|describe|show|review|report|explain|develop|demonstrate"
    r"|examine|provide|set|cover|study|studie|investigate|find|found|discuss)"
    r"|in this (?:paper|article|report|study|work|document|guide)|in summary|to sum up"
    r"|overall|in short|in conclusion)",
    re.IGNORECASE,
)
"""A sentence that says what its document does or finds."""
_PART = (
    r"(?:section|chapter|part|clause|article|paragraph|heading|appendix|annex|passage|slide|sheet)"
)
_NUMBER = (
    r"(?:no\.?\s*|number\s+)?(?P<number>\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[IVXL]{1,6}|[A-Z]"
    rf"|{match_any(NUMBER_WORDS)})\b"
)
_NAME = r"(?:(?:on|about|titled|called|named|headed)\s+)?(?P<name>.+?)"
_THE_PART = (
    rf"(?:(?:the\s+)?[\"“'‘](?P<quoted>[^\"“”'’]+)[\"”'’]\s+{_PART}"
    rf"|(?:the\s+)?{_PART}\s+(?:{_NUMBER}|{_NAME})"
    rf"|(?:the\s+)?(?P<before>[\w&/’'-]+(?:\s+[\w&/’'-]+){{0,5}}?)\s+{_PART})"
    r"(?:\s+(?:of|in|from)\s+(?:the|this|that|my|our)\s+document)?"
)
_SAYS = r"(?:say|cover|describe|explain|contain|discuss|talk\s+about|deal\s+with)"
_SAID = r"(?:said|written|covered|described|discussed|explained)"
_OPENS = (
    r"(?:give\s+(?:me\s+)?|show\s+(?:me\s+)?)?(?:an?\s+|the\s+)?(?:quick\s+|short\s+|brief\s+)?"
)
ASKS_FOR_SECTION = re.compile(
    r"\s*(?:(?:please|can you|could you)\s+)?(?:"
    rf"(?:summari[sz]e|sum\s+up|outline|tl;?dr(?:\s+of)?|{_OPENS}(?:overview|summary|gist)\s+of)"
    rf"\s+{_THE_PART}"
    rf"|what\s+(?:does|do|did)\s+{_THE_PART.replace('?P<', '?P<said_')}\s+{_SAYS}"
    rf"|what(?:['’]?s|\s+is|\s+are|\s+was)\s+(?:{_SAID}\s+)?in\s+"
    rf"{_THE_PART.replace('?P<', '?P<held_')}"
    rf"|what(?:['’]?s|\s+is|\s+are|\s+was)\s+{_THE_PART.replace('?P<', '?P<about_')}\s+about"
    r")(?:,?\s*please)?\s*[?.!]*\s*",
    re.IGNORECASE,
)
"""A request for what a section says, the whole of it; the section by its name or number."""
ASKS_ABOUT_TOPIC = re.compile(
    r"\s*(?:(?:please|can you|could you)\s+)?(?:what\s+(?:does|do|did)\s+.+?\s+say"
    rf"|what(?:['’]?s|\s+is|\s+are|\s+was)(?:\s+{_SAID})?|(?:tell|show)\s+(?:me|us)"
    r"(?:\s+(?:more|everything|something))?|(?:is\s+there\s+)?(?:any|some)(?:thing|\s+information)"
    r"|what|information)\s+(?:about|on|regarding|concerning)\s+(?:the\s+)?(?P<topic>.+?)\s*[?.!]*\s*",
    re.IGNORECASE,
)
"""A question for what is said of something: ``what does the policy say about equipment?``."""
HEADING_NUMBER = re.compile(
    rf"\W*(?:{_PART}\s+)?(?P<number>\d{{1,3}}(?:\.\d{{1,3}}){{0,4}}[a-z]?(?=\W|$)"
    r"|(?:[IVXL]{1,6}|[A-Z])(?=[.):–—-]))(?:[.):–—-]+(?=\s|$)|\s|$)",
    re.IGNORECASE,
)
"""The number that a heading begins with."""
