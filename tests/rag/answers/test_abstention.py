"""When the documents are said not to answer, and in which language a question is."""

from __future__ import annotations

import pytest

from rag.answers.abstention import is_plainly_english


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("Who won the football world cup in 2018?", True),
        ("Does CD44 mark them", True),
        ("Where does Ada Lindqvist live?", True),
        ("What's a CSC?", True),
        ("Was ist die Rolle von CD44?", False),
        ("Wo wohnt Ada Lindqvist?", False),
        ("Quels sont les effets du traitement ?", False),
        ("¿Cuáles son los marcadores de las células madre?", False),
        ("Vad är huvudstaden i Norge?", False),
        ("癌干细胞的标志物是什么？", False),
        # two words may be of any language, and are given the benefit of the doubt
        ("Define apoptosis", False),
    ],
)
def test_an_english_question_has_english_function_words(question: str, english: bool) -> None:
    assert is_plainly_english(question) == english
