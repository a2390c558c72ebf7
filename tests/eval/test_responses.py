"""What any bot may return, and how it is read."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.documents import Document

from eval import Case, Quote, evaluate
from eval.outcome import Outcome
from eval.responses.gold import same_source
from eval.responses.mapping import ResponseError
from eval.responses.read import read_outcome

CASE = Case(
    "a",
    "Where?",
    answerable=True,
    facts=(("cord blood",),),
    quotes=(Quote("a.txt", "from cord blood"),),
)


def read(returned: Any, case: Case = CASE) -> Outcome:
    return read_outcome(returned, case, None, 0.1)


def test_a_text_with_marks_cites_the_passages_by_their_numbers() -> None:
    found = read(
        {
            "response": "Cells come from cord blood. [1] They heal [2, 3]. So it is said.",
            "retrieved_contexts": ["They come from cord blood.", "They heal.", "Yes."],
            "retrieved_context_ids": ["docs/a.txt", "b.txt", "c.txt"],
        }
    )
    assert [(sentence.text, sentence.cites) for sentence in found.sentences] == [
        ("Cells come from cord blood.", (1,)),
        ("They heal .", (2, 3)),
        ("So it is said.", ()),
    ]
    assert [(c.number, c.source, c.exact, c.gold) for c in found.citations] == [
        (1, "docs/a.txt", True, True),
        (2, "b.txt", True, False),
        (3, "c.txt", True, False),
    ]
    assert [passage.gold for passage in found.passages] == [True, False, False]
    assert found.status == "answered"


def test_a_mark_of_no_passage_cites_nothing() -> None:
    found = read({"response": "Cord blood. [7]", "retrieved_contexts": ["Cord blood."]})
    assert found.citations == ()
    assert found.quotes(found.sentences[0]) == ()


def test_a_quote_is_exact_where_it_stands_in_what_was_retrieved_from_that_source() -> None:
    contexts = [{"text": "They come from cord blood.", "source": "a.txt"}]
    quotes = [
        {"source": "a.txt", "quote": "from cord blood"},
        {"source": "a.txt", "quote": "from  cord blood"},
        {"source": "b.txt", "quote": "from cord blood"},
        {"source": "a.txt", "quote": ""},
    ]
    found = read({"response": "x", "contexts": contexts, "citations": quotes})
    assert [cited.exact for cited in found.citations] == [True, False, False, False]
    assert [cited.gold for cited in found.citations] == [True, False, False, False]


def test_a_system_cannot_claim_that_its_quotes_are_exact() -> None:
    quotes = [{"source": "a.txt", "quote": "made up", "exact": True, "gold": True}]
    (cited,) = read({"response": "x", "citations": quotes}).citations
    assert not cited.exact
    assert not cited.gold


def test_documents_of_langchain_are_passages() -> None:
    document = Document("They come from cord blood.", metadata={"source": "/x/a.txt"})
    (passage,) = read({"answer": "x", "contexts": [document]}).passages
    assert passage.gold
    assert passage.source == "/x/a.txt"


@pytest.mark.parametrize(
    "text",
    [
        "I don't know.",
        "I do not know the answer to that question.",
        "I’m sorry, but I cannot answer this from the context.",
        "The documents do not seem to answer this question.",
        "The provided context does not contain this information.",
        "Unanswerable",
        "There is no information about this.",
    ],
)
def test_a_refusal_is_known_by_its_words(text: str) -> None:
    assert read(text).status == "abstained"


@pytest.mark.parametrize(
    "text",
    [
        "Cord blood.",
        "The documents of 1848 do record it.",
        "I know the answer: cord blood.",
        "No information leaves a black hole, physicists say, or so it seemed." + " So." * 80,
    ],
)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert read(text).status == "answered"


def test_what_the_system_says_about_refusing_counts() -> None:
    assert read({"response": "Cord blood.", "status": "abstained"}).status == "abstained"
    assert read({"response": "I don't know.", "abstained": False}).status == "answered"
    assert read({"response": "", "abstained": True}).status == "abstained"


def test_an_empty_response_is_a_failure_and_not_a_refusal() -> None:
    with pytest.raises(ResponseError, match="return its words"):
        read("  ")
    report = evaluate(lambda question: "", [CASE])
    assert report.failed == 1
    assert report.score("faithfulness").value == 0


@pytest.mark.parametrize(
    ("returned", "remedy"),
    [
        (None, "return a text"),
        (7, "return a text"),
        ({"response": 7}, '"response" must be text'),
        ({"response": "x", "contexts": "text"}, "a list of texts"),
        ({"response": "x", "contexts": [7]}, 'hold one as "text"'),
        ({"response": "x", "citations": ["q"]}, '"quote" and a "source"'),
        ({"response": "x", "citations": 7}, '"quote" and a "source"'),
        ({"response": "x", "sentences": [{}]}, '"text"'),
        ({"response": "x", "sentences": [{"text": "x", "cites": ["one"]}]}, "numbers"),
        ({"response": "x", "usage": {"input": 3}}, '"input_tokens"'),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_remedy(returned: Any, remedy: str) -> None:
    with pytest.raises(ResponseError) as caught:
        read(returned)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    ("source", "gold", "same"),
    [
        ("/docs/a.txt", "a.txt", True),
        ("C:\\x\\a.txt", "a.txt", True),
        ("a.txt", "docs/a.txt", True),
        ("/docs/ba.txt", "a.txt", False),
        ("MED-1", "MED-10", False),
        ("b/x.txt", "a/x.txt", False),
    ],
)
def test_sources_are_told_by_their_names(source: str, gold: str, same: bool) -> None:
    assert same_source(source, gold) is same
