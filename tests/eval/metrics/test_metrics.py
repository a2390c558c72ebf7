"""Every metric against numbers worked out by hand, and where there is one against an oracle."""

from __future__ import annotations

import random

import ir_measures
import pytest
from ir_measures import RR, R, ScoredDoc, Success, nDCG
from sklearn.metrics import precision_recall_fscore_support

from eval import Case, Quote, Report, compare, evaluate, worse_than
from eval.metrics import METRICS, missing_facts
from eval.metrics.answers.answer_relevancy import ANSWER_RELEVANCY, answer_relevancy
from eval.metrics.answers.exact_match import squad_tokens
from eval.metrics.answers.fact_recall import normalise
from eval.metrics.answers.noise_sensitivity import NOISE_SENSITIVITY, noise_sensitivity
from eval.metrics.answers.token_f1 import overlap_f1
from eval.outcome import (
    AnswerSentence,
    AnswerVerdict,
    CheckedCitation,
    Judgement,
    Outcome,
    RankedPassage,
    Trial,
    failed_outcome,
)
from eval.responses.gold import overlaps_quote

ANSWERABLE = Case(
    id="a",
    question="Where do they come from?",
    answerable=True,
    facts=(("umbilical cord blood", "cord blood"), ("placenta",), ("amniotic fluid",)),
    answers=("the placenta and cord blood",),
    quotes=(Quote("a.txt", "cord blood, placenta, and amniotic fluid"),),
)
UNANSWERABLE = Case(id="b", question="How much?", answerable=False)
FAILED = failed_outcome("ValueError: broken", 0.1)
REFUSED = Outcome("abstained", "The documents do not say. The placenta.")


def cited(number: int = 1, *, exact: bool = True, gold: bool = True) -> CheckedCitation:
    return CheckedCitation(number, "a.txt", "quote", 0, 9, exact=exact, gold=gold)


def answered(
    *sentences: tuple[str, tuple[int, ...]],
    citations: tuple[CheckedCitation, ...] = (),
    **more: object,
) -> Outcome:
    said = tuple(AnswerSentence(text, cites) for text, cites in sentences)
    text = " ".join(text for text, _ in sentences)
    return Outcome("answered", text, said, citations, **more)  # type: ignore[arg-type]


def scores(case: Case, outcome: Outcome, *judged: Judgement) -> dict[str, float]:
    """Each metric's ratio for this case alone; those that it has no part in are left out.

    So is the one that a model measures.
    """
    trial = Trial(case, outcome, judged)
    counted = [metric for metric in METRICS if metric is not ANSWER_RELEVANCY]
    shares = {m.name: m.share(trial) for m in counted if m.over(case)}
    return {name: top / bottom for name, (top, bottom) in shares.items() if bottom}


def test_an_answer_with_two_of_three_facts() -> None:
    outcome = answered(
        ("From cord  BLOOD.", (1, 2)),
        ("And the placenta.", (2,)),
        ("So they say.", ()),
        ("Or not.", (3,)),
        citations=(cited(1), cited(2, exact=False, gold=False), cited(3, gold=False)),
        passages=(RankedPassage("b.txt", "x", False, ""), RankedPassage("a.txt", "y", True, "")),
    )
    found = scores(
        ANSWERABLE,
        outcome,
        Judgement("supported", by_cited=True, needed=(True, False)),
        Judgement("partial"),
        Judgement("supported"),
        Judgement("unsupported"),
    )
    assert found == {
        "facts_found": 0,
        "fact_recall": 2 / 3,
        "exact_match": 0,
        # said: from cord blood and placenta so they say or not (10 words without the article);
        # gold: placenta and cord blood (4), all of which are said
        "token_f1": pytest.approx(2 * 4 / (10 + 4)),
        "answered": 1,
        "faithfulness": 2 / 4,
        "citation_recall": 1 / 4,
        "citation_precision": 1 / 4,
        "exact_spans": 2 / 3,
        "gold_cited": 1,
        "context_precision": 1 / 2,
        "hit@1": 0,
        "hit@5": 1,
        "mrr@10": 1 / 2,
    }


