"""Reads plain text."""

from ingest.readers import LARGEST_TEXT_FILE, Format, Source, Tell
from ingest.readers.shared.decode import decode

LONGEST_TITLE = 150
"""Characters; a longer first line is text, not a title."""
_HEAD = 1000
"""Characters that may hold a title."""


def read(data: bytes, _tell: Tell) -> Source:
    """The text as it is."""
    text, warning = decode(data)
    return Source(text, first_line(text), warning)


def first_line(text: str) -> str:
    """The first line, if it looks like a title and not like the start of a sentence."""
    first, _, rest = text.lstrip()[:_HEAD].partition("\n")
    line = first.strip(" \t\r#*•-–=_")
    goes_on = rest[:1].islower()  # a sentence wrapped over several lines
    is_title = len(line) <= LONGEST_TITLE and not line.endswith((".", ":", ";", ","))
    return line if is_title and not goes_on else ""


FORMAT = Format(
    name="a text file",
    suffixes=(".txt", ".text"),
    readers=(read,),
    isolated=False,
    names=("readme", "license", "licence", "copying", "authors", "changelog", "news", "todo"),
    largest=LARGEST_TEXT_FILE,
)
