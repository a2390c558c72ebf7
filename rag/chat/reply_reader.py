"""Reads a chat model's reply as it streams: sentences, how they are set, the passages they cite."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.english.patterns.replies import (
    ACCORDING_TO,
    ANNOUNCES,
    BASED_ON,
    IN_BRACKETS,
    STRUCTURE,
    YES_OR_NO,
)
from rag.text.sentences import sentence_spans, sentence_tiles

_MARK = re.compile(
    r"\s*[\[［【〔]\s*(?:(?:passages?|sources?|documents?|docs?|excerpts?|refs?|p)\.?\s*:?\s*)?"
    r"[#^]?(\d{1,3}(?::\d{1,3})?(?:\s*(?:[,;，；、–—-]|and|&)\s*[#^]?\d{1,3})*)"
    r"\s*(?:†[^\]］】〕]*)?[\]］】〕]",
    re.IGNORECASE,
)
"""``[1]``, ``[1, 2]``, ``[1-3]``, ``[passage 1]``, full-width forms, ``【1†source】``."""
_NUMBERS = re.compile(r"(\d+)(?::\d+)?(?:\s*[–—-]\s*[#^]?(\d+))?")
_OPEN_MARK = re.compile(r"\s*(?:[\[［【〔(*_⁰¹²³⁴-⁹]|<sup|</sup)")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)\s]*[^)]*\)|\[[^\]]*\])?")
_NUMBER_LINK = re.compile(r"\[\[?\^?(\d{1,3})\]?\](?:\([^)]*\)|(?=\]))\]?")
"""``[2](#2)``, ``[[2]](#2)``."""
_RANGE = re.compile(r"\[(\d{1,3})\]\s*[–—-]\s*\[(\d{1,3})\]")
"""``[1]–[3]``."""
_LISTED = re.compile(r"(\[\d{1,3}\]),\s*(?=\[\d)")
"""``[1], [3]``."""
_BARE = re.compile(r"(?<=[\w.”\"’')%])\s*\((\d{1,2}(?:\s*,\s*\d{1,2})*)\)(?=\s*(?:[.,;:!?\n]|$))")
"""``(1)`` where a clause ends."""
_RAISED = re.compile(
    r"(?:(?<=[a-z]{3})|(?<=[.,;:!?)”\"]))[⁰¹²³⁴-⁹]{1,2}(?:[,⁻–][⁰¹²³⁴-⁹]{1,2})*(?!\w)"
)
"""``end.¹``, but not ``km²``."""
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_LINK = re.compile(r"\[([^\]\d][^\]]*)\]\([^)]*\)")
_TAG = re.compile(
    r"</?(?:img|a|script|style|iframe|object|embed|video|audio|source|form|link|meta|svg|base|sup"
    r"|sub|br|p|b|i|u|em|strong|span|div)\b[^>]*>",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*\*|__|`")
_HEADING = re.compile(r"#{1,6}\s+")
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<mark>[-*+•‣◦]|\d{1,3}[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$", re.MULTILINE)
_THOUGHT = re.compile(
    r"\s*(?:<(think|thinking|thought|reasoning|scratchpad|reflection)>.*?</\1>"
    r"|<\|channel\|>(?:analysis|commentary)\b.*?<\|channel\|>final<\|message\|>)",
    re.DOTALL | re.IGNORECASE,
)
_FINAL = re.compile(r"\s*<\|channel\|>final<\|message\|>")
_OPENINGS = (
    "<think>", "<thinking>", "<thought>", "<reasoning>", "<scratchpad>", "<reflection>",
    "<|channel|>analysis", "<|channel|>commentary", "<|channel|>final",
)  # fmt: skip
_LATE_END = re.compile(
    r"</(?:think|thinking|thought|reasoning|scratchpad|reflection)>", re.IGNORECASE
)
_CONTROL = re.compile(r"<\|[a-z_]{2,20}\|>")
_CODE = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE)
_LONGEST_HEADING = 12
"""Words."""


@dataclass(frozen=True, slots=True)
class ReplySentence:
    """A sentence of a model's reply, without its citation marks.

    :param numbers: the passages that it cites, counted from 1, each once, in the sentence's order.
    :param stray: the numbers in it that belong to no passage.
    :param lead: what is set before it when it does not just follow the sentence before: line
        breaks, headings, an item's mark.
    :param opening: *Yes.* or the like, which is shown before it and claims nothing by itself.
    :param code: whether it is a block of code, as it stands.
    :param restarts: whether all that came before was thought aloud.
    """

    text: str
    numbers: tuple[int, ...] = ()
    stray: tuple[int, ...] = ()
    lead: str = ""
    opening: str = ""
    code: bool = False
    restarts: bool = False


@dataclass(slots=True)
class ReplyReader:
    """Reads a reply as it streams, and returns each sentence as soon as it is complete.

    :param passages: the number of passages that the reply may cite.
    """

    passages: int
    _pending: str = ""
    _thinking: bool = True
    _restarts: bool = False
    _setting: "_Setting | None" = None

    def add(self, text: str) -> Iterator[ReplySentence]:
        """Add a piece of the reply; return the sentences that it completes."""
        self._pending += text
        if self._is_thinking():
            return
        self._drop_late_thought()
        tiles = sentence_tiles(self._pending)
        # a mark may follow the full stop, so a sentence is complete when the next one has begun
        if len(tiles) > 1 and not _OPEN_MARK.match(self._pending, tiles[-1][0]):
            whole = self._pending[: tiles[-1][0]]
            if whole.count("```") % 2:
                return  # a block of code goes on
            self._pending = self._pending[tiles[-1][0] :]
            yield from self._split(whole)

    def finish(self) -> Iterator[ReplySentence]:
        """Return the sentences that are still pending when the reply has ended."""
        if self._thinking and self._pending.lstrip().lower().startswith(_OPENINGS):
            self._pending = ""
        self._drop_late_thought()
        text, self._pending = self._pending, ""
        yield from self._split(text)

    def _split(self, text: str) -> Iterator[ReplySentence]:
        if self._setting is None:
            self._setting = _Setting()
        for sentence in _split_text(text, self.passages, self._setting):
            yield replace(sentence, restarts=self._restarts)
            self._restarts = False

    def _is_thinking(self) -> bool:
        """Whether the reply is still inside its thoughts, where reasoning models may begin."""
        if self._thinking:
            begun = self._pending.lstrip().lower()
            if begun.startswith(_OPENINGS):
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
        ends = list(_LATE_END.finditer(self._pending))
        if ends:
            self._pending = self._pending[ends[-1].end() :]
            self._restarts, self._setting = True, None


def split_reply(text: str, passages: int) -> Iterator[ReplySentence]:
    """Split a reply into sentences, each with the passages that it cites.

    Links, images and emphasis are removed, and sentences that claim nothing are left out: a
    greeting, an announcement, a closing offer. Headings, and lines that announce a list, are set
    before the next sentence.

    :param passages: the number of passages; a higher number in a mark is stray.
    """
    yield from _split_text(text, passages, _Setting())


@dataclass(slots=True)
class _Setting:
    """What is to be set before the next sentence."""

    lead: str = ""
    opening: str = ""
    begun: bool = False

    def take(self) -> tuple[str, str]:
        lead, opening = self.lead if self.begun else self.lead.lstrip("\n"), self.opening
        self.lead = self.opening = ""
        self.begun = True
        return lead, opening

    def add_break(self, gap: str) -> None:
        """Note the line breaks before what follows, unless a line was set already."""
        if self.lead.strip() and self.lead.endswith("\n"):
            return
        wanted = "\n" * min(2, gap.count("\n"))
        have = len(self.lead) - len(self.lead.rstrip("\n"))
        self.lead += wanted[have:]


def _split_text(text: str, passages: int, setting: _Setting) -> Iterator[ReplySentence]:
    """Split what is between blocks of code, and give those as they are."""
    before = 0
    for block in _CODE.finditer(text):
        yield from _split_prose(text[before : block.start()], passages, setting)
        before = block.end()
        if block[1].strip():
            setting.add_break("\n\n")
            lead, opening = setting.take()
            mark = _MARK.match(text, before)
            numbers = [n for n in _expand_mark(mark, passages) if n <= passages] if mark else []
            before = mark.end() if mark else before
            yield ReplySentence(block[1].strip("\n"), tuple(numbers), (), lead, opening, code=True)
            setting.add_break("\n\n")
    yield from _split_prose(text[before:], passages, setting)


def _split_prose(text: str, passages: int, setting: _Setting) -> Iterator[ReplySentence]:
    plain = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", _CONTROL.sub("", text))))
    plain = _unify_marks(plain, passages)
    plain = _MARK.sub(lambda mark: "".join(f" [{n}]" for n in _expand_mark(mark, passages)), plain)
    before = 0
    spans = sentence_spans(plain)
    for place, (start, end) in enumerate(spans):
        gap = plain[before:start]
        before = end
        setting.add_break(gap)
        line_start = plain.rfind("\n", 0, start) + 1
        opens = plain[line_start:start]
        following = spans[place + 1][0] if place + 1 < len(spans) else len(plain)
        rest = plain[end:following]
        written = plain[start:end]
        heading = _HEADING.match(opens) is not None
        item = None if heading else _ITEM.match(opens)
        if item:
            mark = item["mark"] if item["mark"][0].isdigit() else "-"
            setting.lead = setting.lead or ("\n" if setting.begun else "")
            setting.lead += f"{item['indent']}{mark} "
        numbers = [int(n) for n in re.findall(r"\[(\d{1,3})\]", written)]
        words = " ".join(_EMPHASIS.sub("", _MARK.sub("", written)).split())
        if not any(char.isalnum() for char in words):
            continue
        if heading or (not numbers and _is_heading(written, opens, rest)):
            setting.lead += f"### {words.rstrip(':')}\n" if heading else f"{words}\n"
            continue
        rule = _TABLE_RULE.search(rest) if written.lstrip().startswith("|") else None
        if rule:
            setting.lead += f"{words}\n{rule.group().strip()}\n"
            continue
        if YES_OR_NO.fullmatch(words):
            setting.opening = words
            continue
        if words.endswith("?") or STRUCTURE.fullmatch(words):
            if item:
                setting.lead = setting.lead[: -len(item["mark"]) - 1].rstrip(" ")
            continue
        found = ACCORDING_TO.match(words)
        if found:
            named = found["first"] or found["second"] or found["third"]
            numbers = [int(n) for n in re.findall(r"\d+", named)] + numbers
        opener = found or BASED_ON.match(words) or ANNOUNCES.match(words)
        if opener and len(words) > opener.end():
            words = words[opener.end()].upper() + words[opener.end() + 1 :]
        held = [n for n in dict.fromkeys(numbers) if 1 <= n <= passages]
        stray = [n for n in dict.fromkeys(numbers) if not 1 <= n <= passages]
        lead, opening = setting.take()
        yield ReplySentence(words, tuple(held), tuple(stray), lead, opening)
    setting.add_break(plain[before:])


def _is_heading(written: str, opens: str, rest: str) -> bool:
    """Whether a line of its own is a heading or announces a list."""
    if opens.strip() or "\n" not in rest or len(written.split()) > _LONGEST_HEADING:
        return False
    bare = written.strip()
    return bare.endswith(":") or (
        bare.startswith("**") and bare.endswith("**") and bare.count("**") == 2
    )


def _unify_marks(text: str, passages: int) -> str:
    """Write marks of other forms as ``[1]``."""
    text = _NUMBER_LINK.sub(r"[\1]", text)
    text = _RANGE.sub(r"[\1-\2]", text)
    text = _LISTED.sub(r"\1", text)
    text = IN_BRACKETS.sub(r" [\1]", text)

    def mark(match: re.Match[str], numbers: str) -> str:
        known = all(1 <= int(n) <= passages for n in re.findall(r"\d+", numbers))
        return f" [{numbers}]" if known else match.group()

    text = _BARE.sub(lambda match: mark(match, match[1]), text)
    return _RAISED.sub(lambda match: mark(match, match.group().translate(_DIGITS)), text)


def _expand_mark(mark: re.Match[str], passages: int) -> list[int]:
    """Expand the numbers of a mark; a range ends at the last passage."""
    numbers: list[int] = []
    for first, last in _NUMBERS.findall(mark.group(1)):
        begin, end = int(first), int(last or first)
        numbers.extend(range(begin, min(end, max(begin, passages)) + 1))
    return numbers
