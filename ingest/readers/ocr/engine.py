"""Recognises the lines of a picture by rapidocr, with models that its package has.

ONNX Runtime runs the models. OpenVINO is a third faster, but takes more memory than a reading
process may have; see docs/measured/ocr.md. Nothing is downloaded.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import DocumentError, pip_command

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

_MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
_DETECTED_SIDE = 2000
"""Pixels of the longer side of the picture in which lines are looked for."""
_THREADS = 2
"""More take memory and help little, since several files are read at once."""
_AT_ONCE = 16
"""Lines recognised between two signs of life."""
_TALL = 1.5
"""Height of a line's box, in widths, from which the line runs up or down."""
_ASKED = 4
"""Lines that tell whether a page is upside down: the longest."""
_UPRIGHT = 0.9
"""Mean confidence of their characters from which they are not also read upside down; what is upside
down has about 0.6."""
_LEAST = 0.5
"""Mean confidence of a line's characters below which it is not text but noise."""


class OcrError(Exception):
    """OCR failed on a picture, for want of memory or for a reason inside its libraries."""


class Word(NamedTuple):
    """A word of a line: where it is in the line's text, and where on the picture.

    :param box: left, top, right, bottom in pixels of the upright picture.
    :param confidence: of its least certain character, in [0, 1].
    """

    start: int
    end: int
    box: tuple[float, float, float, float]
    confidence: float


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A line of a picture, in pixels from the upright picture's top left corner.

    :param corners: top left, top right, bottom right, bottom left, as the line is read.
    :param is_turned: whether it runs up or down the page.
    """

    text: str
    words: tuple[Word, ...]
    corners: tuple[tuple[float, float], ...]
    is_turned: bool


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read from a picture.

    :param quarters: quarter turns, counterclockwise, that set the picture upright.
    :param width: of the upright picture, in pixels.
    :param height: of the upright picture, in pixels.
    :param unread: lines left out, since they are noise or cannot be read.
    """

    lines: tuple[PictureLine, ...]
    quarters: int
    width: int
    height: int
    unread: int


def is_installed() -> bool:
    """Whether text can be recognised."""
    return find_spec("rapidocr") is not None


def version_with_ocr(version: int) -> int:
    """The version of a format's reader, another one when text can be recognised.

    So files that were read without OCR are read again when it is installed.
    """
    return version + 1000 * is_installed()


def missing_ocr() -> str:
    """What to do when text recognition is not installed."""
    return f"text recognition (OCR) is not installed; `{pip_command('ocr')}`, then ingest again"


def recognise_lines(picture: Image, beat: Callable[[], None]) -> Recognised:
    """Recognise the lines of a picture, from top to bottom.

    :param picture: in RGB.
    :param beat: called between groups of lines.
    :raises DocumentError: text recognition is not installed, or not whole.
    :raises OcrError: it failed on this picture.
    """
    engine = _load_engine()
    try:
        return _recognise_lines(engine, picture, beat)
    except Exception as error:  # OpenCV, ONNX Runtime and rapidocr raise errors of many kinds
        raise OcrError(f"{type(error).__name__}: {error}"[:200]) from error


def _recognise_lines(engine: Any, picture: Image, beat: Callable[[], None]) -> Recognised:
    import numpy as np

    pixels = np.asarray(picture)[:, :, ::-1]  # the models were trained on OpenCV's BGR
    boxes = _find_lines(engine, pixels)
    quarters = 0
    if _share_of_tall(boxes) > 0.5:
        quarters = 1
        pixels = np.ascontiguousarray(np.rot90(pixels))
        boxes = _find_lines(engine, pixels)
    beat()
    if len(boxes) and _is_upside_down(engine, pixels, boxes):
        quarters += 2
        pixels = np.ascontiguousarray(np.rot90(pixels, 2))
        boxes = _find_lines(engine, pixels)
    height, width = pixels.shape[:2]
    lines: list[PictureLine] = []
    for start in range(0, len(boxes), _AT_ONCE):
        beat()
        lines += _recognise(engine, pixels, boxes[start : start + _AT_ONCE])
    return Recognised(tuple(lines), quarters, width, height, len(boxes) - len(lines))


@cache
def _load_engine() -> Any:
    if not is_installed():
        raise DocumentError(missing_ocr())
    import rapidocr
    from rapidocr.utils.download_file import DownloadFile

    def refuse(wanted: Any) -> None:
        raise DocumentError(
            f"text recognition (OCR) lacks {Path(wanted.save_path).name}, and nothing is "
            "downloaded; `pip install --force-reinstall rapidocr`"
        )

    DownloadFile.run = refuse  # so that nothing is fetched, whatever a new version lacks
    folder = Path(rapidocr.__file__).parent / "models"
    for name in _MODELS.values():
        if not (folder / name).is_file():
            raise DocumentError(
                f"text recognition (OCR) has another version: it lacks {name}; "
                f"`{pip_command('ocr')}`"
            )
    threads = min(_THREADS, _count_processors())
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "Global.use_cls": False,  # which way up a line is, the recogniser tells better
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTED_SIDE,
            "Rec.rec_batch_num": 1,  # several lines at once take more memory and no less time
            **{f"{part}.engine_type": rapidocr.EngineType.ONNXRUNTIME for part in _MODELS},
            **{f"{part}.model_path": str(folder / name) for part, name in _MODELS.items()},
        }
    )


