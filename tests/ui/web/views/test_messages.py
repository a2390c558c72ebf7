"""Replies and notices with the buttons below them."""

from __future__ import annotations

from dataclasses import replace

from page_html import Elements, answer, sentence

from rag.errors import LibraryBusyError
from ui.failures import error_sentence
from ui.web.views.messages import notice_html, reply_html


def test_a_complete_reply_says_how_sure_it_is_and_what_can_be_done() -> None:
    page = Elements(reply_html(replace(answer(sentence("One.")), answerer="chat:a model"), "", 3))
    assert "Strong match" in page.text
    assert "Possible match" in Elements(reply_html(answer(sentence("One.")), "", 3)).text
    assert [value for name, value in page.attributes if name == "name"] == [
        "copy",
        "retry",
        "up",
        "down",
    ]
    assert {value for name, value in page.attributes if name == "value"} == {"3"}
    failed = Elements(reply_html(None, "It failed.", 3))
    assert [value for name, value in failed.attributes if name == "name"] == ["retry"]
    assert "button" not in Elements(reply_html(answer(sentence("One.")))).tags


def test_errors_read_as_sentences() -> None:
    error = LibraryBusyError("another process is writing; run `citespan list` later")
    page = notice_html(error_sentence(error))
    assert "Another process is writing; run <code>citespan list</code> later." in page
