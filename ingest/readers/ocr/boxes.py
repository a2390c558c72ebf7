"""Boxes on a picture around words that OCR read."""

from collections.abc import Sequence

from rag.text.picture_words import unpack

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as parts of the picture's width and height."""
_WIDEST = 4
"""Gap between two words of one line, in heights of the line."""


def picture_boxes(runs: Sequence[tuple[int, str]], aspect: float = 1.0) -> tuple[Box, ...]:
    """A box for each line that the words are on; empty if OCR read none of them.

    :param runs: the places of words as a layout has them, and their texts.
    :param aspect: width of the picture by its height.
    """
    boxes: list[Box] = []
    for index, _ in runs:
        word = unpack(index)
        if word is None:
            continue
        box = word[:4]
        if boxes and _on_one_line(boxes[-1], box, aspect):
            (left, top, right, bottom), (a, b, c, d) = boxes[-1], box
            boxes[-1] = min(left, a), min(top, b), max(right, c), max(bottom, d)
        else:
            boxes.append(box)
    return tuple(boxes)


def _on_one_line(line: Box, word: Box, aspect: float) -> bool:
    """Whether a word follows in the line that the ones before it are on."""
    shared = min(line[3], word[3]) - max(line[1], word[1])
    height = min(line[3] - line[1], word[3] - word[1])
    gap = (word[0] - line[2]) * aspect
    return shared > 0.5 * height and -height < gap < _WIDEST * height
