"""When the documents are said not to answer, and in which language a question is."""

from __future__ import annotations

import pytest

from rag.answers.abstention import explain_abstention, explain_languages, is_plainly_english


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


_GERMAN = "Der Verein wurde 1921 gegründet und hat seinen Sitz in Lübeck."
_ENGLISH_TEXT = "The club was founded in 1921 and is based in the city of Oxford."


@pytest.mark.parametrize(
    ("question", "passage", "languages", "said"),
    [
        (
            "Wann wurde der Verein gegründet?",
            _ENGLISH_TEXT,
            {"en"},
            "The question seems to be in German; the documents are in English, and the embedding "
            "model reads English.",
        ),
        (
            "Wann wurde der Verein gegründet?",
            _ENGLISH_TEXT,
            None,
            "The question seems to be in German; the documents are in English.",
        ),
        (
            "When was the club founded?",
            _GERMAN,
            {"en"},
            "The question seems to be in English; the documents are in German, and the embedding "
            "model reads English.",
        ),
        (
            "Wann wurde der Verein gegründet?",
            _GERMAN,
            {"en"},
            "The documents are in German, and the embedding model reads English: only words are "
            "compared.",
        ),
        ("Wann wurde der Verein gegründet?", _GERMAN, None, ""),
        ("When was the club founded?", _ENGLISH_TEXT, {"en"}, ""),
        ("CD44", _ENGLISH_TEXT, {"en"}, ""),
        ("Wann wurde der Verein gegründet?", "1921", {"en"}, ""),
    ],
)
def test_a_refusal_says_that_languages_differ(
    question: str, passage: str, languages: set[str] | None, said: str
) -> None:
    known = None if languages is None else frozenset(languages)
    assert explain_languages(question, [passage], known) == said


def test_function_words_of_a_language_are_not_told_as_absent() -> None:
    said = explain_abstention("Gibt es eine Sauna?", 1, 1, lambda _: False, everywhere=True)
    assert said[1] == "No document has “Sauna”."
