"""Fits ``rag/models/claim_reader_weights.npz``: makes of the embedding model a judge of claims.

    python -m training.support.tune              # fit, write the weights
    python -m training.support.tune --continue   # the same, from the weights as they are

A run that is stopped goes on where it left its last checkpoint, in ``citespan-bench/`` under
``CITESPAN_BENCH_CACHE``. Needs the ``bench`` extra; takes an hour on two cores. Then fit the
judge's weights (``training/support/fit.py``); ``bench/quality/support.py`` says how it fares.
"""

import argparse
import random
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from rag.models.claim_reader import WEIGHTS
from rag.models.embedder import Embedder
from rag.models.reader import WEIGHTS as READER
from training.data.cached import CACHE
from training.data.public_sets import is_reserved
from training.support.claims import (
    FITTED,
    LabelledClaim,
    change_claims,
    load_claims,
    load_summaries,
    load_written,
    make_claims,
)
from training.support.loss import OUTPUTS, compute_loss
from training.support.rows import make_rows
from training.tuning import TunedEncoder, draw_once, finish, train


@dataclass(frozen=True)
class _Mixture:
    """What is read.

    :param made: claims made by program.
    :param most: claims of a set, where there are more: long evidence costs time.
    :param repeats: how often a set is read that is small, or most like what is judged.
    """

    made: int
    most: Mapping[str, int]
    repeats: Mapping[str, int]


_FIRST = _Mixture(
    made=6_500,
    most={
        "infotabs": 2_400, "summedits": 1_100, "begin": 1_000, "factcheck-bench": 1_000,
        "scitldr": 500,
    },
    repeats={"wice-tokens": 2, "written": 2},
)  # fmt: skip
_AGAIN = _Mixture(
    made=1_500,
    most=dict.fromkeys(("infotabs", "summedits", "begin", "factcheck-bench"), 300)
    | {"fever-symmetric": 300, "scitldr": 150},
    repeats={},
)
"""What a fit that goes on reads: what was written for this, and a little of what it knows."""
_RATE, _RATE_AFTER = 1.2e-4, 1e-4
_SHARE = 0.6
"""How much a fit that goes on counts beside the one before."""


def draw_claims(mixture: _Mixture, rng: random.Random) -> list[LabelledClaim]:
    """Draw the claims that are fitted on."""
    found = make_claims(rng, mixture.made)
    sets = {name: load_claims(name) for name in FITTED}
    for name, load in {**sets, "scitldr": load_summaries(), "written": load_written()}.items():
        own = [each for each in load if not is_reserved(each.group)]
        rng.shuffle(own)
        own = own[: mixture.most.get(name)]
        found += own * mixture.repeats.get(name, 1)
        if name != "written":  # half of which is wrong already
            found += change_claims(own, rng)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the claim reader.")
    parser.add_argument(
        "--continue", dest="go_on", action="store_true", help="start from the weights as they are"
    )
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn, and in which order")
    options = parser.parse_args()
    folder = CACHE / f"claims-{options.seed}"
    mixture = _AGAIN if options.go_on else _FIRST
    rng = random.Random(options.seed)
    rows = draw_once(folder, lambda: [*make_rows(draw_claims(mixture, rng), Embedder().tokens)])
    torch.manual_seed(0)
    network = TunedEncoder(OUTPUTS)
    with np.load(WEIGHTS if options.go_on else READER) as arrays:
        before = dict(arrays)
    # The reader has learnt to read two texts together.
    network.start_from(before, head=options.go_on)
    rate = _RATE_AFTER if options.go_on else _RATE
    train(network, rows, compute_loss, folder, seed=options.seed, rate=rate)
    finish(folder, WEIGHTS, before if options.go_on else None, _SHARE)


if __name__ == "__main__":
    main()
