"""Finds the citation marks of a chat model's reply, in whatever form, and removes its markup."""

import re

from rag.chat.emphasis import StyledText
from rag.english.patterns.replies import (
    ACCORDING_TO,
    ANNOUNCES,
    BASED_ON,
    IN_BRACKETS,
    LOCATOR,
    NO_MARK,
)  # fmt: skip

MARK = re.compile(
    r"(?<!\s)\s*[\[［【〔]\s{0,9}(?:(?:passages?|sources?|documents?|docs?|excerpts?|refs?|p)\.?\s*:?\s*)?"
    rf"[#^]?(\d{{1,3}}(?::\d{{1,3}})?(?:{LOCATOR})?"
    rf"(?:\s{{0,9}}(?:,\s{{0,9}}and|[,;，；、–—-]|and|&)\s{{0,9}}"
    rf"(?:(?:passage|source|document)\s+)?[#^]?\d{{1,3}}(?:{LOCATOR})?)*)"
    r"\s*(?:†[^\]］】〕]{0,80})?[\]］】〕]",
    re.IGNORECASE,
)
"""``[1]``, ``[1, 2]``, ``[1-3]``, ``[passage 1]``, ``[1, p. 5]``, full-width, ``【1†source】``."""
_LOCATOR = re.compile(LOCATOR, re.IGNORECASE)
_NUMBERS = re.compile(r"(\d+)(?::\d+)?(?:\s*[–—-]\s*[#^]?(\d+))?")
_NUMBER_LINK = re.compile(r"\[\[?\^?(\d{1,3})\]?\]\([^)\n]{0,300}\)")
"""``[2](#2)``, ``[[2]](#2)``."""
_RANGE = re.compile(r"\[(\d{1,3})\]\s*[–—-]\s*\[(\d{1,3})\]")
"""``[1]–[3]``."""
_LISTED = re.compile(r"(\[\d{1,3}\]),\s*(?=\[\d)")
"""``[1], [3]``."""
_BARE = re.compile(
    rf"(\S{{1,40}})\s{{1,3}}\((\d{{1,2}}(?:\s*,\s*\d{{1,2}}){{0,4}})(?:{LOCATOR})?\)(?=\s*(?:[.,;:!?\n]|$))",
    re.IGNORECASE,
)
"""``(1)``, ``(1, p. 5)`` where a clause ends."""
_EMPTY_BRACKETS = re.compile(r"(?<!\s)\s*\((?:see|cf\.?)?\s{0,9}\)")
_RAISED = re.compile(
    r"(?:(?<=[a-z]{5})|(?<=[.!?”\"]))[⁰¹²³⁴-⁹]{1,2}(?:[,⁻–][⁰¹²³⁴-⁹]{1,2}){0,4}(?![\w⁰¹²³⁴-⁹])"
)
"""``end.¹``, but not ``km²`` or ``(a + b)²``."""
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUPERSCRIPT = re.compile(r"<sup>\s*(\[?)([\d,\s-]{1,12})(\]?)\s*</sup>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\](?:\([^)\n]{0,600}\)|\[[^\]\n]{0,300}\])?")
_LINK = re.compile(r"\[(?!\d{1,3}\])([^\[\]\n]{1,300})\]\([^)\n]{0,600}\)")
_TAG = re.compile(
    r"</?(?:img|a|script|style|iframe|object|embed|video|audio|source|form|link|meta|svg|base|sup"
    r"|sub|br|p|b|i|u|em|strong|span|div|mark|small|details|summary)"
    r"(?:\s+[\w-]+\s*=[^>]{0,600})?\s*/?>",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"<\|[a-z_]{2,20}\|>|</?(?:passages?|conversation)\b[^>\n]{0,600}>")
"""Control tokens, and the tags of the prompt, where a model repeats it."""


def remove_markup(text: str) -> str:
    """Remove tags, images, links and control tokens, until there are none."""
    text = _SUPERSCRIPT.sub(_write_superscript, _CONTROL.sub("", text))
    for _ in range(8):
        plain = _NUMBER_LINK.sub(r"[\1]", _TAG.sub("", text))
        plain = _LINK.sub(r"\1", _IMAGE.sub("", plain))
        if plain == text:
            break
        text = plain
    return text


def _write_superscript(match: re.Match[str]) -> str:
    bracket, numbers, _ = match.groups()
    return f"[{numbers.strip()}]" if bracket else numbers.strip().translate(_RAISE)


def unify_marks(text: str, passages: int) -> str:
    """Write marks of other forms as ``[1]``."""
    text = _LISTED.sub(r"\1", _RANGE.sub(r"[\1-\2]", text))
    text = IN_BRACKETS.sub(lambda match: _write_marks(match[1]), text)

    def mark(match: re.Match[str]) -> str:
        numbers = match.group().translate(_DIGITS)
        return _write_marks(numbers) if _are_known(numbers, passages) else match.group()

    return _RAISED.sub(mark, text)


def find_loose_marks(sentence: str, passages: int) -> str:
    """Write ``(1)`` where a clause ends as a mark, in a sentence that has no other."""
    if MARK.search(sentence):
        return sentence

    def mark(match: re.Match[str]) -> str:
        before, numbers = match.groups()
        is_other = before[-1:].isdigit() or NO_MARK.fullmatch(before.strip("(,;"))
        if is_other or not _are_known(numbers, passages):
            return match.group()
        return before + _write_marks(numbers)

    return _BARE.sub(mark, sentence)


def _are_known(numbers: str, passages: int) -> bool:
    return all(1 <= int(n) <= passages for n in re.findall(r"\d+", numbers))


def _write_marks(numbers: str) -> str:
    return "".join(f" [{n}]" for n in re.findall(r"\d+", numbers))


def expand_mark(mark: re.Match[str], passages: int) -> list[int]:
    """Expand the numbers of a mark; a range ends at the last passage."""
    numbers: list[int] = []
    for first, last in _NUMBERS.findall(_LOCATOR.sub("", mark.group(1))):
        begin, end = int(first), int(last or first)
        numbers.extend(range(begin, min(end, max(begin, passages)) + 1))
    return numbers


def remove_marks(styled: StyledText) -> StyledText:
    """Remove the marks, and the brackets around them."""
    return styled.cut(MARK).cut(_EMPTY_BRACKETS).join_words()


def read_opener(text: str) -> tuple[list[int], int]:
    """Read *According to passage 1, …* and the like: the passages that it names, and its length."""
    if found := ACCORDING_TO.match(text):
        named = next(filter(None, found.groups()))
        return [int(n) for n in re.findall(r"\d+", named)], found.end()
    opener = BASED_ON.match(text) or ANNOUNCES.match(text)
    return [], opener.end() if opener else 0
