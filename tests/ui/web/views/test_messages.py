"""Replies and notices with the buttons below them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_html import Elements, answer, sentence

from rag import Answer
from rag.errors import LibraryBusyError
from ui.failures import error_sentence
from ui.web.views.error_messages import NO_DOCUMENTS
from ui.web.views.messages import notice_html, reply_html


def reply_text(given: Answer) -> str:
    return Elements(reply_html(given, "", "3")).text


def test_a_complete_reply_says_how_sure_it_is_and_what_can_be_done() -> None:
    page = Elements(reply_html(replace(answer(sentence("One.")), answerer="chat:a model"), "", "3"))
    assert "Strong match: the documents fit your question closely." in page.text
    assert "Possible match: read the source" in reply_text(answer(sentence("One.")))
    assert [value for name, value in page.attributes if name == "name"] == [
        "copy",
        "retry",
        "up",
        "down",
    ]
    assert {value for name, value in page.attributes if name == "value"} == {"3"}
    assert "button" not in Elements(reply_html(answer(sentence("One.")))).tags


@pytest.mark.parametrize(
    ("given", "notice", "selected", "steps"),
    [
        (None, NO_DOCUMENTS, (), ["documents"]),
        (None, "It failed.", (), ["retry"]),
        (None, "It is gone.", ("Cells",), ["all"]),
        (answer(text="No."), "", (), ["documents"]),
        (answer(text="No."), "", ("Cells",), ["all", "documents"]),
        (replace(answer(text="No."), scope=("cells.txt",)), "", (), ["widen", "documents"]),
        (answer(sentence("Yes.")), "", (), []),
    ],
)
def test_where_there_is_no_answer_a_button_does_the_next_thing(
    given: Answer | None, notice: str, selected: tuple[str, ...], steps: list[str]
) -> None:
    page = reply_html(given, notice, "3", selected=selected)
    found = page.partition('class="cs-steps">')[2].partition("</div>")[0]
    assert [value for name, value in Elements(found).attributes if name == "name"] == steps


def test_a_thumb_that_was_given_is_shown() -> None:
    pages = {rating: reply_html(answer(sentence("One.")), "", "3", rating) for rating in ("", "up")}
    assert "cs-chosen" not in pages[""]
    assert 'cs-icon-up cs-chosen" name="up"' in pages["up"]


def test_errors_read_as_sentences() -> None:
    error = LibraryBusyError("another process is writing; run `citespan list` later")
    assert "Another process is writing; run `citespan list` later." in notice_html(
        error_sentence(error)
    )
