"""Whether a quote supports a sentence: how often the judge is right, on what it has not seen.

    python -m bench.quality.support [--each]

People's claims are of the tenth of each set that the reader of claims was not fitted on (half of
it: the other half fitted the judge's few weights), and of whole sets whose licence kept them out.
``bench/chat_sentences.jsonl`` holds 300 sentences as chat models write them, half of them wrong in
one place; who wrote and labelled them had not seen what the judge says. The changed sentences are
those of ``training/support/cases.py``, of documents that nothing was fitted on. Intervals are 95 %,
by bootstrap.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from eval.statistics import bootstrap_interval
from rag.support.judge import judge_support
from rag.text.terms import terms
from rag.types import Support
from training.data.public_sets import is_for_report, read_rows
from training.support.cases import ANOTHER_WORD, HARDER, make_pairs
from training.support.claims import (
    ASKED,
    FITTED,
    LabelledClaim,
    join_heading,
    load_claims,
    load_wice_claims,
    load_written,
)

SENTENCES = Path(__file__).resolve().parents[1] / "chat_sentences.jsonl"
_EACH = 600
"""Claims of a set that are judged, where there are more."""
_DRAWS = 1_000
Array = npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="print what is judged wrongly")
    parser.add_argument("--most", type=int, default=60, help="changed sentences of a kind and set")
    options = parser.parse_args()
    judge_support("The model is loaded.", "It is cold.")
    report_claims()
    report_sentences(each=options.each)
    report_changes(options.most)


def list_sets() -> Iterator[tuple[str, list[LabelledClaim]]]:
    """List the sets of claims, with what of them was not fitted on."""
    for name in FITTED:
        own = [each for each in load_claims(name) if is_for_report(each.group)]
        yield f"{name}, reserved", own
    written = [each for each in load_written() if is_for_report(each.group)]
    yield "written, reserved", written
    for name in ASKED:
        yield name, list(load_claims(name))
    for kind, name in (("chosen", "chosen sentences"), ("page", "whole page")):
        claims = load_wice_claims(reported=True)
        yield f"WiCE, half, {name}", [each for each in claims if each.kind == kind]


def report_claims() -> None:
    """Print the AUROC of each set, beside that of the share of shared words."""
    print("| claims | n | AUROC | of shared words | difference | precision of *supported* |")
    print(f"|{' --- |' * 6}")
    rng = random.Random(0)
    everything: list[tuple[bool, float, float]] = []
    for name, claims in list_sets():
        claims = rng.sample(claims, min(len(claims), _EACH))
        truth = np.array([each.label == "supported" for each in claims])
        if len(set(truth.tolist())) < 2:
            continue
        judged = [
            judge_support(each.claim, join_heading(each.heading, each.evidence)) for each in claims
        ]
        scores = np.array([each.score for each in judged])
        plain = np.array([share_words(each) for each in claims])
        shown = [float(t) for t, j in zip(truth, judged, strict=True) if j.verdict == "supported"]
        cells = (
            measure(truth, scores), measure(truth, plain), measure(truth, scores, plain),
            format_share(shown),
        )  # fmt: skip
        print(f"| {name} | {len(claims)} | {' | '.join(cells)} |", flush=True)
        if "whole page" not in name:
            everything += zip(truth.tolist(), scores, plain, strict=True)
    truth, scores, plain = (np.array(column) for column in zip(*everything, strict=True))
    cells = measure(truth, scores), measure(truth, plain), measure(truth, scores, plain), ""
    print(f"| all of these, mixed | {len(truth)} | {' | '.join(cells)} |")


def report_sentences(*, each: bool) -> None:
    """Print what is said of the sentences that chat models write, by what was done to them."""
    rows = read_rows(SENTENCES)
    started = time.perf_counter()
    judged = [
        judge_support(row["sentence"], join_heading(row["heading"], row["evidence"]))
        for row in rows
    ]
    taken = 1000 * (time.perf_counter() - started) / len(rows)
    found: dict[tuple[bool, str], list[Support]] = defaultdict(list)
    for row, support in zip(rows, judged, strict=True):
        holds = row["label"] == "supported"
        for kind in ("all", row["kind"]):
            found[holds, kind].append(support)
        if each and holds != (support.verdict == "supported"):
            print(f"{row['label']} ({row['kind']}) {support.verdict} {support.score:.2f}:", end=" ")
            print(row["sentence"], support.reasons)
    truth = np.array([row["label"] == "supported" for row in rows])
    scores = np.array([support.score for support in judged])
    print(f"\n{len(rows)} sentences as chat models write them, {taken:.1f} ms each;", end=" ")
    print("AUROC", measure(truth, scores))
    print("\n| sentences | n | supported | partial | unsupported |")
    print(f"|{' --- |' * 5}")
    for (holds, kind), own in sorted(found.items(), key=lambda item: (not item[0][0], item[0][1])):
        cells = (
            format_share([float(support.verdict == verdict) for support in own])
            for verdict in ("supported", "partial", "unsupported")
        )
        name = f"{'true' if holds else 'wrong'}, {kind}"
        print(f"| {name} | {len(own)} | {' | '.join(cells)} |")


def report_changes(most: int) -> None:
    """Print what share of changed and of untouched sentences is flagged."""
    print("\n| sentences of held-out documents | n | flagged |")
    print(f"|{' --- |' * 3}")
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for pair in make_pairs(random.Random(7), most):
        if pair.held_out:
            flagged = float(judge_support(pair.sentence, pair.quote).verdict != "supported")
            harder = pair.family in HARDER or pair.family in ANOTHER_WORD
            group = "harder" if harder else "untouched" if pair.true else "changed"
            for kind in (pair.family,) if harder else ("all", pair.family):
                found[group, kind].append(flagged)
    for (group, kind), flags in found.items():
        print(f"| {group}, {kind} | {len(flags)} | {format_share(flags)} |")


def share_words(claim: LabelledClaim) -> float:
    """The share of the claim's distinct words that the evidence has."""
    words = set(terms(claim.claim, keep_stop_words=False))
    known = set(terms(f"{claim.heading} {claim.evidence}"))
    return len(words & known) / max(1, len(words))


def measure(truth: Array, scores: Array, less: Array | None = None) -> str:
    """An AUROC, less another one if given, with the interval of the bootstrap."""

    def compute(drawn: npt.NDArray[np.intp]) -> float:
        value = float(roc_auc_score(truth[drawn], scores[drawn]))
        return value if less is None else value - float(roc_auc_score(truth[drawn], less[drawn]))

    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(truth), len(truth)) for _ in range(_DRAWS)]
    values = [compute(drawn) for drawn in draws if 0 < truth[drawn].sum() < len(truth)]
    low, high = np.percentile(values, [2.5, 97.5])
    return f"{compute(np.arange(len(truth))):.3f} [{low:.3f}, {high:.3f}]"


def format_share(held: Sequence[float]) -> str:
    """A share in per cent, with the interval of the bootstrap."""
    if not held:
        return ""
    low, high = bootstrap_interval(held)
    return f"{100 * sum(held) / len(held):.1f} [{100 * low:.1f}, {100 * high:.1f}]"


if __name__ == "__main__":
    main()
