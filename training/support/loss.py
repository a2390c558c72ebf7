"""The loss of the trained judge: three logits for the claim, one for each of its tokens."""

from collections.abc import Sequence

import torch
from torch import nn

from training.support.rows import Row
from training.tuning import TunedEncoder

OUTPUTS = 4
"""At the first token: supported, not in the evidence, contradicted; at a token of the claim, last:
the evidence lacks it."""
_TOKENS = 0.5
"""How much the tokens count, beside the claim's label."""


def compute_loss(network: TunedEncoder, rows: Sequence[Row]) -> torch.Tensor:
    """The loss of a batch."""
    logits = network.read(rows)
    labels = torch.tensor([row.label for row in rows])
    loss = nn.functional.cross_entropy(logits[:, 0, :3], labels)
    known = [
        (i, 1 + place, wrong, 1 / len(row.wrong))
        for i, row in enumerate(rows)
        for place, wrong in enumerate(row.wrong)
    ]
    if known:
        places, tokens, wrong, shares = map(torch.tensor, zip(*known, strict=True))
        each = nn.functional.binary_cross_entropy_with_logits(
            logits[places, tokens, 3], wrong.float(), reduction="none"
        )
        loss = loss + _TOKENS * (each * shares).sum() / shares.sum()
    return loss
