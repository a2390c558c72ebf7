"""Fits ``rag/models/pair_reader_weights.npz``: makes of the embedding model a reader of pairs.

    python -m training.reader.fit           # fit, write the weights, print how they fare
    python -m training.reader.fit --check   # print it for the weights as they are

First on questions made by program, then on those of ``training/evidence/cases.py``. These are in
three parts. Two readers are fitted without each part, one of them with more questions about
Wikipedia and for sorts of things; their mean reads the part they have not seen for
``training/evidence/fit.py``. The mean of all six is shipped. Needs the ``bench`` extra, and of
``rag/answers/evidence_weights.json`` the model that chooses what is read. Takes two hours and a
half on two cores.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from rag.models.pair_reader import WEIGHTS, PairReader
from training.data.cached import FOLDS, CachedEmbedder
from training.data.public_sets import fold
from training.evidence.report import AGAINST, auroc, percent
from training.reader.asked_pairs import make_asked_pairs, make_more_asked_pairs
from training.reader.cloze_pairs import make_cloze_pairs
from training.reader.examples import Example, QuestionPairs
from training.reader.network import RANK, ReaderNetwork, loss_of_pairs, loss_of_questions
from training.reader.sort_pairs import make_sort_pairs

_KEPT_RANK = 96
"""Of a mean of several changes."""
_BATCH = 32
"""Pairs made by program that are read at once."""
_QUESTIONS = 8
"""Questions that people asked of which all pairs are read at once."""
_MADE_RATE, _ASKED_RATE = 7e-4, 4e-4
_WARMING = 50
"""Steps in which the rate rises; then it falls to nearly nothing."""


Item = TypeVar("Item")
Batch = TypeVar("Batch")


def train(
    network: ReaderNetwork,
    batches: Sequence[Batch],
    loss: Callable[[ReaderNetwork, Batch], torch.Tensor],
    rate: float,
) -> None:
    """One pass with AdamW."""
    fitted = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(fitted, lr=rate, weight_decay=0.01)
    started, total = time.perf_counter(), 0.0
    for step, batch in enumerate(batches):
        share = min(1.0, (step + 1) / _WARMING) * max(0.02, 1 - step / len(batches))
        for parameters in optimizer.param_groups:
            parameters["lr"] = rate * share
        value = loss(network, batch)
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
            kept = min(_KEPT_RANK, RANK * len(readers))
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
    network = ReaderNetwork()
    rows = [network.make_row(example) for example in made]
    train(network, _batches(rows, _BATCH, lambda row: len(row.ids)), loss_of_pairs, _MADE_RATE)
    begun = {name: value.clone() for name, value in network.state_dict().items()}
    every = [
        (fold(each.group), [network.make_row(example) for example in each.examples])
        for each in [*asked, *more]
    ]
    fitted = []
    for number, file in enumerate(FOLDS):
        for some in (every[: len(asked)], every):
            network.load_state_dict(begun)
            questions = [own for part, own in some if part != number]
            batches = _batches(questions, _QUESTIONS, lambda rows: max(len(r.ids) for r in rows))
            train(network, batches, loss_of_questions, _ASKED_RATE)
            fitted.append(network.changes())
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
    parser = argparse.ArgumentParser(description="Fit the reader of pairs.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    options = parser.parse_args()
    embed = CachedEmbedder()
    asked, held = make_asked_pairs(embed, random.Random(21))
    if not options.check:
        made = make_cloze_pairs(random.Random(5), embed)
        more = [*make_more_asked_pairs(embed, asked), *make_sort_pairs(random.Random(6))]
        embed.save()
        fit(made, asked, more)
    report(held, PairReader())


if __name__ == "__main__":
    main()
