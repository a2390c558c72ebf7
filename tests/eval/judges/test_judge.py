"""Judges at work: what a sentence is held against, and what happens when there is no verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import JudgeError, judge_of
from eval.judges.judge import CachedJudge, SupportJudge, judge_outcome
from eval.outcome import AnswerSentence, CheckedCitation, Outcome, RankedPassage
from rag.settings import Settings
from rag.types import Support, Verdict


class Table:
    """Says of each pair what the table has, else unsupported; remembers what it was asked."""

    identity = "table"

    def __init__(self, table: dict[tuple[str, str], Verdict | Exception]) -> None:
        self.table = table
        self.asked: list[tuple[str, str]] = []

    def __call__(self, sentence: str, quote: str) -> Support:
        self.asked.append((sentence, quote))
        found = self.table.get((sentence, quote), "unsupported")
        if isinstance(found, Exception):
            raise found
        return Support(found, {"supported": 0.9, "partial": 0.4}.get(found, 0.1), (quote,))


def answer(*cites: int, quotes: tuple[str, ...] = (), passages: tuple[str, ...] = ()) -> Outcome:
    return Outcome(
        "answered",
        "S.",
        (AnswerSentence("S.", cites),),
        tuple(
            CheckedCitation(number, "a", quote, None, None, exact=True, gold=False)
            for number, quote in enumerate(quotes, start=1)
        ),
        tuple(RankedPassage("a", text, False, "") for text in passages),
    )


def test_a_sentence_that_its_citation_supports() -> None:
    (found,) = judge_outcome(Table({("S.", "q"): "supported"}), answer(1, quotes=("q",)))
    assert (found.verdict, found.by_cited, found.needed) == ("supported", True, (True,))


def test_of_two_citations_the_one_that_adds_nothing_is_not_needed() -> None:
    table = Table({("S.", "q r"): "supported", ("S.", "q"): "supported"})
    (found,) = judge_outcome(table, answer(1, 2, quotes=("q", "r")))
    assert found.needed == (True, False)


def test_two_citations_that_support_only_together_are_both_needed() -> None:
    (found,) = judge_outcome(Table({("S.", "q r"): "supported"}), answer(1, 2, quotes=("q", "r")))
    assert found.needed == (True, True)


def test_two_citations_that_each_support_alone_are_both_needed() -> None:
    table = Table({("S.", quote): "supported" for quote in ("q r", "q", "r")})
    (found,) = judge_outcome(table, answer(1, 2, quotes=("q", "r")))
    assert found.needed == (True, True)


def test_what_the_citation_does_not_support_a_passage_may() -> None:
    table = Table({("S.", "q"): "partial", ("S.", "p2"): "supported"})
    (found,) = judge_outcome(table, answer(1, quotes=("q",), passages=("p1", "p2")))
    assert (found.verdict, found.by_cited, found.needed) == ("supported", False, ())


def test_the_reasons_are_those_of_the_best_source() -> None:
    table = Table({("S.", "p2"): "partial"})
    (found,) = judge_outcome(table, answer(1, quotes=("q",), passages=("p1", "p2")))
    assert (found.verdict, found.reasons) == ("partial", ("p2",))


def test_what_cites_and_retrieves_nothing_is_unsupported() -> None:
    (found,) = judge_outcome(Table({}), answer())
    assert found.verdict == "unsupported"
    assert "cites nothing" in found.reasons[0]


def test_a_refusal_and_a_failure_are_not_judged() -> None:
    judge = Table({})
    assert judge_outcome(judge, Outcome("abstained", "No.", (AnswerSentence("No.", ()),))) == ()
    assert judge_outcome(judge, Outcome("failed", "")) == ()
    assert judge.asked == []


def test_a_judge_that_fails_is_recorded_with_the_sentence() -> None:
    judge = Table({("S.", "q"): JudgeError("no reply in 5 s")})
    (found,) = judge_outcome(judge, answer(1, quotes=("q",), passages=("p",)))
    assert (found.verdict, found.by_cited, found.error) == (None, False, "no reply in 5 s")


def test_the_default_judge_is_that_of_the_answers() -> None:
    judge = judge_of("support", Settings())
    assert isinstance(judge, SupportJudge)
    assert judge("Herons nest in trees.", "Herons nest in trees.").verdict == "supported"
    assert judge("Herons nest in caves.", "Herons do not nest in caves.").verdict == "unsupported"
    assert judge.identity == SupportJudge().identity


@pytest.mark.parametrize("name", ["", "gpt", "nli:", "chat:", "support:x"])
def test_a_judge_that_does_not_exist_is_refused_with_the_names(name: str) -> None:
    with pytest.raises(JudgeError, match="the judges are support, nli:MODEL"):
        judge_of(name, Settings())


def test_verdicts_are_kept_by_content_and_failures_are_not(tmp_path: Path) -> None:
    first = Table({("a", "q"): "supported", ("b", "q"): JudgeError("busy")})
    kept = CachedJudge(first, tmp_path / "verdicts.jsonl")
    verdict = kept("a", "q")
    with pytest.raises(JudgeError):
        kept("b", "q")

    second = Table({("b", "q"): "partial"})
    again = CachedJudge(second, tmp_path / "verdicts.jsonl")
    assert again("a", "q") == verdict
    assert again("b", "q").verdict == "partial"
    assert second.asked == [("b", "q")]


def test_another_judge_does_not_get_the_kept_verdicts(tmp_path: Path) -> None:
    CachedJudge(Table({("a", "q"): "supported"}), tmp_path / "v.jsonl")("a", "q")
    other = Table({})
    other.identity = "another"
    assert CachedJudge(other, tmp_path / "v.jsonl")("a", "q").verdict == "unsupported"


def test_a_torn_line_costs_one_verdict(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    CachedJudge(Table({}), path)("a", "q")
    with path.open("a") as file:
        file.write("\n" + json.dumps({"key": "k"})[:-4])
    CachedJudge(Table({}), path)("b", "q")
    third = Table({})
    again = CachedJudge(third, path)
    again("a", "q")
    again("b", "q")
    assert third.asked == []


def test_a_cross_encoder_judges_by_its_folder(tmp_path: Path) -> None:
    from tiny_cross_encoder import NLI, tiny_model

    tiny_model(tmp_path, NLI, [0.0, 5.0, 0.0])
    judge = judge_of(f"nli:{tmp_path}", Settings(), tmp_path / "verdicts.jsonl")
    (found,) = judge_outcome(judge, answer(1, quotes=("the bridge is safe.",)))
    assert (found.verdict, found.by_cited) == ("supported", True)
    assert judge.identity == f"nli:{tmp_path}"
    assert (tmp_path / "verdicts.jsonl").read_text().count("supported") == 1
