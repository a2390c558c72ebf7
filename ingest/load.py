"""One file in, its text out: a reader per format, in one table.

Adding a format is one function and one line in ``READERS``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import DocumentError

_BINARY_LIKE = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LONGEST_TITLE = 150
"""Characters; a longer first line is text, not a title."""

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
    return Source(text, reader(text) or path.stem, warning)


def decode(data: bytes) -> tuple[str, str]:
    """Bytes as text, with a warning when some could not be read.

    By byte-order mark, else strict UTF-8, else UTF-16 by its zero bytes, else a detector where
    there is enough to detect from, else Windows-1252.

    :raises DocumentError: it is not text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), ""
    if b"\0" in data:
        encoding = _wide_encoding(data)
        if not encoding:
            raise DocumentError("binary: it is not a text file")
        return data.decode(encoding, "replace"), ""
    try:
        text, warning = data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        text, warning = _guess(data, error)
    control = len(_BINARY_LIKE.findall(text[:4096].replace("\x1b", "")))
    if control > len(text[:4096]) // 50:
        raise DocumentError("binary: it is not a text file")
    return text, warning


def _guess(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    """Not UTF-8: mostly UTF-8 with damage, or another encoding."""
    damaged = data.decode("utf-8", "replace")
    lost, wide = damaged.count("\ufffd"), sum(char > "\x7f" for char in damaged)
    if lost * 4 < wide:
        return damaged, f"not valid UTF-8 at byte {error.start}: {lost} characters replaced"
    if len(data) > 64:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        if best is not None:
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
        if zeros > 4 * others and zeros * 4 > len(sample) // 2:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return encoding
    return ""


def _text_title(text: str) -> str:
    """The first line, when it reads like a title rather than like the first sentence."""
    line = text.strip().splitlines()[0].strip(" \t#*•-–=_")
    return line if len(line) <= _LONGEST_TITLE and not line.endswith((".", ":", ";", ",")) else ""


def _markdown_title(text: str) -> str:
    heading = re.search(r"^#{1,6}\s+(.+?)\s*#*\s*$", text, re.MULTILINE)
    return heading.group(1)[:_LONGEST_TITLE] if heading else _text_title(text)


def _unreadable(path: Path) -> str:
    known = ", ".join(sorted(READERS))
    if path.suffix.lower() in _LATER:
        return f"{path.suffix} is not read yet; export it as text ({known})"
    return f"the format {path.suffix or 'without a suffix'} is not read; use one of {known}"


READERS: dict[str, Callable[[str], str]] = {
    ".txt": _text_title,
    ".text": _text_title,
    ".md": _markdown_title,
    ".markdown": _markdown_title,
}
"""Suffix → the function that finds the title in its text."""
