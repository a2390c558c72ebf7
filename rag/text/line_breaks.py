"""Tells whether a line break ends something, or only wraps a paragraph.

Lines of logs, chats, receipts, tables in columns, settings and code stand alone, also where they
are long, begin with a small letter and end without a full stop. A wrapped line is as full as the
width of its block allows: the first word of the next line would not have fitted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What ``str.splitlines`` splits at."""
LINE = re.compile(rf"[^{BREAKS}]*(?:\r\n|[{BREAKS}]|\Z)")
MARK = re.compile(
    r"\s*(?:[•‣◦▪●·*+–-]|#{1,6}|>|\(?\d{1,3}[.)]|\(?[a-z]\)|\(?[ivx]{1,5}\))(?=\s)\s*"
)
"""A bullet, a list's number or a heading's sign, with the white space around it."""
ROW = re.compile(r"[ \t]*\|[^\n]*\|\s*\Z")
_HEADING = re.compile(r"\s*#{1,6}\s")
_WORD_CHARACTER = re.compile(r"[^\W_]")
_SHORT = 45
"""Characters; a shorter line before a capital is a line of its own, not a wrapped one."""
_NARROW = 24
"""Characters; a block whose longest line is shorter is not wrapped."""
_SLACK = 0.75
"""A wrapped line is at least so full that the next word would have passed this part of it."""
_MOST_LINES = 200
"""Of a block, so that a file of a million lines is read in little memory."""

_NAME = r"[\w-]+(?:\.[\w-]+)*"
_ENTRY = re.compile(
    rf"""\s*["'*_]{{0,2}}{_NAME}(?: {_NAME}){{0,3}}["'*_]{{0,2}}\s?[:=](?:[*_]{{0,2}}\s+\S|\s*$)"""
)
"""A name and its value: ``retries: 5``, ``"host": "a"``, ``**Due date:** May``, ``servers:``."""
_ASSIGNMENT = re.compile(
    rf"\s*(?:-\s+|export\s+|set\s+)?{_NAME}\s?=\s?\S|\s*[\[;]\s?{_NAME}\]?\s*$"
)
"""``max_size=25``, ``export TTL=5``, ``- TZ=Europe/Oslo``, ``[limits]``, ``; comment``."""
_BEGINNING, _DIGITS = 10, 3
"""Characters in which the lines of a log begin alike, and digits among them."""
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_OPENINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s*\[[^\]]{1,40}\]\s",  # [18:42] [error]
        r"\s*<[^>\s]{1,40}>\s",  # <ann>
        r"\s*\d{1,4}(?:[.:/-]\d{1,4}){2,}",  # 2024-03-05 10:15:07 10.0.0.7
        r"\s*\d{1,2}:\d\d(?!\d)",  # 9:51
        r"\s*[A-Z]{3,}[:\s]",  # WARN
    )
)
"""How lines begin that are entries, if two begin in the same way."""
_COLUMNS = re.compile(r"[^\s.!?:;] {3,}\S|\S[ ]?\t\S|\S ?\.{4,} ?\S")
"""Values stand below each other: spaces, a tab or dots between them."""
_GAP = re.compile(r"""[^\s.!?:;,)"'”] {2,}\S""")
_GAPS = 2
_AMOUNT = re.compile(r"\d[.,]\d\d(?:[ \t]?[^\W\d_€£¥]{0,3}[€$£¥]?)?\s*$")
_NO_CODE = re.compile(
    r"\]\([^)\s]{0,500}\)|\bhttps?://\S{1,500}|`[^`]{1,200}`|\$[^$]{1,100}\$|\\[a-zA-Z]+\{?"
)
"""Links, and code and formulas within prose."""
_CODE = re.compile(r"[{}=<>$|&\\;@]|\w_\w|[A-Za-z_]\((?!s\))|[a-z_]\.[a-z_]{2}|::|->|//|/\*|\s--\w")
_CODE_AMONG = 30
"""Characters of a line of code for each sign of code, at most."""
_OPENS = re.compile(r"[:({\[]\s*$")
_FIRST_WORD = re.compile(r"\s*(\S+)")
_SIGNS = frozenset("[<$@/\\{}\"'")
"""Signs that begin a line of something else than prose."""


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines between two blank lines.

    :param narrow: whether even the longest one is too short to be wrapped.
    :param width: characters of the longest one, with its indent.
    :param usual: characters of the one in the middle, by length.
    """

    lines: list[tuple[int, int]]
    narrow: bool
    width: int
    usual: int


def find_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines that belong together: paragraphs, list items, headings, short lines."""
    begin, previous, followed = 0, "", False
    for block in _paragraphs(text):
        for start, end in block.lines:
            line = text[start:end]
            if start > begin and _ends(previous, line, block, followed=followed):
                yield begin, start
                begin, followed = start, False
            else:
                followed = start > begin
            previous = line
    if begin < len(text):
        yield begin, len(text)


