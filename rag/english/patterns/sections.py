"""How headings of English documents name their sections."""

import re

REFERENCES = re.compile(
    r"(?:(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+)?(?:\W*)"
    r"(?:references(?: and (?:notes|further reading))?|bibliography|works cited"
    r"|literature(?: cited)?"
    r"|cited (?:literature|references|works)|reference list|further reading)\W*",
    re.IGNORECASE,
)
"""The heading of a list of references."""
