"""What is asked for: the shipped weights on phrases that they were not fitted on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag import Embedder
from rag.questions.intent import IntentModel
from rag.types import Intent

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hi", "greeting"),
        ("Good evening!", "greeting"),
        ("what can you do?", "help"),
        ("How does this work?", "help"),
        ("thanks a lot", "thanks"),
        ("What documents do you have?", "documents"),
        ("How many files are in the library?", "documents"),
        ("What is this document about?", "overview"),
        ("Summarize this", "overview"),
        ("give me a sumary of the document", "overview"),
        ("Show me the table of contents", "outline"),
        ("tell me more", "more"),
        ("Shorter, please", "shorter"),
    ],
)
def test_what_is_asked_about_documents_is_told(
    text: str, intent: Intent, embedder: Embedder
) -> None:
    assert IntentModel.load().find_intent(text, embedder.embed)[0] == intent


@pytest.mark.parametrize(
    "text",
    [
        "What is BERT?",
        "Which products are in stock?",
        "How many do I have?",
        "How do I turn a recording into text?",
        "Which documents must a visitor bring?",
        "How many files may be uploaded at once?",
        "Summarize the side effects of ibuprofen",
        "What does the document say about parking?",
        "What can be done against rust?",
        "Who helps with the form?",
        "And in mice?",
        "why?",
        "How much more does the second plan cost?",
        "Thank-you letters: when are they due?",
        "大阪に住んでいるのは誰ですか?",
    ],
)
def test_a_question_stays_a_question(text: str, embedder: Embedder) -> None:
    assert IntentModel.load().find_intent(text, embedder.embed)[0] == "answer"


def test_the_questions_about_the_seeds_stay_questions(embedder: Embedder) -> None:
    files = (ROOT / "seeds" / "questions.jsonl", ROOT / "bench" / "fresh_questions.jsonl")
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    questions = [json.loads(line)["question"] for line in lines]
    assert len(questions) > 100
    find_intent = IntentModel.load().find_intent
    assert [each for each in questions if find_intent(each, embedder.embed)[0] != "answer"] == []