def test_an_answer_that_is_the_gold_gets_full_marks() -> None:
    case = Case("c", "Who?", answerable=True, facts=(("Ada",),), answers=("Ada!",))
    outcome = answered(("the Ada", (1,)), citations=(cited(),))
    found = scores(case, outcome, Judgement("supported", by_cited=True, needed=(True,)))
    assert found.keys() >= {"facts_found", "exact_match", "token_f1", "faithfulness"}
    assert set(found.values()) == {1.0}


def test_an_answer_to_an_unanswerable_question_is_wrong_however_well_it_quotes() -> None:
    outcome = answered(("Ten.", (1,)), citations=(cited(gold=False),))
    found = scores(UNANSWERABLE, outcome, Judgement("supported", by_cited=True, needed=(True,)))
    assert found == {
        "abstention_recall": 0,
        "abstention_f1": 0,
        "abstention_adversarial": 0,
        "faithfulness": 1,
        "citation_recall": 1,
        "citation_precision": 1,
        "exact_spans": 1,
    }


def test_a_right_refusal_scores_full_marks_in_all_that_it_belongs_to() -> None:
    found = scores(UNANSWERABLE, REFUSED)
    assert set(found.values()) == {1.0}
    assert {"abstention_recall", "abstention_precision", "abstention_f1"} < found.keys()


def test_a_wrong_refusal_finds_nothing_even_if_its_text_holds_a_fact() -> None:
    assert scores(ANSWERABLE, REFUSED) == {
        "facts_found": 0,
        "fact_recall": 0,
        "exact_match": 0,
        "token_f1": 0,
        "answered": 0,
        "abstention_precision": 0,
        "abstention_f1": 0,
        "faithfulness": 1,
        "citation_recall": 1,
        "citation_precision": 1,
        "exact_spans": 1,
        "gold_cited": 0,
        "context_precision": 0,
        "hit@1": 0,
        "hit@5": 0,
        "mrr@10": 0,
    }


@pytest.mark.parametrize(
    "case",
    [
        ANSWERABLE,
        UNANSWERABLE,
        Case("d", "?", answerable=True, relevant=(("x", 2),)),
        Case("e", "?", answerable=False, kind="off-topic"),
    ],
)
def test_a_failure_scores_zero_in_every_metric(case: Case) -> None:
    found = scores(case, FAILED)
    # whether a chat model would have been asked, nobody knows
    assert set(found) == {m.name for m in METRICS if m.over(case)} - {
        "chat_answers",
        "answer_relevancy",
    }
    assert set(found.values()) == {0.0}


def test_chat_answers_are_those_that_the_model_wrote_of_those_it_was_asked_for() -> None:
    written = answered(("From blood.", ()), by_chat=True)
    broken_off = answered(("From blood.", ()), by_chat=True, chat_problem="it broke off")
    replaced = answered(("From blood.", ()), chat_problem="the server failed")
    found = [scores(ANSWERABLE, o).get("chat_answers") for o in (written, broken_off, replaced)]
    assert found == [1, 0, 0]
    assert "chat_answers" not in scores(ANSWERABLE, answered(("From blood.", ())))


def test_an_answer_that_cites_and_says_nothing_scores_zero_not_nan() -> None:
    found = scores(UNANSWERABLE, answered())
    assert {found[name] for name in ("faithfulness", "citation_recall", "exact_spans")} == {0.0}
    assert found["citation_precision"] == 0


