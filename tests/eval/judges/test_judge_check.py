"""The judge judged, against numbers worked out by hand and sklearn's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, roc_auc_score

from eval import CasesError, JudgeError, check_judge, load_pairs
from eval.judges.judge import SupportJudge
from eval.judges.judge_check import FILE, Pair, auroc, keep_check, load_checks
from rag.support.judge import verdict
from rag.types import Support


class Scores:
    """Gives each sentence the score that it names."""

    identity = "scores"

    def __call__(self, sentence: str, quote: str) -> Support:
        if sentence == "fail":
            raise JudgeError("no reply")
        return Support(verdict(float(sentence)), float(sentence))


def test_measures_are_those_of_sklearn() -> None:
    rng = np.random.default_rng(2)
    truth = rng.random(200) < 0.4
    scores = np.round(np.clip(rng.normal(0.4 + 0.3 * truth, 0.25), 0, 1), 1)
    pairs = [Pair(str(s), "q", bool(t)) for s, t in zip(scores, truth, strict=True)]
    check = check_judge(Scores(), pairs, "pairs.jsonl")
    assert check.auroc == pytest.approx(roc_auc_score(truth, scores), abs=1e-6)
    assert check.balanced_accuracy == pytest.approx(
        balanced_accuracy_score(truth, scores >= 0.5), abs=1e-6
    )
    assert check.brier == pytest.approx(brier_score_loss(truth, scores), abs=1e-6)
    assert check.auroc_low < check.auroc < check.auroc_high
    assert sum(each.n for each in check.bins) == 200
    assert check_judge(Scores(), pairs, "pairs.jsonl") == check


def test_by_hand_with_a_tie_and_a_failure() -> None:
    pairs = [
        Pair("0.9", "q", True),
        Pair("0.5", "q", True),
        Pair("0.5", "q", False),
        Pair("fail", "q", False),
        Pair("fail", "q", True),
    ]
    check = check_judge(Scores(), pairs, "p")
    # supported 0.9, 0.5, 0 against 0.5, 0: 2 + 1.5 + 0.5 of 6
    assert check.auroc == pytest.approx(4 / 6, abs=1e-6)
    assert check.balanced_accuracy == pytest.approx((2 / 3 + 1 / 2) / 2, abs=1e-6)
    assert (check.n, check.supported, check.failed) == (5, 3, 2)
    assert check.brier == pytest.approx((0.01 + 0.25 + 0.25 + 0 + 1) / 5, abs=1e-6)
    assert [(b.score, b.supported, b.n) for b in check.bins] == [
        (0, 1, 2),
        (0.5, 1, 2),
        (0.9, 1, 1),
    ]
    assert check.calibration_error == pytest.approx((2 * 0.5 + 2 * 0 + 0.1) / 5, abs=1e-6)


def test_auroc_of_a_perfect_and_of_a_constant_judge() -> None:
    truth = np.array([True, False, True])
    assert auroc(np.array([0.9, 0.1, 0.8]), truth) == 1
    assert auroc(np.zeros(3), truth) == 0.5


def test_pairs_are_read_in_every_documented_form(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"sentence": "a", "quote": "q", "label": "supported"},
        {"claim": "b", "source": "q", "label": 0},
        {"claim": "c", "source_sentences": ["q", "r"], "label": "partially_supported"},
        {"sentence": "d", "quote": "q", "label": True},
    ]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    pairs = load_pairs(path)
    assert [pair.supported for pair in pairs] == [True, False, False, True]
    assert pairs[2].quote == "q\nr"


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ({"sentence": "a", "quote": "q"}, "write a pair as"),
        ({"sentence": "a", "quote": "q", "label": "maybe"}, "write a pair as"),
        ({"sentence": 1, "quote": "q", "label": 1}, "write a pair as"),
        ({"sentence": "a", "quote": "q", "label": 1}, "and pairs that are not"),
    ],
)
def test_what_is_no_pair_is_refused(tmp_path: Path, row: Any, remedy: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(row))
    with pytest.raises(CasesError, match=remedy):
        load_pairs(path)


def test_the_checks_of_a_judge_are_kept_and_quoted(tmp_path: Path) -> None:
    pairs = [
        Pair("Herons nest in trees.", "Herons nest in trees.", True),
        Pair("Herons nest in caves.", "Herons nest in trees.", False),
    ]
    judge = SupportJudge()
    check = check_judge(judge, pairs, "birds.jsonl")
    keep_check(tmp_path, check)
    shipped, own = load_checks(tmp_path, judge.identity)
    assert own == check
    assert shipped.n == 349  # two pairs take the place of none of these
    assert load_checks(tmp_path, "another") == ()
    keep_check(tmp_path, check)
    assert len(load_checks(tmp_path, judge.identity)) == 2
    assert "AUROC 1.000" in check.sentence
    assert "birds.jsonl" in check.sentence


@pytest.mark.parametrize("kept", ["{", "[]", '{"a": {}}', '{"a": {"bins": 3}}'])
def test_a_damaged_file_of_checks_is_passed_over(tmp_path: Path, kept: str) -> None:
    (tmp_path / FILE).write_text(kept)
    assert load_checks(tmp_path, "a") == ()


def test_the_default_judge_comes_with_a_check(tmp_path: Path) -> None:
    checks = load_checks(tmp_path, SupportJudge().identity)
    assert checks, (
        "its weights have changed: check it anew, and keep that in eval/judges/judge-checks.json"
    )
    (shipped,) = checks
    assert shipped.n == 349
    assert "fitted" in shipped.sentence  # readers know what the pairs were to the weights
