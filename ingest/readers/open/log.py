"""Reads logs: each line stays a line, without the colours of a terminal."""

import re

from ingest.readers import LARGEST_TEXT_FILE, Format, Source, Tell
from ingest.readers.shared.decode import decode

_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[@-_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read(data: bytes, _tell: Tell) -> Source:
    """The lines; of a line that was written over, such as a bar of progress, the last state."""
    text, warning = decode(data)
    lines = _TERMINAL.sub("", text).split("\n")
    shown = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return Source(_CONTROL.sub("", shown), "", warning, markdown=False)


FORMAT = Format(
    name="a log", suffixes=(".log",), readers=(read,), isolated=False, largest=LARGEST_TEXT_FILE
)
