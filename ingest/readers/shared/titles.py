"""Tells a document's title from what a program wrote in its place."""

import re

from ingest.readers.shared.writer import one_line

_FILES = "docx?|dvi|exe|html?|indd|pdf|pptx?|psd|qxd|rtf|tex|tmp|txt|xlsx?"
_BY_A_PROGRAM = re.compile(
    rf"untitled|microsoft (?:word|excel|powerpoint)\b|[\W\d_]{{6,}}\Z|.*\.(?:{_FILES})\W*\Z",
    re.IGNORECASE,
)
"""``0001018724-20-000004``, ``report_v2.docx``, ``Untitled document``."""


def clean_title(declared: str) -> str:
    """The declared title on one line; "" when a program set it."""
    return "" if _BY_A_PROGRAM.match(declared.strip()) else one_line(declared)
