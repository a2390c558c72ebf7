"""Sets the characters of a line right by their places: raised digits, letters in their order."""

import re
from collections.abc import Callable

from ingest.readers.pdf_layout.lines import Box
from ingest.readers.shared.writer import RAISED

_DIGITS = re.compile(r"\d+")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LONGEST_MARK = 3
"""Digits of a mark or an exponent beside a word."""
_JOINS_MARKS = ",-–"
"""Between two raised digits, as in ``word¹,²``."""
_LAM = "\u0644"
_ALEFS = "\u0622\u0623\u0625\u0627"
_SWAPPED = re.compile(f"[{_ALEFS}]{_LAM}")


def set_apart_digits(text: str, box_of: Callable[[int], Box]) -> str:
    """Make small raised or lowered digits such: ``48,210¹``, ``10⁶``, ``end.¹``, ``x₁2``.

    Each sign keeps its place. Lowered digits become such only beside other digits, so that
    ``CO2`` stays a word that people search for.

    :param box_of: offset → box of the character there.
    """
    signs = list(text)
    reference = 0
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        if end - start > 1:
            start = _split_number(signs, start, end, box_of)
        before = text[start - 1] if start else " "
        if end - start > _LONGEST_MARK or start != match.start():
            continue
        if before.isspace():
            beside = end + text[end:].startswith(" ")
            if start or beside >= len(text) or not (text[beside].isalpha() or text[beside] in "“("):
                continue
            reference = beside  # the mark that begins a note
        elif before in _JOINS_MARKS and start > 1 and signs[start - 2] != text[start - 2]:
            pass  # beside another mark: measured against what that one was
        else:
            reference = start - 1
        if _shift(box_of(start), box_of(reference)) > 0:
            signs[start:end] = text[start:end].translate(RAISED)
    return "".join(signs)


def _split_number(signs: list[str], start: int, end: int, box_of: Callable[[int], Box]) -> int:
    """Tell digits of a number from raised or lowered ones beside them; return where it begins."""
    first, last = box_of(start), box_of(end - 1)
    if not (_shift(first, last) or _shift(last, first)):
        return start
    boxes = [box_of(place) for place in range(start, end)]
    tallest = max(boxes, key=lambda box: box[3] - box[1])
    for place, box in enumerate(boxes, start):
        if shift := _shift(box, tallest):
            signs[place] = signs[place].translate(RAISED if shift > 0 else _LOWERED)
    return end


def _shift(mark: Box, word: Box) -> int:
    """Whether a character is smaller and stands higher (1) or lower (-1) than the one beside it."""
    height = word[3] - word[1]
    if mark[3] - mark[1] < 0.85 * height:
        if mark[1] > word[1] + 0.15 * height:
            return 1
        return -1 if mark[3] < word[3] - 0.15 * height else 0
    return 1 if mark[1] > word[1] + 0.25 * height and mark[3] > word[3] else 0


def order_ligatures(text: str, box_of: Callable[[int], Box]) -> tuple[str, list[int]]:
    """Put the letters of Arabic lam-alef ligatures in their order.

    PDFium turns a line from right to left around sign by sign. A ligature is one sign on the page
    with two letters, which change places then.

    :return: the text, and the offsets of the pairs that changed places.
    """
    swapped = [
        match.start()
        for match in _SWAPPED.finditer(text)
        if box_of(match.start()) == box_of(match.start() + 1)
    ]
    signs = list(text)
    for place in swapped:
        signs[place], signs[place + 1] = signs[place + 1], signs[place]
    return "".join(signs), swapped
