"""Evaluation of a bot that does as it is told, from question to report."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest

from eval import (
    DEFAULT_THRESHOLDS,
    Case,
    CasesError,
    Quote,
    Report,
    ThresholdError,
    as_text,
    evaluate,
    parse_thresholds,
    seed_cases,
)
from eval.cases.case import SEEDS
from eval.reports.text_report import kind_rows, miss_lines, score_rows
from rag import Rag
from rag.errors import CitationError, EmptyLibraryError
from rag.types import Answer, Citation, History, Sentence, Support, TokenUsage, Verdict

TEXT = "Cells come from cord blood. They also come from the placenta. They can heal."
CORD = "Cells come from cord blood."
PLACENTA = "They also come from the placenta."


def citation(
    quote: str, *, number: int = 1, shift: int = 0, source: str = "/docs/a.txt", text: str = TEXT
) -> Citation:
    start = text.index(quote) + shift
    return Citation(
        number=number,
        document_id="d",
        chunk_id="c",
        source=source,
        title="A",
        page=None,
        start=start,
        end=start + len(quote),
        quote=quote,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def answer(*citations: Citation, verdict: Verdict = "supported") -> Answer:
    sentences = tuple(
        Sentence(text=c.quote, citations=(c,), support=Support(verdict, 1.0)) for c in citations
    )
    return Answer(
        question="",
        standalone_question="",
        status="answered" if citations else "abstained",
        text=" ".join(sentence.marked for sentence in sentences) or "The documents do not say.",
        sentences=sentences,
        passages=(),
        answerer="fake",
        confidence=1.0,
    )


class QueueBot:
    """Gives the queued answers in turn, raises the queued errors, and remembers what was asked."""

    def __init__(self, *queue: Answer | Exception) -> None:
        self.queue = deque(queue)
        self.asked: list[tuple[str, History]] = []

    def ask(self, question: str, history: History = ()) -> Answer:
        self.asked.append((question, history))
        given = self.queue.popleft()
        if isinstance(given, Exception):
            raise given
        return given

    def source_text(self, citation: Citation) -> str:
        if citation.source == "gone.txt":
            raise CitationError("gone.txt is gone")
        return TEXT


def case(id: str, *, kind: str = "fact", history: History = ()) -> Case:  # noqa: A002
    return Case(
        id=id,
        question=f"Question {id}?",
        answerable=True,
        facts=(("cord blood",), ("placenta",)),
        quotes=(Quote("a.txt", PLACENTA),),
        kind=kind,
        history=tuple(history),
    )


def near(id: str) -> Case:  # noqa: A002
    return Case(id=id, question=f"Question {id}?", answerable=False, kind="near")


FULL = answer(citation(CORD), citation(PLACENTA, number=2))
REFUSAL = answer()


def mixed() -> Report:
    """Four answerable cases (full, half, refused, failed), two not (refused, answered)."""
    cases = [case("full"), case("half", kind="list"), case("refused"), case("failed")]
    bot = QueueBot(
        FULL,
        answer(citation(CORD), citation("They can heal.", number=2, shift=-1)),
        REFUSAL,
        RuntimeError("no light"),
        REFUSAL,
        answer(citation("They can heal."), verdict="partial"),
    )
    return evaluate(bot, [*cases, near("unknown"), near("made-up")])


def test_scores_of_a_mixed_run_are_those_worked_out_by_hand() -> None:
    report = mixed()
    found = {s.name: (s.value, s.n, s.failed) for s in report.scores if s.value is not None}
    assert found.pop("answer_relevancy")[1:] == (4, 1)  # measured by a model
    assert found == {
        "facts_found": (1 / 4, 4, 1),
        "fact_recall": ((1 + 1 / 2 + 0 + 0) / 4, 4, 1),
        "answered": (2 / 4, 4, 1),
        "abstention_recall": (1 / 2, 2, 0),
        "abstention_precision": (1 / 3, 3, 1),  # one right refusal, one wrong, one failure
        "abstention_f1": (2 / 5, 4, 1),
        "abstention_adversarial": (1 / 2, 2, 0),
        "faithfulness": (5 / 6, 6, 1),  # what is cited word for word is supported
        "citation_recall": (5 / 6, 6, 1),
        "citation_precision": (5 / 6, 6, 1),
        "exact_spans": (pytest.approx((1 + 1 / 2 + 1 + 0 + 1 + 1) / 6), 6, 1),
        "gold_cited": (1 / 4, 4, 1),
        "context_precision": (0, 4, 1),
        "hit@1": (0, 4, 1),
        "hit@5": (0, 4, 1),
        "mrr@10": (0, 4, 1),
    }
    assert report.failed == 1
    assert {name: (k.right, k.refused, k.failed, k.n) for name, k in report.kinds.items()} == {
        "fact": (1, 1, 1, 3),
        "list": (0, 0, 0, 1),
        "near": (1, 1, 0, 2),
    }
    assert [result.right for result in report.results] == [True, False, False, False, True, False]
    for score in report.scores:
        if score.value is not None:
            assert 0 <= score.low <= score.value <= score.high <= 1


def test_a_failed_case_stays_in_the_denominator_and_lowers_the_score() -> None:
    whole = evaluate(QueueBot(FULL, FULL), [case("a"), case("b")])
    broken = evaluate(QueueBot(FULL, ValueError("x")), [case("a"), case("b")])
    for name in ("facts_found", "faithfulness", "exact_spans"):
        before, after = (report.score(name) for report in (whole, broken))
        assert (before.value, before.n, before.failed) == (1.0, 2, 0)
        assert (after.value, after.n, after.failed) == (0.5, 2, 1)
    assert broken.trials[1].outcome.error == "ValueError: x"
    assert broken.latency.n == 1


def test_a_citation_whose_source_cannot_be_opened_fails_the_case() -> None:
    report = evaluate(QueueBot(answer(citation(CORD, source="gone.txt"))), [case("a")])
    assert report.trials[0].outcome.error == "CitationError: gone.txt is gone"


def test_what_makes_the_whole_run_pointless_is_raised() -> None:
    with pytest.raises(EmptyLibraryError, match="citespan ingest"):
        evaluate(QueueBot(EmptyLibraryError("run citespan ingest")), [case("a")])


def test_a_gold_quote_in_another_document_is_not_cited() -> None:
    report = evaluate(QueueBot(answer(citation(PLACENTA, source="b.txt"))), [case("a")])
    assert report.score("gold_cited").value == 0
    report = evaluate(QueueBot(answer(citation(PLACENTA, source="C:\\x\\a.txt"))), [case("a")])
    assert report.score("gold_cited").value == 1


def test_an_empty_span_is_not_exact() -> None:
    report = evaluate(QueueBot(answer(citation(""))), [case("a")])
    assert report.score("exact_spans").value == 0


def test_earlier_turns_reach_the_bot() -> None:
    bot = QueueBot(FULL, FULL)
    turns = (("What are they?", "Cells."),)
    evaluate(bot, [case("a"), case("b", history=turns)])
    assert bot.asked == [("Question a?", ()), ("Question b?", turns)]


def test_any_callable_is_a_bot_with_history_if_it_takes_it() -> None:
    turns = (("What are they?", "Cells."),)
    seen: list[object] = []

    def plain(question: str) -> Answer:
        seen.append(question)
        return FULL

    def talking(question: str, *, history: History) -> Answer:
        seen.append((question, history))
        return FULL

    cases = [case("a", history=turns)]
    evaluate(plain, cases)
    report = evaluate(talking, cases, source_text=lambda _: TEXT)
    assert seen == ["Question a?", ("Question a?", turns)]
    assert report.score("facts_found").value == 1
    assert report.score("exact_spans").value == 1


def test_without_the_source_text_no_citation_counts_as_exact() -> None:
    report = evaluate(lambda question: FULL, [case("a")])
    assert report.score("exact_spans").value == 0
    assert report.score("facts_found").value == 1


def test_progress_counts_every_case() -> None:
    calls: list[tuple[int, int]] = []
    bot = QueueBot(FULL, ValueError("x"))
    evaluate(bot, [case("a"), case("b")], progress=lambda done, of: calls.append((done, of)))
    assert calls == [(1, 2), (2, 2)]


def test_no_cases_is_an_error_not_a_perfect_score() -> None:
    with pytest.raises(CasesError, match="no cases"):
        evaluate(QueueBot(), [])


def test_equal_runs_give_equal_reports() -> None:
    first, second = (json.dumps(mixed().as_dict()) for _ in range(2))
    assert first == second
    assert "seconds" not in first


def test_two_cases_of_one_id_are_refused() -> None:
    with pytest.raises(CasesError, match='two cases have the id "a"'):
        evaluate(QueueBot(FULL, FULL), [case("a"), case("a", kind="list")])


def test_as_dict_has_the_documented_fields() -> None:
    report = json.loads(json.dumps(mixed().as_dict(), allow_nan=False))
    assert list(report) == [
        "format",
        "system",
        "set",
        "cases",
        "failed",
        "judge",
        "scores",
        "kinds",
        "blame",
        "tokens",
        "replies",
        "risk_coverage",
        "results",
    ]
    assert report["format"] == "citespan-eval/2"
    assert list(report["scores"]["facts_found"]) == ["label", "value", "low", "high", "n", "failed"]
    assert report["kinds"]["near"] == {"right": 1, "refused": 1, "failed": 0, "n": 2, "unjudged": 0}
    assert report["judge"]["check"] is None
    assert report["judge"]["checks"] == []
    half = report["results"][1]
    assert (half["id"], half["status"], half["wrong"]) == ("half", "answered", "missing: placenta")
    assert half["citations"][1] == {
        "number": 2,
        "source": "/docs/a.txt",
        "quote": "They can heal.",
        "start": TEXT.index("They can heal.") - 1,
        "end": len(TEXT) - 1,
        "exact": False,
        "gold": False,
    }
    assert half["sentences"][0]["verdict"] == "supported"
    assert half["scores"]["facts_found"] == 0
    refused = report["results"][2]
    assert refused["scores"]["abstention_precision"] == 0
    assert refused["scores"]["abstention_f1"] == 0
    assert report["results"][4]["scores"]["abstention_f1"] == [2, 2]


def test_times_are_apart() -> None:
    times = json.loads(json.dumps(mixed().times_as_dict()))
    assert times["latency"].keys() == {"p50", "p95", "n"}
    assert times["seconds"].keys() == {"full", "half", "refused", "failed", "unknown", "made-up"}


def test_risk_and_coverage_by_hand() -> None:
    sure, unsure = (replace(FULL, confidence=confidence) for confidence in (0.9, 0.6))
    wrong = replace(answer(citation(CORD)), confidence=0.7)
    report = evaluate(
        QueueBot(unsure, wrong, sure, REFUSAL), [case("a"), case("b"), case("c"), near("d")]
    )
    assert report.risk_coverage == [(1 / 4, 0), (2 / 4, 1 / 2), (3 / 4, 1 / 3)]


def test_tokens_are_the_mean_of_those_who_tell() -> None:
    told = [replace(FULL, usage=TokenUsage(100, n)) for n in (10, 20)]
    report = evaluate(QueueBot(*told, FULL), [case("a"), case("b"), case("c")])
    assert (report.tokens.input, report.tokens.output, report.tokens.n) == (100, 15, 2)
    assert ("tokens_out", "tokens written by it", "15", "", "2", "") in score_rows(report)


def test_a_case_can_leave_documents_out(bot: Rag) -> None:
    question = "Which markers help identify cancer stem cells?"
    quotes = (Quote("stem-cell-therapy-advances.txt", "CD133 and CD44"),)
    there = Case("there", question, answerable=True, quotes=quotes)
    gone = Case("gone", question, answerable=False, without=("stem-cell-therapy-advances.txt",))
    report = evaluate(bot, [there, gone])
    sources = {passage.source for passage in report.trials[1].outcome.passages}
    assert [Path(source).name for source in sources] == ["neonatal-stem-cells-leukemia.txt"]
    assert report.score("hit@5").value == 1


def test_a_bot_that_cannot_leave_documents_out_fails_such_a_case() -> None:
    gone = Case("gone", "?", answerable=False, without=("a.txt",))
    report = evaluate(lambda question: FULL, [gone])
    assert "cannot do" in report.trials[0].outcome.error


def test_default_thresholds_name_each_score_below_them() -> None:
    assert DEFAULT_THRESHOLDS == {
        "facts_found": 0.90,
        "abstention_recall": 0.85,
        "exact_spans": 1.0,
    }
    assert mixed().failures() == [
        "facts_found is 0.250 over 4 cases, 1 of them failed; it should be at least 0.9",
        "abstention_recall is 0.500 over 2 cases; it should be at least 0.85",
        "exact_spans is 0.750 over 6 cases, 1 of them failed; it should be at least 1",
    ]
    assert evaluate(QueueBot(FULL, REFUSAL), [case("a"), near("b")]).failures() == []


def test_a_measure_without_cases_fails_only_a_threshold_that_was_asked_for() -> None:
    report = evaluate(QueueBot(FULL), [case("a")])
    assert report.failures() == []
    assert report.failures({"abstention_recall": 0.5}) == [
        "abstention_recall should be at least 0.5, but no case measures it; add cases "
        "that do, or remove this threshold"
    ]
    assert not [row for row in score_rows(report) if row[0] == "abstention_recall"]


def test_thresholds_are_read_from_the_command_line() -> None:
    assert parse_thresholds(["facts_found=0.9", "faithfulness = 1"]) == {
        "facts_found": 0.9,
        "faithfulness": 1.0,
    }


@pytest.mark.parametrize(
    "text",
    [
        "facts=0.9",
        "=0.9",
        "",
        "facts_found",
        "facts_found=90",
        "facts_found=nan",
        "facts_found=-0.1",
        "facts_found=x",
    ],
)
def test_a_bad_threshold_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(
        ThresholdError, match=r"the metrics are facts_found,|as in facts_found=0\.9"
    ):
        parse_thresholds([text])


def test_a_threshold_on_an_unknown_measure_is_refused() -> None:
    with pytest.raises(ThresholdError, match="the metrics are facts_found,"):
        mixed().failures({"facts": 0.9})


def test_text_shows_scores_kinds_and_what_went_wrong() -> None:
    report = mixed()
    assert [row[0] for row in score_rows(report)][-2:] == ["latency_p50", "latency_p95"]
    assert ("near", "1 / 2", "1", "0") in kind_rows(report)
    assert miss_lines(report) == [
        "half: Question half? — missing: placenta",
        "refused: Question refused? — refused, although the documents hold the answer",
        "failed: Question failed? — failed: RuntimeError: no light",
        "made-up: Question made-up? — answered, although the documents do not hold the answer",
    ]
    text = as_text(report)
    assert "has not been checked here" in text
    assert "facts_found" in text
    assert "0.250" in text
    assert "  half: Question half? — missing: placenta" in text


def test_a_run_in_which_everything_fails_still_gives_a_report() -> None:
    report = evaluate(QueueBot(ValueError("x"), ValueError("x")), [case("a"), near("b")])
    assert {score.value for score in report.scores if score.value is not None} == {0.0}
    assert report.latency.p50 is None
    assert "latency" not in as_text(report)
    json.dumps(report.as_dict(), allow_nan=False)


def test_a_bot_that_quotes_the_gold_gets_full_marks_on_the_seeds() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")}
    quotes = {(case.question, case.history): case.quotes for case in seed_cases()}

    class Oracle:
        def ask(self, question: str, history: History = ()) -> Answer:
            return answer(
                *(
                    citation(gold.quote, number=n, source=gold.source, text=texts[gold.source])
                    for n, gold in enumerate(quotes[question, tuple(history)], start=1)
                )
            )

        def source_text(self, citation: Citation) -> str:
            return texts[citation.source]

    report = evaluate(Oracle(), seed_cases())
    retrieval = {"hit@1", "hit@5", "mrr@10", "context_precision"}  # it searches nothing
    cosine = {"answer_relevancy"}  # 1 only for the question itself
    scores = {score.name: score.value for score in report.scores if score.value is not None}
    assert {name for name, value in scores.items() if value != 1} == retrieval | cosine
    assert miss_lines(report) == []


def test_every_name_of_the_door_is_there() -> None:
    import eval as package

    assert [name for name in package.__all__ if not hasattr(package, name)] == []


def test_a_case_that_leaves_out_no_document_is_told(bot: Rag) -> None:
    case = Case("typo", "What is CD44?", answerable=False, without=("no-such-file.txt",))
    (trial,) = evaluate(bot, [case]).trials
    assert "no-such-file.txt" in trial.outcome.error


def test_one_text_in_the_place_of_a_list_is_not_read_by_its_letters() -> None:
    assert parse_thresholds("facts_found=0.9") == {"facts_found": 0.9}
    for wrong in ({"answers": "yes"}, {"facts": ("yes",)}, {"without": "a.txt"}):
        with pytest.raises(CasesError, match="must be a list"):
            Case("id", "?", answerable=True, **wrong)  # type: ignore[arg-type]
