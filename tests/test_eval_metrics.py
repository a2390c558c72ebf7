"""Every measure against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from eval.cases import Case, Quote
from eval.metrics import (
    METRICS,
    Cited,
    Outcome,
    bootstrap_interval,
    mean,
    missing_facts,
    normalise,
    overlaps_quote,
    percentile,
)

ANSWERABLE = Case(
    id="a",
    question="Where do they come from?",
    answerable=True,
    facts=(("umbilical cord blood", "cord blood"), ("placenta",), ("amniotic fluid",)),
    quotes=(Quote("a.txt", "cord blood, placenta, and amniotic fluid"),),
)
UNANSWERABLE = Case(id="b", question="How much?", answerable=False)
FAILED = Outcome("failed", "", (), (), 0.1, "ValueError: broken")
REFUSED = Outcome("abstained", "The documents do not say. The placenta.", (), (), 0.1)


def cited(*, exact: bool = True, gold: bool = True) -> Cited:
    return Cited(source="a.txt", start=0, end=9, exact=exact, gold=gold)


def scores(case: Case, outcome: Outcome) -> dict[str, float]:
    return {m.name: m.score(case, outcome) for m in METRICS if m.applies(case)}


def test_an_answer_with_two_of_three_facts() -> None:
    outcome = Outcome(
        status="answered",
        text="From cord  BLOOD. [1] And the placenta. [2]",
        verdicts=("supported", "partial", "supported", "unsupported"),
        citations=(cited(), cited(exact=False, gold=False), cited(gold=False)),
        seconds=0.1,
    )
    assert scores(ANSWERABLE, outcome) == {
        "facts_found": 0,
        "fact_recall": 2 / 3,
        "gold_cited": 1,
        "answered": 1,
        "faithfulness": 2 / 4,
        "exact_spans": 2 / 3,
    }


def test_an_answer_with_every_fact() -> None:
    text = "Umbilical cord blood, placenta, and amniotic fluid. [1]"
    outcome = Outcome("answered", text, ("supported",), (cited(),), 0.1)
    assert set(scores(ANSWERABLE, outcome).values()) == {1.0}


def test_an_answer_to_an_unanswerable_question_is_wrong_however_well_it_quotes() -> None:
    outcome = Outcome("answered", "Ten. [1]", ("supported",), (cited(gold=False),), 0.1)
    assert scores(UNANSWERABLE, outcome) == {"abstention": 0, "faithfulness": 1, "exact_spans": 1}


def test_a_right_refusal_scores_full_marks() -> None:
    assert scores(UNANSWERABLE, REFUSED) == {"abstention": 1, "faithfulness": 1, "exact_spans": 1}


def test_a_wrong_refusal_finds_nothing_even_if_its_text_holds_a_fact() -> None:
    assert scores(ANSWERABLE, REFUSED) == {
        "facts_found": 0,
        "fact_recall": 0,
        "gold_cited": 0,
        "answered": 0,
        "faithfulness": 1,
        "exact_spans": 1,
    }


@pytest.mark.parametrize("case", [ANSWERABLE, UNANSWERABLE])
def test_a_failure_scores_zero_in_every_measure(case: Case) -> None:
    assert set(scores(case, FAILED).values()) == {0.0}


def test_an_answer_that_cites_and_says_nothing_scores_zero_not_nan() -> None:
    outcome = Outcome("answered", "", (), (), 0.1)
    assert scores(UNANSWERABLE, outcome) == {"abstention": 0, "faithfulness": 0, "exact_spans": 0}


def test_without_gold_quotes_any_exact_citation_will_do() -> None:
    case = Case(id="c", question="Who?", answerable=True, facts=(("x",),))
    inexact = Outcome("answered", "x", ("supported",), (cited(exact=False, gold=False),), 0.1)
    exact = Outcome("answered", "x", ("supported",), (cited(gold=False),), 0.1)
    assert scores(case, inexact)["gold_cited"] == 0
    assert scores(case, exact)["gold_cited"] == 1


@pytest.mark.parametrize(
    ("text", "wording", "held"),
    [
        ("Markers such as CD133.", "CD133", True),
        ("Markers such as CD133.", "CD13", False),
        ("Markers such as CD133 [1]", "cd133 [1]", True),
        ("the patient\u2019s  blood\n cells", "patient's blood cells", True),
        ("anti\u2011inflammatory fac\u00adtors", "anti-inflammatory factors", True),
        ("via Wnt/\u03b2-catenin", "WNT/\u0392-CATENIN", True),
        ("ef\ufb01cacy", "efficacy", True),
        ("cost (US$5)", "US$5", True),
        ("transplants", "transplant", False),
        ("", "x", False),
    ],
)
def test_facts_are_compared_as_whole_normalised_words(text: str, wording: str, held: bool) -> None:
    assert missing_facts(text, [[wording]]) == (() if held else (wording,))


def test_a_missing_fact_is_named_by_its_first_wording() -> None:
    assert missing_facts("placenta", [["cord blood", "cord"], ["placenta"]]) == ("cord blood",)


def test_normalise_folds_case_and_space() -> None:
    assert normalise("  The\u00a0CELL\n\tlines ") == "the cell lines"


@pytest.mark.parametrize(
    ("start", "end", "overlaps"),
    [(0, 2, False), (0, 3, True), (4, 5, False), (4, 7, True), (6, 9, True), (8, 9, False)],
)
def test_a_span_overlaps_any_occurrence_of_the_quote(start: int, end: int, overlaps: bool) -> None:
    assert overlaps_quote("--ab--ab-", start, end, "ab") is overlaps


def test_a_span_overlaps_no_quote_that_is_not_there() -> None:
    assert not overlaps_quote("--ab--", 0, 6, "abc")


def test_percentiles_by_hand() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.95) == pytest.approx(3.85)
    assert percentile([7.0], 0.95) == 7.0


@given(
    st.lists(st.floats(0, 1000), min_size=1, max_size=30),
    st.floats(0, 1),
)
def test_percentiles_are_those_of_numpy(values: list[float], share: float) -> None:
    assert percentile(values, share) == pytest.approx(float(np.quantile(values, share)), abs=1e-9)


def test_mean_of_nine_in_ten_meets_a_floor_of_nine_tenths() -> None:
    assert mean([1.0] * 9 + [0.0]) >= 0.9


def test_interval_of_a_constant_has_no_width() -> None:
    assert bootstrap_interval([1.0] * 5) == (1.0, 1.0)


def test_interval_is_that_of_the_binomial_and_repeats() -> None:
    # 60 of 100: a resample's successes are Binomial(100, 0.6), whose 2.5 % and 97.5 % quantiles
    # are 50 and 69; sampling error of 2,000 resamples is within one success.
    values = [1.0] * 60 + [0.0] * 40
    low, high = bootstrap_interval(values)
    assert low == pytest.approx(0.50, abs=0.011)
    assert high == pytest.approx(0.69, abs=0.011)
    assert bootstrap_interval(values) == (low, high)
