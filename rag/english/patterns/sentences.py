"""How English sentences and lines open, and what that says of those around them."""

import re

REFERS_BACK = re.compile(
    r"(?:(?:these|this|those|such|both|it|its|they|their|he|she|his|her|the (?:latter|former))\b"
    r"|(?:for this reason|for these reasons|by (?:using|doing) (?:this|these|so)|as a result)\b)",
    re.IGNORECASE,
)
"""A sentence that points to the one before it (``These markers …``)."""
PARTICULARS = re.compile(
    r"(?:(?:in particular|particularly|specifically|especially|namely|for (?:example|instance))\b"
    r"|(?:these|they|examples|among (?:these|them))\b.{0,30}\b(?:are|include)\b)",
    re.IGNORECASE,
)
"""A sentence that names what the one before it speaks of."""
KEYWORD_LINE = re.compile(
    r"^(?:key\s?words?|index terms|tags|authors?|affiliations?|correspond\w+)\b\W", re.IGNORECASE
)
"""A line of keywords or authors, however long it is."""
PLACE_LABELS = "address location venue"
"""Labels of lines that answer *where*."""
DENIES = re.compile(r"\bnot\b|n['’]t\b|\bcannot\b")
"""A sentence, folded, that denies something."""
