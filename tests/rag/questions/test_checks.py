"""What is read of a question and of the turns before it, however long a conversation is."""

from __future__ import annotations

import pytest

from rag.errors import QuestionError
from rag.questions.checks import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    MOST_TURNS,
    check_history,
)  # fmt: skip
from rag.questions.follow_ups import is_follow_up, make_standalone


@pytest.mark.fault(122)
def test_only_the_newest_turns_are_read_and_each_only_so_far() -> None:
    long = ("q" * 10_000, "a" * 100_000)
    history = check_history([long] * 1000 + [["Why?", "So."]])
    assert len(history) == MOST_TURNS
    assert history[-1] == ("Why?", "So.")
    assert {len(question) for question, _ in history[:-1]} == {LONGEST_QUESTION}
    assert {len(answer) for _, answer in history[:-1]} == {LONGEST_ANSWER}


@pytest.mark.fault(122)
def test_half_a_character_of_an_earlier_turn_is_replaced() -> None:
    assert check_history([("Tea \ud83d?", "Rye \ud83d.")]) == (("Tea \ufffd?", "Rye \ufffd."),)


@pytest.mark.parametrize("turn", ["ab", ("a",), ("a", None), {"role": "user", "content": "a"}])
def test_what_is_no_turn_is_refused(turn: object) -> None:
    with pytest.raises(QuestionError):
        check_history([("What is tea?", "A drink."), turn])


@pytest.mark.parametrize(
    ("question", "follows"),
    [
        ("Do cells die when it rains and do they", False),
        ("it it it", True),
        ("What use does it have?", True),
        ("Which cats think they should sleep?", False),
        ("Does a cat, who purrs, know it?", False),
        ("What is this drug?", True),
        ("Is this drug a drug that is this drug?", True),
        ("What do drugs do, and is this drug one?", False),
        ("What was built there?", True),
        ("Is the tower that was built there high?", False),
        ("that why does tower who it their", False),
    ],
)
def test_a_pronoun_has_something_to_stand_for_or_not(question: str, follows: bool) -> None:
    assert is_follow_up(question) is follows


def test_a_mark_that_folds_to_nothing_is_no_word() -> None:
    assert make_standalone("ـ", [("ـ", "ـ")]) == "ـ"
