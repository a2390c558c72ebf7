"""Decodes the characters of Rich Text, whose encoding changes with the font."""

import codecs
from dataclasses import dataclass, field

_CODE_PAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""Encodings of fonts by their character sets; of others, the document's own."""
_WORDS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "column": "\n", "tab": "\t",
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}", "zwj": "\u200d", "zwnj": "\u200c",
    "chdate": "", "softline": " ",
}  # fmt: skip
"""Control words and symbols → what they stand for."""


def find_encoding(page: int) -> str:
    """The encoding of a code page, if Python knows it, else Windows-1252."""
    name = {65001: "utf-8", 10000: "mac_roman"}.get(page, f"cp{page}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def encoding_of_charset(charset: int) -> str:
    """The encoding of a font's character set; "" for the document's own."""
    return _CODE_PAGES.get(charset, "")


def character_of(word: str) -> str | None:
    """What a control word or symbol stands for; None if it is no character."""
    return _WORDS.get(word)


@dataclass
class Characters:
    """Collects characters; bytes are decoded together, since one may begin what the next ends."""

    _parts: list[str] = field(default_factory=list)
    _bytes: bytearray = field(default_factory=bytearray)
    _encoding: str = ""

    def add_bytes(self, data: bytes, encoding: str) -> None:
        if encoding != self._encoding:
            self._decode()
            self._encoding = encoding
        self._bytes += data

    def add(self, text: str) -> None:
        self._decode()
        self._parts.append(text)

    def add_unit(self, number: int) -> None:
        """Add a unit of UTF-16, as a signed or unsigned number."""
        self.add(chr(number & 0xFFFF))

    def take(self) -> str:
        """All that was collected; halves of characters outside the basic plane are joined."""
        self._decode()
        text = "".join(self._parts)
        self._parts.clear()
        if any("\ud800" <= char <= "\udfff" for char in text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text.replace("\0", "")

    def _decode(self) -> None:
        if self._bytes:
            self._parts.append(self._bytes.decode(self._encoding or "cp1252", "replace"))
            self._bytes.clear()
