"""Words that OCR read from a picture of a page: their boxes and how sure the reading is.

A layout's run holds one number for its place on the page. For a word that OCR read, the number
holds all that is known of it, so that a quote can be boxed on the picture without reading it again.
Its highest bit tells it from the index of a character, its lowest ten bits count the characters of
the word.
"""

from typing import NamedTuple

LONGEST = 1 << 10
"""Characters of a word that one run may have."""
_PICTURE = 1 << 65
_STEPS = (1 << 12) - 1
"""Into which a page's width and height are divided."""
_SURE = 127


class PictureWord(NamedTuple):
    """A word on a picture.

    :param left: as the other sides a part of the picture's width or height, from its top left
        corner.
    :param confidence: in [0, 1], of the least certain of its characters.
    """

    left: float
    top: float
    right: float
    bottom: float
    confidence: float


def pack(word: PictureWord) -> int:
    """Write a word's box and confidence as the index of its first character."""
    packed = 1  # the highest bit
    # The height first: words of one line share it, so their numbers are close to each other.
    for part in (word.top, word.bottom, word.left, word.right):
        packed = packed << 12 | round(min(max(part, 0.0), 1.0) * _STEPS)
    packed = packed << 7 | round(min(max(word.confidence, 0.0), 1.0) * _SURE)
    return packed << 10


def unpack(index: int) -> PictureWord | None:
    """Read what :func:`pack` wrote, at any character of the word; None for any other index."""
    if index < _PICTURE:
        return None
    sure = index >> 10 & 0x7F
    top, bottom, left, right = ((index >> shift & 0xFFF) / _STEPS for shift in (53, 41, 29, 17))
    return PictureWord(left, top, right, bottom, sure / _SURE)
