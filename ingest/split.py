"""A document's text cut into chunks that tile it.

Chunks are packed from whole sentences up to a token budget counted by the embedding model's own
tokenizer, the title and heading that are embedded with each chunk included; so the embedder never
truncates. A chunk prefers to end where a paragraph ends, and a Markdown heading opens a new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.sentences import sentence_tiles

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts → the number of tokens of each, special tokens not counted."""

_HEADING = re.compile(r"\s*(#{1,6})\s+(.*?)\s*#*\s*$")
_CHARACTERS_PER_TOKEN = 12
"""A tokenizer may read any run as one unknown token; text beyond this many characters a token is
cut all the same, so that a chunk stays readable and storable."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """``text == document[start:end]``; ``heading`` is the Markdown heading path in force."""

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


def embedded_text(title: str, heading: str, text: str) -> str:
    """What the embedding model reads for a chunk: where it stands, then what it says."""
    body = text.strip()
    context = [part for part in (title, heading) if part and not body.startswith(part)]
    return "\n".join([" – ".join(context), body]) if context else body


def split(text: str, title: str, count_tokens: CountTokens, max_tokens: int) -> list[Chunk]:
    """Cut ``text`` into chunks whose :func:`embedded_text` has at most ``max_tokens`` tokens.

    :param title: shortened by the caller so that it leaves room; see :func:`fitting_title`.
    :param max_tokens: the budget, special tokens already taken off.
    :return: chunks in order; joined, their texts are ``text`` exactly.
    """
    tiles = sentence_tiles(text)
    headings = _headings_in_force(text, tiles, max_tokens)
    context = {h: count_tokens([f"{title} – {h}"])[0] for h in set(headings)}
    counted = count_tokens([text[start:end] for start, end in tiles])
    pieces = []
    for (start, end), tokens, heading in zip(tiles, counted, headings, strict=True):
        opens = start == 0 or "\n\n" in text[max(0, start - 4) : start]
        room = max_tokens - context[heading]
        for a, b, n in _parts(text, start, end, tokens, room, count_tokens):
            pieces.append(_Piece(a, b, n, heading, opens and a == start))
    return [
        Chunk(group[0].start, group[-1].end, text[group[0].start : group[-1].end], group[0].heading)
        for group in _packed(pieces, {h: max_tokens - n for h, n in context.items()})
    ]


def fitting_title(title: str, count_tokens: CountTokens, max_tokens: int) -> str:
    """The title, cut at a word so that it takes at most a quarter of the budget."""
    words = title.split()
    while words and count_tokens([" ".join(words)])[0] > max_tokens // 4:
        words = words[: len(words) * 3 // 4]
    return " ".join(words)


def _headings_in_force(text: str, tiles: Sequence[tuple[int, int]], max_tokens: int) -> list[str]:
    """For each tile, the path of Markdown headings above it, itself included: ``Use › Install``.

    A path longer than a quarter of the budget, at one character a token, loses its outer parts.
    """
    path: list[tuple[int, str]] = []
    found = []
    for start, end in tiles:
        match = _HEADING.match(text[start:end])
        if match:
            level = len(match.group(1))
            path = [(above, name) for above, name in path if above < level]
            path.append((level, match.group(2)))
        found.append(" › ".join(name for _, name in path)[-max_tokens // 4 :])
    return found


def _parts(
    text: str, start: int, end: int, tokens: int, room: int, count_tokens: CountTokens
) -> Iterator[tuple[int, int, int]]:
    """The span as ``(start, end, tokens)`` parts that each fit: usually one, the sentence itself."""
    length = end - start
    parts = max(-(-tokens // room), -(-length // (room * _CHARACTERS_PER_TOKEN)))
    if parts <= 1 or length < 2:
        yield start, end, tokens
        return
    bounds, step = [start], max(1, length // (parts + 1))
    while end - bounds[-1] > step:
        cut = bounds[-1] + step
        space = max(text.rfind(char, bounds[-1] + step // 2, cut) for char in " \n\t")
        bounds.append(cut if space < 0 else space + 1)
    spans = list(pairwise([*bounds, end]))
    for (a, b), n in zip(spans, count_tokens([text[a:b] for a, b in spans]), strict=True):
        yield from _parts(text, a, b, n, room, count_tokens)


def _packed(pieces: Sequence[_Piece], room: dict[str, int]) -> Iterator[list[_Piece]]:
    """Neighbouring pieces grouped while they fit together under one heading."""
    group: list[_Piece] = []
    tokens = 0
    for piece in pieces:
        budget = room[group[0].heading] if group else 0
        if group and (
            piece.heading != group[0].heading
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
