"""Finds where sentences begin and end, as offsets.

`sentencex` knows abbreviations in many languages, but not layout. Here, a bullet, a list number, a
table row, a heading, a blank line, a rule and a short line before a capital each begin or end a
sentence; a line break inside a wrapped paragraph does not.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.english.words import load_words, match_any
from rag.text.characters import replace_surrogates

_BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What ``str.splitlines`` splits at."""
_LINE = re.compile(rf"[^{_BREAKS}]*(?:\r\n|[{_BREAKS}]|\Z)")
_MARK = re.compile(
    r"\s*(?:[•‣◦▪●·*+–-]|#{1,6}|>|\(?\d{1,3}[.)]|\(?[a-z]\)|\(?[ivx]{1,5}\))(?=\s)\s*"
)
_HEADING = re.compile(r"\s*#{1,6}\s")
_NUMBER = re.compile(
    r"\s*(?:#{1,6}\s+)?(?:[^\W\d_]{2,12}\.?\s|§+\s?)?"
    r"(?:\d{1,4}(?:\.\w{1,3}){0,8}|[A-Z]|[ivxlc]{1,6}|[IVXLC]{1,6})[.)]\s*"
)
"""A number before its heading or clause: ``2.1.``, ``# 3.``, ``Article IV.``, ``§ 5.``, ``B.``"""
_ROW = re.compile(r"[ \t]*\|[^\n]*\|\s*\Z")
_LONGEST_NUMBER = 60
_WRAPPED = 45
"""Characters; a shorter line before a capital is a line of its own, not a wrapped one."""

_NAME = r"[\w-]+(?:\.[\w-]+)*"
_ENTRY = re.compile(
    rf"""\s*["'*_]{{0,2}}{_NAME}(?: {_NAME}){{0,3}}["'*_]{{0,2}}\s?[:=](?:[*_]{{0,2}}\s+\S|\s*$)"""
)
"""A name and its value: ``retries: 5``, ``"host": "a"``, ``**Due date:** May``, ``servers:``."""
_BEGINNING, _DIGITS = 10, 3
"""Characters in which the lines of a log begin alike, and digits among them."""
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")

_WORD_CHARACTER = re.compile(r"[^\W_]")
_ABBREVIATION = re.compile(rf"\b{match_any(load_words('abbreviations'))}\.\s*\Z", re.IGNORECASE)
"""What sentencex mistakes for the end of a sentence, before a number or a small letter."""
_ORDINAL = re.compile(r"(?<![\w.,])\d{1,2}\.\s+\Z")
_MONTH = re.compile(rf"{match_any(load_words('months', 'German'))}\b")
"""What follows the day in a German date: ``31. März``."""
_REFERENCE = re.compile(r"(\bal)?\.\s+\[\d[\d,;\s–-]{0,30}\][\s\"'”’»)]*\Z")
"""A reference inside a sentence, ``(Vaswani et al. [2017])``, or after it, ``End. [1]``."""
_CLOSING = re.compile(r"(?:[*_~`\"'”’»)\]}]|\[\d[\d,;\s–-]{0,30}\])*(?:\s+|\Z)")
"""Emphasis, quotes and reference marks that close the sentence they touch: ``end.** [1] Next``."""


