"""One file in, its text out: a reader per format, in one table.

Adding a format is one function and one line in ``READERS``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import DocumentError

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Characters that text does not hold; ESC is left out, since saved terminal output is text."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LONGEST_TITLE = 150
"""Characters; a longer first line is text, not a title."""
_SAME_COHERENCE = 0.05
"""The detector confuses Latin code pages; where Windows-1252 fits as well, it is the likeliest."""
_HEAD = 1000
"""Characters in which a title is looked for."""

_LATER = {".pdf", ".docx", ".pptx", ".html", ".htm", ".csv", ".tsv", ".json", ".jsonl", ".epub"}


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader got out of a file.

    :param text: the extracted text all offsets refer to.
    :param title: the document's own title, else its file name.
    :param warning: what a person should know about the reading, or empty.
    """

    text: str
    title: str
    warning: str = ""


def load(path: Path, data: bytes) -> Source:
    """The text of a file.

    :param data: the file's bytes; ``path`` gives the format and the fallback title.
    :raises DocumentError: the format is not read yet, or the content is empty or binary.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DocumentError(_unreadable(path))
    text, warning = decode(data)
    if not any(char.isalnum() for char in text):
        raise DocumentError("empty: there is no text in it")
    return Source(text, reader(text) or shown(path.stem), warning)


def shown(name: str | Path) -> str:
    """A file's name as text; bytes in it that are not UTF-8 are shown escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def decode(data: bytes) -> tuple[str, str]:
    """Bytes as text without lone surrogates, with a warning when some could not be read.

    By byte-order mark, else strict UTF-8, else UTF-16 by its zero bytes, else a detector where
    there is enough to detect from, else Windows-1252.

    :raises DocumentError: it is not text.
    """
    text, warning = _decoded(data)
    control = len(_CONTROL.findall(text, 0, 4096))
    if "\0" in text or control > min(len(text), 4096) // 50:
        raise DocumentError("binary: it is not a text file")
    return _SURROGATE.sub("\ufffd", text), warning


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _replaced(data[len(mark) :], encoding)
    if b"\0" in data:
        return _replaced(data, _wide_encoding(data) or "utf-8")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _guess(data)


def _replaced(data: bytes, encoding: str) -> tuple[str, str]:
    """The text in a known encoding; what is damaged becomes U+FFFD, with a warning."""
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        lost = text.count("\ufffd")
        return text, f"not valid {encoding} at byte {error.start}: {lost} characters replaced"


def _guess(data: bytes) -> tuple[str, str]:
    """Not UTF-8: mostly UTF-8 with damage, or another encoding."""
    damaged, warning = _replaced(data, "utf-8")
    lost, wide = damaged.count("\ufffd"), sum(char > "\x7f" for char in damaged)
    if lost * 4 < wide:
        return damaged, warning
    if len(data) > 64:
        from charset_normalizer import from_bytes

        matches = from_bytes(data)
        best = matches.best()
        if best is not None and not any(
            "cp1252" in {match.encoding, *match.could_be_from_charset}
            and match.coherence > best.coherence - _SAME_COHERENCE
            for match in matches
        ):
            return str(best), f"read as {best.encoding}"
    return data.decode("cp1252", "replace"), "read as cp1252"


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark, told by the zero bytes of its spaces and Latin letters, or ""."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 4 * others and zeros * 40 > len(sample):
            text = sample.decode(encoding, "replace")
            legible = sum(
                (char.isprintable() or char.isspace()) and char != "\ufffd" for char in text
            )
            if legible > 0.98 * len(text):
                return encoding
    return ""


def _text_title(text: str) -> str:
    """The first line, when it reads like a title rather than like the start of a sentence."""
    first, _, rest = text.lstrip()[:_HEAD].partition("\n")
    line = first.strip(" \t\r#*•-–=_")
    goes_on = rest[:1].islower()  # a sentence wrapped over several lines
    is_title = len(line) <= _LONGEST_TITLE and not line.endswith((".", ":", ";", ","))
    return line if is_title and not goes_on else ""


def _markdown_title(text: str) -> str:
    heading = re.search(r"^#{1,6}[ \t]+(\S.*)", text, re.MULTILINE)
    title = heading.group(1).rstrip("# \t\r") if heading else ""
    return title[:_LONGEST_TITLE].rstrip() or _text_title(text)


def _unreadable(path: Path) -> str:
    known = ", ".join(sorted(READERS))
    suffix = shown(path.suffix)
    if suffix.lower() in _LATER:
        return f"{suffix} is not read yet; export it as text ({known})"
    return f"the format {suffix or 'without a suffix'} is not read; use one of {known}"


READERS: dict[str, Callable[[str], str]] = {
    ".txt": _text_title,
    ".text": _text_title,
    ".md": _markdown_title,
    ".markdown": _markdown_title,
}
"""Suffix → the function that finds the title in its text."""
