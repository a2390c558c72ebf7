"""Answers from rows of tables: computed, shown and cited."""

import json
from collections.abc import Iterator

import pytest

from ingest import ingest
from rag import Rag, Settings

SHEDS = "Shed;Area (m²);Rent;Tenant\nEast;40;120,50;Olsen\nWest;75;99,00;\nGate;12;40,00;Marsh\n"
TOOLS = """# Tools to borrow

| Tool | Length (cm) | In stock |
| --- | --- | --- |
| Rake | 150 | yes |
| Spade | 110 | no |
| Trowel | 30 | no |
"""
TREES = [
    {"tree": "Quince", "planted": "1998-11-02", "height": 4},
    {"tree": "Medlar", "planted": "1987-03-14", "height": 6},
    {"tree": "Damson", "planted": "2015-10-30", "height": 3},
]
TWICE = [
    f"# Hives {year}\n\n| Hive | Honey |\n| --- | --- |\n| Elm | {honey} |\n| Oak | 9 |\n"
    for year, honey in ((2023, 12), (2024, 14))
]
ACCOUNTS = """# Accounts

| | 2023 | 2024 |
| --- | --- | --- |
| Shed tenants |
| Income from rents | 240 | 260 |
| Path tenants |
| Income from rents | 75 | 80 |
| All |
| Net income | 31 | 40 |
"""
DUTIES = """# Duties

| Duty | 2023 | 2024 |
| --- | --- | --- |
| Local duty, net of income credits | 7 | 9 |
| Other duty | 3 | 3 |
"""
PROSE = """# The allotment

The allotment was laid out behind the station by railway workers. The well was dug by hand.

Every tenant looks after the path in front of the own shed.
"""


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("garden")
    (folder / "sheds.csv").write_text(SHEDS, encoding="utf-8")
    (folder / "allotment.md").write_text(PROSE, encoding="utf-8")
    (folder / "accounts.md").write_text(ACCOUNTS, encoding="utf-8")
    (folder / "duties.md").write_text(DUTIES, encoding="utf-8")
    (folder / "tools.md").write_text(TOOLS, encoding="utf-8")
    (folder / "trees.json").write_text(json.dumps(TREES), encoding="utf-8")
    for number, text in enumerate(TWICE):
        (folder / f"hives{number}.md").write_text(text, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest(sorted(path for path in folder.iterdir() if path.is_file()), settings)
    with Rag(settings) as bot:
        yield bot


def test_a_cell_is_found_by_the_names_of_its_row_and_column(garden: Rag) -> None:
    answer = garden.ask("What was the income from rents of the shed tenants in 2023?")
    assert answer.intent == "table"
    assert [sentence.text for sentence in answer.sentences] == [
        "| | 2023 | 2024 |",
        "| Shed tenants |",
        "| Income from rents | 240 | 260 |",
    ]
    assert answer.direct
    assert answer.direct.text == "240"
    citation = answer.citations[-1]
    assert garden.source_text(citation)[answer.direct.start : answer.direct.end] == "240"


def test_a_cell_goes_before_a_row_whose_words_are_in_a_longer_cell(garden: Rag) -> None:
    answer = garden.ask("What was the net income in 2023?")
    assert answer.direct
    assert answer.direct.text == "31"


def test_two_tables_with_the_same_row_are_no_doubt(garden: Rag) -> None:
    answer = garden.ask("Which hive has 9 honey?")
    assert answer.intent == "table"
    assert answer.sentences[-1].text == "| Oak | 9 |"


def test_the_row_with_the_most_is_shown_and_cited(garden: Rag) -> None:
    answer = garden.ask("Which shed has the largest area?")
    assert answer.intent == "table"
    (sentence,) = answer.sentences
    assert "West" in sentence.text
    (citation,) = answer.citations
    assert garden.source_text(citation)[citation.start : citation.end] == citation.quote
    assert citation.place == "row 3"
    assert answer.as_dict()["intent"] == "table"


@pytest.mark.parametrize(
    ("question", "shown", "hidden"),
    [
        ("Which tree is the oldest?", ["Medlar"], ["Quince", "Damson"]),
        ("Which trees were planted before 2000?", ["Quince", "Medlar"], ["Damson"]),
        ("Which tools are not in stock?", ["Spade", "Trowel"], ["Rake"]),
        ("Which tool has the least length?", ["Trowel"], ["Spade", "Rake"]),
        ("How many tools are in stock?", ["values of Tool: 1", "Rake"], ["Spade", "Trowel"]),
        ("What is the average height of the trees?", ["Average of height: about 4.33"], []),
        ("Which sheds have a rent over 99,50?", ["East"], ["West", "Gate"]),
    ],
)
def test_rows_of_every_format_are_shown_as_exact_spans(
    garden: Rag, question: str, shown: list[str], hidden: list[str]
) -> None:
    answer = garden.ask(question)
    assert answer.intent == "table"
    assert all(each in answer.text for each in shown)
    assert not any(each in answer.text for each in hidden)
    for sentence in answer.sentences:
        (citation,) = sentence.citations
        text = garden.source_text(citation)
        assert text[citation.start : citation.end] == citation.quote
        assert " ".join(citation.quote.split()) == sentence.text


def test_rows_in_bars_stand_below_the_names_of_their_columns(garden: Rag) -> None:
    first, *rows = garden.ask("Which tools are not in stock?").sentences
    assert first.text == "| Tool | Length (cm) | In stock |"
    assert len(rows) == 2
    assert {row.lead for row in rows} == {""}


def test_rows_that_name_their_columns_are_a_list(garden: Rag) -> None:
    leads = [each.lead for each in garden.ask("Which trees were planted before 2000?").sentences]
    assert leads == ["- ", "\n- "]


def test_the_cell_that_is_asked_for_is_the_direct_answer(garden: Rag) -> None:
    answer = garden.ask("What is the length of the Spade?")
    assert answer.intent == "table"
    direct = answer.direct
    assert direct is not None
    assert direct.text == "110"
    assert garden.source_text(direct.document_id)[direct.start : direct.end] == "110"


def test_a_question_that_fits_two_tables_is_searched_for(garden: Rag) -> None:
    assert garden.ask("Which hive has the most honey?").intent == "answer"


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
