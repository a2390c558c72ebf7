"""Fits ``rag/support/support_weights.json``: what the judge makes of the reader and of the rules.

    python -m training.support.fit

Deterministic; some minutes. It is fitted on the half of each set's reserved claims that
``bench/quality/support.py`` does not report, which the reader of claims was not fitted on, and on
claims made of the sentences of reserved documents. It prints what each feature is worth: the loss
on claims of other documents, with all features and without each in turn.
"""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.models.claim_reader import ClaimReader
from rag.models.reader import Page
from rag.support.comparison import compare
from rag.support.evidence import choose_evidence
from rag.support.judge import FEATURES, Judged, SupportModel
from training.logistic import Floats, fit_logistic
from training.support.claims import (
    FITTED,
    LabelledClaim,
    is_for_weights,
    join_heading,
    load_claims,
    load_wice_claims,
    load_written,
    make_claims,
)

_FOLDS = 5
_MADE = 1_500
_WEIGHTS = {"written": 3.0, "made": 2.0}
"""How much a set of claims counts in all, where that is not 1."""


def draw_claims() -> list[LabelledClaim]:
    """Draw the claims that the weights are fitted on."""
    sets = [load_written(), *(load_claims(name) for name in FITTED)]
    people = [each for load in sets for each in load if is_for_weights(each.group)]
    people += load_wice_claims(reported=False)
    made = make_claims(random.Random(3), 6 * _MADE, reserved=True)
    return people + [each for each in made if is_for_weights(each.group)][:_MADE]


def judge_all(claims: Sequence[LabelledClaim]) -> list[Judged]:
    """Compare each claim with its evidence, and read both."""
    texts = [join_heading(each.heading, each.evidence) for each in claims]
    seen = [compare(each.claim, text) for each, text in zip(claims, texts, strict=True)]
    pairs = [
        (each.claim, Page("", choose_evidence(each.claim, text)))
        for each, text in zip(claims, texts, strict=True)
    ]
    return [Judged(*both) for both in zip(seen, ClaimReader()(pairs), strict=True)]


def fit(matrix: Floats, labels: npt.NDArray[np.bool_], weights: Floats) -> tuple[float, Floats]:
    """Fit a ridge-regularised logistic model whose weights keep their signs."""
    bias, found = fit_logistic(matrix, labels, weights, [feature.sign for feature in FEATURES])
    return bias, np.array(found)


def compute_loss(
    matrix: Floats, labels: npt.NDArray[np.bool_], weights: Floats, groups: Sequence[str]
) -> float:
    """The mean loss on claims whose documents were not fitted on, by cross-validation."""
    order = sorted(set(groups))
    random.Random(5).shuffle(order)
    folds = np.array([order.index(group) % _FOLDS for group in groups])
    total = 0.0
    for fold in range(_FOLDS):
        rest = folds != fold
        bias, found = fit(matrix[rest], labels[rest], weights[rest])
        logits = bias + matrix[~rest] @ found
        losses = np.logaddexp(0, np.where(labels[~rest], -logits, logits))
        total += float((losses * weights[~rest]).sum())
    return total / float(weights.sum())


def main() -> None:
    claims = draw_claims()
    judged = judge_all(claims)
    kept = [not both.seen.verbatim for both in judged]
    claims = [each for each, keep in zip(claims, kept, strict=True) if keep]
    judged = [both for both, keep in zip(judged, kept, strict=True) if keep]
    matrix = np.array([[feature.compute(both) for feature in FEATURES] for both in judged])
    labels = np.array([each.label == "supported" for each in claims])
    named = ("written", "wice")
    names = [each.source if not each.kind or each.source in named else "made" for each in claims]
    sizes = Counter(names)
    weights = np.array([_WEIGHTS.get(name, 1.0) / sizes[name] for name in names])
    weights *= len(weights) / weights.sum()
    groups = [each.group for each in claims]
    print(f"{len(claims)} claims: {dict(sizes)}")
    print(f"loss with all features {compute_loss(matrix, labels, weights, groups):.4f}")
    for place, feature in enumerate(FEATURES):
        without = matrix.copy()
        without[:, place] = 0
        print(f"  without {feature.name}: {compute_loss(without, labels, weights, groups):.4f}")
    bias, found = fit(matrix, labels, weights)
    values = dict(zip([feature.name for feature in FEATURES], found.tolist(), strict=True))
    SupportModel(values, bias).save()
    print(values, bias)


if __name__ == "__main__":
    main()
