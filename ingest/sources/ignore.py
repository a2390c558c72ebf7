"""Reads patterns of a .gitignore, and matches names in time that grows with their length.

``*a*a*b`` as an ordinary regular expression tries each ``*`` at each length: a name of a hundred
characters keeps it busy for years. But what follows a ``*`` may be taken at its first place: if the
rest does not fit after that one, it fits after no later one. Only the last ``*`` of a name has to
try several. The same is true of the folders that ``**`` stands for. So each wildcard but the last
becomes an atomic group, as in Python's own fnmatch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from rag.errors import DocumentError

LARGEST = 64_000
"""Bytes of an ignore file."""
_MOST_PATTERNS = 2_000
_ANY_NAME, _ANY_FOLDERS = "[^/]*", "(?:/.+)?"
"""How pathspec writes ``*`` and an inner ``**``; nothing else is written like that, since a slash
ends a name, and other characters are escaped."""
_LEADING_FOLDERS = "^(?:.+/)?"


class _LinearPattern(GitIgnoreSpecPattern):
    """A pattern whose wildcards do not try each other's places."""

    __slots__ = ()

    @classmethod
    def pattern_to_regex(cls, pattern: str) -> tuple[str | None, bool | None]:  # type: ignore[override]
        """Convert a pattern into a regular expression, and whether it takes or leaves."""
        regex, include = super().pattern_to_regex(pattern)
        return (_commit_folders(regex) if regex else regex), include


def make_spec(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    """Read patterns; None where there are none.

    :raises DocumentError: there are too many, or one of them is none.
    :raises ValueError: one of them is none.
    """
    if not patterns:
        return None
    if len(patterns) > _MOST_PATTERNS:
        raise DocumentError(f"it has more than {_MOST_PATTERNS:,} patterns")
    try:
        return GitIgnoreSpec.from_lines(patterns, _LinearPattern, backend="simple")
    except re.error as error:  # a range such as [z-a]
        raise DocumentError(f"one of its patterns is none ({error})") from error


def _commit_folders(regex: str) -> str:
    """Take the names between two ``**`` at their first place, and so do within each name."""
    leading = _LEADING_FOLDERS if regex.startswith(_LEADING_FOLDERS) else ""
    parts = regex.removeprefix(leading).split(_ANY_FOLDERS)
    *inner, last = map(_commit_names, parts)
    if not inner:
        return f"{leading}{last}"
    first, *between = inner
    begin = f"^(?>(?:.+?/)??{first}(?=/))" if leading else first
    committed = "".join(f"(?>(?:/.+?)??{part}(?=/))" for part in between)
    return f"{begin}{committed}{_ANY_FOLDERS}{last}"


def _commit_names(regex: str) -> str:
    """Take what follows each ``*`` at its first place, except after the last one.

    A ``*`` does not reach across a slash, so those of other names are not in its way.
    """
    first, *others = regex.split(_ANY_NAME)
    if not others:
        return regex
    *inner, last = others
    between = "".join(f"(?>{_ANY_NAME}?{part})" for part in inner)
    return f"{first}{between}{_ANY_NAME}{last}"
