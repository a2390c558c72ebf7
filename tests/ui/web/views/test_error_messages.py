"""A person in the browser reads no command and no path of the server."""

from __future__ import annotations

import logging

import pytest

from rag.errors import (
    DocumentError,
    EmptyLibraryError,
    LibraryError,
    ModelError,
    QuestionError,
    RagError,
)
from ui.web.views.error_messages import NO_DOCUMENTS, UNUSABLE, keep_for_page, page_sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (EmptyLibraryError("nothing is in /home/ada; run `citespan ingest PATH…`"), NO_DOCUMENTS),
        (LibraryError("/home/ada/catalog.sqlite is damaged; run `citespan doctor`"), UNUSABLE),
        (ModelError("/home/ada/model is not a model"), UNUSABLE),
        (DocumentError("not a PDF: it looks like a PNG picture"), "Not a PDF: it looks like a PNG "
         "picture."),
        (QuestionError("the question is empty; type what you want to know"),
         "The question is empty; type what you want to know."),
        (QuestionError("no passage is there; `citespan list` shows the documents"),
         "No passage is there."),
    ],
)  # fmt: skip
def test_an_error_is_told_in_the_words_of_the_page(error: RagError, sentence: str) -> None:
    assert page_sentence(error) == sentence


@pytest.mark.parametrize(
    ("notice", "kept"),
    [
        ("Nothing answers at http://127.0.0.1:11434; start it with `ollama serve`, or change "
         "CITESPAN_CHAT_BASE_URL. Answered without the model.",
         "Nothing answers at http://127.0.0.1:11434. Answered without the model."),
        ("Tiny used up its CITESPAN_CHAT_REPLY_TOKENS. Answered without the model.",
         "Answered without the model."),
        ("CITESPAN_CHAT_CONTEXT_TOKENS gives it more room.", ""),
        ("Two passages of `notes.md` were left out.", "Two passages of `notes.md` were left out."),
    ],
)  # fmt: skip
def test_a_notice_keeps_what_a_person_at_the_page_can_use(notice: str, kept: str) -> None:
    assert keep_for_page(notice) == kept


def test_what_only_the_owner_can_repair_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        page_sentence(LibraryError("/home/ada/catalog.sqlite is damaged"))
    assert "/home/ada/catalog.sqlite is damaged" in caplog.text
