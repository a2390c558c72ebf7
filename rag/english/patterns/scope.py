"""How English questions name the documents that they ask, and the time that they mean."""

import re

from rag.english.words import load_words, match_any

DOCUMENT_NOUNS = load_words("document_nouns")
_DETERMINER = r"(?:(?:the|this|that|our|your|my|its|their)\s+)?"
_PREPOSITION = (
    r"(?:according\s+to|as\s+(?:stated|described|written)\s+in|based\s+on|in|from|per|under)"
)

ACCORDING = re.compile(r"\s*(?:according|as\s|based|per\b)", re.IGNORECASE)
"""A preposition that only documents and people have after it."""
PHRASE = re.compile(rf"(?<!\w){_PREPOSITION}\s+{_DETERMINER}", re.IGNORECASE)
"""What stands before the words that name a document."""
WITHIN = re.compile(r"[^,;:?!\n]{0,120}")
"""How far a phrase may go."""
DROPPED_WITH_NAME = re.compile(
    rf"(?<!\w){_PREPOSITION}\s+{_DETERMINER}(?:{match_any(DOCUMENT_NOUNS)}\s+)?$", re.IGNORECASE
)
"""What is left out together with a file name: ``according to the file``."""

_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d/–-])"
_WITH_VERSION = r"(?:according\s+to|as\s+(?:stated|described|written)\s+in|in|from|of|per|under)"
_DOCUMENTS = match_any(
    {word for noun in DOCUMENT_NOUNS for word in (noun, f"{noun}s")}
    | {"mails", "emails", "policies", "version", "versions", "edition"}
)
_AT_PRESENT = (
    r"(?:most recently|currently|at present|at the moment|nowadays|these days|as of (?:now|today)"
    r"|right now|now(?=\W*$)|today(?=\W*$))"
)
ASKS_FOR_LATEST = re.compile(
    rf"\b(?:{_AT_PRESENT}|current|latest|newest|most (?:recent|current)|up[- ]to[- ]date|valid now"
    rf"|in force|(?:new|last)\s+(?:[\w-]+\s+){{0,3}}?{_DOCUMENTS})\b",
    re.IGNORECASE,
)
"""A question for what is valid now."""
AT_PRESENT = re.compile(rf"[\s,]*\b{_AT_PRESENT}\b,?", re.IGNORECASE)
"""Words of such a question that say nothing else, and are not searched for."""
_SOME_DOCUMENT = rf"(?P<noun>(?:[\w-]+\s+){{0,3}}?{_DOCUMENTS})\b"
NEWEST_DOCUMENT = re.compile(
    r"\b(?:the\s+)?(?P<age>(?:new|newest|latest|last|current|most\s+recent|up[- ]to[- ]date)\s+)"
    rf"{_SOME_DOCUMENT}",
    re.IGNORECASE,
)
OLDER_DOCUMENT = re.compile(
    r"\b(?:the\s+)?(?P<age>(?:old|older|previous|former|earlier|prior|outdated|superseded)\s+)"
    rf"{_SOME_DOCUMENT}",
    re.IGNORECASE,
)
"""A version of a document: ``at the last board meeting``, ``under the old policy``."""
OF_VERSION = re.compile(
    rf"(?<!\w){_WITH_VERSION}\s+the\s+{_YEAR}\s+(?:version|edition|issue|release|revision)(?!\w)",
    re.IGNORECASE,
)
"""``in the 2022 version``."""
VERSION_OF = re.compile(
    rf"(?<!\w){_WITH_VERSION}\s+the\s+(?:version|edition|issue|release|revision)\s+(?:of|from)\s+"
    rf"(?:the\s+year\s+)?{_YEAR}",
    re.IGNORECASE,
)
"""``in the version of 2022``."""
DATED_DOCUMENTS = re.compile(
    rf"(?<!\w){_WITH_VERSION}\s+(?:the\s+|all\s+|any\s+)?{_DOCUMENTS}\s+"
    r"(?:dated\s+|written\s+|that\s+are\s+)?(?:from\s+(?=before|after))?"
    rf"(?P<how>from|of|in|before|after|since|until)\s+(?:the\s+year\s+)?{_YEAR}",
    re.IGNORECASE,
)
"""``in documents from before 2020``."""
VALID_THEN = re.compile(
    rf"(?<!\w)(?P<how>in|during|as\s+of|before|until)\s+(?:the\s+year\s+)?{_YEAR}", re.IGNORECASE
)
"""A year for which a question asks, as in ``what was the rate in 2022?``."""
MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
"""Months by the first three letters of their names."""
_MONTH = match_any(load_words("months", "English") | {name.title() for name in MONTHS} | {"Sept"})
WRITTEN_DATE = re.compile(
    rf"\b(?:(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\.?,?"
    rf"|(?P<month_first>{_MONTH})\.?\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?)"
    r"\s+(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""``May 21, 2013``, ``21 March 2023``, ``March 2023``."""
_ANY_DOCUMENT = (
    rf"(?:(?:{match_any(DOCUMENT_NOUNS)})s?\s+)?(?:{_DOCUMENTS}|texts|pdfs|e?mails|sources)"
)
_ANY_DOCUMENTS = rf"(?:of\s+(?:the|my|our|these)\s+)?{_ANY_DOCUMENT}"
_ONE = rf"(?:(?:any|a|an|some)\s+{_ANY_DOCUMENT}|anything)"
_MENTIONS = r"(?:mentions?|contains?\s+the\s+(?:words?|name|phrase|term))"
_DEALS = (
    r"(?:(?:is|are)\s+about|talks?\s+about|refers?\s+to|discuss(?:es)?|speaks?\s+(?:of|about)"
    r"|deals?\s+with|contains?|includes?|covers?|uses?|about)"
)
_LIST = (
    r"(?:(?:in\s+)?(?:which|what)|how\s+many|(?:list|find|show(?:\s+me)?)(?:\s+(?:all|the|every))*)"
)
ASKS_WHAT_MENTIONS = re.compile(
    rf"\s*(?:please\s+)?(?:"
    rf"{_LIST}\s+{_ANY_DOCUMENTS}\s+(?:that\s+|which\s+)?{_MENTIONS}\s+(?P<which>.+?)"
    rf"|(?:do|does)\s+(?:any\s+{_ANY_DOCUMENTS}|anything)\s+{_MENTIONS}\s+(?P<any>.+?)"
    rf"|(?:in\s+(?:which|what)\s+{_ANY_DOCUMENTS}|where)\s+(?:is|are)\s+(?P<where>.+?)\s+mentioned"
    r")(?:\s+in\s+(?:it|them))?\s*[?.!]*\s*",
    re.IGNORECASE,
)
"""A question for the documents that have some words: ``which files mention sidra?``."""
ASKS_WHAT_DEALS_WITH = re.compile(
    rf"\s*(?:please\s+)?(?:"
    rf"{_LIST}\s+{_ANY_DOCUMENTS}\s+(?:that\s+|which\s+)?{_DEALS}\s+(?P<which>.+?)"
    rf"|{_LIST}\s+{_ANY_DOCUMENTS}\s+(?:have|has)\s+(?P<has>.+?)\s+in\s+(?:it|them)"
    rf"|(?:is|are)\s+there\s+{_ONE}\s+(?:that\s+)?(?:{_MENTIONS}|{_DEALS}|on)\s+(?P<there>.+?)"
    rf"|do\s+(?:you|we|i)\s+have\s+{_ONE}\s+(?:that\s+)?(?:{_MENTIONS}|{_DEALS}|on)\s+(?P<have>.+?)"
    r")\s*[?.!]*\s*",
    re.IGNORECASE,
)
"""A question for the documents on something, which may not have these very words."""
