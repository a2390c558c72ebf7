"""How English questions name the documents that they ask."""

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
