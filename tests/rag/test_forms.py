"""What answers look like in a terminal, a notebook and a LangChain chain, and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from page_html import Elements

from rag import Answer, Passage, Rag

MARKERS = "Which markers help identify cancer stem cells?"
OFF_TOPIC = "Who won the football world cup in 2018?"
HOSTILE = "<img src=x onerror=alert(1)> [link](javascript:alert(1)) `code` *bold* <b>&amp;</b>"


@pytest.fixture(scope="module")
def answer(bot: Rag) -> Answer:
    return bot.ask(MARKERS)


def make_hostile(answer: Answer) -> Answer:
    """The answer with words that would be markup, everywhere."""
    citation = replace(answer.citations[0], quote=HOSTILE, title=HOSTILE)
    sentence = replace(answer.sentences[0], text=HOSTILE, citations=(citation,))
    return replace(
        answer, text=HOSTILE, sentences=(sentence,), notices=(HOSTILE,), explanation=(HOSTILE,)
    )


def test_the_short_form_fits_a_line_and_says_what_matters(answer: Answer) -> None:
    shown = repr(answer)
    assert shown.startswith("Answer(answered, '")
    assert len(shown) < 160
    assert f"{len(answer.citations)} citation" in shown
    assert "confidence 0." in shown
    assert all(len(repr(each)) < 260 for each in (*answer.citations, *answer.passages))
    assert isinstance(answer.passages[0], Passage)


def test_as_text_the_marks_say_where_they_lead(answer: Answer, bot: Rag) -> None:
    text = str(answer)
    assert text.startswith(answer.text)
    for citation in answer.citations:
        assert f"\n[{citation.number}] {citation.title}" in text
    refused = bot.ask(OFF_TOPIC)
    assert all(sentence in str(refused) for sentence in (refused.text, *refused.explanation))


def test_a_notebook_shows_quotes_that_can_be_opened(answer: Answer) -> None:
    html, markdown = answer._repr_html_(), answer._repr_markdown_()
    for shown in (html, markdown):
        assert shown.count("<details><summary>[") == len(answer.citations)
    assert answer.citations[0].quote[:40] in html


def test_nothing_of_a_document_becomes_markup(answer: Answer) -> None:
    hostile = make_hostile(answer)
    assert set(Elements(hostile._repr_html_()).tags) == {
        "div", "details", "summary", "blockquote", "p", "small"
    }  # fmt: skip
    markdown = hostile._repr_markdown_()
    assert set(Elements(markdown).tags) == {"details", "summary"}
    shown = [line for line in markdown.splitlines() if not line.startswith("<details>")]
    for markup in ("[link]", "`code`", "*bold*"):
        assert not [line for line in shown if markup in line]


@pytest.mark.parametrize("question", [MARKERS, OFF_TOPIC, "What documents are there?"])
def test_an_answer_comes_back_from_json(bot: Rag, question: str) -> None:
    asked = bot.ask(question)
    assert Answer.from_dict(asked.as_dict()) == asked
    again = Answer.from_dict(json.loads(json.dumps(asked.as_dict())))
    assert again == asked
    assert again.as_dict() == asked.as_dict()
    assert type(again.passages) is tuple


def test_what_is_no_answer_is_refused(answer: Answer) -> None:
    with pytest.raises(ValueError, match="status"):
        Answer.from_dict(answer.as_dict() | {"status": "perhaps"})


def test_a_message_has_each_sentence_with_its_citations(answer: Answer, bot: Rag) -> None:
    message = answer.as_message()
    assert message.text == answer.text
    assert len(message.content) == len(answer.sentences)
    cited = []
    for block, sentence in zip(message.content_blocks, answer.sentences, strict=True):
        assert block["type"] == "text"
        for citation in block["annotations"]:
            place = slice(citation["start_index"], citation["end_index"])
            assert block["text"][place] == sentence.text
            extras = citation["extras"]
            whole = bot.source_text(extras["document_id"])
            assert whole[extras["start"] : extras["end"]] == citation["cited_text"]
            cited.append(extras["number"])
    assert sorted(set(cited)) == [each.number for each in answer.citations]


def test_a_message_of_a_refusal_says_so(bot: Rag) -> None:
    message = bot.ask(OFF_TOPIC).as_message()
    assert message.text == bot.ask(OFF_TOPIC).text
    assert message.response_metadata["status"] == "abstained"
