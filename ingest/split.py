"""Splits a document's text into chunks that tile it.

Chunks are packed from whole sentences up to a token budget. The embedding model's own tokenizer
counts the tokens, with those of the title and heading that are embedded with each chunk, so the
embedder never truncates. Token counts do not add up exactly, so every finished chunk is counted
once more, and is cut if it is too long. A chunk ends at the end of a paragraph if possible. A
Markdown heading opens a new chunk. A table of more than half a chunk does too: its caption and the
names of its columns are the heading of its rows, so that the rows of a later chunk can be found and
understood. A smaller table is not cut and stays with the text around it.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from rag.text.sentences import sentence_tiles
from rag.text.tables import find_tables, join_column_names
from rag.types import HEADING_SEPARATOR

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts → the number of tokens of each, special tokens not counted."""

_HEADING = re.compile(r"\s*(#{1,6})\s+(\S.*)")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_CHARACTERS_PER_TOKEN = 12
"""A tokenizer may read any run of characters as one unknown token; text with more characters per
token is cut anyway, so that a chunk stays short enough to read and to store."""
_LONGEST_NAME = 300
"""Characters that are read of a heading: a path of headings is counted for each part below it, so
that a heading of a megabyte would be read for each of them."""
_LONGEST_COLUMNS = 4_000
"""The same of the names of a table's columns, which are counted for each of its sections."""
_ROWS_APART = 8
"""One row in so many may open a chunk before the last chunk is full."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """``text == document[start:end]``; ``heading`` is the path of headings above it.

    These are Markdown headings, and for a table's rows its caption, section and names of columns:
    ``Results › Table 2: Prices › 2025 › Fruit | Euros``.
    """

    start: int
    end: int
    text: str
    heading: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that is too long by itself."""

    start: int
    end: int
    tokens: int
    heading: str
    opens_paragraph: bool
    is_heading: bool


def embedded_text(title: str, heading: str, text: str) -> str:
    """The text that is embedded for a chunk: title and heading, then the chunk itself."""
    body = text.strip()
    opening = body.lstrip("# ")
    context = [part for part in (title, heading) if part and not opening.startswith(part)]
    return "\n".join([" – ".join(context), body]) if context else body


def split(
    text: str, title: str, count_tokens: CountTokens, max_tokens: int, *, markdown: bool = True
) -> list[Chunk]:
    """Split ``text`` into chunks whose :func:`embedded_text` has at most ``max_tokens`` tokens.

    :param title: shortened by the caller so that it leaves room; see :func:`shorten_title`.
    :param max_tokens: the budget, without special tokens.
    :param markdown: whether a line that begins with ``#`` is a heading.
    :return: chunks in order; joined, their texts are ``text`` exactly.
    """
    tiles = sentence_tiles(text)
    sections, naming = [""] * len(tiles), set[int]()
    headings = sections
    if markdown:
        sections = _find_headings(text, tiles, title, count_tokens, max_tokens)
        headings, naming = _find_table_headings(
            text, tiles, sections, title, count_tokens, max_tokens
        )
    contexts = sorted(set(headings))
    counted = count_tokens([f"{title} – {heading}" for heading in contexts])
    room = {heading: max_tokens - tokens for heading, tokens in zip(contexts, counted, strict=True)}
    spans = [
        (place, span)
        for place, ((start, end), heading) in enumerate(zip(tiles, headings, strict=True))
        for span in _cut_span(text, start, end, room[heading] * _CHARACTERS_PER_TOKEN)
    ]
    counted = count_tokens([text[start:end] for _, (start, end) in spans])
    pieces = []
    for (place, (start, end)), tokens in zip(spans, counted, strict=True):
        tile, heading = tiles[place], headings[place]
        before = tiles[place - 1][0] if place else 0
        opens = start == tile[0] and (
            _ends_paragraph(text, before, start)
            or (heading != sections[place] and _opens_rows(text[slice(*tile)]))
        )
        is_heading = place in naming or (markdown and _HEADING.match(text, *tile) is not None)
        for a, b, n in _cut_to_fit(text, start, end, tokens, room[heading], count_tokens):
            pieces.append(_Piece(a, b, n, heading, opens and a == start, is_heading))
    groups = [(group[0].start, group[-1].end, group[-1].heading) for group in _pack(pieces, room)]
    return list(_verify(text, groups, title, count_tokens, max_tokens))


