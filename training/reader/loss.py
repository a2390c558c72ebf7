"""The loss of the reader: three numbers per token, see :mod:`rag.models.reader`."""

import math
from collections.abc import Sequence

import torch
from torch import nn

from training.reader.rows import UNKNOWN, Row
from training.tuning import TunedEncoder

OUTPUTS = 3
"""An answer begins here, it ends here, the sentence answers."""
_SPAN, _SENTENCE, _TEXT = 1.0, 0.7, 0.7
"""How much each part of the loss counts."""


def compute_loss(network: TunedEncoder, rows: Sequence[Row]) -> torch.Tensor:
    """The loss of a batch: where the answer is, which sentences answer, whether the text does."""
    logits = network.read(rows)
    allowed = torch.zeros(logits.shape[:2], dtype=torch.bool)
    for i, row in enumerate(rows):
        allowed[i, 0] = True
        allowed[i, row.first : len(row.ids) - 1] = True
    loss = torch.zeros(())
    spans = logits[..., :2].masked_fill(~allowed[..., None], -1e4)
    for side, places in enumerate(([r.begins for r in rows], [r.ends for r in rows])):
        if any(place != UNKNOWN for place in places):
            entropy = nn.functional.cross_entropy(spans[..., side], torch.tensor(places))
            loss = loss + 0.5 * _SPAN * entropy
    known = [
        (i, a, b, label, 1 / math.sqrt(len(row.sentences)))
        for i, row in enumerate(rows)
        for a, b, label in row.sentences
        if label >= 0
    ]
    if known:
        places, firsts, ends, labels, shares = map(torch.tensor, zip(*known, strict=True))
        sums = nn.functional.pad(logits[..., 2].cumsum(dim=1), (1, 0))
        means = (sums[places, ends] - sums[places, firsts]) / (ends - firsts)
        each = nn.functional.binary_cross_entropy_with_logits(
            means, labels.float(), reduction="none"
        )
        loss = loss + _SENTENCE * (each * shares).sum() / shares.sum()
    answers = torch.tensor([float(row.answers) for row in rows])
    text = nn.functional.binary_cross_entropy_with_logits(logits[:, 0, 2], answers)
    return loss + _TEXT * text
