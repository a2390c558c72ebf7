"""Fits ``rag/models/claim_reader_weights.npz``: makes of the embedding model a judge of claims.

    python -m training.support.tune            # fit, write the weights, print how they fare
    python -m training.support.tune --check    # print how the weights fare

A run that is stopped goes on where it left its last checkpoint, in ``citespan-bench/`` under
``CITESPAN_BENCH_CACHE``. Needs the ``bench`` extra; takes an hour on two cores.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from rag.models.claim_reader import WEIGHTS, ClaimReader
from rag.models.embedder import Embedder
from rag.models.reader import WEIGHTS as READER, Page
from rag.text.terms import terms
from training.data.cached import CACHE
from training.reader.questions import is_reserved
from training.support.claims import ASKED, FITTED, LabelledClaim, load_claims, make_claims
from training.support.loss import OUTPUTS, compute_loss
from training.support.rows import make_rows
from training.tuning import TunedEncoder, draw_once, train

_MOST = {"infotabs": 12_000}
"""Claims of a set that are read, where there are more."""
_REPEATS = {"summedits": 2, "fever-symmetric": 2, "wice-tokens": 4}
"""How often the claims of a small set are read."""
_MADE = 36_000
_RATE = 1.2e-4
_ASKED_OF_EACH = 600
_DRAWS = 1_000


def draw_claims(rng: random.Random) -> list[LabelledClaim]:
    """Draw the claims that are fitted on."""
    found = make_claims(rng, _MADE)
    for name in FITTED:
        own = [each for each in load_claims(name) if not is_reserved(each.group)]
        rng.shuffle(own)
        found += own[: _MOST.get(name)] * _REPEATS.get(name, 1)
    return found


def report(reader: ClaimReader) -> None:
    """Print the AUROC of support for each set, beside that of the share of shared words."""
    print("| claims | n | AUROC of support | AUROC of shared words | difference |")
    print(f"|{' --- |' * 5}")
    rng = random.Random(0)
    sets: dict[str, Sequence[LabelledClaim]] = {
        f"{name}, reserved": [each for each in load_claims(name) if is_reserved(each.group)]
        for name in FITTED
    }
    sets |= {name: list(load_claims(name)) for name in ASKED}
    made: dict[str, list[LabelledClaim]] = defaultdict(list)
    for each in make_claims(random.Random(1), 20_000, reserved=True):
        made["answer" if each.kind.startswith("answer") else each.kind].append(each)
    right = [each for own in made.values() for each in own if each.label == "supported"]
    sets |= {f"made, {kind}": own for kind, own in sorted(made.items())}
    for name, claims in sets.items():
        if len({each.label == "supported" for each in claims}) < 2:
            claims = [*claims, *rng.sample(right, min(len(right), len(claims)))]
        claims = rng.sample(claims, min(len(claims), _ASKED_OF_EACH))
        truth = np.array([each.label == "supported" for each in claims])
        if len(set(truth.tolist())) < 2:
            continue
        pairs = [(each.claim, Page(each.heading, each.evidence)) for each in claims]
        scores = np.array([each.supported for each in reader(pairs)])
        plain = np.array([_share_words(each) for each in claims])
        cells = [_interval(truth, scores), _interval(truth, plain), _interval(truth, scores, plain)]
        print(f"| {name} | {len(claims)} | {' | '.join(cells)} |", flush=True)


def _share_words(claim: LabelledClaim) -> float:
    """The share of the claim's distinct words that the evidence has."""
    words = set(terms(claim.claim, keep_stop_words=False))
    known = set(terms(f"{claim.heading} {claim.evidence}"))
    return len(words & known) / max(1, len(words))


def _interval(truth: np.ndarray, scores: np.ndarray, less: np.ndarray | None = None) -> str:
    """An AUROC, less another one if given, with the interval of the bootstrap."""

    def measure(drawn: np.ndarray) -> float:
        value = float(roc_auc_score(truth[drawn], scores[drawn]))
        return value if less is None else value - float(roc_auc_score(truth[drawn], less[drawn]))

    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(truth), len(truth)) for _ in range(_DRAWS)]
    values = [measure(drawn) for drawn in draws if 0 < truth[drawn].sum() < len(truth)]
    low, high = np.percentile(values, [2.5, 97.5])
    return f"{measure(np.arange(len(truth))):.3f} [{low:.3f}, {high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the claim reader.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn, and in which order")
    options = parser.parse_args()
    if not options.check:
        folder = CACHE / f"claims-{options.seed}"
        rng = random.Random(options.seed)
        rows = draw_once(folder, lambda: [*make_rows(draw_claims(rng), Embedder().tokens)])
        torch.manual_seed(0)
        network = TunedEncoder(OUTPUTS)
        with np.load(READER) as arrays:  # it has learnt to read two texts together
            network.start_from(dict(arrays), head=False)
        train(network, rows, compute_loss, folder, seed=options.seed, rate=_RATE)
        WEIGHTS.write_bytes((folder / "weights.npz").read_bytes())
    report(ClaimReader())


if __name__ == "__main__":
    main()
