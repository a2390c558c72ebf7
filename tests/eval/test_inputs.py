"""Bots and outputs in the shapes that other libraries give them."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from eval import Case, CasesError, evaluate, load_outputs, read_test_cases, score
from eval.responses.mapping import UnknownNamesError

CASE = Case(
    "a",
    "Where do they come from?",
    answerable=True,
    facts=(("cord blood",),),
    history=(("What are they?", "Stem cells."),),
)
TEXT = "They come from cord blood."


def outcome_of(bot: Any, case: Case = CASE) -> Any:
    report = evaluate(bot, [case])
    assert not report.trials[0].outcome.error
    return report.trials[0].outcome


@pytest.mark.parametrize(
    "returned",
    [
        {"input": "?", "context": [Document(TEXT)], "answer": TEXT},
        {"query": "?", "result": TEXT, "source_documents": [Document(TEXT)]},
        {"question": "?", "answer": AIMessage(TEXT), "context": [Document(TEXT)]},
        {"question": "?", "answer": TEXT, "context": TEXT},
        {"input": "?", "actual_output": TEXT, "retrieval_context": [TEXT]},
    ],
)
def test_the_keys_of_other_libraries_are_read(returned: dict[str, Any]) -> None:
    outcome = outcome_of(lambda _: returned)
    assert outcome.text == TEXT
    assert [passage.text for passage in outcome.passages] == [TEXT]


def test_a_runnable_gets_the_question_or_the_keys_that_it_wants() -> None:
    plain: Runnable[Any, Any] = RunnableLambda(lambda question: f"{question} {TEXT}")
    assert outcome_of(plain).text == f"{CASE.question} {TEXT}"
    prompt = ChatPromptTemplate.from_messages(
        [("placeholder", "{chat_history}"), ("human", "{input}")]
    )
    chain = prompt | RunnableLambda(lambda value: " ".join(m.text for m in value.to_messages()))
    assert outcome_of(chain).text == "What are they? Stem cells. Where do they come from?"
    whole: Runnable[Any, Any] = RunnablePassthrough.assign(answer=lambda _: TEXT)
    keyed = RunnableLambda(lambda question: {"question": question}) | whole
    assert outcome_of(keyed).text == TEXT


def test_coroutine_functions_are_awaited() -> None:
    async def ask(question: str) -> dict[str, Any]:
        return {"response": TEXT, "contexts": [TEXT]}

    assert outcome_of(ask).text == TEXT


class TestCaseOfDeepeval:
    """It has the fields of ``deepeval.test_case.LLMTestCase``."""

    __test__ = False
    input = CASE.question
    actual_output = TEXT
    expected_output = TEXT
    retrieval_context = (TEXT,)


def test_test_cases_of_deepeval_are_outputs_and_bring_their_cases() -> None:
    outcomes = read_test_cases([TestCaseOfDeepeval()])
    (case,) = outcomes
    assert (case.question, case.answers) == (CASE.question, (TEXT,))
    assert score(outcomes).results[0].right
    assert outcome_of(lambda _: TestCaseOfDeepeval()).text == TEXT


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_a_row_without_reference_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    rows = write(
        tmp_path / "run.jsonl",
        {"user_input": "Who?", "response": "Ada.", "retrieved_contexts": ["Ada."]},
        {"user_input": "When?", "response": "I don't know.", "retrieved_contexts": ["Ada."]},
        {"user_input": "How?", "response": "I don't know.", "reference": ""},
        {"user_input": "Why?", "response": "I don't know.", "reference": "I don't know."},
    )
    report = score(load_outputs(rows))
    assert [case.answerable for case in (t.case for t in report.trials)] == [
        None,
        None,
        False,
        False,
    ]
    assert [result.right for result in report.results] == [None, None, True, True]
    assert report.kinds["general"].unjudged == 2
    assert report.score("abstention_recall").n == 2
    assert report.score("abstention_precision").n == 2
    assert report.score("answered").value is None
    assert report.as_dict()["results"][0]["right"] is None
    assert not report.blame


def test_names_that_nobody_knows_are_an_error_and_no_zero(tmp_path: Path) -> None:
    with pytest.raises(UnknownNamesError, match='"chunks" seems to hold what was retrieved'):
        evaluate(lambda _: {"response": TEXT, "chunks": [TEXT]}, [CASE])
    with pytest.raises(UnknownNamesError, match="is an answer"):
        evaluate(lambda _: {"reply": TEXT}, [CASE])
    rows = write(tmp_path / "run.jsonl", {"user_input": "Who?", "response": "x", "hits": [TEXT]})
    with pytest.raises(CasesError, match='line 1: "hits" seems to hold what was retrieved'):
        load_outputs(rows)


def test_several_questions_are_asked_at_the_same_time_and_reported_in_order() -> None:
    both = threading.Barrier(2, timeout=20)

    def ask(question: str) -> str:
        both.wait()
        return question

    cases = [Case(name, f"{name}?", answerable=False) for name in "abcd"]
    report = evaluate(ask, cases, max_workers=2)
    assert [trial.outcome.text for trial in report.trials] == ["a?", "b?", "c?", "d?"]