def test_a_sentence_on_which_the_judge_failed_is_not_supported_and_is_counted() -> None:
    outcome = answered(("One.", ()), ("Two.", ()))
    trial = Trial(
        UNANSWERABLE, outcome, (Judgement("supported"), Judgement(None, error="no reply"))
    )
    report = Report((trial, Trial(ANSWERABLE, REFUSED)))
    score = report.score("faithfulness")
    assert (score.value, score.n, score.failed) == (0.75, 2, 1)
    assert report.score("exact_spans").failed == 0
    assert report.failed == 0


def test_citation_precision_counts_a_citation_for_each_sentence_that_cites_it() -> None:
    outcome = answered(("One.", (1, 2)), ("Two.", (1,)), citations=(cited(1), cited(2)))
    found = scores(
        UNANSWERABLE,
        outcome,
        Judgement("supported", by_cited=True, needed=(True, False)),
        Judgement("partial"),
    )
    assert found["citation_precision"] == 1 / 3
    assert found["citation_recall"] == 1 / 2


def test_abstention_is_that_of_sklearn() -> None:
    draw = random.Random(3)
    trials = []
    for place in range(60):
        answerable = draw.random() < 0.6
        facts = (("x",),) if answerable else ()
        case = Case(str(place), "?", answerable=answerable, facts=facts)
        trials.append(Trial(case, REFUSED if draw.random() < 0.5 else answered(("x", ()))))
    report = Report(tuple(trials))
    precision, recall, f1, _ = precision_recall_fscore_support(
        [not trial.case.answerable for trial in trials],
        [trial.refused for trial in trials],
        average="binary",
    )
    assert report.score("abstention_precision").value == pytest.approx(precision)
    assert report.score("abstention_recall").value == pytest.approx(recall)
    assert report.score("abstention_f1").value == pytest.approx(f1)
    assert report.score("abstention_precision").n == sum(trial.refused for trial in trials)


def test_abstention_by_hand_with_a_failure_and_kinds_apart() -> None:
    off = Case("off", "?", answerable=False, kind="off-topic")
    near = Case("near", "?", answerable=False, kind="near")
    broken = Case("broken", "?", answerable=False, kind="near")
    report = Report(
        (
            Trial(off, REFUSED),
            Trial(near, answered(("x", ()))),
            Trial(broken, FAILED),
            Trial(ANSWERABLE, REFUSED),
        )
    )
    value = {score.name: score.value for score in report.scores}
    assert value["abstention_recall"] == 1 / 3
    assert value["abstention_precision"] == 1 / 3  # one right, one wrong, and the failure
    assert value["abstention_f1"] == 2 / 5  # 2TP / (2TP + FP + FN): 2 / (2 + 1 + 2)
    assert value["abstention_off_topic"] == 1
    assert value["abstention_adversarial"] == 0


def test_without_an_unanswerable_case_nothing_is_said_about_refusals() -> None:
    report = Report((Trial(ANSWERABLE, REFUSED),))
    for name in ("abstention_precision", "abstention_recall", "abstention_f1"):
        assert report.score(name).value is None
        assert report.score(name).n == 0


def test_ranking_metrics_are_those_of_trec_eval() -> None:
    draw = random.Random(5)
    trials, qrels, run = [], [], []
    for query in map(str, range(40)):
        relevant = {f"d{n}": draw.choice([1, 1, 2, 3]) for n in draw.sample(range(30), 4)}
        ranked = [f"d{n}" for n in draw.sample(range(30), draw.choice([0, 3, 12]))]
        case = Case(query, "?", answerable=True, relevant=tuple(relevant.items()))
        passages = tuple(
            RankedPassage(name, "", False, name if name in relevant else "")
            for name in ranked
            for _ in range(draw.choice([1, 2]))  # a document with two passages counts once
        )
        trials.append(Trial(case, Outcome("abstained", "", passages=passages)))
        qrels += [ir_measures.Qrel(query, name, grade) for name, grade in relevant.items()]
        run += [ScoredDoc(query, name, -place) for place, name in enumerate(ranked)]
    theirs = ir_measures.calc_aggregate(
        [nDCG @ 10, R @ 5, R @ 10, RR @ 10, Success @ 1, Success @ 5], qrels, run
    )
    report = Report(tuple(trials))
    for name, measure in {
        "ndcg@10": nDCG @ 10,
        "recall@5": R @ 5,
        "recall@10": R @ 10,
        "mrr@10": RR @ 10,
        "hit@1": Success @ 1,
        "hit@5": Success @ 5,
    }.items():
        assert report.score(name).value == pytest.approx(theirs[measure]), name


