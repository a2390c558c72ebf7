"""Divides the text of a mail into what is new in it and the earlier messages that it quotes.

Answers between the lines of a quote stay where they are, since neither is understood alone.
"""

import re
from collections.abc import Sequence

from rag.english.patterns.mail import ATTRIBUTION, OTHER_HEADER, SENDER, SEPARATOR

_QUOTED = re.compile(r" ?>")
_MARK = re.compile(r" ?>[ ]?")
_RULE = re.compile(r"[_\-=*]{10,}\s*")
_MOMENT = re.compile(r"\d{1,2}[:.]\d\d(?!\d)|\b(?:19|20)\d\d\b")
_SIGNATURE = re.compile(r"--\s*$")
_HEADERS_WITHIN = 8
"""Lines after the sender in which the other headers of a quoted message are."""
_ATTRIBUTION_LINES = 3
_DEEPEST = 20
"""Quotes in quotes whose marks are taken off."""


def divide(text: str) -> tuple[str, str]:
    """What is new, and the earlier messages without the marks of quotes, the newest first."""
    new: list[str] = []
    earlier: list[str] = []
    lines = text.splitlines()
    for depth in range(_DEEPEST):
        own, lead_in, quoted, rest = _divide_lines(lines)
        (earlier if depth else new).append("\n".join(own).strip("\n"))
        earlier.append("\n".join(lead_in))
        rest_text = "\n".join(rest)
        if not quoted:
            earlier.append(rest_text)
            break
        lines = [_MARK.sub("", line, count=1) for line in quoted] + ["", *rest]
    else:
        earlier.append("\n".join(lines))
    kept = [part.strip("\n") for part in earlier if part.strip()]
    return "\n\n".join(new).rstrip(), "\n\n".join(kept).rstrip()


def _divide_lines(
    lines: Sequence[str],
) -> tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]:
    """The new lines, those that introduce the quote, the quoted ones, and unmarked history."""
    end = _find_unmarked(lines)
    rest = lines[end:]
    marked = [place for place in range(end) if _QUOTED.match(lines[place])]
    if not marked:
        return lines[:end], [], [], rest
    start, stop = marked[0], marked[-1] + 1
    solid = all(_QUOTED.match(line) or not line.strip() for line in lines[start:stop])
    lead = _find_lead_in(lines, start)
    before, after = lines[:lead], lines[stop:end]
    is_last = _has_only_signature(after)
    if not solid or not (is_last or not any(line.strip() for line in before)):
        return lines[:end], [], [], rest
    return [*before, *after], lines[lead:start], lines[start:stop], rest


def _find_unmarked(lines: Sequence[str]) -> int:
    """Where an earlier message begins that has no marks, only a line or headers before it."""
    for place, line in enumerate(lines):
        if SEPARATOR.match(line.strip()):
            return place
        if SENDER.match(line):
            following = lines[place + 1 : place + 1 + _HEADERS_WITHIN]
            if sum(OTHER_HEADER.match(each) is not None for each in following) >= 2:
                ruled = place > 0 and _RULE.fullmatch(lines[place - 1])
                return place - 1 if ruled else place
        if line.startswith("On "):
            for count in range(1, _ATTRIBUTION_LINES + 1):
                if ATTRIBUTION.fullmatch(" ".join(lines[place : place + count]).strip()):
                    following = lines[place + count : place + count + _ATTRIBUTION_LINES]
                    if not any(_QUOTED.match(each) for each in following):
                        return place
                    break
    return len(lines)


def _find_lead_in(lines: Sequence[str], start: int) -> int:
    """Where the lines begin that say who wrote the quote: they end with a colon."""
    end = start - 1 if start and not lines[start - 1].strip() else start
    if end == 0 or not lines[end - 1].rstrip().endswith(":"):
        return start
    first = end - 1
    while first > 0 and end - first <= _ATTRIBUTION_LINES and lines[first - 1].strip():
        if lines[first].startswith("On ") or _MOMENT.search(lines[first]):
            return first
        first -= 1
    return first if end - first <= _ATTRIBUTION_LINES else end - 1


def _has_only_signature(lines: Sequence[str]) -> bool:
    words = [line for line in lines if line.strip()]
    return not words or _SIGNATURE.match(words[0]) is not None
