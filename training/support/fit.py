"""Fits ``rag/support/support_weights.json`` on labelled claims and prints how the judge fares.

    python -m training.support.fit            # fit, write the weights, print the tables
    python -m training.support.fit --check    # print the tables for the weights as they are

Deterministic; a minute or two. The model is used for the last table alone. The weights are fitted
on WiCE's claims, each judged against the whole cited page; its figures are those of ten-fold
cross-validation, in which a page is never on both sides. The changed sentences fit nothing. The
rules were written looking at those of the documents that are not held out; the table shows the
held-out ones.
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from rag.support.antonyms import are_antonyms
from rag.support.comparison import Comparison, compare
from rag.support.judge import FEATURES, SupportModel, verdict
from rag.text.terms import terms
from training.data.cached import CachedEmbedder
from training.logistic import Floats, fit_logistic
from training.support.cases import ANOTHER_WORD, HARDER, Claim, Pair, load_wice, make_pairs

FOLDS, DRAWS = 10, 1000


def fit(seen: Sequence[Comparison], labels: npt.NDArray[np.bool_]) -> SupportModel:
    """Fit a ridge-regularised logistic model; both labels weigh the same, signs are kept."""
    matrix = np.array([[feature.compute(one) for feature in FEATURES] for one in seen])
    weight = np.where(labels, 1 / labels.sum(), 1 / (~labels).sum()) * len(labels) / 2
    bias, weights = fit_logistic(matrix, labels, weight, [feature.sign for feature in FEATURES])
    names = [feature.name for feature in FEATURES]
    return SupportModel(dict(zip(names, weights, strict=True)), bias)


def cross_validated(claims: Sequence[Claim], seen: Sequence[Comparison]) -> Floats:
    """Each claim's score by weights that were fitted on other pages."""
    pages = sorted({claim.page for claim in claims})
    random.Random(5).shuffle(pages)
    fold_of = {page: i % FOLDS for i, page in enumerate(pages)}
    folds = np.array([fold_of[claim.page] for claim in claims])
    labels = np.array([claim.label == "supported" for claim in claims])
    scores = np.zeros(len(claims))
    for fold in range(FOLDS):
        rest = folds != fold
        kept = [one for one, is_kept in zip(seen, rest, strict=True) if is_kept]
        model = fit(kept, labels[rest])
        for i in np.flatnonzero(~rest):
            scores[i] = model.score(seen[i])
    return scores


def interval(measure: Callable[[npt.NDArray[np.intp]], float], size: int) -> tuple[float, float]:
    """The middle 95 % of a measure over samples drawn with replacement."""
    rng = np.random.default_rng(11)
    values = [measure(rng.integers(0, size, size)) for _ in range(DRAWS)]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def floor(claim: Claim) -> float:
    """The share of the claim's distinct words that the page has."""
    words = set(terms(claim.text, keep_stop_words=False))
    return len(words & set(terms(claim.page))) / max(1, len(words))


def report_claims(claims: Sequence[Claim], scores: Floats) -> None:
    """Print AUROC and verdicts on the labelled claims, each judged by weights that never saw it."""
    labels = np.array([claim.label == "supported" for claim in claims])
    print(f"\nWiCE, {len(claims)} claims against the whole page, {FOLDS}-fold by page")
    plain = np.array([floor(claim) for claim in claims])
    none = np.array([claim.label == "not_supported" for claim in claims])
    rows = [
        ("AUROC, supported against the rest", labels, scores),
        ("  the share of words on the page", labels, plain),
        ("AUROC, not supported against the rest", ~none, scores),
    ]
    for name, truth, values in rows:
        low, high = interval(
            lambda i, truth=truth, values=values: roc_auc_score(truth[i], values[i]), len(claims)
        )
        print(f"  {name:42} {roc_auc_score(truth, values):.3f}  {low:.3f} to {high:.3f}")
    verdicts = Counter(
        (claim.label, verdict(score)) for claim, score in zip(claims, scores, strict=True)
    )
    print(f"\n  {'label':22} supported   partial   unsupported")
    for label in ("supported", "partially_supported", "not_supported"):
        row = [verdicts[label, each] for each in ("supported", "partial", "unsupported")]
        print(f"  {label:22} {row[0]:9} {row[1]:9} {row[2]:13}")


def report_chosen(model: SupportModel, claims: Sequence[Claim]) -> None:
    """Print the same for the sentences that annotators chose, where they chose any."""
    chosen = [claim for claim in claims if claim.chosen]
    labels = np.array([claim.label == "supported" for claim in chosen])
    values = np.array([model.judge(claim.text, claim.chosen).score for claim in chosen])
    low, high = interval(lambda i: roc_auc_score(labels[i], values[i]), len(chosen))
    print(
        f"\n  against the chosen sentences alone ({len(chosen)} claims that have any): AUROC "
        f"{roc_auc_score(labels, values):.3f}  {low:.3f} to {high:.3f}"
    )


def in_table(pair: Pair) -> bool:
    """Whether the judge's own table has the pair of words that was exchanged."""
    old, new = (terms(word)[0] for word in pair.detail.split(" → "))
    return are_antonyms(old, new)


def report_pairs(model: SupportModel, made: Sequence[Pair]) -> None:
    """Print what share of changed and of untouched sentences is flagged."""
    started = time.perf_counter()
    flagged = [model.judge(pair.sentence, pair.quote).verdict != "supported" for pair in made]
    taken = 1000 * (time.perf_counter() - started) / len(made)
    print(f"\n{len(made)} sentences of held-out documents, {taken:.1f} ms each; flagged, in %")
    groups: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for pair, flag in zip(made, flagged, strict=True):
        if pair.family in HARDER:
            groups["taken from elsewhere in the quote"][pair.family].append(flag)
        elif pair.family in ANOTHER_WORD:
            groups["another word, no vectors"][pair.family].append(flag)
        else:
            group = groups["untouched" if pair.true else "changed"]
            for row in ("all", f"quote: {pair.length}", pair.family):
                group[row].append(flag)
            if pair.family == "direction":
                known = "in" if in_table(pair) else "not in"
                group[f"direction, {known} antonyms.txt"].append(flag)
    embed = CachedEmbedder()
    for pair in made:
        if pair.family in ANOTHER_WORD:
            judged = model.judge(pair.sentence, pair.quote, embed_words=embed)
            group = groups["another word, with word vectors"]
            group[pair.family].append(judged.verdict != "supported")
    embed.save()
    for name, rows in groups.items():
        print(f"  {name}")
        for row, flags in rows.items():
            rates = 100 * np.array(flags)
            low, high = interval(lambda i, rates=rates: rates[i].mean(), len(rates))
            print(f"    {row:26} n={len(rates):<5} {rates.mean():5.1f}  {low:5.1f} to {high:5.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of rag/support/judge.py.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    parser.add_argument("--most", type=int, default=200, help="sentences per change and corpus")
    options = parser.parse_args()
    claims = load_wice()
    seen = [compare(claim.text, claim.page) for claim in claims]
    scores = cross_validated(claims, seen)
    model = SupportModel.load()
    if not options.check:
        model = fit(seen, np.array([claim.label == "supported" for claim in claims]))
        model.save()
    report_claims(claims, scores)
    report_chosen(model, claims)
    made = make_pairs(random.Random(7), options.most)
    report_pairs(model, [pair for pair in made if pair.held_out])


if __name__ == "__main__":
    main()
