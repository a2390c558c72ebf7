"""Reads Markdown as it is."""

import re

from ingest.readers import LARGEST_TEXT_FILE, Format, Source, Tell
from ingest.readers.shared.decode import decode
from ingest.readers.text import LONGEST_TITLE, first_line

_HEADER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?P<fields>.{0,8000}?)^(?:---|\.\.\.)[ \t]*\r?$",
    re.MULTILINE | re.DOTALL,
)
"""The YAML header of a page: its fields between two lines of hyphens."""
_TITLE = re.compile(
    r"^title:[ \t]*(?P<quote>[\"']?)(?P<title>\S.*?)(?P=quote)[ \t]*\r?$", re.MULTILINE
)
_CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_MAIN_HEADING = re.compile(r"^#[ \t]+(\S.*)|^(\S.*)\r?\n=+[ \t]*\r?$", re.MULTILINE)
_HEADING = re.compile(r"#{1,6}[ \t]+(\S.*)")
_TITLED = 20_000
"""Characters within which a title is looked for."""


def read(data: bytes, _tell: Tell) -> Source:
    """The text as it is, with its title."""
    text, warning = decode(data)
    return Source(text, find_title(text)[:LONGEST_TITLE].rstrip(), warning)


def find_title(text: str) -> str:
    """Find the title that the header gives, else the main heading, else the first line's.

    A smaller heading below other text is the title of a part; "" where nothing tells.
    """
    header = _HEADER.match(text)
    if header and (given := _TITLE.search(header["fields"])):
        return given["title"]
    body = _CODE.sub("", text[header.end() if header else 0 :][:_TITLED]).lstrip()
    heading = _MAIN_HEADING.search(body) or _HEADING.match(body)
    return next(filter(None, heading.groups())).rstrip("# \t\r") if heading else first_line(body)


FORMAT = Format(
    name="a Markdown file",
    suffixes=(".md", ".markdown"),
    readers=(read,),
    version=2,
    isolated=False,
    largest=LARGEST_TEXT_FILE,
)
