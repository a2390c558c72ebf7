"""Decodes bytes of any encoding to text."""

import re
from contextlib import suppress

from rag.errors import DocumentError
from rag.text.characters import replace_surrogates

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Characters that are not in text; ESC is, since saved terminal output is text."""
_SAME_COHERENCE = 0.05
"""The detector confuses Latin code pages; if Windows-1252 fits as well, it is the most likely."""
_SAMPLE = 1 << 20
"""Bytes that the detector reads; it is slow on long texts."""


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """Decode bytes to text without lone surrogates, with a warning if some could not be read.

    The encoding is the first that fits: by byte-order mark, strict UTF-8, UTF-16 by its zero bytes,
    as declared, by a detector if there are enough bytes, Windows-1252.

    :param declared: the encoding that the document itself names, or "".
    :raises DocumentError: it is not text.
    """
    text, warning = _decode(data, declared)
    control = len(_CONTROL.findall(text, 0, 4096))
    if "\0" in text or control > min(len(text), 4096) // 50:
        raise DocumentError("binary: it is not a text file")
    return replace_surrogates(text), warning


def _decode(data: bytes, declared: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_replacing(data[len(mark) :], encoding)
    if b"\0" in data:
        return _decode_replacing(data, _wide_encoding(data) or "utf-8")
    for encoding in filter(None, ("utf-8", declared)):
        with suppress(LookupError, UnicodeError):
            return data.decode(encoding), ""
    return _decode_guessing(data)


def _decode_replacing(data: bytes, encoding: str) -> tuple[str, str]:
    """Decode a known encoding; damaged bytes become U+FFFD, with a warning."""
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        lost = text.count("\ufffd")
        return text, f"not valid {encoding} at byte {error.start}: {lost} characters replaced"


def _decode_guessing(data: bytes) -> tuple[str, str]:
    """Decode what is not valid UTF-8: damaged UTF-8, or another encoding."""
    damaged, warning = _decode_replacing(data, "utf-8")
    lost, wide = damaged.count("\ufffd"), sum(char > "\x7f" for char in damaged)
    if lost * 4 < wide:
        return damaged, warning
    if len(data) > 64:
        from charset_normalizer import from_bytes

        matches = from_bytes(data[:_SAMPLE])
        best = matches.best()
        if best is not None and not any(
            "cp1252" in {match.encoding, *match.could_be_from_charset}
            and match.coherence > best.coherence - _SAME_COHERENCE
            for match in matches
        ):
            text, lossy = _decode_replacing(data, best.encoding)
            return text, lossy or f"read as {best.encoding}"
    return data.decode("cp1252", "replace"), "read as cp1252"


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark, recognised by the zero bytes of spaces and Latin letters, or ""."""
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
