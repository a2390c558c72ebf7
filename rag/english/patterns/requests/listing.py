"""How English requests for a list of documents say which documents: their kind, their time."""

import re
from collections.abc import Mapping

from rag.english.patterns.scope import DOCUMENT_NOUNS
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
LEAD = re.compile(
    r"^(?:please |can you |could you )?(?:which|what(?:'?s)?|how many|list|show|are there|is there"
    r"|any|do (?:you|we|i) have|have (?:you|we|i)|give|name|find|count"
    r"|(?:the )?(?:number|names?) of|(?:the )?(?:newest|oldest|latest|earliest|most recent|last))\b"
)
"""How a folded request for a list opens."""
CLAUSE = re.compile(r"\b(?:did|does|(?:do|can|could|should|must|will|would)(?! (?:you|we|i)\b))\b")
"""A verb of a question that asks what documents do: *What does the agreement require?*"""
_YEAR = r"((?:19|20)\d\d)"
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
NEWEST = re.compile(r"\b(?:newest|latest|most recent|last)\b")
OLDEST = re.compile(r"\b(?:oldest|earliest)\b")
FOLDER = re.compile(r"\b(?:in|under|inside|from) (?:the )?folder ([^\s?!,;]+)|\bin ([^\s?!,;]+/)\B")
"""A folder whose documents are asked for."""
FILLER = (load_words("library_words") | load_words("listing_words")) - {
    "attachment", "attachments", "chapters", "contents", "pages", "titles"
}  # fmt: skip
"""Words that a request for a list may have besides; parts of documents are none."""
