"""How headings of English documents name their sections."""

import re

REFERENCES = re.compile(
    r"(?:(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+)?\W*"
    r"(?:references(?: and notes)?|bibliography|works cited|literature cited"
    r"|cited (?:literature|references|works)|reference list)\W*",
    re.IGNORECASE,
)
"""The heading of a list of references."""