def test_a_reference_is_compared_claim_by_claim() -> None:
    case = Case("r", "Who and when?", answerable=True, answers=("Ada wrote it. In 1843.",))
    verdict = AnswerVerdict(False, recall=1 / 2, precision=1 / 3, said=(True,), in_contexts=1.0)
    trial = Trial(case, answered(("Ada wrote it.", ())), (Judgement("supported"),), verdict)
    found = {m.name: m.share(trial)[0] for m in METRICS if m.over(case)}
    assert found["claim_recall"] == 1 / 2
    assert found["claim_precision"] == 1 / 3
    assert found["factual_correctness"] == pytest.approx(2 * (1 / 6) / (5 / 6))
    assert found["context_recall"] == 1
    silent = Trial(case, REFUSED, (), AnswerVerdict(False))
    assert {m.share(silent)[0] for m in METRICS if m.name.startswith("claim_")} == {0.0}


def test_context_precision_by_hand() -> None:
    marks = [False, True, True]
    passages = tuple(RankedPassage("a.txt", "x", gold, "") for gold in marks)
    found = scores(ANSWERABLE, Outcome("abstained", "", passages=passages))
    assert found["context_precision"] == pytest.approx((1 / 2 + 2 / 3) / 2)


@pytest.mark.parametrize(
    ("text", "question", "held"),
    [
        ("It was 12 percent.", "", True),
        ("It was not 12 percent.", "", False),
        ("It was not 11 but 12 percent.", "", True),
        ("It was not 12 percent, and later it was 12 percent.", "", True),
        ("It was not 12 percent.", "Which share was it not?", True),
        ("The share was no less than 12 percent.", "", True),
    ],
)
def test_a_fact_that_is_denied_is_not_held(text: str, question: str, held: bool) -> None:
    assert (missing_facts(text, [("12 percent",)], question) == ()) is held


def test_ndcg_by_hand() -> None:
    case = Case("c", "?", answerable=True, relevant=(("best", 3), ("good", 1)))
    passages = (
        RankedPassage("other", "", False, ""),
        RankedPassage("good", "", False, "good"),
        RankedPassage("best", "", False, "best"),
    )
    found = scores(case, Outcome("abstained", "", passages=passages))
    # 1 / log2(3) + 3 / log2(4) over 3 / log2(2) + 1 / log2(3)
    assert found["ndcg@10"] == pytest.approx((0.63093 + 1.5) / (3 + 0.63093), abs=1e-5)
    assert found["mrr@10"] == 1 / 2
    assert found["recall@5"] == 1
    assert found["hit@1"] == 0


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


def test_answers_are_compared_as_the_squad_script_does() -> None:
    assert squad_tokens("The 10th, and an 11th century!") == ["10th", "and", "11th", "century"]
    assert overlap_f1(["in", "france"], ["france"]) == pytest.approx(2 / 3)
    assert overlap_f1(["a", "a", "b"], ["a", "c"]) == pytest.approx(2 * (1 / 3) * (1 / 2) / (5 / 6))
    assert overlap_f1([], ["x"]) == 0


@pytest.mark.parametrize(
    ("start", "end", "overlaps"),
    [(0, 2, False), (0, 3, True), (4, 5, False), (4, 7, True), (6, 9, True), (8, 9, False)],
)
def test_a_span_overlaps_any_occurrence_of_the_quote(start: int, end: int, overlaps: bool) -> None:
    assert overlaps_quote("--ab--ab-", start, end, "ab") is overlaps


