"""The document that a request is about, by words of its name."""

import pytest

from rag.library.catalog import NamedDocument
from rag.questions.scope.names import DocumentNames
from rag.questions.scope.objects import find_objects

NAMES = DocumentNames(
    [
        NamedDocument("1", "/d/severance.md", "Severance Packages"),
        NamedDocument("2", "/d/may-21.md", "May 21, 2013 Meeting Notes"),
        NamedDocument("3", "/d/mar-21.md", "21 March, 2023 Meeting Notes"),
        NamedDocument("4", "/d/ACME_2019_10K.pdf", "ACME, INC."),
        NamedDocument("5", "/d/prices-comma.csv", "prices-comma"),
        NamedDocument("6", "/d/wiki_duck.html", "Duck - Wikipedia"),
    ]
)


@pytest.mark.parametrize(
    ("question", "replaced", "documents"),
    [
        ("summarize the severance policy", "summarize the document", ["1"]),
        ("outline the may 21 notes", "outline the document", ["2"]),
        ("summary of the may 2013 meeting", "summary of the document", ["2"]),
        ("what was the 2023 meeting about?", "what was the document about?", ["3"]),
        ("contents of the acme 10-K", "contents of the document", ["4"]),
        ("what is in prices-comma.csv", "what is in the document", ["5"]),
        ("the nesting section of the duck article", "the nesting section of the document", ["6"]),
    ],
)
def test_words_of_a_name_stand_for_its_document(
    question: str, replaced: str, documents: list[str]
) -> None:
    (found,) = find_objects(NAMES, question)
    assert found.replace(question) == replaced
    assert [NAMES.documents[place].document_id for place in found.places] == documents


def test_two_documents_are_two_objects() -> None:
    found = find_objects(NAMES, "compare severance and the duck article")
    assert [NAMES.documents[place].document_id for each in found for place in each.places] == [
        "1",
        "6",
    ]


def test_words_of_no_name_are_no_object() -> None:
    assert find_objects(NAMES, "how tall is the tower") == []
