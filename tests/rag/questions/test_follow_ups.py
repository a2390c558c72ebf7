"""Follow-up questions: those that lean get a topic, all others come back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.questions.follow_ups import is_follow_up, make_standalone

EARLIER = [("What are neonatal stem cells?", "Cells from newborns.")]

STANDALONE = """
What is the role of CD133 in cancer?
Which markers help identify cancer stem cells?
Is it true that stem cells cause cancer?
Is it possible to treat leukemia with stem cells?
Are there clinical trials for leukemia?
How many people get leukemia each year, and what are their symptoms?
What is graft-versus-host disease and how is it treated?
What do cancer cells do when they divide?
Fast foods - are they a risk factor for asthma?
Do emergency professionals think they should take part in prevention?
Do cancer stem cells protect themselves from drugs?
Can stem cells from the umbilical cord treat leukemia?
What does it mean to be pluripotent?
What is this paper about?
What does this document say about leukemia?
How does the immune system fight cancer and its metastasis?
Why do tumors come back after chemotherapy?
Why is it hard to kill cancer stem cells?
What else causes leukemia?
How long does it take to grow stem cells?
How much does it cost to store cord blood?
When was it discovered that stem cells self-renew?
What is another name for mesenchymal stem cells?
Which other cells express CD44?
Does a patient know when he is cured?
How did Marie Curie get her prize?
Does the biologist say what he found?
Is it known that drugs harm cells?
How old was that keeper who could not move his arms?
What were those settlers called who stayed in France?
What is this Londonistan thing?
Who founded the company that sells stem cells?
Can a tenant break his lease?
How did marie curie get her prize?
What did Churchill do that summer?
Is one transplant enough to cure leukemia?
Are patients with AML older than those with ALL?
In which tissues are stem cells found?
What does a cell's membrane allow it to do?
What is the cell that divides?
If a cell divides, what happens then?
What is IT security?
Do stem cells grow and are they safe?
Do stem cells from cord blood treat leukemia too?
For children with AML and newly diagnosed leukemia?
WHAT IS LEUKEMIA?
leukemia
cord blood storage price
What are the side effects of chemotherapy?
Was ist Leukämie?
什么是白血病？
""".strip().splitlines()

LEANING = """
What about adults?
And in mice?
In adults too?
For children with AML?
How do they help?
Where do they come from?
Why?
Why not?
But why?
Is it safe?
Is it used to treat leukemia?
Can it be used for patients with diabetes?
Is it good for children?
How long does it take?
How much does it cost?
What are its side effects?
What's its name?
What are the benefits of this?
Are there others?
Is there another one?
Is there any risk in using them?
Who discovered them?
What simple uses do they have?
Who introduced that concept?
Which country banned a similar one?
What was known then?
What's it for?
Tell me more.
Tell me more about it
Can you explain that?
Can you give an example?
Summarize that.
Why is that?
Then what happens?
What else?
How many were well ten days after getting this vaccine?
Which fungus does that drug come from?
Really?
Mice too?
Which other drug?
Which drugs work like that in mice?
go on
WHERE DO THEY COME FROM?
""".strip().splitlines()


@pytest.mark.parametrize("question", STANDALONE)
def test_a_question_that_stands_alone_comes_back_unchanged(question: str) -> None:
    assert make_standalone(question, EARLIER) == question


@pytest.mark.parametrize("question", LEANING)
def test_a_leaning_question_carries_the_topic_in_brackets(question: str) -> None:
    assert make_standalone(question, EARLIER) == f"{question} (neonatal stem cells)"


def test_words_of_the_question_are_not_carried_twice() -> None:
    history = [("Do stem cells cure leukemia?", "Some do.")]
    assert make_standalone("And in leukemia?", history) == "And in leukemia? (stem cells cure)"


def test_the_topic_lasts_over_several_leaning_turns() -> None:
    history = [*EARLIER, ("Where do they come from?", "Cord blood."), ("Why?", "Because.")]
    assert make_standalone("Are they safe?", history) == "Are they safe? (neonatal stem cells come)"


def test_a_new_topic_replaces_the_old_one() -> None:
    history = [*EARLIER, ("What is the Wnt pathway?", "A pathway.")]
    assert make_standalone("How does it work?", history) == "How does it work? (Wnt pathway)"


def test_a_long_topic_is_cut() -> None:
    history = [(" ".join(f"word{n}" for n in range(100)), "…")]
    assert len(make_standalone("Why?", history).split()) == 1 + 12


@given(st.text())
def test_without_a_conversation_every_question_comes_back_unchanged(question: str) -> None:
    assert make_standalone(question, []) == question
    is_follow_up(question)


@given(st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=3))
def test_a_question_is_kept_word_for_word_whatever_came_before(
    question: str, history: list[tuple[str, str]]
) -> None:
    assert make_standalone(question, history).startswith(question.strip())


@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        (
            "How long is the leave in Colorado?",
            "and in Oregon?",
            "How long is the leave in Oregon?",
        ),
        ("Who leads in Berlin since May?", "What about in Oslo?", "Who leads in Oslo since May?"),
        ("what is ada moss's email?", "and noor hale's?", "what is noor hale's email?"),
        ("What is Anna's role in the office?", "And Tom's", "What is Tom's role in the office?"),
        ("who wrote it?", "and for what?", "and for what? (wrote)"),
        ("how tall is the tower?", "and in the rain?", "and in the rain? (tall tower)"),
    ],
)
def test_a_phrase_takes_the_place_of_that_of_its_form(
    earlier: str, question: str, asked: str
) -> None:
    assert make_standalone(question, [(earlier, "61 metres.")]) == asked


def test_a_phrase_may_be_replaced_again() -> None:
    history = [("how long is leave in Chile?", "A month."), ("and in Bolivia?", "A week.")]
    assert make_standalone("and in Peru?", history) == "how long is leave in Peru?"
