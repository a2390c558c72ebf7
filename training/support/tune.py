"""Fits ``rag/models/claim_reader_weights.npz``: makes of the embedding model a judge of claims.

    python -m training.support.tune

A run that is stopped goes on where it left its last checkpoint, in ``citespan-bench/`` under
``CITESPAN_BENCH_CACHE``. Needs the ``bench`` extra; takes an hour on two cores. Then fit the
judge's weights (``training/support/fit.py``); ``bench/quality/support.py`` says how it fares.
"""

import argparse
import random

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
from training.tuning import TunedEncoder, draw_once, train

_MOST = {
    "infotabs": 2_400, "summedits": 1_100, "begin": 1_000, "factcheck-bench": 1_000, "scitldr": 500
}  # fmt: skip
"""Claims of a set that are read, where there are more: long evidence costs time."""
_REPEATS = {"wice-tokens": 2, "written": 2}
"""How often the claims of a set are read that is small, or most like what is judged."""
_MADE = 6_500
_RATE = 1.2e-4


def draw_claims(rng: random.Random) -> list[LabelledClaim]:
    """Draw the claims that are fitted on."""
    found = make_claims(rng, _MADE)
    sets = {name: load_claims(name) for name in FITTED}
    for name, load in {**sets, "scitldr": load_summaries(), "written": load_written()}.items():
        own = [each for each in load if not is_reserved(each.group)]
        rng.shuffle(own)
        own = own[: _MOST.get(name)]
        found += own * _REPEATS.get(name, 1)
        if name != "written":  # half of which is wrong already
            found += change_claims(own, rng)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the claim reader.")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn, and in which order")
    options = parser.parse_args()
    folder = CACHE / f"claims-{options.seed}"
    rng = random.Random(options.seed)
    rows = draw_once(folder, lambda: [*make_rows(draw_claims(rng), Embedder().tokens)])
    torch.manual_seed(0)
    network = TunedEncoder(OUTPUTS)
    with np.load(READER) as arrays:  # it has learnt to read two texts together
        network.start_from(dict(arrays), head=False)
    train(network, rows, compute_loss, folder, seed=options.seed, rate=_RATE)
    WEIGHTS.write_bytes((folder / "weights.npz").read_bytes())


if __name__ == "__main__":
    main()
