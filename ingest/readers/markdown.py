"""Reads Markdown as it is."""

import re

from ingest.readers import Format, Source, Tell
from ingest.readers.shared.decode import decode
from ingest.readers.text import LONGEST_TITLE, first_line


def read(data: bytes, _tell: Tell) -> Source:
    """The text as it is; its first heading is the title."""
    text, warning = decode(data)
    heading = re.search(r"^#{1,6}[ \t]+(\S.*)", text, re.MULTILINE)
    title = heading.group(1).rstrip("# \t\r") if heading else ""
    return Source(text, title[:LONGEST_TITLE].rstrip() or first_line(text), warning)


FORMAT = Format(
    name="a Markdown file", suffixes=(".md", ".markdown"), readers=(read,), isolated=False
)
