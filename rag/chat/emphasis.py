"""Reads the emphasis of a chat model's reply: the text without its marks, and where it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from rag.types import Emphasis, EmphasisStyle

_CODE = re.compile(r"`([^`\n]+)`")
_MARKS = re.compile(
    r"(?P<strong>\*{2,3}|_{2,3})|`"
    r"|(?<![\w*])\*(?=[^\s*])(?P<star>[^*\n]{0,300}(?<=[^\s*]))\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])(?P<line>[^_\n]{0,300}(?<=[^\s_]))_(?![\w_])"
)
"""``**`` and ``__``, alone or in pairs; ``*…*`` and ``_…_`` around whole words; a backquote."""
_PLAIN, _STRONG, _ITALIC, _VERBATIM = " ", "s", "e", "c"
_STYLES: dict[str, EmphasisStyle] = {_STRONG: "strong", _ITALIC: "em", _VERBATIM: "code"}


@dataclass(frozen=True, slots=True)
class StyledText:
    """A text, and the style of each of its characters.

    :param styles: a letter for each character of the text.
    """

    text: str
    styles: str

    @property
    def emphasis(self) -> tuple[Emphasis, ...]:
        """The runs of one style, in order."""
        found, start = [], 0
        for letter, run in groupby(self.styles):
            end = start + len(list(run))
            if letter != _PLAIN:
                found.append(Emphasis(start, end, _STYLES[letter]))
            start = end
        return tuple(found)

    def cut(self, pattern: re.Pattern[str]) -> "StyledText":
        """Leave out what the pattern matches."""
        return self._keep(_between(pattern, self.text))

    def cut_start(self, characters: int) -> "StyledText":
        """Leave out the first characters."""
        return StyledText(self.text[characters:], self.styles[characters:])

    def join_words(self) -> "StyledText":
        """Set one space between words, and none around them."""
        spans: list[tuple[int, int]] = []
        for word in re.finditer(r"\S+", self.text):
            if spans:
                spans.append((word.start() - 1, word.start()))
            spans.append(word.span())
        joined = self._keep(iter(spans))
        return StyledText(" ".join(self.text.split()), joined.styles)

    def _keep(self, spans: Iterator[tuple[int, int]]) -> "StyledText":
        kept = list(spans)
        text, styles = ("".join(of[a:b] for a, b in kept) for of in (self.text, self.styles))
        return StyledText(text, styles)


def read_emphasis(written: str) -> StyledText:
    """Read a sentence in Markdown.

    Emphasis that opens and does not close reaches to the sentence's end, since the model may have
    set several sentences in it; what closes without having been opened is left out.
    """
    parts: list[tuple[str, str]] = []
    strong, before = _PLAIN, 0
    for code in _CODE.finditer(written):
        strong = _read_marks(written[before : code.start()], strong, parts)
        parts.append((code[1], _VERBATIM))
        before = code.end()
    _read_marks(written[before:], strong, parts)
    text = "".join(text for text, _ in parts)
    return StyledText(text, "".join(style * len(text) for text, style in parts))


def _read_marks(written: str, strong: str, parts: list[tuple[str, str]]) -> str:
    """Add the parts of a text without code; return the style in which what follows is set."""
    before = 0
    for mark in _MARKS.finditer(written):
        parts.append((written[before : mark.start()], strong))
        before = mark.end()
        opens = before < len(written) and not written[before].isspace()
        if mark["strong"]:
            strong = _STRONG if strong == _PLAIN and opens else _PLAIN
        elif inner := mark["star"] or mark["line"]:
            parts.append((inner, strong if strong == _STRONG else _ITALIC))
    parts.append((written[before:], strong))
    return strong


def _between(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    before = 0
    for match in pattern.finditer(text):
        yield before, match.start()
        before = match.end()
    yield before, len(text)