def shorten_title(title: str, count_tokens: CountTokens, max_tokens: int) -> str:
    """Shorten the title at a word, so that it takes at most a quarter of the budget."""
    return _shorten(title, count_tokens, max_tokens // 4)


def _shorten(text: str, count_tokens: CountTokens, most: int) -> str:
    """Shorten the text at a word, so that it takes at most so many tokens."""
    words = text[: most * _CHARACTERS_PER_TOKEN].split()
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


def _find_headings(
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
        match = None if fenced else _HEADING.match(text, start, end)
        if match:
            level = len(match.group(1))
            path = [(above, name) for above, name in path if above < level]
            path.append((level, match.group(2)[:_LONGEST_NAME].rstrip("# \t\r")))
            names = [name for _, name in path if name and name != title]
            current = _shorten_path(names, count_tokens, max_tokens // 4)
        fenced ^= len(_FENCE.findall(text, start, end)) % 2 == 1
        found.append(current)
    return found


def _find_table_headings(
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
        rows = text[table.start : table.end][: max_tokens * _CHARACTERS_PER_TOKEN]
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


def _cut_span(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """Cut the span into runs of at most ``longest`` characters, after white space if possible."""
    while end - start > longest:
        cut = start + longest
        space = max(text.rfind(char, start + longest // 2, cut) for char in " \n\t")
        cut = cut if space < 0 else space + 1
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _cut_to_fit(
    text: str, start: int, end: int, tokens: int, room: int, count_tokens: CountTokens
) -> Iterator[tuple[int, int, int]]:
    """Cut the span into ``(start, end, tokens)`` parts that each fit: usually one, all of it."""
    if tokens <= room or end - start < 2:
        yield start, end, tokens
        return
    spans = list(_cut_span(text, start, end, max(1, (end - start) // (-(-tokens // room) + 1))))
    for (a, b), n in zip(spans, count_tokens([text[a:b] for a, b in spans]), strict=True):
        yield from _cut_to_fit(text, a, b, n, room, count_tokens)


def _pack(pieces: Sequence[_Piece], room: dict[str, int]) -> Iterator[list[_Piece]]:
    """Group neighbouring pieces while they fit together under one heading.

    A heading stays with the text or the deeper heading after it.
    """
    group: list[_Piece] = []
    tokens = 0
    for piece in pieces:
        budget = room[piece.heading]
        if group and (
            (piece.heading != group[-1].heading and not all(p.is_heading for p in group))
            or tokens + piece.tokens > budget
            or piece.end - group[0].start > budget * _CHARACTERS_PER_TOKEN
            or (piece.opens_paragraph and tokens * 2 > budget)
        ):
            yield group
            group, tokens = [], 0
        group.append(piece)
        tokens += piece.tokens
    if group:
        yield group


def _verify(
    text: str,
    spans: Sequence[tuple[int, int, str]],
    title: str,
    count_tokens: CountTokens,
    max_tokens: int,
) -> Iterator[Chunk]:
    """Make chunks of spans, and halve one that is too long after all."""
    counted = count_tokens([embedded_text(title, h, text[start:end]) for start, end, h in spans])
    for (start, end, heading), tokens in zip(spans, counted, strict=True):
        if tokens <= max_tokens or end - start < 2:
            yield Chunk(start, end, text[start:end], heading)
        else:
            halves = [
                (*half, heading) for half in _cut_span(text, start, end, -(-(end - start) // 2))
            ]
            yield from _verify(text, halves, title, count_tokens, max_tokens)


def _opens_rows(tile: str) -> bool:
    """Whether a row opens a chunk as a paragraph does, since a table has no paragraphs.

    The row's own characters decide (content-defined chunking: Muthitacharoen, Chen and Mazières, A
    Low-bandwidth Network File System, 2001), so that one more row does not move the bounds of all
    chunks after it.
    """
    row = tile.strip()
    return row.startswith("|") and crc32(row.encode(errors="replace")) % _ROWS_APART == 0


def _ends_paragraph(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` ends in a blank line, or is empty before the first word."""
    sentence = text[start:end]
    return len(sentence[len(sentence.rstrip()) :].splitlines()) > 1 or start == end
