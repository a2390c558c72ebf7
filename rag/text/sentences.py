"""Finds where sentences begin and end, as offsets.

`sentencex` knows abbreviations in many languages, but not layout, and not all of them; those that
it lacks are in :mod:`rag.languages.abbreviations`. Here, a bullet, a list number, a
table row, a heading, a blank line, a rule and a short line before a capital each begin or end a
sentence; a line break inside a wrapped paragraph does not.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.english.words import load_words, match_any
from rag.languages.abbreviations import goes_on
from rag.languages.identify import ENGLISH, identify_language
from rag.text.characters import replace_surrogates
from rag.text.line_breaks import BREAKS, LINE, MARK, ROW, find_blocks, has_word

_NUMBER = re.compile(
    r"\s*(?:#{1,6}\s+)?(?:[^\W\d_]{2,12}\.?\s|§+\s?)?"
    r"(?:\d{1,4}(?:\.\w{1,3}){0,8}|[A-Z]|[ivxlc]{1,6}|[IVXLC]{1,6})[.)]\s*"
)
"""A number before its heading or clause: ``2.1.``, ``# 3.``, ``Article IV.``, ``§ 5.``, ``B.``"""
_LONGEST_NUMBER = 60
_WINDOW, _AHEAD = 4_000, 200
"""Characters that sentencex is given at once, since its time grows with the square of the open
quotation marks and brackets in them; and those that it sees after a sentence that it ends."""
_ABBREVIATION = re.compile(rf"\b{match_any(load_words('abbreviations'))}\.\s*\Z", re.IGNORECASE)
"""What sentencex mistakes for the end of a sentence, before a number or a small letter."""
_NUMBERED = re.compile(r"[\da-z§]|\(\w{1,5}\)|(?:[IVXLC]{2,}|[VX])\b|P\.\s\d")
"""What an abbreviation stands before: ``para. 4``, ``Sch. (2)``, ``amend. XIV``, ``Civ. P. 12``."""
_ALWAYS = re.compile(r"\b(?:incl|excl)\.\s*\Z")
"""Abbreviations that end no sentence."""
_ENDS = re.compile(
    r"(?:,\s+etc|\b(?:said|says?|answer(?:ed|s)?|is|was|vot(?:ed?|es))\s+no)\.\s+(?=[A-Z][a-z]+\s)"
)
"""Words with a full stop that sentencex takes for abbreviations."""
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
    language = identify_language(text)
    for begin, end in find_blocks(text):
        bounds = [begin, *_sentence_starts(text, begin, end, language or ENGLISH), end]
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
        lines = [m for m in LINE.finditer(text, start, end) if has_word(text, *m.span())]
        if not lines:
            continue
        first, last = lines[0], lines[-1]
        start, end = first.start(), last.end()
        opens_line = start == 0 or text[start - 1] in BREAKS
        mark = MARK.match(text, start, end) if opens_line else None
        if mark and has_word(text, mark.end(), end):
            start = mark.end()
        sentence = text[start:end]
        start += len(sentence) - len(sentence.lstrip())
        end -= len(sentence) - len(sentence.rstrip())
        spans.append((start, end))
    return spans


def _sentence_starts(text: str, begin: int, end: int, language: str) -> Iterator[int]:
    """Yield where sentences after the first start; list marks, which confuse it, are skipped."""
    if not has_word(text, begin, end) or ROW.match(text, begin, end):
        return
    mark = MARK.match(text, begin, end)
    offset, after = mark.end() if mark else begin, begin
    readable = replace_surrogates(text[offset:end].rstrip())  # sentencex wants UTF-8
    starts = {offset + place for place in _find_boundaries(readable, language)}
    if language == ENGLISH:
        starts |= {match.end() for match in _ENDS.finditer(text, offset, end)}
    for start in sorted(starts - {offset}):
        if start > after and not text[start - 1].isspace():
            closing = _CLOSING.match(text, start, end)
            start = closing.end() if closing else start
        if (
            _goes_on(text, max(begin, start - 60), start)
            or (language != ENGLISH and goes_on(text, start, language))
            or (
                after == begin
                and start - begin < _LONGEST_NUMBER
                and _NUMBER.fullmatch(text, begin, start)
            )
        ):
            continue
        if after < start < end and not MARK.fullmatch(text, after, start):
            yield start
            after = start


def _find_boundaries(text: str, language: str) -> Iterator[int]:
    """Yield where sentencex begins sentences after the first; a long text is read in windows."""
    from sentencex import get_sentence_boundaries

    begin = 0
    while begin < len(text):
        found = get_sentence_boundaries(language, text[begin : begin + _WINDOW])[1:]
        starts = [int(boundary["start_index"]) for boundary in found]
        if begin + _WINDOW >= len(text):
            yield from (begin + start for start in starts)
            return
        sure = [start for start in starts if start <= _WINDOW - _AHEAD]
        yield from (begin + start for start in sure)
        begin += sure[-1] if sure else _WINDOW - _AHEAD


def _goes_on(text: str, begin: int, start: int) -> bool:
    """Tell whether a sentence goes on at ``start``, where sentencex begins another one.

    :param begin: how far back to look.
    """
    following = text[start : start + 1]
    if _ALWAYS.search(text, begin, start):
        return True
    if _ABBREVIATION.search(text, begin, start):
        return following.islower() or _NUMBERED.match(text, start) is not None
    if _ORDINAL.search(text, begin, start):
        return following.islower() or _MONTH.match(text, start) is not None
    reference = _REFERENCE.search(text, begin, start)
    return reference is not None and (reference[1] is not None or following.islower())
