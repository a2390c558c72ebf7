"""How English requests for a list of documents say which documents: their kind, their time."""

import re
from collections.abc import Mapping

from rag.english.patterns.scope import DOCUMENT_NOUNS, MONTHS
from rag.english.words import load_words, match_any

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "PDF": (r"pdfs?", (".pdf",)),
    "CSV": (r"csvs?|tsvs?", (".csv", ".tsv")),
    "spreadsheet": (
        r"excel|xlsx?|spread\s?sheets?|workbooks?", (".xlsx", ".xls", ".xlsm", ".ods"),
    ),
    "Word": (r"word|docx?", (".docx", ".doc", ".odt", ".rtf")),
    "presentation": (
        r"power\s?points?|pptx?|presentations?|slides|slide\s?decks?", (".pptx", ".ppt", ".odp"),
    ),
    "Markdown": (r"markdown|md", (".md", ".markdown")),
    "HTML": (r"html?|web\s?pages?", (".html", ".htm")),
    "text": (r"txt|plain\s?texts?|text\s(?=files?\b)", (".txt",)),
    "EPUB": (r"epubs?|e-?books?", (".epub",)),
    "mail": (r"e-?mails?|mails", (".eml", ".mbox", ".msg")),
    "picture": (
        r"images?|pictures?|photos?|scans?",
        (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"),
    ),
    "notebook": (r"(?:jupyter\s)?notebooks?", (".ipynb",)),
    "JSON": (r"json", (".json",)),
    "XML": (r"xml", (".xml",)),
}  # fmt: skip
"""Kinds of files: how they are called in a question, and the endings of their names."""
_NOUNS = DOCUMENT_NOUNS - {"order", "page", "record", "rules", "summary", "table"}
"""Nouns for whole documents."""
_PLURALS = {
    form
    for noun in _NOUNS - {"minutes", "notes", "documents", "guidelines", "slides"}
    for form in (noun, f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s")
}
NOUN = re.compile(rf"\b(?:{match_any(_PLURALS | _NOUNS)})\b")
"""A noun for documents, in a folded text."""
BARE = re.compile(rf"^(?:please )?(?:(?:all|any|the|my|our) )*(?:{match_any(_PLURALS | _NOUNS)})\b")
"""A folded request that opens with what it wants: *documents from 2013*."""
LEAD = re.compile(
    r"^(?:please |can you |could you )?(?:which|what(?:'?s)?|how many|list|show|are there|is there"
    r"|any|do (?:you|we|i) have|have (?:you|we|i)|give|name|find|count|sort|when (?:is|was)"
    r"|(?:the )?(?:number|names?) of|(?:the )?(?:newest|oldest|latest|earliest|most recent|last))\b"
)
"""How a folded request for a list opens."""
CHOOSES = re.compile(
    r"^(?:please |can you |could you )?(?:which|how many|list|show|are there|is there|any"
    r"|do (?:you|we|i) have|have (?:you|we|i)|give|name|find|count|(?:the )?(?:number|names?) of)\b"
)
"""A request that may say by words of their names which documents it means."""
CLAUSE = re.compile(
    r"\b(?:did|does|(?:do|can|could|should|must|will|would)(?! (?:you|we|i)\b)"
    r"|date of (?:the|this))\b"
)
"""Words of a question that asks what documents do, or say: *What does the agreement require?*"""
_MONTH = match_any({*MONTHS, "sept"} | {name.lower() for name in load_words("months", "English")})
_YEAR = rf"((?:{_MONTH})\.?,? (?:19|20)\d\d|(?:19|20)\d\d|this year|last year)"
BETWEEN = re.compile(
    rf"\b(?:dated |written |made )?(?:between|from) {_YEAR} (?:and|to|until|till|-|–) {_YEAR}\b"
)
SINCE = re.compile(
    r"\b(?:(?:dated |written |made )?(?:since|after)|newer than|later than) (?:the year )?"
    rf"{_YEAR}\b"
)
BEFORE = re.compile(
    rf"\b(?:(?:dated |written |made )?(?:before|until|till|up to)|older than|earlier than) "
    rf"(?:the year )?{_YEAR}\b"
)
WITHIN = re.compile(
    rf"\b(?:dated |written |made )?(?:from|in|of|dated|for) (?:the year )?{_YEAR}\b"
)
BY_DATE = re.compile(
    r"\b(?:(?:sort(?:ed)?|order(?:ed)?) by (?:date|age|time)|by date|with (?:their |the )?dates?"
    r"|(?:newest|latest|most recent) first|chronologic(?:al|ally)|in order of (?:date|time))\b"
    r"(?: order\b)?"
)
"""A list in the order of time."""
NEWEST = re.compile(r"\b(?:newest|latest|most recent|last)\b")
OLDEST = re.compile(r"\b(?:oldest|earliest)\b")
FOLDER = re.compile(r"\b(?:in|under|inside|from) (?:the )?folder ([^\s?!,;]+)|\bin ([^\s?!,;]+/)\B")
"""A folder whose documents are asked for."""
FILLER = (load_words("library_words") | load_words("listing_words")) - {
    "attachment", "attachments", "chapters", "contents", "pages", "titles"
}  # fmt: skip
"""Words that a request for a list may have besides; parts of documents are none."""
