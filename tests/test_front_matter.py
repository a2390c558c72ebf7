"""Who wrote a document: asked for, found before its text, and shown as it stands there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest import ingest
from rag import Rag, Settings
from rag.front_matter import as_sentence, asks_who_wrote, front_matter
from rag.types import Passage

BRIDGES = """Old bridges of the northern valleys

Marta Lindqvist,1,* Tomas Orre,2
1. Department of Civil Engineering, Umbra University
2. Bridge Museum, Port Ellis

The northern valleys have forty stone bridges, most of them built by farmers. Floods took nine of
them in a single spring. The oldest one that still stands is narrower than a cart.
"""
KITES = """# Flying kites in light wind

By Ansel Grove and Petra Voss

A kite for light wind is large and weighs little. Its line is thin, and its tail is short or left
out. In light wind the flyer walks backwards rather than runs.
"""
TEA = """How tea is dried

Tea leaves are spread on racks of bamboo and turned twice a day. Drying takes three days in summer.
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("shelf")
    for name, text in (("bridges.txt", BRIDGES), ("kites.md", KITES), ("tea.txt", TEA)):
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest(sorted(folder.glob("*.*")), settings)
    with Rag(settings) as bot:
        yield bot


def passage(text: str, title: str = "A title", start: int = 0) -> Passage:
    return Passage("c", "d", "s", title, "", text, start, start + len(text), None, 0.5, None, 0.5)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the article on bridges?",
        "who are the authors",
        "Who's written this?",
        "By whom was it written, or authored by a group?",
        "Which university do they work at?",
        "Where do the authors work?",
        "What is her affiliation?",
    ],
)
def test_a_question_for_authors_is_known(question: str) -> None:
    assert asks_who_wrote(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who built the bridges?",
        "Which company makes the drug?",
        "Which university was founded in 1096?",
        "What is authorised by the court?",
        "Where do bees live?",
    ],
)
def test_other_questions_are_not(question: str) -> None:
    assert not asks_who_wrote(question)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (BRIDGES, BRIDGES[BRIDGES.index("Marta") : BRIDGES.index("\n\nThe northern")]),
        (KITES, "By Ansel Grove and Petra Voss"),
        (
            "# A title\n\nAda Quill Bo Reed Example Labs\n\n{ada,bo}@example.org\n\n## Abstract\n",
            "Ada Quill Bo Reed Example Labs\n\n{ada,bo}@example.org",
        ),
        (TEA, None),
        ("# A title\n\n## Installation Guide\n\nRun the program once.\n", None),
        ("# A title\n\nVersion 2.1\n\nRelease Notes\n\nMuch was mended.\n", None),
        ("# A title\n\n| Name, Age | Ada Quill, Bo Reed |\n", None),
        ("", None),
    ],
)
def test_lines_of_names_before_the_text_are_found(text: str, names: str | None) -> None:
    span = front_matter(passage(text))
    assert (span and text[slice(*span)]) == names


def test_nobody_is_an_author_far_into_a_document() -> None:
    assert front_matter(passage("Ada Quill¹, Bo Reed²\n", start=100)) == (0, 20)
    assert front_matter(passage("Ada Quill¹, Bo Reed²\n", start=9000)) is None


def test_what_the_lines_mean_is_said_in_the_words_of_the_question() -> None:
    kites = passage("By Ansel Grove", "Kites")
    asked = "Who wrote the paper on kites?"
    assert as_sentence(kites, (3, 14), asked) == (
        "The authors who wrote the paper Kites are Ansel Grove."
    )


def test_authors_are_shown_as_they_stand_in_the_document(shelf: Rag) -> None:
    answer = shelf.ask("Who wrote the article on the bridges of the northern valleys?")
    [sentence] = answer.sentences
    assert "Marta Lindqvist,1,* Tomas Orre,2" in sentence.text
    [citation] = sentence.citations
    assert shelf.source_text(citation)[citation.start : citation.end] == citation.quote
    assert citation.quote.startswith("Marta")
    assert citation.quote.endswith("Port Ellis")


def test_where_authors_work_is_asked_after_who_they_are(shelf: Rag) -> None:
    first = "Who wrote the article on old bridges?"
    answer = shelf.ask("Which university do they work at?", [(first, shelf.ask(first).text)])
    assert "Umbra University" in answer.text


def test_the_authors_of_one_document_are_not_those_of_another(shelf: Rag) -> None:
    kites = shelf.ask("Who are the authors of the page on flying kites?")
    assert "Ansel Grove" in kites.text
    assert "Lindqvist" not in kites.text
    for question in ("Who wrote the article on how tea is dried?", "Who wrote Moby Dick?"):
        assert "Grove" not in shelf.ask(question).text
        assert "Lindqvist" not in shelf.ask(question).text


def test_lines_of_names_are_shown_only_when_they_are_asked_for(shelf: Rag) -> None:
    answer = shelf.ask("Who built the bridges of the northern valleys?")
    assert "farmers" in answer.text
    assert "Lindqvist" not in answer.text


def test_the_passage_that_names_the_authors_is_found_for_other_users_too(shelf: Rag) -> None:
    first, *_ = shelf.retriever.invoke("Who wrote about kites in light wind?")
    assert "Ansel Grove" in first.page_content
