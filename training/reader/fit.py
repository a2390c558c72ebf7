"""Fits ``rag/models/reader_weights.npz``: makes of the embedding model a reader of passages.

    python -m training.reader.fit              # fit, write the weights, print how they fare
    python -m training.reader.fit --continue   # the same, from the weights as they are
    python -m training.reader.fit --check      # print how the weights fare

A run that is stopped goes on where it left its last checkpoint, in ``citespan-bench/`` under
``CITESPAN_BENCH_CACHE``. Needs the ``bench`` extra; takes an hour and a half on two cores.
"""

import argparse
import random

import numpy as np
import torch

from rag.models.reader import WEIGHTS, Reader
from training.data.cached import CACHE, CachedEmbedder
from training.reader.loss import OUTPUTS, compute_loss
from training.reader.mixture import AGAIN, FIRST, LONG, Mixture, make_mixture
from training.reader.report import report
from training.reader.rows import Row, RowMaker
from training.tuning import TunedEncoder, draw_once, finish, train

_HEADED = {"wikitablequestions": 0.95, "records": 1.0, "whether infotabs": 1.0}
"""How often the heading of a text is read with it, where it is not three times in four."""
_RATE, _RATE_AFTER = 1.5e-4, 1e-4
"""Of the first fit, and of one that goes on from it."""


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


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the reader.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    parser.add_argument(
        "--continue", dest="go_on", action="store_true", help="start from the weights as they are"
    )
    parser.add_argument("--long", action="store_true", help="read all sets again, not a little")
    parser.add_argument("--steps", type=int, help="batches that are read at most; default: all")
    parser.add_argument(
        "--share", type=float, default=0.6,
        help="how much a fit that goes on counts beside the one before, in [0, 1]",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn, and in which order")
    options = parser.parse_args()
    if not options.check:
        folder = CACHE / f"reader-{options.seed}"
        mixture = LONG if options.long else AGAIN if options.go_on else FIRST
        rows = draw_once(folder, lambda: make_rows(mixture, options.seed))
        torch.manual_seed(0)
        network = TunedEncoder(OUTPUTS)
        with np.load(WEIGHTS) as arrays:
            before = dict(arrays)
        if options.go_on:
            network.start_from(before)
        rate = _RATE_AFTER if options.go_on else _RATE
        train(
            network, rows, compute_loss, folder,
            seed=options.seed, rate=rate, steps=options.steps,
        )  # fmt: skip
        finish(folder, WEIGHTS, before if options.go_on else None, options.share)
    report(Reader())


if __name__ == "__main__":
    main()
