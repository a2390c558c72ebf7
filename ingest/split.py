"""Splits a document's text into chunks that tile it.

Chunks are packed from whole sentences up to a token budget. The embedding model's own tokenizer
counts the tokens, with those of the title and heading that are embedded with each chunk, so the
embedder never truncates. Token counts do not add up exactly, so every finished chunk is counted
once more, and is cut if it is too long. A chunk ends at the end of a paragraph if possible. A
Markdown heading opens a new chunk. A table of more than half a chunk does too: its caption and the
names of its columns are the heading of its rows, so that the rows of a later chunk can be found and
understood. A smaller table is not cut and stays with the text around it. Places that a splitter of
somebody's own chose open chunks instead of all this, which then only keeps chunks in the budget.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from ingest.passages.headings import (
    CHARACTERS_PER_TOKEN,
    HEADING,
    CountTokens,
    find_headings,
    find_table_headings,
)
from rag.text.sentences import sentence_tiles

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
    text: str,
    title: str,
    count_tokens: CountTokens,
    max_tokens: int,
    *,
    markdown: bool = True,
    cuts: Sequence[int] | None = None,
) -> list[Chunk]:
    """Split ``text`` into chunks whose :func:`embedded_text` has at most ``max_tokens`` tokens.

    :param title: shortened by the caller so that it leaves room; see :func:`shorten_title`.
    :param max_tokens: the budget, without special tokens.
    :param markdown: whether a line that begins with ``#`` is a heading.
    :param cuts: where chunks begin, in order, if that is settled; only those that are too long are
        cut further.
    :return: chunks in order; joined, their texts are ``text`` exactly.
    """
    tiles = [part for tile in sentence_tiles(text) for part in _cut_at(cuts or (), *tile)]
    sections, naming = [""] * len(tiles), set[int]()
    headings = sections
    if markdown:
        sections = find_headings(text, tiles, title, count_tokens, max_tokens)
        headings, naming = find_table_headings(
            text, tiles, sections, title, count_tokens, max_tokens
        )
    contexts = sorted(set(headings))
    counted = count_tokens([f"{title} – {heading}" for heading in contexts])
    room = {heading: max_tokens - tokens for heading, tokens in zip(contexts, counted, strict=True)}
    spans = [
        (place, span)
        for place, ((start, end), heading) in enumerate(zip(tiles, headings, strict=True))
        for span in _cut_span(text, start, end, room[heading] * CHARACTERS_PER_TOKEN)
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
        is_heading = place in naming or (markdown and HEADING.match(text, *tile) is not None)
        for a, b, n in _cut_to_fit(text, start, end, tokens, room[heading], count_tokens):
            pieces.append(_Piece(a, b, n, heading, opens and a == start, is_heading))
    packed = _pack(pieces, room) if cuts is None else _pack_at(set(cuts), pieces, room)
    # a heading stands with the text after it, and a piece of somebody's own below its first one
    named = -1 if cuts is None else 0
    groups = [(group[0].start, group[-1].end, group[named].heading) for group in packed]
    return list(_verify(text, groups, title, count_tokens, max_tokens))


def _cut_at(cuts: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut the span at those of the places that lie within it."""
    inside = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
    yield from pairwise([start, *inside, end])


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

    def ends(group: list[_Piece], tokens: int, piece: _Piece) -> bool:
        budget = room[piece.heading]
        return (
            (piece.heading != group[-1].heading and not all(p.is_heading for p in group))
            or tokens + piece.tokens > budget
            or piece.end - group[0].start > budget * CHARACTERS_PER_TOKEN
            or (piece.opens_paragraph and tokens * 2 > budget)
        )

    return _group(pieces, ends)


def _pack_at(
    cuts: Collection[int], pieces: Sequence[_Piece], room: dict[str, int]
) -> Iterator[list[_Piece]]:
    """Group neighbouring pieces up to the next of the places, while they fit together."""

    def ends(group: list[_Piece], tokens: int, piece: _Piece) -> bool:
        budget = room[group[0].heading]
        long = piece.end - group[0].start > budget * CHARACTERS_PER_TOKEN
        return piece.start in cuts or tokens + piece.tokens > budget or long

    return _group(pieces, ends)


def _group(
    pieces: Sequence[_Piece], ends: Callable[[list[_Piece], int, _Piece], bool]
) -> Iterator[list[_Piece]]:
    """Group neighbouring pieces.

    :param ends: whether a group, of so many tokens, ends before a piece.
    """
    group: list[_Piece] = []
    tokens = 0
    for piece in pieces:
        if group and ends(group, tokens, piece):
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
