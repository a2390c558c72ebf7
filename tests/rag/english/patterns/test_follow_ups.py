"""How a question leans on what was said before: an example for each rule."""

from __future__ import annotations

import pytest

from rag.english.patterns.follow_ups import (
    ABOUT_NOTHING,
    ENDING,
    OPENING,
    OWNER,
    PERSON,
    POINTED_TO,
    POINTS_BACK,
    STATED,
    WHO_IS,
)
from rag.english.words import load_words


@pytest.mark.parametrize(
    "text",
    ["And in mice?", "but why?", "Or in rats?", "Also in men?", "So it works?", "Then what?",
     "What about adults?", "How about rats?", "Why not?"],
)  # fmt: skip
def test_openings_of_a_reply(text: str) -> None:
    assert OPENING.match(text)


@pytest.mark.parametrize("text", ["Android is it?", "Who did it?", "What does it do?"])
def test_other_openings(text: str) -> None:
    assert not OPENING.match(text)


@pytest.mark.parametrize("text", ["In adults too?", "In rats either?", "Rats instead?", "As well?"])
def test_endings_of_a_reply(text: str) -> None:
    assert ENDING.search(text)


@pytest.mark.parametrize(
    ("text", "points"),
    [("What was known then?", True), ("Who sold a similar one?", True), ("Is it one?", False)],
)
def test_endings_that_point_back(text: str, points: bool) -> None:
    assert bool(POINTS_BACK.search(text)) == points


@pytest.mark.parametrize(
    "text",
    ["how long it takes to grow", "what it costs to heat a house", "it means to win",
     "it helps to wait", "it makes sense to wait", "was it so hard to win", "it's worth to wait",
     "it has been safe for adults to swim", "is it known that", "be it said that",
     "there are cells", "there is no way", "is there a way", "there any cells", "this paper",
     "these studies", "this year", "that morning", "those with it", "those without", "those who",
     "those whose", "those that", "those in it", "those of it", "those from it", "that of it",
     "no one", "one of them"],
)  # fmt: skip
def test_pronouns_that_stand_for_nothing(text: str) -> None:
    assert ABOUT_NOTHING.search(text)


@pytest.mark.parametrize("word", sorted(load_words("judgements")))
def test_it_stands_for_what_is_judged(word: str) -> None:
    assert ABOUT_NOTHING.search(f"Is it {word} to swim?")


@pytest.mark.parametrize("text", ["is it safe", "those cells", "this drug", "that concept", "it"])
def test_pronouns_that_stand_for_something(text: str) -> None:
    assert not ABOUT_NOTHING.search(text)


@pytest.mark.parametrize(
    ("word", "owner"),
    [("harvard's", True), ("harvard’s", True), ("it's", False), ("who's", False), ("its", False)],
)
def test_possessors(word: str, owner: bool) -> None:
    assert bool(OWNER.fullmatch(word)) == owner


@pytest.mark.parametrize(("text", "found"), [("Is he old?", "he"), ("Is the hat old?", None)])
def test_pronouns_for_a_person(text: str, found: str | None) -> None:
    match = PERSON.search(text)
    assert (match and match.group()) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("Do those stem cells grow?", ["stem cells grow"]), ("Do they grow?", []), ("that?", [])],
)
def test_words_that_are_pointed_to(text: str, found: list[str]) -> None:
    assert POINTED_TO.findall(text) == found


@pytest.mark.parametrize(
    ("text", "stated"),
    [("Is that safe?", True), ("And was this big?", True), ("Are those cells?", False)],
)
def test_statements_about_what_was_said(text: str, stated: bool) -> None:
    assert bool(STATED.search(text)) == stated


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Who was Ada?", True),
        ("who's Ada?", True),
        ("Who was the author?", False),
        ("Who won?", False),
    ],
)
def test_questions_about_somebody_they_name(text: str, known: bool) -> None:
    assert bool(WHO_IS.match(text)) == known
