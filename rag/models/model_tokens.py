"""Texts as the embedding model's tokens; needs the tokenizer file alone, not the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_TOGETHER = 1000
"""Texts tokenised at once: an encoding takes 100 times its text's memory."""
_FEW = 4
"""Batches for each stream; with more, none is idle for long."""
_BATCH_COST = 30
"""Of starting one, in the time that a token takes."""


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
        """The number of special tokens around a text."""
        return len(self.before) + len(self.after)

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text."""
        return [
            len(encoding)
            for batch in _parts(texts)
            for encoding in self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        ]

    def ids(self, texts: Sequence[str], longest: int | None = None) -> list[list[int]]:
        """The first ``longest`` token ids of each text, or all of them."""
        return [
            encoding.ids[:longest]
            for batch in _parts(texts)
            for encoding in self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        ]

    def encodings(self, texts: Sequence[str]) -> list[Encoding]:
        """Ids and ``offsets``, each token's ``[start, end)`` in its text."""
        return list(self._tokenizer.encode_batch(list(texts), add_special_tokens=False))

    def whole(self, ids: Sequence[int]) -> list[int]:
        """What the model reads: the ids with the special tokens around them."""
        return [*self.before, *ids, *self.after]


def windows(tokens: int, longest: int) -> list[tuple[int, int]]:
    """Where each pass over a text starts, and the first token that it adds to the one before.

    The last one reaches back, so that the tokens at the end have their context too.

    :param tokens: of the text; ``longest``: tokens that the model reads in one pass.
    """
    starts = [*range(0, tokens - longest, longest), max(0, tokens - longest)]
    return list(zip(starts, range(0, max(1, tokens), longest), strict=True))


def batches(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Places of texts of like length, the shortest first.

    :param lengths: of the texts, in tokens.
    :param most: tokens in a batch, padding included; a longer text is a batch of its own.
    """
    found: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not found or (len(found[-1]) + 1) * lengths[place] > most:
            found.append([])
        found[-1].append(place)
    return found


def balanced(lengths: Sequence[int], most: int, streams: int) -> list[list[int]]:
    """Batches for several streams; of few texts those that are soonest done, the largest first.

    Smaller batches have less padding and are shared out more evenly, but each costs something.

    :param lengths: of the texts, in tokens.
    :param most: tokens in a batch, as in :func:`batches`.
    """
    tokens = sum(lengths)
    if tokens > _FEW * most * streams:
        return batches(lengths, most)

    def cost(batch: list[int]) -> int:
        return _BATCH_COST + len(batch) * lengths[batch[-1]]

    def until_done(found: list[list[int]]) -> int:
        work = [0] * streams
        for batch in found:
            work[work.index(min(work))] += cost(batch)
        return max(work)

    budgets = sorted({min(most, -(-tokens // parts)) for parts in range(1, 4 * streams)})
    tried = [sorted(batches(lengths, budget), key=cost, reverse=True) for budget in budgets]
    return min(reversed(tried), key=until_done)


def _parts(texts: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(texts), _TOGETHER):
        yield list(texts[first : first + _TOGETHER])
