"""Who wrote a document: asked for, found before its text, and shown as it stands there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from rag import Filter, Rag, Settings
from rag.text.front_matter import asks_who_wrote, describe_byline, find_byline
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
        "Which university are the authors of the paper on bridges from?",
        "Where are its authors based?",
        "Who's written this?",
        "authors of the paper on kites",
        "List the names of the authors.",
        "Whose paper is this?",
        "By whom was it written?",
        "Was it written by Ada Quill?",
        "Which university do they work at?",
        "Which hospital do the authors work at?",
        "Where do the authors of the report work?",
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
        "What do the authors conclude about sleep?",
        "Do the authors mention kites?",
        "Which file is written by the indexer?",
        "Who writes the checkpoint to disk?",
        "How do I set the author of a commit?",
        "Where does the pump work best?",
    ],
)
def test_other_questions_are_not(question: str) -> None:
    assert not asks_who_wrote(question)


_NAMES = [
    "By Ansel Grove and Petra Voss",
    "by Ada Quill",
    "*By Ada Quill*",
    "Written by: Ada Quill",
    "Author: Ada Quill",
    "author: aquill",
    "From: Ada Quill",
    "By Ludwig van Holt.",
    "Ada Quill¹, Bo Reed² ¹ Umbra ² Port Ellis",
    "Ada Quill∗ Bo Reed",
    "Ada Quill, Bo Reed, Cy Lund and Di Moss",
    "Ada Quill\n\nUmbra University\n\nBo van der Berg\n\nSt Mary's Hospital",
    "Ada Quill Bo Reed Example Labs\n\n{ada,bo}@example.org",
]


@pytest.mark.parametrize("names", _NAMES)
def test_lines_of_names_before_the_text_are_found(names: str) -> None:
    text = f"# A title\n\n{names}\n\n## Abstract\n\nA kite is large and weighs little.\n"
    span = find_byline(passage(text))
    assert span
    assert text[slice(*span)] == names


@pytest.mark.parametrize(
    "line",
    [
        "Installation Guide",
        "Version 2.1\n\nRelease Notes",
        "| Name, Age | Ada Quill, Bo Reed |",
        "To: Bo Reed <bo@example.org>\nSubject: Kites",
        "Photo by Ada Quill",
        "Dedicated to Ada Quill",
        "Contact: info@example.org",
        "Present: Ada Quill, Bo Reed",
        "**Fast Search**",
        "A = B*C",
        "Apples*, Flour",
        "Quick Start and User Guide",
        "San Francisco, New York",
        "Anna Lee: Hi Bo Reed, Ada Quill",
        "中国是一个大国。\n\n首都 北京, 上海 很大。",
        "Abstract",
    ],
)
def test_other_lines_name_no_authors(line: str) -> None:
    text = f"# A title\n\n{line}\n\nA kite for light wind is large and weighs little.\n"
    assert find_byline(passage(text)) is None


def test_a_document_may_begin_with_its_authors() -> None:
    text = "By Ada Quill\n\nA kite for light wind is large and weighs little.\n"
    assert find_byline(passage(text)) == (0, len("By Ada Quill"))
    assert find_byline(passage("")) is None


@pytest.mark.timeout(60)  # a quadratic pattern would take hours
@pytest.mark.parametrize(
    "text", ["Ab " * 9000, "Ab" * 9000, "a@" * 9000, "{" * 9000, "Ab, " * 9000]
)
def test_long_texts_end(text: str) -> None:
    assert not find_byline(passage(f"A title\n\n{text}"))
    assert not asks_who_wrote(f"universities they {text}")


def test_nobody_is_an_author_far_into_a_document() -> None:
    assert find_byline(passage("Ada Quill¹, Bo Reed²\n", start=100)) == (0, 20)
    assert find_byline(passage("Ada Quill¹, Bo Reed²\n", start=9000)) is None


def test_what_the_lines_mean_is_said_in_the_words_of_the_question() -> None:
    kites = passage("By Ansel Grove", "Kites")
    asked = "Who wrote the paper on kites?"
    assert describe_byline(kites, (3, 14), asked) == (
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


def test_only_the_part_of_the_library_that_is_asked_is_looked_up(shelf: Rag) -> None:
    tea = next(d for d in shelf.documents() if "tea.txt" in d.sources[0])
    found = shelf.search(
        "Who wrote the article on kites?", where=Filter(documents=(tea.document_id,))
    )
    assert {each.document_id for each in found} == {tea.document_id}


def test_two_documents_by_the_same_hand_both_have_an_author(tmp_path: Path) -> None:
    for name, about in (("kites", "Kites in wind"), ("rafts", "Rafts of reed")):
        text = f"# {about}\n\nBy Ada Quill\n\nA text on {about.lower()} and how to make one well.\n"
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest(sorted(tmp_path.glob("*.md")), settings)
    with Rag(settings) as bot:
        for question in ("Who wrote the post on kites in wind?", "Who wrote of rafts of reed?"):
            assert "Ada Quill" in bot.ask(question).text


def test_the_passage_that_names_the_authors_is_found_for_other_users_too(shelf: Rag) -> None:
    first, *_ = shelf.retriever.invoke("Who wrote about kites in light wind?")
    assert "Ansel Grove" in first.page_content
