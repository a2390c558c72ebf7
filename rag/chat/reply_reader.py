"""Read a chat model's reply as it streams: sentences, and the passages that each one cites."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.text.sentences import sentence_spans, sentence_tiles

_MARK = re.compile(
    r"\s*[\[［【〔]\s*(?:(?:passages?|sources?|documents?)\s+)?[#^]?"
    r"(\d{1,3}(?:\s*(?:[,;，；、–—-]|and)\s*[#^]?\d{1,3})*)"
    r"\s*(?:†[^\]］】〕]*)?[\]］】〕]",
    re.IGNORECASE,
)
"""``[1]``, ``[1, 2]``, ``[1-3]``, ``[passage 1]``, full-width forms, and ``【1†source】``."""
_NUMBERS = re.compile(r"(\d+)(?:\s*[–—-]\s*[#^]?(\d+))?")
_OPEN_MARK = re.compile(r"\s*[\[［【〔(*_]")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)\s]*[^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]\d][^\]]*)\]\([^)]*\)")
_TAG = re.compile(
    r"</?(?:img|a|script|style|iframe|object|embed|video|audio|source|form|link|meta|svg|base)\b"
    r"[^>]*>",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*\*|__|`|^\s*#{1,6}\s+", re.MULTILINE)
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReplySentence:
    """A sentence of a model's reply, without its citation marks.

    :param numbers: the passages that it cites, counted from 1, each once, in the sentence's order.
    :param stray: the numbers in it that belong to no passage.
    """

    text: str
    numbers: tuple[int, ...] = ()
    stray: tuple[int, ...] = ()


@dataclass(slots=True)
class ReplyReader:
    """Reads a reply as it streams, and returns each sentence as soon as it is complete.

    :param passages: the number of passages that the reply may cite.
    """

    passages: int
    _pending: str = ""
    _thinking: bool = True

    def add(self, text: str) -> Iterator[ReplySentence]:
        """Add a piece of the reply; return the sentences that it completes."""
        self._pending += text
        if self._is_thinking():
            return
        tiles = sentence_tiles(self._pending)
        # a mark may follow the full stop, so a sentence is complete when the next one has begun
        if len(tiles) > 1 and not _OPEN_MARK.match(self._pending, tiles[-1][0]):
            whole = self._pending[: tiles[-1][0]]
            self._pending = self._pending[tiles[-1][0] :]
            yield from split_reply(whole, self.passages)

    def finish(self) -> Iterator[ReplySentence]:
        """Return the sentences that are still pending when the reply has ended."""
        text, self._pending = self._pending, ""
        if not (self._thinking and text.lstrip().startswith("<think>")):
            yield from split_reply(text, self.passages)

    def _is_thinking(self) -> bool:
        """Whether the reply is still inside ``<think>``, where reasoning models may begin."""
        if self._thinking:
            begun = self._pending.lstrip()[:7]
            if begun == "<think>":
                thought = _THOUGHT.match(self._pending)
                if not thought:
                    return True
                self._pending = self._pending[thought.end() :]
            elif "<think>".startswith(begun):
                return True
            self._thinking = False
        return False


def split_reply(text: str, passages: int) -> Iterator[ReplySentence]:
    """Split a reply into sentences, each with the passages that it cites.

    Links, images and emphasis are removed: a reply is prose, and its reader may render Markdown.

    :param passages: the number of passages; a higher number in a mark is stray.
    """
    plain = _EMPHASIS.sub("", _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text))))
    plain = _MARK.sub(lambda mark: "".join(f" [{n}]" for n in _expand_mark(mark, passages)), plain)
    for start, end in sentence_spans(plain):
        numbers = [int(n) for n in re.findall(r"\[(\d{1,3})\]", plain[start:end])]
        words = " ".join(_MARK.sub("", plain[start:end]).split())
        if any(char.isalnum() for char in words):
            held = [n for n in dict.fromkeys(numbers) if 1 <= n <= passages]
            stray = [n for n in dict.fromkeys(numbers) if not 1 <= n <= passages]
            yield ReplySentence(words, tuple(held), tuple(stray))


def _expand_mark(mark: re.Match[str], passages: int) -> list[int]:
    """Expand the numbers of a mark; a range ends at the last passage."""
    numbers: list[int] = []
    for first, last in _NUMBERS.findall(mark.group(1)):
        begin, end = int(first), int(last or first)
        numbers.extend(range(begin, min(end, max(begin, passages)) + 1))
    return numbers
