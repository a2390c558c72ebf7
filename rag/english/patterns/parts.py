"""How English questions name the part of a document that they ask: a chapter, a page, a sheet."""

import re

from rag.english.words import match_any

_DETERMINER = r"(?:(?:the|this|that|its|their)\s+)?"
_IN = r"(?:in|from|under|within|on|of|according\s+to|as\s+(?:stated|described|written)\s+in)"
_NUMBERED = match_any(
    ("chapter", "section", "subsection", "sec.", "part", "appendix", "annex", "article", "clause",
     "paragraph", "schedule", "unit", "lesson", "module", "act", "§", "§§")
)  # fmt: skip
_NAMED = r"(?:(?:sub)?section|chapter|part|appendix|annex|sheet|worksheet|tab|heading)"
_USUAL = match_any(
    ("abstract", "acknowledgements", "acknowledgments", "appendix", "background", "conclusion",
     "conclusions", "discussion", "faq", "foreword", "glossary", "introduction", "limitations",
     "materials and methods", "methodology", "methods", "preamble", "preface", "results", "summary",
     "executive summary")
)  # fmt: skip
_START = rf"(?<!\w)(?P<lead>{_IN})\s+{_DETERMINER}"

NUMBERED = re.compile(
    rf"{_START}(?P<noun>{_NUMBERED})\s*(?:no\.?\s*|number\s+)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[ivxl]{1,6}|[a-h]|one|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven|twelve)(?![\w%])(?!\.\d)",
    re.IGNORECASE,
)
"""``in chapter 2``, ``under § 3.1``."""
PAGES = re.compile(
    r"(?<!\w)(?P<lead>on|in|from|of|at)\s+(?:the\s+)?(?P<noun>pages?|pp?\.|slides?)\s*"
    r"(?P<first>\d{1,4})(?:\s*(?:-|–|to|and)\s*(?P<last>\d{1,4}))?(?![\w%])",
    re.IGNORECASE,
)
"""``on page 12``, ``on slides 3 to 5``."""
NAMED_BEFORE = re.compile(
    rf"{_START}(?:[\"“'‘](?P<quoted>[^\"”“'’]{{2,80}})[\"”'’]|(?P<name>[\w&/’'-]+(?:\s+[\w&/’'-]+){{0,5}}))"
    rf"\s+(?P<noun>{_NAMED})(?!\w)",
    re.IGNORECASE,
)
"""``in the safety section``, ``on the Costs sheet``."""
NAMED_AFTER = re.compile(
    rf"{_START}(?P<noun>{_NAMED})\s+(?:(?:on|about|called|titled|named|headed|for|of)\s+)?"
    r"(?:the\s+)?[\"“'‘]?(?P<name>[^\"”“?.,;:!\n]{2,80})",
    re.IGNORECASE,
)
"""``on sheet Costs``, ``in the section about safety``; the name ends where a heading does."""
USUAL = re.compile(
    rf"(?<!\w)(?P<lead>in|from|under)\s+the\s+(?P<name>{_USUAL})(?!\w)", re.IGNORECASE
)
"""``in the introduction``."""
UNDER = re.compile(
    r"(?<!\w)(?P<lead>[Uu]nder|in)\s+(?:the\s+)?(?:(?=[A-Z])(?<=[Uu]nder\s)|[\"“'‘])"
    r"(?P<name>[^\"”“?.,;:!\n]{2,80})"
)
"""``under Safety``, ``in “Getting started”``: the heading as it is written."""
ASKS_WHAT_WAS_DECIDED = re.compile(
    r"\bwhat(?:['’]s)?\b.*\b(?:decided?|decisions?|resolved|resolutions?|concluded?|conclusions?"
    r"|consensus|agreed\s+on)\b",
    re.IGNORECASE,
)
"""A question for what a meeting decided."""
CONCLUSIONS = ("conclusion", "resolution", "decision", "consensus")
"""What the headings of decisions have in them, in lower case."""
NUMBER_WORDS = {
    name: number
    for number, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
         "twelve"), 1)
}  # fmt: skip
"""Numbers of chapters in words."""
HEADING_NUMBER = re.compile(
    rf"\W{{0,3}}(?:(?P<noun>{_NUMBERED})\s*(?:no\.?\s*)?)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[IVXL]{1,6}|[A-H]|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve)(?![\w%]|[.,]\d)[.):]?\s*",
    re.IGNORECASE,
)
"""The number that a heading opens with: ``3.1 Rent``, ``Chapter II``."""
