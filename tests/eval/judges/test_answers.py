"""An answer is right if it says what the reference says, and nothing against it."""

from __future__ import annotations

import pytest

from bench.evaluation.right_answers import is_judged_right, load_labelled
from eval.judges.answers import judge_answer
from eval.judges.judge import SupportJudge
from eval.judges.polarity import find_polarity

RIGHT = [
    ("When does the museum open?", "The museum opens at 9 am.", "It opens at 9 am every day."),
    ("Who paints the doors?", "The doors are painted by a carpenter.", "A carpenter paints them."),
    ("How old is the tree?", "The tree is two hundred years old.", "It is 200 years old."),
    ("Which is larger, A or B?", "A", "A is larger."),
    ("Who bought Beltran?", "Novatek acquired Beltran.", "Beltran was acquired by Novatek."),
    ("How do the two compare?", "Iron is heavier than tin.", "Tin is lighter than iron."),
    ("May I park here?", "No, parking is not allowed.", "Parking is forbidden here."),
    ("Is the form required?", "Yes", "The form is required for every visit."),
    ("What did the court say?", "The court rejected the appeal.", "The appeal was rejected."),
]
WRONG = [
    ("When does the museum open?", "The museum opens at 9 am.", "It opens at 10 am."),
    ("Who paints the doors?", "The doors are painted by Ann Lee.", "Ann Ray paints them."),
    ("What was the share?", "12 percent", "It was not 12 percent."),
    ("What was the share?", "12 percent", "It was 12 million."),
    ("Which is larger, A or B?", "A", "B is larger."),
    ("Who bought Beltran?", "Novatek acquired Beltran.", "Novatek was acquired by Beltran."),
    ("How do the two compare?", "Iron is heavier than tin.", "Tin is heavier than iron."),
    ("May I park here?", "No, parking is not allowed.", "Parking is allowed here."),
    ("Is the form required?", "Yes", "The form is not required."),
    ("What did the court say?", "The court rejected the appeal.", "The court upheld the appeal."),
    ("What does it eat?", "It eats fish, frogs and mice.", "It eats fish."),
    ("Why did he leave?", "He left because he was ill.", "He left because of the war."),
]


@pytest.fixture(scope="module")
def judge() -> SupportJudge:
    return SupportJudge()


@pytest.mark.parametrize(("question", "reference", "answer"), RIGHT)
def test_what_says_the_same_is_right(
    question: str, reference: str, answer: str, judge: SupportJudge
) -> None:
    assert judge_answer(question, [reference], answer, judge).right


@pytest.mark.parametrize(("question", "reference", "answer"), WRONG)
def test_what_says_otherwise_or_less_is_wrong(
    question: str, reference: str, answer: str, judge: SupportJudge
) -> None:
    verdict = judge_answer(question, [reference], answer, judge)
    assert not verdict.right
    assert verdict.reasons


def test_the_judge_agrees_with_a_person(judge: SupportJudge) -> None:
    labelled = list(load_labelled())
    agrees = [is_judged_right(each, judge)[0] == each.is_right for each in labelled]
    assert len(labelled) == 60
    assert sum(agrees) >= 54


def test_one_right_reference_of_several_is_enough(judge: SupportJudge) -> None:
    verdict = judge_answer("Where?", ["Berlin", "Paris"], "It is in Paris.", judge)
    assert verdict.right


def test_what_is_said_besides_lowers_the_precision_only(judge: SupportJudge) -> None:
    answer = "The tower was built in 1889. Visitors eat ice cream there."
    verdict = judge_answer("When was the tower built?", ["It was built in 1889."], answer, judge)
    assert verdict.right
    assert verdict.recall == 1
    assert verdict.precision == 0.5


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Yes, it does.", 1),
        ("No.", -1),
        ("The drug crosses the barrier.", 1),
        ("The drug does not cross the barrier.", -1),
        ("Bananas are yellow.", 0),
    ],
)
def test_yes_and_no_are_read_from_words_and_from_what_is_said(text: str, polarity: int) -> None:
    assert find_polarity("Does the drug cross the barrier?", text) == polarity
