"""Answers from rows of tables: computed, shown and cited."""

from collections.abc import Iterator

import pytest

from ingest import ingest
from rag import Rag, Settings

SHEDS = "Shed;Area (m²);Rent;Tenant\nEast;40;120,50;Olsen\nWest;75;99,00;\nGate;12;40,00;Marsh\n"
PROSE = """# The allotment

The allotment was laid out behind the station by railway workers. The well was dug by hand.

Every tenant looks after the path in front of the own shed.
"""


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("garden")
    (folder / "sheds.csv").write_text(SHEDS, encoding="utf-8")
    (folder / "allotment.md").write_text(PROSE, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest([folder / "sheds.csv", folder / "allotment.md"], settings)
    with Rag(settings) as bot:
        yield bot


def test_the_row_with_the_most_is_shown_and_cited(garden: Rag) -> None:
    answer = garden.ask("Which shed has the largest area?")
    assert answer.intent == "table"
    (sentence,) = answer.sentences
    assert "West" in sentence.text
    (citation,) = answer.citations
    assert garden.source_text(citation)[citation.start : citation.end] == citation.quote
    assert citation.place == "row 3"
    assert answer.as_dict()["intent"] == "table"


def test_a_sum_stands_above_its_rows(garden: Rag) -> None:
    answer = garden.ask("What is the total rent of the sheds?")
    assert answer.text.splitlines()[0] == "Sum of Rent: 259,50 (3 rows)"
    assert len(answer.sentences) == 3


def test_what_prose_answers_is_answered_from_prose(garden: Rag) -> None:
    answer = garden.ask("Who laid out the allotment?")
    assert answer.intent == "answer"
    assert "railway workers" in answer.text


def test_no_more_sentences_are_shown_than_may_be(garden: Rag) -> None:
    few = garden.varied(max_sentences=1)
    assert len(few.ask("What is the total rent of the sheds?").sentences) == 1