def test_a_span_overlaps_no_quote_that_is_not_there() -> None:
    assert not overlaps_quote("--ab--", 0, 6, "abc")


def test_every_metric_has_a_file_with_its_source_and_is_in_the_docs() -> None:
    from pathlib import Path

    docs = (Path(__file__).resolve().parents[3] / "docs" / "evaluation.md").read_text("utf-8")
    assert not [metric.name for metric in METRICS if f"`{metric.name}`" not in docs]
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_answer_relevancy_tells_answers_to_the_question_from_others() -> None:
    case = Case("a", "Who wrote the first program?", answerable=None)
    near, far = (
        answer_relevancy(Trial(case, answered((text, ()))))
        for text in ("Ada Lovelace wrote the first program.", "Tea is drunk in the morning.")
    )
    assert isinstance(near, float)
    assert isinstance(far, float)
    assert near > 0.7
    assert 0 <= far < 0.3
    assert answer_relevancy(Trial(case, REFUSED)) == (0.0, 0.0)
    assert answer_relevancy(Trial(ANSWERABLE, REFUSED)) == 0
    assert not ANSWER_RELEVANCY.over(UNANSWERABLE)


def test_noise_sensitivity_by_hand() -> None:
    case = Case("r", "Who and when?", answerable=True, answers=("Ada wrote it. In 1843.",))
    said = answered(("Ada wrote it.", ()), ("It rained.", ()), ("Bob wrote it.", ()))
    judged = (Judgement("supported"), Judgement("supported"), Judgement("unsupported"))
    verdict = AnswerVerdict(False, said=(True, False, False))
    assert noise_sensitivity(Trial(case, said, judged, verdict)) == 1 / 3
    assert noise_sensitivity(Trial(case, REFUSED, (), AnswerVerdict(False))) == 0
    broken = Trial(case, said, judged, AnswerVerdict(None, error="no light"))
    assert noise_sensitivity(broken) == 1
    assert NOISE_SENSITIVITY.share(Trial(case, FAILED)) == (1, 1)
    report = Report((Trial(case, said, judged, verdict),))
    [failure] = report.failures({"noise_sensitivity": 0.3})
    assert failure == "noise_sensitivity is 0.333 over 1 cases; it should be at most 0.3"
    assert report.failures({"noise_sensitivity": 0.34}) == []


def test_where_lower_is_better_a_fall_is_better() -> None:
    case = [Case(str(n), "?", answerable=True, answers=("x",)) for n in range(40)]
    supported = (Judgement("supported"),)

    def report(said: bool) -> Report:
        verdict = AnswerVerdict(said, said=(said,))
        return Report(tuple(Trial(c, answered(("x", ())), supported, verdict) for c in case))

    noisy, clean = report(False).as_dict(), report(True).as_dict()
    found = {change.name: change.clear for change in compare(noisy, clean).changes}
    assert found["noise_sensitivity"] == "better"
    [worse] = [each for each in worse_than(clean, noisy) if each.startswith("noise_sensitivity")]
    assert worse.startswith("noise_sensitivity rose from 0.000 to 1.000")


def test_the_judge_marks_which_sentences_the_reference_says() -> None:
    row = {
        "response": "Yes. Ada wrote the first program in 1843. Her father was a poet.",
        "contexts": ["Ada wrote the first program in 1843.", "Her father was a poet."],
    }
    case = Case("r", "Who wrote it?", answerable=True, answers=("Ada wrote it in 1843.",))
    report = evaluate(lambda _: row, [case], metrics=["noise_sensitivity", "claim_precision"])
    assert report.trials[0].verdict is not None
    assert report.trials[0].verdict.said == (True, True, False)
    assert report.score("noise_sensitivity").value == 1 / 3
    assert report.score("claim_precision").value == 0.5