def sentence_tiles(text: str) -> list[tuple[int, int]]:
    """Return contiguous half-open spans that cover ``text``: sentences with their white space.

    A bullet or list number belongs to its item; text without a word belongs to the span before it.
    """
    tiles: list[tuple[int, int]] = []
    for begin, end in _blocks(text):
        bounds = [begin, *_sentence_starts(text, begin, end), end]
        for start, stop in pairwise(bounds):
            if tiles and not has_word(text, start, stop):
                tiles[-1] = (tiles[-1][0], stop)
            elif start < stop:
                tiles.append((start, stop))
    return tiles


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return half-open spans of the sentences, without bullets, list numbers and white space."""
    spans = []
    for start, end in sentence_tiles(text):
        lines = [m for m in _LINE.finditer(text, start, end) if has_word(text, *m.span())]
        if not lines:
            continue
        first, last = lines[0], lines[-1]
        start, end = first.start(), last.end()
        opens_line = start == 0 or text[start - 1] in _BREAKS
        mark = _MARK.match(text, start, end) if opens_line else None
        if mark and has_word(text, mark.end(), end):
            start = mark.end()
        sentence = text[start:end]
        start += len(sentence) - len(sentence.lstrip())
        end -= len(sentence) - len(sentence.rstrip())
        spans.append((start, end))
    return spans


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines that belong together: paragraphs, list items, headings, short lines."""
    begin, previous = 0, ""
    for match in _LINE.finditer(text):
        line = match.group()
        if match.start() > begin and _breaks(previous, line):
            yield begin, match.start()
            begin = match.start()
        previous = line
    if begin < len(text):
        yield begin, len(text)


def _breaks(previous: str, line: str) -> bool:
    """Tell whether a line starts a block of its own after ``previous``."""
    if not line.strip():
        return False  # white space stays with the block before it
    if _MARK.fullmatch(previous):
        return False  # a bullet alone on its line, as copied from a PDF
    if not has_word(previous) or _HEADING.match(previous) or _MARK.match(line):
        return True
    if _ROW.match(previous):
        return True
    if _stand_alone(previous, line):
        return True
    first = line.lstrip()[0]
    short = len(previous.strip()) < _WRAPPED
    return first == "|" or (short and (first.isupper() or first.isdigit()))


def _stand_alone(previous: str, line: str) -> bool:
    """Tell whether two lines are entries, however long: of a log, or with a name and a value."""
    if _ENTRY.match(previous) and _ENTRY.match(line):
        return True
    begins = _shape(previous)
    return begins.count("0") >= _DIGITS and begins == _shape(line)


def _shape(line: str) -> str:
    """The beginning of a line, every digit as 0 and every letter as a: ``0000-00-00``."""
    return _LETTER.sub("a", _DIGIT.sub("0", line[:_BEGINNING]))


def _sentence_starts(text: str, begin: int, end: int) -> Iterator[int]:
    """Yield where sentences after the first start; list marks, which confuse it, are skipped."""
    from sentencex import get_sentence_boundaries

    if not has_word(text, begin, end) or _ROW.match(text, begin, end):
        return
    mark = _MARK.match(text, begin, end)
    offset, after = mark.end() if mark else begin, begin
    readable = replace_surrogates(text[offset:end].rstrip())  # sentencex wants UTF-8
    for boundary in get_sentence_boundaries("en", readable)[1:]:
        start = offset + boundary["start_index"]
        if start > after and not text[start - 1].isspace():
            closing = _CLOSING.match(text, start, end)
            start = closing.end() if closing else start
        if _goes_on(text, max(begin, start - 60), start) or (
            after == begin
            and start - begin < _LONGEST_NUMBER
            and _NUMBER.fullmatch(text, begin, start)
        ):
            continue
        if after < start < end and not _MARK.fullmatch(text, after, start):
            yield start
            after = start


def _goes_on(text: str, begin: int, start: int) -> bool:
    """Tell whether a sentence goes on at ``start``, where sentencex begins another one.

    :param begin: how far back to look.
    """
    following = text[start : start + 1]
    if _ABBREVIATION.search(text, begin, start):
        return following.isdigit() or following.islower()
    if _ORDINAL.search(text, begin, start):
        return following.islower() or _MONTH.match(text, start) is not None
    reference = _REFERENCE.search(text, begin, start)
    return reference is not None and (reference[1] is not None or following.islower())


def has_word(text: str, start: int = 0, end: int | None = None) -> bool:
    """Tell whether there is a letter or a digit in ``text[start:end]``."""
    found = _WORD_CHARACTER.search(text, start, len(text) if end is None else end)
    return found is not None
