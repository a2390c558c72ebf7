"""Kinds of line: how each is classified for a question, and that a new kind is a new file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_of_texts import candidates, passage
from rag.answers import lines
from rag.answers.lines.line import Line, is_fragment
from rag.types import Aside, AsideKind

NOTE = """\
Notes on the engine

Ada Byron¹, Mary Somerville²
¹Lund, ²Visby

The engine weaves algebra. What does it need? Price: 30 euros

Keywords: looms, engines

Lund, Sweden

Figure 2: The engine from the side, drawn by hand in the year 1843 by its maker.

| Part | Weight (kg) |
| --- | --- |
| Mill | 40 |
| Store | 75 |
"""
ENGINE = passage(NOTE, "Notes on the engine")


def classified(question: str) -> dict[str, Line]:
    """The first words of each line that may answer → the line."""
    return {each.line.text[:20]: each.line for each in candidates(question, [ENGINE])}


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Lund, Sweden", True),
        ("Keywords: looms, engines and all that belongs to them. They are many, and old.", True),
        ("The engine weaves algebra.", False),
        ("It stops", True),
        ("He said: “It weaves.”", False),
        ("| Mill | 40 |", False),
        ("a line of fifteen words that has no full stop at its end is taken for prose", False),
    ],
)
def test_a_short_line_that_is_no_sentence_is_a_fragment(text: str, fragment: bool) -> None:
    assert is_fragment(text) == fragment


@pytest.mark.parametrize(
    ("question", "line", "may_answer"),
    [
        ("What does the engine weave?", "The engine weaves al", True),
        ("What does the engine weave?", "What does it need?", False),
        ("What does the engine weave?", "Lund, Sweden", True),
        ("Who built the engine?", "Ada Byron¹, Mary Som", False),
        ("Who wrote the notes on the engine?", "Ada Byron¹, Mary Som", True),
        ("What does the engine weave?", "Keywords: looms, eng", False),
        ("What are the keywords?", "Keywords: looms, eng", True),
    ],
)
def test_the_kind_of_a_line_says_whether_it_may_answer(
    question: str, line: str, may_answer: bool
) -> None:
    assert classified(question)[line].may_answer is may_answer


@pytest.mark.parametrize(
    ("question", "kind", "shown"),
    [
        ("What does the engine weave?", "figure", False),
        ("What does the label of the figure say?", "figure", True),
        ("What does the engine weave?", "reference", False),
        ("Which papers are cited?", "reference", True),
        ("What does the engine weave?", "footer", True),
        ("What does the engine weave?", "note", True),
    ],
)
def test_what_stands_beside_the_text_is_left_out_unless_it_is_asked_for(
    question: str, kind: AsideKind, shown: bool
) -> None:
    text = "The engine weaves algebra."
    start = NOTE.index(text)
    aside = Aside(start, start + len(text), kind)
    found = candidates(question, [replace(ENGINE, asides=(aside,))])
    found_lines = [each.line for each in found if each.line.text == text]
    assert bool(found_lines) is shown
    assert "Store" in " ".join(each.line.text for each in found)
    if kind in ("note", "footer"):
        assert found_lines[0].handicap > 0


def test_a_byline_is_one_line_that_means_a_sentence_when_authors_are_asked_for() -> None:
    asked = classified("Who wrote the notes on the engine?")["Ada Byron¹, Mary Som"]
    assert asked.text == "Ada Byron¹, Mary Somerville²\n¹Lund, ²Visby"
    assert asked.meaning.startswith("The authors who wrote the article Notes on the engine are Ada")
    assert classified("What is the engine?")["Ada Byron¹, Mary Som"].meaning == ""


def test_the_byline_of_a_document_that_is_not_meant_is_taken_out() -> None:
    other = replace(passage(NOTE.replace("engine", "kite"), "Notes on the kite"), score=0.1)
    found = candidates("Who wrote the notes on the kite?", [ENGINE, other])
    named = [each.passage.title for each in found if "Ada" in each.line.text]
    assert named == ["Notes on the kite"]


def test_a_line_with_the_label_asked_for_means_a_sentence_and_needs_nothing_beside_it() -> None:
    line = classified("What are the keywords of the notes?")["Keywords: looms, eng"]
    assert line.meaning == "The keywords of the article Notes on the engine are looms, engines."
    assert line.is_asked_for
    assert line.margin > 0


def test_a_row_is_read_with_the_names_of_its_columns_which_are_no_line_of_their_own() -> None:
    found = classified("How heavy is the store?")
    assert found["| Store | 75 |"].context == "\nPart | Weight (kg)\n"
    assert not [text for text in found if "Weight" in text]
    assert found["| Store | 75 |"].margin > 0
    assert classified("Which parts are there?")["| Store | 75 |"].margin == 0


def test_a_caption_stands_alone_unless_a_figure_is_asked_for() -> None:
    caption = "Figure 2: The engine"
    assert classified("What is the engine?")[caption].only_alone
    assert not classified("What is in the figure of the engine?")[caption].only_alone


_SHOUTED = """
from dataclasses import replace


class ShoutedKind:
    order = 45

    def __init__(self, matcher):
        self.is_asked = "shout" in matcher.question.text

    def recognize(self, line, passage):
        if not line.text.isupper():
            return line
        return replace(line, kind="shouted", may_answer=self.is_asked)


KIND = ShoutedKind
"""


@pytest.fixture
def shouted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "shouted.py").write_text(_SHOUTED)
    monkeypatch.setattr(lines, "__path__", [*lines.__path__, str(tmp_path)])
    lines.load_kinds.cache_clear()
    yield
    lines.load_kinds.cache_clear()


def test_a_new_kind_of_line_is_a_new_file(shouted: None) -> None:
    text = passage("MIND THE GAP! The train stops here.")
    for question, may_answer in (("What do they shout?", True), ("Where is the gap?", False)):
        first = candidates(question, [text])[0].line
        assert (first.kind, first.may_answer) == ("shouted", may_answer)
