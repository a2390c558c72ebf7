"""A question that asks for several things is asked part by part."""

import pytest

from rag.questions.decompose import split_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is AML and how is it treated?", ["What is AML?", "how is it treated? (AML)"]),
        (
            "Who founded Acme, and when was the company sold?",
            ["Who founded Acme?", "when was the company sold? (Acme)"],
        ),
        (
            "What is the refund period? Who pays for shipping?",
            ["What is the refund period?", "Who pays for shipping?"],
        ),
        (
            "What are the side effects of imatinib; how often do they occur?",
            [
                "What are the side effects of imatinib?",
                "how often do they occur? (side effects imatinib)",
            ],
        ),
        (
            "What is leukemia? What are its types? How is it diagnosed?",
            [
                "What is leukemia?",
                "What are its types? (leukemia)",
                "How is it diagnosed? (leukemia)",
            ],
        ),
        (
            "How much does the pass cost and is it valid on buses?",
            ["How much does the pass cost?", "is it valid on buses? (pass cost)"],
        ),
    ],
)  # fmt: skip
def test_each_part_can_be_understood_alone(question: str, parts: list[str]) -> None:
    assert split_question(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "When and where was she born?",
        "Who wrote the report and when?",
        "Who is the man who founded Acme and who died in 1950?",
        "What determines how fast cells divide and how long they live?",
        "What is the difference between how stem cells divide and how cancer cells divide?",
        "Do you know who wrote the report and when it was published?",
        "Which drugs and which doses were given?",
        "What is the name of the drug? It starts with I.",
        "Hello. What is AML?",
        "Why and how do cells die?",
        "Was ist AML und wie wird sie behandelt?",
        "What is A? What is B? What is C? What is D?",
        "What?",
        "? and what ?",
        "",
    ],
)
def test_a_question_for_one_thing_is_left_whole(question: str) -> None:
    assert split_question(question) == [question]
