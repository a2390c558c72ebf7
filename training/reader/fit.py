"""Fits ``rag/models/reader_weights.npz``: makes of the embedding model a reader of passages.

    python -m training.reader.fit              # fit, write the weights, print how they fare
    python -m training.reader.fit --continue   # the same, from the weights as they are
    python -m training.reader.fit --check      # print how the weights fare

A run that is stopped goes on where it left its last checkpoint, in ``citespan-bench/`` under
``CITESPAN_BENCH_CACHE``. Needs the ``bench`` extra; takes an hour and a half on two cores.
"""

import argparse
import json
import pickle
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from rag.models.reader import WEIGHTS, Reader
from training.data.cached import CACHE, CachedEmbedder
from training.reader.mixture import AGAIN, FIRST, Mixture, make_mixture
from training.reader.network import ReaderNetwork, compute_loss
from training.reader.report import report
from training.reader.rows import Row, RowMaker

_BATCH_TOKENS = 4_608
"""Tokens that are read at once, padding included."""
_HEADED = {"wikitablequestions": 0.95, "records": 1.0, "whether infotabs": 1.0}
"""How often the heading of a text is read with it, where it is not three times in four."""
_RATE, _RATE_AFTER = 1.5e-4, 1e-4
"""Of the first fit, and of one that goes on from it."""
_WARMING = 150
"""Steps in which the rate rises; then it falls to nearly nothing."""
_KEPT_EVERY = 200
"""Steps between two checkpoints."""


def make_rows(mixture: Mixture, seed: int) -> list[Row]:
    """Make the rows that are read, in no order."""
    rng = random.Random(seed)
    embed = CachedEmbedder()
    maker = RowMaker(embed.tokens, rng)
    made = (
        maker.make_row(
            question,
            headed=_HEADED.get(question.source, 0.75),
            whole=question.source.startswith("whether"),
        )
        for question in make_mixture(mixture, rng, embed)
    )
    rows = [row for row in made if row]
    embed.save()
    return rows


def make_batches(rows: Sequence[Row], rng: random.Random) -> list[list[int]]:
    """Put rows of like length together, and the batches in random order."""
    order = list(range(len(rows)))
    rng.shuffle(order)
    found: list[list[int]] = []
    for first in range(0, len(order), 2048):
        batch: list[int] = []
        longest = 0
        for place in sorted(order[first : first + 2048], key=lambda i: len(rows[i].ids)):
            longest = max(longest, len(rows[place].ids))
            if batch and longest * (len(batch) + 1) > _BATCH_TOKENS:
                found.append(batch)
                batch, longest = [], len(rows[place].ids)
            batch.append(place)
        found.append(batch)
    rng.shuffle(found)
    return found


def train(
    network: ReaderNetwork, rows: Sequence[Row], folder: Path, seed: int, rate: float = _RATE
) -> None:
    """One pass with AdamW over the rows, from the last checkpoint on."""
    batches = make_batches(rows, random.Random(seed))
    fitted = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(fitted, lr=rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    kept, done = folder / "checkpoint.pt", 0
    if kept.exists():
        state = torch.load(kept)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["steps"]
    network.train()
    started, total = time.perf_counter(), 0.0
    for step in range(done, len(batches)):
        share = min(1.0, (step + 1) / _WARMING) * max(0.02, 1 - step / len(batches))
        for group in optimizer.param_groups:
            group["lr"], group["fused"] = rate * share, True
        value = compute_loss(network, [rows[place] for place in batches[step]])
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(fitted, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        total += value.item()
        if step % 50 == 49:
            took = time.perf_counter() - started
            line = {"step": step + 1, "of": len(batches), "loss": round(total / 50, 4)}
            line["seconds"] = round(took)
            print(json.dumps(line), flush=True)
            with (folder / "curve.jsonl").open("a") as curve:
                curve.write(json.dumps(line) + "\n")
            total = 0.0
        if (step + 1) % _KEPT_EVERY == 0 or step + 1 == len(batches):
            state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**state, "steps": step + 1}, kept.with_suffix(".new"))
            kept.with_suffix(".new").replace(kept)
            np.savez_compressed(folder / "weights.npz", **network.arrays())


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the reader.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    parser.add_argument(
        "--continue", dest="go_on", action="store_true", help="start from the weights as they are"
    )
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn, and in which order")
    options = parser.parse_args()
    if not options.check:
        folder = CACHE / f"reader-{options.seed}"
        folder.mkdir(parents=True, exist_ok=True)
        drawn = folder / "rows.pickle"
        if not drawn.exists():
            drawn.write_bytes(
                pickle.dumps(make_rows(AGAIN if options.go_on else FIRST, options.seed))
            )
        rows = pickle.loads(drawn.read_bytes())
        print(f"{len(rows)} rows, {sum(len(row.ids) for row in rows)} tokens", flush=True)
        torch.manual_seed(0)
        network = ReaderNetwork()
        if options.go_on:
            with np.load(WEIGHTS) as arrays:
                network.start_from(dict(arrays))
        train(network, rows, folder, options.seed, _RATE_AFTER if options.go_on else _RATE)
        WEIGHTS.write_bytes((folder / "weights.npz").read_bytes())
    report(Reader())


if __name__ == "__main__":
    main()
