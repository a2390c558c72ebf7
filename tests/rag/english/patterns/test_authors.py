"""How English asks who wrote a document, and how lines name authors: an example for each rule."""

from __future__ import annotations

import re

import pytest

from rag.english.patterns.authors import (
    ASKS_WHO_WROTE,
    BEGINS_TEXT,
    CREDIT,
    DOCUMENT_KIND,
    LABEL,
    WORKPLACE,
)
from rag.text.front_matter import asks_who_wrote


def every(text: str) -> list[str]:
    return [each.strip() for line in text.strip().splitlines() for each in line.split(" / ")]


@pytest.mark.parametrize(
    "question",
    every("""
who wrote it? / who authored it? / who published it? / who's written it? / who has written it?
who have published it? / who first wrote it? / who is the author? / who are the co-authors?
authors? / please list all the authors / give me names of authors / show authors
tell me the authors / name the authors / what are the authors / which are the authors
by which authors is it?
from what author is it? / whose article is it? / whose document is it? / whose paper is it?
whose post is it? / whose report is it? / whose review is it? / whose study is it?
whose work is it? / is it written by Ada? / authored by whom? / by whom was it authored?
by whom is it published?
by whom was it written? / what affiliations do authors have? / where are authors based?
where is the author employed? / where are the authors from? / where does the author work?
which lab of the author works? / is she affiliated? / what affiliation is it?
which company does he work at? / which departments does she work in?
at what hospital do they work? / which institute do they work at? / which labs do they work at?
what laboratory did she work in?
which university do they work at? / where do they work? / where does he work? / where did she work?
"""),
)
def test_questions_for_authors(question: str) -> None:
    assert ASKS_WHO_WROTE.search(question)
    assert asks_who_wrote(question)


@pytest.mark.parametrize(
    "question",
    every("""
what do the authors conclude? / which file is written by the indexer? / who writes to disk?
how do i set the author of a commit? / which company makes it? / where does the pump work best?
"""),
)
def test_other_questions(question: str) -> None:
    assert not ASKS_WHO_WROTE.search(question)


@pytest.mark.parametrize(
    ("question", "kind"),
    [("Who wrote the paper?", "paper"), ("Whose study is it?", "study"), ("Who wrote it?", None)],
)
def test_kinds_of_document(question: str, kind: str | None) -> None:
    match = DOCUMENT_KIND.search(question)
    assert (match and match.group()) == kind


@pytest.mark.parametrize(
    "line",
    every("""
By Ada Quill / by Ada Quill / *By Ada Quill* / Posted by Ada Quill / Written by: Ada Quill
Author: Ada Quill / Authors: Ada Quill, Bo Reed / **Authors** Émile Zola
"""),
)
def test_credits(line: str) -> None:
    assert CREDIT.match(line)


@pytest.mark.parametrize("line", every("By hand / Stand by Ada / Authority: Ada / author's note"))
def test_lines_that_are_no_credits(line: str) -> None:
    assert not CREDIT.match(line)


@pytest.mark.parametrize(
    "line",
    every("""
Contact: Ada Quill / From: Ada / Dedicated to Ada Quill / Edited by Ada / Photo by Ada
Photos by Ada / Reviewed by Ada Quill / Translated by Ada Quill
"""),
)
def test_lines_that_say_what_else_they_are(line: str) -> None:
    assert LABEL.match(line)


@pytest.mark.parametrize(
    "line",
    every("""
Abstract / BACKGROUND / Contents / Introduction / Key words: tea / Keywords / Summary
Table of contents
"""),
)
def test_lines_with_which_a_text_begins(line: str) -> None:
    assert BEGINS_TEXT.match(line)


@pytest.mark.parametrize(
    "line",
    every("""
Academy of Arts / Department of Physics / Faculty of Law / St Mary's Hospital
Institute of Health / Laboratory of Optics / Umbra University
"""),
)
def test_places_of_work(line: str) -> None:
    assert re.search(WORKPLACE, line)
