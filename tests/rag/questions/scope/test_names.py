"""Which documents a question names, and what is left to ask."""

from __future__ import annotations

import pytest

from rag.library.catalog import NamedDocument
from rag.questions.scope.names import DocumentNames, may_name_document

NAMES = DocumentNames(
    [
        NamedDocument("south", "/shelf/lease-south.md", "Residential lease"),
        NamedDocument("north", "/shelf/lease-north.md", "Residential lease"),
        NamedDocument("order", "C:\\shelf\\order-7781.txt", "Order confirmation"),
        NamedDocument("annual", "s3://shelf/Annual Report 2023.pdf", "Annual report"),
        NamedDocument("falls", "/shelf/guideline_2021.pdf", "Guideline on falls"),
        NamedDocument("handbook", "/shelf/handbook.md", "Staff handbook"),
        NamedDocument("potter", "/shelf/Harry Potter.txt", "Harry Potter"),
    ]
)


@pytest.mark.parametrize(
    ("question", "documents", "rest"),
    [
        ("In lease-south.md, what is the monthly rent?", "south", "what is the monthly rent?"),
        ("According to lease-north, who paints?", "north", "who paints?"),
        ("What was bought in order-7781.txt?", "order", "What was bought?"),
        ("Are pets allowed according to the file lease-south.md?", "south", "Are pets allowed?"),
        ("what does LEASE-SOUTH.MD say", "south", "what does the document say"),
        ("What is lease-south.md's deposit?", "south", "What is the document's deposit?"),
        ("What does the Annual Report 2023.pdf say?", "annual", "What does the document say?"),
        ("in the annual report 2023 what was the revenue", "annual", "what was the revenue"),
        ("Who is at risk according to the guideline on falls?", "falls", "Who is at risk?"),
        ("According to the handbook, how many days?", "handbook", "how many days?"),
        ("What is the rent in “Residential lease”?", "south north", "What is the rent?"),
        ("Compare lease-south.md and lease-north.md", "south north",
         "Compare the document and the document"),
        ("handbook.md", "handbook", "the document"),
    ],
)  # fmt: skip
def test_a_named_document_is_found_and_left_out(question: str, documents: str, rest: str) -> None:
    assert may_name_document(question)
    scope = NAMES.find_scope(question)
    assert scope is not None
    assert scope.documents == tuple(documents.split())
    assert scope.question == rest


@pytest.mark.parametrize(
    "question",
    [
        "In 2023, what happened?",
        "How old is Harry Potter in the book?",
        "What was found in the study?",
        "Who wrote the residential lease?",
        "What is an order confirmation?",
        "What does the law say, according to Miller?",
        "Is version 1.2.3 supported?",
        "In the report, who is thanked?",
    ],
)
def test_a_question_that_names_no_document_is_left_alone(question: str) -> None:
    assert NAMES.find_scope(question) is None
