"""Reads a chat model's reply as it streams: sentences, how they are set, the passages they cite."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rag.chat.emphasis import read_emphasis
from rag.chat.reply_marks import (
    MARK,
    expand_mark,
    find_loose_marks,
    read_opener,
    remove_marks,
    remove_markup,
    unify_marks,
)
from rag.english.patterns.replies import SOURCES, STRUCTURE, YES_OR_NO
from rag.text.sentences import sentence_spans, sentence_tiles
from rag.text.tables import is_in_bars
from rag.types import Emphasis

_OPEN_MARK = re.compile(r"\s*(?:[\[［【〔(*_⁰¹²³⁴-⁹“”\"«»–,-]|</?sup)")
"""What may still belong to the sentence before."""
_OPEN_QUOTES = ("“", "«", "„")
_BEGUN = re.compile(r"\s*[^\s\w]*\w\S*\s")
"""A first word that is whole, so that where the sentence before ends is known."""
_HEADING = re.compile(r"#{1,6}[ \t]+")
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<mark>[-*+•‣◦]|\d{1,3}[.)])[ \t]+")
_TABLE_RULE = re.compile(
    r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*){0,60}\|?[ \t]*$", re.MULTILINE
)
_FENCE = re.compile(r"^[ \t]*```", re.MULTILINE)
_CODE = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE)
_THOUGHTS = ("think", "thinking", "thought", "reasoning", "scratchpad", "reflection")
"""Tags that reasoning models put around what they think aloud."""
_THOUGHT = re.compile(
    rf"\s*(?:<({'|'.join(_THOUGHTS)})>.*?</\1>"
    r"|<\|channel\|>(?:analysis|commentary)\b.*?<\|channel\|>final<\|message\|>)",
    re.DOTALL | re.IGNORECASE,
)
_FINAL = re.compile(r"\s*<\|channel\|>final<\|message\|>")
_OPENINGS = (
    *(f"<{tag}>" for tag in _THOUGHTS),
    *(f"<|channel|>{channel}" for channel in ("analysis", "commentary", "final")),
)
_LATE_END = re.compile(rf"^[ \t]*</(?:{'|'.join(_THOUGHTS)})>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_LATE, _SHARE = 400, 8
"""Characters of an unfinished sentence from which it is read again only when a share of it, one in
so many, has been added: a reply without an end would be read anew with each of its words."""
_FINAL_ANSWER = "<|channel|>final<|message|>"
_OPENED = 30
"""Characters at the beginning of a reply that tell whether it is a thought."""
_LONGEST_HEADING, _LONGEST_STRUCTURE = 6, 300
"""Words of a line that is a heading; characters of a sentence that claims nothing."""
_ANNOUNCED = re.compile(
    r"\b(?:following|as follows|are|is|includes?|included|steps|these)\W*$", re.I
)
"""The end of a longer line that announces a list."""


@dataclass(frozen=True, slots=True)
class ReplySentence:
    """A sentence of a model's reply, without its citation marks.

    :param numbers: the passages that it cites, counted from 1, each once, in the sentence's order.
    :param stray: the numbers in it that belong to no passage.
    :param lead: what is set before it when it does not just follow the sentence before: line
        breaks, headings, an item's mark.
    :param opening: *Yes.* or the like, which is shown before it and claims nothing by itself.
    :param emphasis: how its words are set.
    :param code: whether it is a block of code, as it stands.
    :param restarts: whether all that came before was thought aloud.
    """

    text: str
    numbers: tuple[int, ...] = ()
    stray: tuple[int, ...] = ()
    lead: str = ""
    opening: str = ""
    emphasis: tuple[Emphasis, ...] = ()
    code: bool = False
    restarts: bool = False


@dataclass(slots=True)
class _Setting:
    """What is to be set before the next sentence.

    :param held: headings that nothing has followed yet.
    :param over: whether only a list of sources comes now.
    :param restarted: whether what came before was thought aloud.
    """

    lead: str = ""
    opening: str = ""
    begun: bool = False
    held: list[str] = field(default_factory=list)
    over: bool = False
    restarted: bool = False

    def take(self) -> tuple[str, str]:
        """What is set before a sentence, and what opens it."""
        lead, opening = self.lead if self.begun else self.lead.lstrip("\n"), self.opening
        self.lead = self.opening = ""
        self.begun = True
        self.held.clear()
        return lead, opening

    def add_break(self, gap: str) -> None:
        """Note the line breaks before what follows, unless a line was set already."""
        if self.lead.strip() and self.lead.endswith("\n"):
            return
        wanted = "\n" * min(2, gap.count("\n"))
        have = len(self.lead) - len(self.lead.rstrip("\n"))
        self.lead += wanted[have:]

    def finish(self) -> Iterator[ReplySentence]:
        """What looked like a heading, where a reply says nothing else, or ends with it."""
        for words in (*self.held, *filter(None, [self.opening if not self.begun else ""])):
            yield ReplySentence(words, lead="\n\n" if self.begun else "")
            self.begun = True


@dataclass(slots=True)
class ReplyReader:
    """Reads a reply as it streams, and returns each sentence as soon as it is complete.

    :param passages: the number of passages that the reply may cite.
    """

    passages: int
    _pending: str = ""
    _thinking: bool = True
    _restarts: bool = False
    _setting: _Setting = field(default_factory=_Setting)
    _worth_reading: float = 0
    """Characters that must be pending before it is read again."""

    def add(self, text: str) -> Iterator[ReplySentence]:
        """Add a piece of the reply; return the sentences that it completes."""
        self._pending += text
        if self._is_thinking(len(text)) or len(self._pending) < self._worth_reading:
            return
        read = len(self._pending)
        self._worth_reading = read + read / _SHARE if read > _LATE else 0
        self._drop_late_thought()
        if len(_FENCE.findall(self._pending)) % 2:
            return  # a block of code goes on
        tiles = sentence_tiles(self._pending)
        # a mark may follow the full stop, so a sentence is complete when the next one has begun
        last = tiles[-1][0] if len(tiles) > 1 else 0
        before = self._pending[:last]
        if before.endswith(_OPEN_QUOTES) or len(_FENCE.findall(before)) % 2:
            return
        if last and _BEGUN.match(self._pending, last) and not _OPEN_MARK.match(self._pending, last):
            self._pending, self._worth_reading = self._pending[last:], 0
            yield from self._split(before)

    def finish(self) -> Iterator[ReplySentence]:
        """Return the sentences that are still pending when the reply has ended."""
        if self._thinking and self._pending.lstrip().lower().startswith(_OPENINGS):
            self._pending = ""
        self._drop_late_thought()
        text, self._pending = self._pending, ""
        yield from self._split(text)
        yield from self._setting.finish()

    def _split(self, text: str) -> Iterator[ReplySentence]:
        for sentence in _split_text(text, self.passages, self._setting):
            yield replace(sentence, restarts=self._restarts)
            self._restarts = False

    def _is_thinking(self, added: int) -> bool:
        """Whether the reply is still inside its thoughts, where reasoning models may begin.

        :param added: characters that have come last.
        """
        if self._thinking:
            begun = self._pending.lstrip()[:_OPENED].lower()
            if begun.startswith(_OPENINGS):
                tag = begun.partition(">")[0]
                end = f"</{tag[1:]}>" if tag[1:] in _THOUGHTS else _FINAL_ANSWER
                if end not in self._pending[-added - len(end) :].lower():
                    return True
                thought = _THOUGHT.match(self._pending) or _FINAL.match(self._pending)
                if not thought:
                    return True
                self._pending = self._pending[thought.end() :]
            elif any(opening.startswith(begun) for opening in _OPENINGS):
                return True
            self._thinking = False
        return False

    def _drop_late_thought(self) -> None:
        """Drop what came before the end of thoughts whose beginning was not sent."""
        end = None if self._setting.restarted else _LATE_END.search(self._pending)
        if end:
            self._pending = self._pending[end.end() :]
            self._restarts, self._setting = True, _Setting(restarted=True)


def split_reply(text: str, passages: int) -> Iterator[ReplySentence]:
    """Split a reply into sentences, each with the passages that it cites.

    Links, images and emphasis are removed, and sentences that claim nothing are left out: a
    greeting, an announcement, a closing offer. Headings, and lines that announce a list, are set
    before the next sentence.

    :param passages: the number of passages; a higher number in a mark is stray.
    """
    setting = _Setting()
    yield from _split_text(text, passages, setting)
    yield from setting.finish()


def _split_text(text: str, passages: int, setting: _Setting) -> Iterator[ReplySentence]:
    """Split what is between blocks of code, and give those as they are."""
    before = 0
    for block in _CODE.finditer(text):
        yield from _split_prose(text[before : block.start()], passages, setting)
        before = block.end()
        if block[1].strip():
            setting.add_break("\n\n")
            lead, opening = setting.take()
            mark = MARK.match(text, before)
            numbers = [n for n in expand_mark(mark, passages) if n <= passages] if mark else []
            before = mark.end() if mark else before
            yield ReplySentence(block[1].strip("\n"), tuple(numbers), (), lead, opening, code=True)
            setting.add_break("\n\n")
    yield from _split_prose(text[before:], passages, setting)


def _split_prose(text: str, passages: int, setting: _Setting) -> Iterator[ReplySentence]:
    plain = MARK.sub(
        lambda mark: "".join(f" [{n}]" for n in expand_mark(mark, passages)),
        unify_marks(remove_markup(text), passages),
    )
    before = 0
    spans = sentence_spans(plain)
    for place, (start, end) in enumerate(spans):
        setting.add_break(plain[before:start])
        before = end
        opens = plain[plain.rfind("\n", 0, start) + 1 : start]
        following = spans[place + 1][0] if place + 1 < len(spans) else len(plain)
        sentence = _read_sentence(plain[start:end], opens, plain[end:following], passages, setting)
        if sentence:
            yield sentence
    setting.add_break(plain[before:])


def _read_sentence(
    written: str, opens: str, rest: str, passages: int, setting: _Setting
) -> ReplySentence | None:
    """Read a sentence; None when it claims nothing, so that it is set before the next, or left out.

    :param opens: what stands before it on its line; ``rest``: what stands after it.
    """
    item = _ITEM.match(opens)
    written = find_loose_marks(written, passages)
    numbers = [int(n) for n in re.findall(r"\[(\d{1,3})\]", written)]
    styled = read_emphasis(written).join_words()
    said = remove_marks(styled)
    words = said.text
    if not any(char.isalnum() for char in words) or (
        setting.over and not words.endswith((".", "!"))
    ):
        return None
    if SOURCES.fullmatch(words):
        setting.over = True
        return None
    if item:
        mark = item["mark"] if item["mark"][0].isdigit() else "-"
        setting.lead = setting.lead or ("\n" if setting.begun else "")
        indent = item["indent"].expandtabs(4)
    is_heading = _HEADING.match(opens) is not None
    if not numbers and (is_heading or _is_heading(written, rest)):
        setting.lead += f"### {words.rstrip(':')}\n" if is_heading else f"{words}\n"
        setting.held.append(words)
        return None
    rule = _TABLE_RULE.search(rest) if is_in_bars(written) else None
    if rule and not numbers:
        setting.lead += f"{words}\n{rule.group().strip()}\n"
        return None
    alone = item is not None or rest[:1] == "\n" or numbers
    if YES_OR_NO.fullmatch(words) and not alone:
        setting.opening = words
        return None
    if not numbers and _claims_nothing(words):
        return None
    if item:
        setting.lead += f"{indent}{mark} "
    named, opener = read_opener(styled.text)
    numbers = [*named, *numbers]
    if opener and (shorter := remove_marks(styled.cut_start(opener))).text:
        said, words = shorter, _capitalize(shorter.text)
    held = [n for n in dict.fromkeys(numbers) if 1 <= n <= passages]
    stray = [n for n in dict.fromkeys(numbers) if not 1 <= n <= passages]
    lead, opening = setting.take()
    return ReplySentence(words, tuple(held), tuple(stray), lead, opening, said.emphasis)


def _capitalize(text: str) -> str:
    """Begin with a capital letter, where that is one character as well."""
    first = text[:1].upper()
    return first + text[1:] if len(first) == 1 else text


def _claims_nothing(words: str) -> bool:
    """Whether a sentence without a mark is left out."""
    if len(words) > _LONGEST_STRUCTURE:
        return False
    return words.endswith("?") or STRUCTURE.fullmatch(words) is not None


def _is_heading(written: str, rest: str) -> bool:
    """Whether a line of its own is a heading or announces a list."""
    bare = written.strip()
    if not re.match(r"[ \t]*(?:\n|$)", rest) or bare.startswith("|"):
        return False
    words = bare.strip("*_").rstrip()
    if words.endswith((".", "!", "?")):
        return False
    short = len(words.split()) <= _LONGEST_HEADING
    if words.endswith(":"):
        return short or _ANNOUNCED.search(words) is not None
    return short and bare.startswith("**") and bare.endswith("**")
