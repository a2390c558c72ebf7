"""How English asks who wrote a document, and how the lines read that say it."""

import re

ASKS_WHO_WROTE = re.compile(
    r"""
      \bwho(?:['’]s|\s+has|\s+have|\s+first)?\s+(?:authored|published|written|wrote)\b
    | \bwho\b[^?.]{0,30}\b(?:co-?)?authors?\b
    | ^\W*(?:(?:all|are|give|list|me|name|names|of|please|show|tell|the|what|which)\s+){0,6}
      (?:co-?)?authors?\b
    | \b(?:by|from)\s+(?:which|what)\s+authors?\b
    | \bwhose\s+(?:article|document|paper|post|report|review|study|work)\b
    | \b(?:authored|written)\s+by\s+(?:whom?\b|(?-i:[A-Z]))
    | \bby\s+whom?\b[^?.]{0,40}\b(?:authored|published|written)\b
    | \bauthors?\b[^?.]{0,60}\b(?:affiliat\w+|based|employed|from(?=\W*$)|work|works)\b
    | \baffiliat(?:ed|ions?)\b
    | \b(?:compan(?:y|ies)|departments?|hospitals?|institut\w+|labs?|laborator\w+|universit\w+)\b
      [^?.]{0,40}\b(?:he|she|they)\b[^?.]{0,20}\bworks?\b
    | \bwhere\s+(?:do|does|did)\s+(?:he|she|they)\s+work\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Questions for authors, not such as what the authors think."""
DOCUMENT_KIND = re.compile(
    r"\b(?:document|file|page|paper|post|report|review|study|text)\b", re.IGNORECASE
)
"""What a document may be called besides an article."""

BEGINS_TEXT = re.compile(
    r"\W*(?:abstract|background|contents|introduction|key\s?words|summary|table of contents)\b",
    re.IGNORECASE,
)
"""A line with which a document's text begins."""
CREDIT_LABEL = re.compile(r"[\W_]*(?:authors?|by|from|written by)[*_ ]{0,3}:\s*\S", re.IGNORECASE)
"""A field of a record that names authors: ``author: mbrunner``, ``From: Ada``."""
CREDIT = re.compile(
    r"[\W_]*(?:(?:(?:posted|written) )?by|authors?)\b[\W_]{1,4}(?-i:[^\W\d_a-z])"
    rf"|{CREDIT_LABEL.pattern}",
    re.IGNORECASE,
)
"""A line that says itself that it names authors."""
LABEL = re.compile(
    r"\w[\w ]{0,30}:(?!\S)|.{0,40}\b(?:dedicated to|(?:edited|photos?|reviewed|translated) by)\b",
    re.IGNORECASE,
)
"""A line that says what else it is."""
WORKPLACE = r"\b(?:Academ|Departm|Facult|Hospital|Institut|Laborator|Universit)\w*"
"""Where authors work."""
