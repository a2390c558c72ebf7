"""What a question asks for."""

from __future__ import annotations

import pytest

from rag.questions.question import parse_question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What year was the bridge opened?", "time"),
        ("When did the war end?", "time"),
        ("In which century did he live?", "time"),
        ("How much does a ticket cost?", "money"),
        ("what is the price of the device", "money"),
        ("What dose of aspirin is given?", "dose"),
        ("What percentage of voters agreed?", "percent"),
        ("How many islands are there?", "count"),
        ("What is the total number of islands?", "count"),
        ("What is the phone number of the ferry?", "thing"),
        ("What happens when the tide comes in?", "thing"),
        ("And when does it go out?", "occasion"),
        ("What did people who stayed eat?", "thing"),
        ("What do scientists hope to find?", "thing"),
        ("Which French scientist found it?", "person"),
        ("How long is the river?", "measure"),
        ("Who wrote it?", "person"),
        ("By whom was the law signed?", "person"),
        ("Where is the tower?", "place"),
        ("Which country won?", "place"),
        ("Why do leaves fall?", "reason"),
        ("What causes tides?", "reason"),
        ("What is photosynthesis?", "definition"),
        ("what does NATO stand for", "definition"),
        ("How are bricks made?", "manner"),
        ("Is glass a liquid?", "yes_no"),
        ("Do the trees lose their leaves?", "yes_no"),
        ("Which gas do plants take in?", "thing"),
    ],
)
def test_kind_of_answer_is_read_off_the_question(question: str, kind: str) -> None:
    assert parse_question(question).kind == kind


@pytest.mark.parametrize(
    "question", ["List the colours.", "What are the side effects?", "Which enzymes are involved?"]
)
def test_list_questions_ask_for_several(question: str) -> None:
    assert parse_question(question).several


@pytest.mark.parametrize("question", ["What is the capital of Peru?", "Which gas is heavier?"])
def test_other_questions_ask_for_one(question: str) -> None:
    assert not parse_question(question).several


def test_words_that_only_say_what_is_asked_are_no_terms() -> None:
    assert parse_question("What year was the bridge built?").terms == ("bridg", "built")


def test_question_of_nothing_but_such_words_keeps_them() -> None:
    assert parse_question("what does it cost").terms == ("cost",)


def test_names_codes_and_numbers_are_named() -> None:
    asked = parse_question("Did Marie Curie measure il-6 in 12 mice?")
    assert asked.named == {"mari", "curi", "il6", "il", "6", "12"}


def test_first_word_is_no_name_for_its_capital() -> None:
    assert not parse_question("Normally cells divide?").named


def test_capitals_throughout_name_nothing() -> None:
    assert not parse_question("WHERE IS THE TOWER?").named


def test_compound_keeps_its_parts() -> None:
    assert parse_question("Is IL-6 raised?").compounds == (("il6", ("il", "6")),)


def test_possessive_is_no_compound() -> None:
    assert parse_question("What is Alzheimer's disease?").terms == ("alzheim", "diseas")


def test_topic_carried_along_in_brackets_does_not_change_the_kind() -> None:
    asked = parse_question("Is it safe? (green tea)")
    assert asked.kind == "yes_no"
    assert {"green", "tea"} <= set(asked.terms)


@pytest.mark.parametrize("question", ["", "?", "   ", "的是什么", "\0"])
def test_strange_questions_are_taken_apart_all_the_same(question: str) -> None:
    assert parse_question(question).text == question


@pytest.mark.parametrize(
    ("question", "terms_"),
    [
        ("Was kostet die Mitgliedschaft im Verein?", ("kostet", "mitgliedschaft", "verein")),
        ("Quand le camping ferme-t-il ?", ("camp", "fermetil", "ferm", "il")),
    ],
)
def test_a_question_in_another_language_is_about_a_thing(
    question: str, terms_: tuple[str, ...]
) -> None:
    asked = parse_question(question)
    assert (asked.kind, asked.several, asked.sought) == ("thing", False, frozenset())
    assert asked.terms == terms_
    assert not asked.named