def has_word(text: str, start: int = 0, end: int | None = None) -> bool:
    """Tell whether there is a letter or a digit in ``text[start:end]``."""
    found = _WORD_CHARACTER.search(text, start, len(text) if end is None else end)
    return found is not None


def _paragraphs(text: str) -> Iterator[_Block]:
    """Yield the lines up to a blank one, with it."""
    lines: list[tuple[int, int]] = []
    filled: list[int] = []
    longest = 0
    for match in LINE.finditer(text):
        lines.append(match.span())
        line = match.group().rstrip()
        filled.append(len(line))
        longest = max(longest, len(line.lstrip()))
        if not line or len(lines) == _MOST_LINES:
            yield _make_block(lines, filled, longest)
            lines, filled, longest = [], [], 0
    if lines:
        yield _make_block(lines, filled, longest)


def _make_block(lines: list[tuple[int, int]], filled: list[int], longest: int) -> _Block:
    lengths = sorted(filter(None, filled)) or [0]
    return _Block(lines, longest <= _NARROW, lengths[-1], lengths[len(lengths) // 2])


def _ends(previous: str, line: str, block: _Block, *, followed: bool) -> bool:
    """Tell whether a line starts a block of its own after ``previous``.

    :param followed: whether ``previous`` itself goes on from the line before it.
    """
    if not line.strip():
        return False  # white space stays with the block before it
    if MARK.fullmatch(previous):
        return False  # a bullet alone on its line, as copied from a PDF
    if not has_word(previous) or _HEADING.match(previous) or MARK.match(line):
        return True
    if ROW.match(previous) or line.lstrip()[0] == "|":
        return True
    return _stand_alone(previous, line, block) or _is_structured(
        previous, line, block, followed=followed
    )


def _stand_alone(previous: str, line: str, block: _Block) -> bool:
    """Tell whether two lines are entries, however long, or too short to be wrapped."""
    if _ENTRY.match(previous) and _ENTRY.match(line):
        return True
    if any(opening.match(previous) and opening.match(line) for opening in _OPENINGS):
        return True
    begins = _shape(previous)
    if begins.count("0") >= _DIGITS and begins == _shape(line):
        return True
    if _AMOUNT.search(previous) and _AMOUNT.search(line):
        return True
    if block.narrow and not MARK.match(previous):
        return True
    first = line.lstrip()[0]
    anew = first.isupper() or first.isdigit()
    short = len(previous.strip()) < _SHORT
    return (short and anew) or (
        _fits(previous, line, block.usual * _SLACK) and (anew or first in _SIGNS)
    )


def _is_structured(previous: str, line: str, block: _Block, *, followed: bool) -> bool:
    """Tell whether columns, indents or signs of code separate two lines."""
    if _ASSIGNMENT.match(previous) or _ASSIGNMENT.match(line):
        return True
    before, after = _indent(previous), _indent(line)
    if _has_columns(line, block) or (_has_columns(previous, block) and after <= before):
        return True  # a line further in goes on with the last column
    fits = _fits(previous, line, block.width)
    if after < before and fits and (followed or MARK.match(previous)):
        return True
    if after > before and _OPENS.search(previous) and not MARK.match(previous):
        return True
    codes = _is_code(previous) + _is_code(line)
    return codes == 2 or (codes == 1 and _fits(previous, line, block.usual))


def _has_columns(line: str, block: _Block) -> bool:
    if _COLUMNS.search(line):
        return True
    # the words of a justified line, which is as long as the others, stand apart, too
    return len(line.rstrip()) < block.width and len(_GAP.findall(line)) >= _GAPS


def _is_code(line: str) -> bool:
    words = _NO_CODE.sub("", line.strip())
    return len(_CODE.findall(words)) * _CODE_AMONG > len(words)


def _fits(previous: str, line: str, width: float) -> bool:
    """Tell whether the first word of a line would have had room on the line before it."""
    word = _FIRST_WORD.match(line)
    return word is not None and len(previous.rstrip()) + 1 + len(word[1]) <= width


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))


def _shape(line: str) -> str:
    """The beginning of a line, every digit as 0 and every letter as a: ``0000-00-00``."""
    return _LETTER.sub("a", _DIGIT.sub("0", line[:_BEGINNING]))
