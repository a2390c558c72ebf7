"""Split texts into the embedding model's tokens; needs only the tokenizer file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_TOGETHER = 1000
"""Texts tokenised at once; an encoding takes 100 times the memory of its text."""
_FEW = 4
"""Batches for each stream; with more, no stream is idle for long."""
_BATCH_COST = 30
"""The cost of starting a batch, in tokens."""


class Tokens:
    """Splits texts into tokens, leaving out the special ones that the model wants around a text.

    :param tokenizer: from now on without padding and truncation.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        sample = tokenizer.encode("a")
        first = sample.special_tokens_mask.index(0)
        last = first + sample.special_tokens_mask.count(0)
        self.before, self.after = sample.ids[:first], sample.ids[last:]

    @property
    def special(self) -> int:
        return len(self.before) + len(self.after)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [
            len(encoding)
            for batch in _slices(texts)
            for encoding in self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        ]

    def ids(self, texts: Sequence[str], longest: int | None = None) -> list[list[int]]:
        """The first ``longest`` token ids of each text, or all."""
        return [
            encoding.ids[:longest]
            for batch in _slices(texts)
            for encoding in self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        ]

    def encodings(self, texts: Sequence[str]) -> list[Encoding]:
        """Ids and ``offsets``, each token's ``[start, end)`` in its text."""
        return list(self._tokenizer.encode_batch(list(texts), add_special_tokens=False))

    def add_special(self, ids: Sequence[int]) -> list[int]:
        """Put the special tokens around the ids of a text, as the model reads it."""
        return [*self.before, *ids, *self.after]


def split_windows(tokens: int, longest: int) -> list[tuple[int, int]]:
    """Split a long text into windows: the start of each, and the first token that it adds.

    The last one begins earlier, so that the tokens at the end have context too.

    :param tokens: of the text; ``longest``: tokens that the model reads in one pass.
    """
    starts = [*range(0, tokens - longest, longest), max(0, tokens - longest)]
    return list(zip(starts, range(0, max(1, tokens), longest), strict=True))


def make_batches(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Put texts of similar length into batches, the shortest first; return their positions.

    :param lengths: of the texts, in tokens.
    :param most: tokens in a batch, padding included; a longer text is a batch of its own.
    """
    found: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not found or (len(found[-1]) + 1) * lengths[place] > most:
            found.append([])
        found[-1].append(place)
    return found


def balance_batches(lengths: Sequence[int], most: int, streams: int) -> list[list[int]]:
    """Make batches for several streams; few texts are spread to finish soonest, largest first.

    Smaller batches have less padding and spread more evenly, but each has a fixed cost.

    :param lengths: of the texts, in tokens.
    :param most: tokens in a batch, as in :func:`make_batches`.
    """
    tokens = sum(lengths)
    if tokens > _FEW * most * streams:
        return make_batches(lengths, most)

    def cost(batch: list[int]) -> int:
        return _BATCH_COST + len(batch) * lengths[batch[-1]]

    def until_done(found: list[list[int]]) -> int:
        work = [0] * streams
        for batch in found:
            work[work.index(min(work))] += cost(batch)
        return max(work)

    budgets = sorted({min(most, -(-tokens // parts)) for parts in range(1, 4 * streams)})
    tried = [sorted(make_batches(lengths, budget), key=cost, reverse=True) for budget in budgets]
    return min(reversed(tried), key=until_done)


def _slices(texts: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(texts), _TOGETHER):
        yield list(texts[first : first + _TOGETHER])
