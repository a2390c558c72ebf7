"""Documents and questions in other languages than the embedding model's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import IngestReport, ingest
from rag import Rag, Settings

GERMAN = (
    "Der Verein wurde am 3. Mai 1921 gegründet und hat seinen Sitz in Lübeck. Er zählt derzeit 240 "
    "Mitglieder, d. h. 30 mehr als im Vorjahr. Der Jahresbeitrag beträgt 180 Euro."
)
JAPANESE = "体育館は毎週月曜日が休館日です。利用料金は一時間につき四百円です。"
ENGLISH = "The club was founded in 1950 in Oxford. It has 80 members and a boathouse."
Shelf = tuple[IngestReport, Rag, Rag]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """The report of three documents, and a bot that answers all, and one that answers nothing."""
    folder = tmp_path_factory.mktemp("languages")
    for name, text in (("de", GERMAN), ("ja", JAPANESE), ("en", ENGLISH)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(home=folder / "home", min_confidence=0.0)
    report = ingest([folder], settings)
    with Rag(settings) as bot:
        yield report, bot, bot.varied(min_confidence=1.0)


def test_ingest_tells_of_languages_that_the_model_does_not_read(shelf: Shelf) -> None:
    assert dict(shelf[0].unread) == {"German": 1, "Japanese": 1}


@pytest.mark.parametrize(
    ("question", "source", "answer"),
    [
        ("Wie viele Mitglieder hat der Verein?", "de.txt", "240"),
        ("Wie hoch ist der Jahresbeitrag?", "de.txt", "180 Euro"),
        ("体育館の休館日は何曜日ですか?", "ja.txt", "月曜日"),
        ("How many members does the club have?", "en.txt", "80"),
    ],
)
def test_a_question_finds_the_document_in_its_language(
    shelf: Shelf, question: str, source: str, answer: str
) -> None:
    found = shelf[1].ask(question)
    assert Path(found.passages[0].source).name == source
    assert answer in found.text


def test_a_sentence_with_an_abbreviation_is_quoted_whole(shelf: Shelf) -> None:
    found = shelf[1].ask("Wie viele Mitglieder hat der Verein?")
    quotes = [citation.quote for citation in found.citations]
    assert "Er zählt derzeit 240 Mitglieder, d. h. 30 mehr als im Vorjahr." in quotes


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Gibt es im Verein eine Sauna?", "The documents are in German"),
        ("Quelle est la couleur des bateaux du club ?", "The question seems to be in French"),
    ],
)
def test_a_refusal_tells_of_the_language(shelf: Shelf, question: str, said: str) -> None:
    assert any(each.startswith(said) for each in shelf[2].ask(question).explanation)


def test_a_refusal_in_english_says_nothing_of_languages(shelf: Shelf) -> None:
    told = " ".join(shelf[2].ask("Does the club have a swimming pool?").explanation)
    assert "language" not in told
    assert "embedding" not in told
