"""A document's text cut into chunks that tile it.

Chunks are packed from whole sentences up to a token budget counted by the embedding model's own
tokenizer, the title and heading that are embedded with each chunk included; so the embedder never
truncates. A chunk prefers to end where a paragraph ends, and a Markdown heading opens a new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.sentences import sentence_tiles

TokenOffsets = Callable[[Sequence[str]], list[list[tuple[int, int]]]]
"""Texts → for each, the half-open character span of each of its tokens."""

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
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


def embedded_text(title: str, heading: str, text: str) -> str:
    """What the embedding model reads for a chunk: where it stands, then what it says."""
    body = text.strip()
    context = [part for part in (title, heading) if part and not body.startswith(part)]
    return "\n".join([" – ".join(context), body]) if context else body


def split(text: str, title: str, token_offsets: TokenOffsets, max_tokens: int) -> list[Chunk]:
    """Cut ``text`` into chunks whose :func:`embedded_text` has at most ``max_tokens`` tokens.

    :param token_offsets: the embedding model's tokenizer, without special tokens.
    :param max_tokens: the budget, special tokens already taken off.
    :return: chunks in order; joined, their texts are ``text`` exactly.
    """
    tiles = sentence_tiles(text)
    headings = _headings_in_force(text, tiles)
    room = {
        heading: max(max_tokens // 2, max_tokens - len(token_offsets([f"{title} – {heading}"])[0]))
        for heading in set(headings)
    }
    pieces: list[tuple[int, int, int, str]] = []
    counted = token_offsets([text[a:b] for a, b in tiles])
    for (start, end), offsets, heading in zip(tiles, counted, headings, strict=True):
        pieces.extend(
            (start + a, start + b, tokens, heading)
            for a, b, tokens in _cut(end - start, offsets, room[heading])
        )
    return [
        Chunk(start, end, text[start:end], heading)
        for start, end, heading in _pack(text, pieces, room)
    ]


def _headings_in_force(text: str, tiles: Sequence[tuple[int, int]]) -> list[str]:
    """For each tile, the path of Markdown headings above it, itself included: ``Use › Install``."""
    path: list[tuple[int, str]] = []
    found = []
    for start, end in tiles:
        match = _HEADING.match(text[start:end].strip())
        if match:
            level = len(match.group(1))
            path = [(above, name) for above, name in path if above < level]
            path.append((level, match.group(2)[:120]))
        found.append(" › ".join(name for _, name in path))
    return found


def _cut(
    length: int, offsets: list[tuple[int, int]], room: int
) -> list[tuple[int, int, int]]:
    """One sentence as ``(start, end, tokens)`` pieces, each within the budget: usually one piece."""
    cuts = [0, *(offsets[i][0] for i in range(room, len(offsets), room)), length]
    longest = room * _CHARACTERS_PER_TOKEN
    pieces = []
    for a, b in pairwise(cuts):
        for start in range(a, b, longest):
            end = min(b, start + longest)
            pieces.append((start, end, sum(1 for s, e in offsets if s < end and e > start)))
    return pieces


def _pack(
    text: str, pieces: list[tuple[int, int, int, str]], room: dict[str, int]
) -> list[tuple[int, int, str]]:
    """Neighbouring pieces joined while they fit, as ``(start, end, heading)``."""
    packed: list[tuple[int, int, str]] = []
    first = last = tokens = characters = 0
    heading = pieces[0][3] if pieces else ""
    for start, end, count, above in pieces:
        opens = above != heading
        full = tokens + count > room[heading] or characters + end - start > (
            room[heading] * _CHARACTERS_PER_TOKEN
        )
        ends_paragraph = tokens * 2 > room[heading] and "\n\n" in text[max(first, start - 4) : start]
        if start > first and (opens or full or ends_paragraph):
            packed.append((first, last, heading))
            first, tokens, characters = start, 0, 0
        if start == first:
            heading = above
        last, tokens, characters = end, tokens + count, characters + end - start
    if last > first:
        packed.append((first, last, heading))
    return packed
