"""The confidence, corrected for a library's own questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from eval import Case, CasesError, seed_cases
from eval.calibrate import CalibrationFit, calibrate, fit
from rag import LibraryError, Rag, Settings
from rag.answers.calibration import Calibration


@given(st.floats(0.001, 0.999), st.floats(0.1, 5), st.floats(-3, 3))
def test_what_is_applied_can_be_undone(confidence: float, slope: float, shift: float) -> None:
    calibration = Calibration(slope, shift)
    if 1e-5 < calibration.apply(confidence) < 1 - 1e-5:
        assert calibration.undo(calibration.apply(confidence)) == pytest.approx(
            confidence, abs=1e-3
        )


def test_none_kept_changes_nothing(tmp_path: Path) -> None:
    assert Calibration.of(tmp_path).apply(0.3) == pytest.approx(0.3)


def test_a_kept_one_is_found_again_and_can_be_forgotten(tmp_path: Path) -> None:
    Calibration(0.5, -1.0, 40).keep(tmp_path)
    assert Calibration.of(tmp_path) == Calibration(0.5, -1.0, 40)
    assert Calibration.forget(tmp_path)
    assert Calibration.of(tmp_path) == Calibration()


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"slope": 0, "shift": 0, "questions": 1}', '{"slope": 1}']
)
def test_a_damaged_file_is_refused_with_the_remedy(tmp_path: Path, kept: str) -> None:
    (tmp_path / "calibration.json").write_text(kept)
    with pytest.raises(LibraryError, match="calibrate --reset"):
        Calibration.of(tmp_path)


def test_the_fit_finds_the_correction_that_was_hidden() -> None:
    rng = np.random.default_rng(0)
    shown = rng.uniform(0.02, 0.98, 4000)
    truth = Calibration(0.6, -0.8)
    answerable = rng.random(4000) < np.array([truth.apply(float(value)) for value in shown])
    found = fit(shown, answerable)
    assert found.slope == pytest.approx(truth.slope, abs=0.08)
    assert found.shift == pytest.approx(truth.shift, abs=0.12)


def test_questions_told_apart_perfectly_do_not_make_answers_certain() -> None:
    shown = np.array([0.9] * 10 + [0.1] * 10)
    found = fit(shown, shown > 0.5)
    assert found.apply(0.9) < 0.995


def test_the_threshold_keeps_the_risk_with_certainty() -> None:
    after = np.array([0.9] * 60 + [0.8] * 40 + [0.2] * 20)
    answerable = np.array([True] * 98 + [False] * 22)
    fitted = CalibrationFit(Calibration(), after, after, answerable)
    assert fitted.threshold(0.1) == pytest.approx(0.8)  # two of a hundred are 6.2 % at most
    assert fitted.threshold(0.05) == pytest.approx(0.9)  # none of sixty is 4.9 % at most
    few = CalibrationFit(Calibration(), after[:10], after[:10], answerable[:10])
    assert few.threshold(0.1) is None  # none of ten is still 26 % at most


def test_too_few_questions_are_refused_in_words(bot: Rag) -> None:
    cases = [
        Case(
            id="one",
            question="What are stem cells?",
            kind="fact",
            answerable=True,
            facts=(("cell",),),
        )
    ]
    with pytest.raises(CasesError, match="at least 10"):
        calibrate(bot, cases)


def test_a_library_answers_with_the_confidence_it_was_given(bot: Rag) -> None:
    """CalibrationFit, kept, read by a new ``Rag``, and undone before the next fit."""
    cases = seed_cases()
    some = [c for c in cases if c.answerable][:10] + [c for c in cases if not c.answerable][:10]
    fitted = calibrate(bot, some)
    assert fitted.before.shape == fitted.after.shape == (20,)
    question = some[0].question
    shipped = bot.ask(question).confidence
    home = bot.settings.home
    try:
        fitted.calibration.keep(home)
        with Rag(Settings(home=home)) as other:
            assert other.ask(question).confidence == pytest.approx(
                fitted.calibration.apply(shipped)
            )
            again = calibrate(other, some)
        assert np.allclose(again.before, fitted.before, atol=1e-6)
    finally:
        assert Calibration.forget(home)