def _count_processors() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on Windows and macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _find_lines(engine: Any, pixels: np.ndarray) -> np.ndarray:
    """The corners of the lines, ``(n, 4, 2) float32``, from top to bottom."""
    import numpy as np
    from rapidocr.main import RapidOCRError
    from rapidocr.utils.process_img import map_boxes_to_original

    height, width = pixels.shape[:2]
    record = {"preprocess": {"ratio_h": 1.0, "ratio_w": 1.0}}
    try:
        _, found = engine.detect_and_crop(pixels, record)
    except RapidOCRError:
        return np.zeros((0, 4, 2), np.float32)
    boxes: np.ndarray = map_boxes_to_original(found.boxes, record, height, width)
    return boxes.astype(np.float32)


def _sides(corners: np.ndarray) -> tuple[float, float]:
    """Width and height of a line's box."""
    top_left, top_right, bottom_right, bottom_left = corners
    width = max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right))
    height = max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right))
    return width, height


def _is_tall(corners: np.ndarray) -> bool:
    width, height = _sides(corners)
    return height > _TALL * width


def _share_of_tall(boxes: np.ndarray) -> float:
    """How much of the text runs up or down, by the length of its lines."""
    lengths = [max(_sides(corners)) for corners in boxes]
    tall = sum(length for length, corners in zip(lengths, boxes, strict=True) if _is_tall(corners))
    return tall / sum(lengths) if lengths else 0.0


def _is_upside_down(engine: Any, pixels: np.ndarray, boxes: np.ndarray) -> bool:
    longest = sorted((box for box in boxes if not _is_tall(box)), key=_sides, reverse=True)
    if not longest:
        return False
    return _reads_better_turned(engine, _crop(engine, pixels, longest[:_ASKED]))


def _reads_better_turned(engine: Any, lines: Sequence[np.ndarray]) -> bool:
    """Whether lines are read with more confidence when they are upside down."""
    import numpy as np

    upright = float(np.mean(engine.recognize_txt(list(lines)).scores))
    if upright > _UPRIGHT:
        return False
    turned = [np.ascontiguousarray(np.rot90(line, 2)) for line in lines]
    return float(np.mean(engine.recognize_txt(turned).scores)) > upright


def _crop(engine: Any, pixels: np.ndarray, boxes: Sequence[np.ndarray]) -> list[np.ndarray]:
    cut: list[np.ndarray] = engine.crop_text_regions(pixels, boxes)
    return cut


def _recognise(engine: Any, pixels: np.ndarray, boxes: np.ndarray) -> list[PictureLine]:
    import numpy as np

    whole = [box for box in boxes if min(_sides(box)) >= 2]
    if not whole:
        return []
    crops = _crop(engine, pixels, whole)
    tall = [_is_tall(box) for box in whole]
    for place, is_tall in enumerate(tall):
        if is_tall and _reads_better_turned(engine, [crops[place]]):
            crops[place] = np.ascontiguousarray(np.rot90(crops[place], 2))
    found = engine.recognize_txt(crops)
    lines = []
    for box, is_tall, text, sure, places in zip(
        whole, tall, found.txts, found.scores, found.word_results, strict=True
    ):
        if text.strip() and sure >= _LEAST:
            corners = tuple((float(x), float(y)) for x, y in box)
            words = tuple(_locate_words(text, places, corners, is_tall=is_tall))
            lines.append(PictureLine(text, words, corners, is_tall))
    return lines


def _locate_words(
    text: str, places: Any, corners: tuple[tuple[float, float], ...], *, is_tall: bool
) -> list[Word]:
    """The words of a line, each where its characters were recognised along the line.

    :param places: as rapidocr has them: the column of each character that is no space, the sureness
        of each character, and how many columns the line has.
    """
    columns = iter([column for word in places.word_cols for column in word])
    centres = [-1.0 if char.isspace() else (next(columns) + 0.5) for char in text]
    inked = [centre for centre in centres if centre >= 0]
    half = (inked[-1] - inked[0]) / max(1, len(text.strip()) - 1) / 2 or 1.0
    words = []
    start = 0
    while start < len(text):
        if text[start].isspace():
            start += 1
            continue
        end = start + 1
        while end < len(text) and not text[end].isspace():
            end += 1
        along = [(centres[start] - half), (centres[end - 1] + half)]
        if is_tall:  # such a line is boxed as a whole
            along = [0.0, places.line_txt_len]
        box = _box_along(corners, *(min(1.0, max(0.0, x / places.line_txt_len)) for x in along))
        words.append(Word(start, end, box, min(places.confs[start:end])))
        start = end
    return words


def _box_along(
    corners: tuple[tuple[float, float], ...], begin: float, end: float
) -> tuple[float, float, float, float]:
    """The box around a part of a line's four-sided box, from ``begin`` to ``end`` along it."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    xs = [ax + (bx - ax) * at for at in (begin, end)] + [dx + (cx - dx) * at for at in (begin, end)]
    ys = [ay + (by - ay) * at for at in (begin, end)] + [dy + (cy - dy) * at for at in (begin, end)]
    return min(xs), min(ys), max(xs), max(ys)
