"""Decodes bytes of any encoding to text."""

import codecs
import re
from contextlib import suppress

from rag.errors import DocumentError
from rag.text.characters import replace_surrogates

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Characters that are not in text; ESC is, since saved terminal output is text."""
_EASTERN = ("cp1250", "iso8859_2")
_ALPHABETS: dict[str, tuple[tuple[str, ...], str]] = {
    "English": (("cp1252",), "éèïç£½¼¾"),
    "French": (("cp1252",), "àâæçéèêëîïôœùûüÿ"),
    "German": (("cp1252",), "äöüß"),
    "Spanish": (("cp1252",), "áéíñóúü"),
    "Portuguese": (("cp1252",), "áàâãçéêíóôõúü"),
    "Italian": (("cp1252",), "àèéìíîòóùú"),
    "Dutch": (("cp1252",), "áéèëïíóöúü"),
    "Swedish": (("cp1252",), "åäöé"),
    "Danish": (("cp1252",), "åæøé"),
    "Norwegian": (("cp1252",), "åæøéòô"),
    "Finnish": (("cp1252",), "äöå"),
    "Turkish": (("cp1254",), "âçğıîöşüû\u0307"),
    "Croatian": (_EASTERN, "čćđšž"),
    "Slovene": (_EASTERN, "čšž"),
    "Czech": (_EASTERN, "áčďéěíňóřšťúůýž"),
    "Slovak": (_EASTERN, "áäčďéíĺľňóôŕšťúýž"),
    "Hungarian": (_EASTERN, "áéíóöőúüű"),
    "Polish": (_EASTERN, "ąćęłńóśźż"),
    "Romanian": (_EASTERN, "ăâîşţ"),
}
"""Languages in Latin letters: what texts were saved in, and letters outside of ASCII."""
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
}
"""Encodings that texts name → those that browsers read them in (WHATWG Encoding Standard)."""
_STATEFUL = re.compile(r"iso-?2022|hz|utf-?7", re.I)
"""Encodings that use ASCII's bytes alone, so that their texts pass for UTF-8."""
_ESCAPED = (
    (b"\x1b$B", "iso2022_jp_ext"),
    (b"\x1b$@", "iso2022_jp_ext"),
    (b"\x1b$)C", "iso2022_kr"),
)
"""Marks of such encodings."""
_MOST_LOST = 100
"""Characters for each one that may be damaged in a text that declares its encoding."""
_TELLING = 64
"""Bytes of which the detector can tell something."""
_SAMPLE = 1 << 20
"""Bytes that the detector reads; it is slow on long texts."""


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """Decode bytes to text without lone surrogates, with a warning if some could not be read.

    The encoding is the first that fits: by byte-order mark, UTF-16 by its zero bytes, strict UTF-8,
    as declared, by the language if there are enough bytes to tell it, Windows-1252.

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
    escaped = next((encoding for mark, encoding in _ESCAPED if mark in data[:_SAMPLE]), "")
    stateful = declared if _STATEFUL.match(declared) else escaped
    for encoding in filter(None, (stateful, "utf-8")):
        with suppress(LookupError, UnicodeError):
            return data.decode(encoding), ""
    return _decode_declared(data, declared) or _decode_guessing(data)


def _decode_declared(data: bytes, declared: str) -> tuple[str, str] | None:
    """Decode as declared, by the superset that is meant; None if it does not fit."""
    try:
        name = codecs.lookup(declared).name
        encoding = _SUPERSETS.get(name, name)
        text, warning = _decode_replacing(data, encoding)
    except (LookupError, UnicodeError):  # a codec that is not of texts
        return None
    wide = sum(char > "\x7f" for char in text)
    is_damaged = text.count("\ufffd") * _MOST_LOST > wide
    return None if is_damaged or encoding == "utf-8" else (text, warning)


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
    encoding = "cp1252"
    if len(data) > _TELLING:
        encoding = _detect(data[:_SAMPLE])
    text, warning = _decode_replacing(data, encoding)
    return text, warning or f"read as {encoding}"


def _detect(data: bytes) -> str:
    """The encoding that a text most likely has."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        return "cp1252"
    if not any(match.language in _ALPHABETS for match in matches):
        return best.encoding
    # the detector confuses Latin code pages: in the right one, most characters are of one alphabet
    found, most = best.encoding, 0
    for encodings, letters in _ALPHABETS.values():
        for encoding in encodings:
            with suppress(UnicodeError):
                count = sum(char in letters for char in data.decode(encoding).lower())
                if count > most:
                    found, most = encoding, count
    return found


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
