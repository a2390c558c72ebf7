"""What people ask of an office's papers: versions, meetings, topics, documents that are missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest import ingest
from rag import Rag, Settings

POLICY = """# Travel policy

## Trains

Employees travel in {class_} class on trains.

## Hotels

A hotel may cost up to {price} euros a night. Breakfast is paid as well.
"""
MINUTES = """# Minutes of the club meeting of {date}

Present: Anna Keller, Tom Ruiz, Mei Chen.

## {topic}

Tom Ruiz explained the state of the {topic} at great length.

### Decision

{decision}
"""
MEETINGS = (
    ("2023-11-06", "6 November 2023", "boathouse", "The club sells the boathouse in spring."),
    ("2024-02-12", "12 February 2024", "jetty", "The club repairs the jetty for 9,000 euros."),
    ("2024-06-03", "3 June 2024", "regatta", "The club moves the regatta to September."),
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("office")
    shelf = folder / "shelf"
    shelf.mkdir()
    for year, class_, price in ((2021, "second", 90), (2024, "first", 140)):
        text = POLICY.format(class_=class_, price=price)
        (shelf / f"travel-policy-{year}.md").write_text(text, "utf-8")
    for day, date, topic, decision in MEETINGS:
        text = MINUTES.format(date=date, topic=topic, decision=decision)
        (shelf / f"{day}-minutes.md").write_text(text, "utf-8")
    settings = Settings(home=folder / "home")
    ingest([shelf], settings)
    with Rag(settings) as bot:
        yield bot


@pytest.mark.parametrize(
    ("question", "intent", "holds", "lacks"),
    [
        ("What's the most recent club meeting?", "documents", "2024-06-03-minutes.md", "jetty"),
        ("when was the last meeting?", "documents", ", 2024-06-03", "2023-11"),
        ("all minutes from february 2024", "documents", "one document of February 2024", "June"),
        ("list the minutes by date", "documents", "3 documents", "hotel"),
        ("what happened in the february meeting", "overview", "jetty", "regatta"),
        ("what was decided at the last meeting?", "overview", "regatta", "boathouse"),
        ("how much may a hotel cost under the old policy?", "answer", "90 euros", "140"),
        ("how much may a hotel cost now?", "answer", "140 euros", "90"),
        ("What's new in the 2024 policy?", "compare", "140 euros", "jetty"),
        ("what changed in the latest travel policy", "compare", "90 euros", "jetty"),
        ("what was decided about the boathouse?", "answer", "in spring", "regatta"),
        ("What is in travel-policy-2024.md? List the headings.", "outline", "Hotels", "Breakfast"),
    ],
)
def test_what_is_asked_of_the_papers(
    office: Rag, question: str, intent: str, holds: str, lacks: str
) -> None:
    answer = office.ask(question)
    assert (answer.intent, answer.status) == (intent, "answered")
    assert holds in answer.text
    assert lacks not in answer.text


def test_a_topic_is_answered_by_the_sections_of_its_name(office: Rag) -> None:
    answer = office.ask("what does the policy say about hotels?")
    assert "90 euros" in answer.text
    assert "140 euros" in answer.text


def test_what_no_document_speaks_of_has_no_overview(office: Rag) -> None:
    answer = office.ask("summarize the lasagna recipe")
    assert answer.status == "abstained"
    assert "“lasagna”" in answer.explanation[0]


def test_a_question_that_names_a_document_is_no_small_talk(office: Rag) -> None:
    assert office.ask("how to upload a photo to travel-policy-2024.md").intent == "answer"


def test_an_answer_of_a_topic_that_goes_on_marks_no_direct_answer(office: Rag) -> None:
    question = "how much may a hotel cost in travel-policy-2024.md?"
    first = office.ask(question)
    assert first.direct
    more = office.ask("tell me more", [(question, first.text)])
    assert (more.intent, more.direct) == ("more", None)
