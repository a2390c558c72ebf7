"""Reads subtitles: what is said, in paragraphs of about a minute that begin with their time."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from ingest.readers import LARGEST_TEXT_FILE, Format, Source, Tell
from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import one_line
from rag.errors import DocumentError

_TIMES = re.compile(
    r"[ \t]*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,]\d{1,3})?[ \t]*-->[ \t]*[\d:.,]+.*"
)
_SPEAKER = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,100})>")
_TAG = re.compile(r"</?[a-zA-Z0-9:][^<>]{0,300}>|\{\\[^{}]{0,200}\}")
_SUNG = re.compile(r"<\d{2}[\d:.]*>")
"""A time within a line, whose words appear one after the other."""
_TURN = re.compile(r"[-–—]|[^\W\d_][\w .,'()-]{0,40}: ")
"""The first words of a line that somebody else says."""
_ENDS = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_PARAGRAPH = 60
"""Seconds after which a paragraph ends with the next sentence."""
_MOST_ROLLED = 10
"""Lines that may stand from one cue to the next."""
_LONGEST = 120
"""Seconds after which it ends anyway."""


class _Cue(NamedTuple):
    second: int
    lines: list[str]


def read(data: bytes, _tell: Tell) -> Source:
    """What is said."""
    text, warning = decode(data)
    cues = list(_find_cues(text.splitlines()))
    if not cues:
        raise DocumentError("not subtitles: no line has times, as 00:01:02,000 --> 00:01:04,000")
    said = "".join(f"{paragraph}\n\n" for paragraph in _join(cues))
    return Source(said, "", warning, markdown=False)


def _find_cues(lines: list[str]) -> Iterator[_Cue]:
    """What is shown at a time; lines before the first time, comments and styles are passed over."""
    cue: _Cue | None = None
    for line in lines:
        times = _TIMES.fullmatch(line)
        if times:
            if cue is not None:
                yield cue
            hours, minutes, seconds = (int(number or 0) for number in times.groups())
            cue = _Cue(hours * 3600 + minutes * 60 + seconds, [])
        elif cue is not None and not line.strip():
            yield cue
            cue = None
        elif cue is not None:
            cue.lines.append(line)
    if cue is not None:
        yield cue


def _join(cues: list[_Cue]) -> Iterator[str]:
    """Paragraphs that begin with their time and, if possible, end with a sentence."""
    begin, words, speaker = 0, "", ""
    before: list[str] = []
    rolls = False
    for cue in cues:
        lines = [line for line in cue.lines if _clean(line)]
        cleaned = [_clean(line) for line in lines]
        repeated = _count_repeated(before, cleaned, rolls=rolls)
        before, rolls = cleaned, any(_SUNG.search(line) for line in lines)
        if not lines[repeated:]:
            continue
        passed, ended = cue.second - begin, _ENDS.search(words[-20:]) is not None
        if words and (passed >= _LONGEST or (passed >= _PARAGRAPH and ended)):
            yield f"[{_write_time(begin)}] {words}"
            words = speaker = ""
        if not words:
            begin = cue.second
        for line in lines[repeated:]:
            named = _SPEAKER.search(line)
            is_new = named is not None and named[1] != speaker
            speaker = named[1] if named else speaker
            said = f"{one_line(speaker)}: {_clean(line)}" if is_new else _clean(line)
            turn = is_new or (_TURN.match(said) and _ENDS.search(words[-20:]))
            words += f"{'' if not words else chr(10) if turn else ' '}{said}"
    if words:
        yield f"[{_write_time(begin)}] {words}"


def _count_repeated(before: list[str], lines: list[str], *, rolls: bool) -> int:
    """How many first lines still stand from the cue before, as in captions that roll up.

    :param rolls: whether the words of the cue before appeared one after the other.
    """
    if before == lines and not rolls:  # said twice
        return 0
    most = min(len(before), len(lines), _MOST_ROLLED)
    return next((n for n in range(most, 0, -1) if before[-n:] == lines[:n]), 0)


def _clean(line: str) -> str:
    return one_line(unescape(_TAG.sub("", line)))


def _write_time(second: int) -> str:
    return f"{second // 3600}:{second // 60 % 60:02}:{second % 60:02}"


FORMAT = Format(
    name="a file of subtitles",
    suffixes=(".srt", ".vtt"),
    readers=(read,),
    largest=LARGEST_TEXT_FILE,
)
