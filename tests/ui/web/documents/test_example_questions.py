"""Example questions come from the documents, and are answered."""

from __future__ import annotations

import pytest

from rag import Rag, Settings
from rag.errors import EmptyLibraryError
from ui.web.documents.example_questions import MOST, ExampleQuestions


def test_the_library_answers_its_examples(bot: Rag) -> None:
    offered = ExampleQuestions(bot).questions()
    assert len(offered) == MOST
    assert all(question.endswith("?") for question in offered)
    assert bot.ask(offered[0]).status == "answered"
    assert offered == ExampleQuestions(bot).questions()


def test_an_empty_library_has_no_examples(tmp_path) -> None:
    with Rag(Settings(home=tmp_path)) as rag:
        with pytest.raises(EmptyLibraryError):
            rag.documents()
        assert ExampleQuestions(rag).questions() == ()
