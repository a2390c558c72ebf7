"""The headings above each part of a text: Markdown headings, and captions and columns of tables."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from rag.text.tables import find_tables, join_column_names
from rag.types import HEADING_SEPARATOR

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts → the number of tokens of each, special tokens not counted."""

HEADING = re.compile(r"\s*(#{1,6})\s+(\S.*)")
CHARACTERS_PER_TOKEN = 12
"""A tokenizer may read any run of characters as one unknown token; text with more characters per
token is cut anyway, so that a chunk stays short enough to read and to store."""
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_LONGEST_NAME = 300
"""Characters that are read of a heading: a path of headings is counted for each part below it, so
that a heading of a megabyte would be read for each of them."""
_LONGEST_COLUMNS = 4_000
"""The same of the names of a table's columns, which are counted for each of its sections."""


def shorten_title(title: str, count_tokens: CountTokens, max_tokens: int) -> str:
    """Shorten the title at a word, so that it takes at most a quarter of the budget."""
    return _shorten(title, count_tokens, max_tokens // 4)


def find_headings(
    text: str,
    tiles: Sequence[tuple[int, int]],
    title: str,
    count_tokens: CountTokens,
    max_tokens: int,
) -> list[str]:
    """For each tile, the path of Markdown headings above it and its own: ``Use › Install``.

    A heading that repeats the title is left out, and so are lines inside a code fence. A path
    longer than a quarter of the budget loses its outer parts.
    """
    path: list[tuple[int, str]] = []
    found: list[str] = []
    current, fenced = "", False
    for start, end in tiles:
        match = None if fenced else HEADING.match(text, start, end)
        if match:
            level = len(match.group(1))
            path = [(above, name) for above, name in path if above < level]
            path.append((level, match.group(2)[:_LONGEST_NAME].rstrip("# \t\r")))
            names = [name for _, name in path if name and name != title]
            current = _shorten_path(names, count_tokens, max_tokens // 4)
        fenced ^= len(_FENCE.findall(text, start, end)) % 2 == 1
        found.append(current)
    return found


def find_table_headings(
    text: str,
    tiles: Sequence[tuple[int, int]],
    headings: Sequence[str],
    title: str,
    count_tokens: CountTokens,
    max_tokens: int,
) -> tuple[list[str], set[int]]:
    """The headings, those of rows of tables with caption, section and column names, as in Chunk.

    A table that takes at most half a chunk needs none: it begins a paragraph, and is not cut. A
    path longer than three eighths of the budget loses its outer parts, then its end.

    :return: the headings, and the places of the tiles that name columns.
    """
    starts = [start for start, _ in tiles]
    found, naming = list(headings), set[int]()
    for table in find_tables(text):
        rows = text[table.start : table.end][: max_tokens * CHARACTERS_PER_TOKEN]
        heading = headings[bisect_right(starts, table.start) - 1]
        context, size = count_tokens([f"{title} – {heading}", rows])
        if 2 * size <= max_tokens - context:
            continue
        caption = " ".join(text[slice(*table.caption)].split()) if table.caption else ""
        caption = _shorten(caption, count_tokens, max_tokens // 8)
        most = max_tokens * 3 // 8
        columns = _name_columns(text, table.columns, count_tokens, most)
        under = [(row.start, row.section) for row in table.rows]
        if table.columns:
            first, last = (bisect_right(starts, offset) for offset in table.columns)
            naming.update(range(first - 1, last))
            under += [(starts[place], None) for place in range(first - 1, last)]
        paths: dict[tuple[str, tuple[int, int] | None], str] = {}
        for start, section in under:
            place = bisect_right(starts, start) - 1
            above = headings[place]
            if (above, section) not in paths:
                headed = _name_columns(text, section, count_tokens, most)
                own = [part for part in (caption, headed, columns) if part]
                path = [*above.split(HEADING_SEPARATOR), *own] if above else own
                paths[above, section] = _shorten_path(path, count_tokens, most, len(own))
            found[place] = paths[above, section]
    return found, naming


def _name_columns(
    text: str, rows: tuple[int, int] | None, count_tokens: CountTokens, most: int
) -> str:
    """Join the names of columns in rows, and shorten them to so many tokens; "" without rows."""
    if rows is None:
        return ""
    start, end = rows
    return _shorten(
        join_column_names(text[start : min(end, start + _LONGEST_COLUMNS)]), count_tokens, most
    )


def _shorten(text: str, count_tokens: CountTokens, most: int) -> str:
    """Shorten the text at a word, so that it takes at most so many tokens."""
    words = text[: most * CHARACTERS_PER_TOKEN].split()
    while words and count_tokens([" ".join(words)])[0] > most:
        words = words[: len(words) * 3 // 4]
    return " ".join(words)


def _shorten_path(names: list[str], count_tokens: CountTokens, most: int, least: int = 1) -> str:
    """Shorten a path of headings if it is too long: first its outer parts go, then its end.

    :param most: tokens; ``least`` parts are kept until the end is cut.
    """
    while len(names) > least and count_tokens([HEADING_SEPARATOR.join(names)])[0] > most:
        names = names[1:]
    return _shorten(HEADING_SEPARATOR.join(names), count_tokens, most)
