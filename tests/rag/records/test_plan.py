"""Questions that choose, count or add up rows, and those that do not."""

import pytest

from rag.records.plan import Plan, make_plan
from rag.records.tables import RecordTable, read_tables

BOATS = """# Boats of the harbour

| Boat | Built | Crew | Price (€) | Rented |
| --- | --- | --- | --- | --- |
| Petrel | 1994 | 4 | 1,250.50 | yes |
| Gannet | 2011 | 12 | 980.00 | no |
| Dunlin | 1987 | 2 | 300.00 | yes |
| Curlew | 2003 | 6 | 4,000.00 | no |
"""
VISITS = "\n".join(
    f"Day: {day}; Gate: {gate}; Visitors: {visitors}"
    for day, gate, visitors in (
        ("2024-05-01", "North", 30),
        ("2024-05-02", "North", 45),
        ("2024-05-01", "South", 12),
        ("2024-06-09", "South", 80),
    )
)

MEMBERS = """# Members

| First name | Last name | Joined | Average score | Lowest fee (€) |
| --- | --- | --- | --- | --- |
| Ada | Moss | 2019-03-01 | 7.5 | 20,00 |
| Ada | Reed | 2021-07-09 | 8.25 | 1.120,50 |
| Noor | Hale | 2015-01-30 | 6.0 | 99,50 |
"""


SHARES = "\n".join(
    f"Date: {day}; Close: {close}; Volume: {volume}"
    for day, close, volume in (
        ("2003-09-17", "28.50", 47221600),
        ("2003-09-18", "29.50", 80000100),
        ("2003-09-19", "29.96", 92433800),
        ("2003-09-22", "28.50", 12000000),
    )
)
STOCK = """# Stock

| name | price | in stock | Order Date | units |
| --- | --- | --- | --- | --- |
| spade | 12.50 | yes | 2020-02-01 | 3 |
| mower | 199.00 | no | 2021-03-05 | 2 |
| shears | 24.00 | yes | 2021-04-09 | 8 |
"""
RELEASES = """# Releases

| version | codename | release |
| --- | --- | --- |
| 10.0 | Buster | 2019-07-06 |
| 11.0 | Bullseye | 2021-08-14 |
| 12.0 | Bookworm | 2023-06-10 |
"""


def never_alike(_word: str, others: list[str]) -> list[float]:
    return [0.0] * len(others)


def plan_for(question: str, text: str, topic: str = "") -> tuple[Plan | None, RecordTable]:
    (table,) = read_tables("document", text)
    return make_plan(question, table, f"{table.topic} {topic}", never_alike), table


def names(plan: Plan) -> list[str]:
    return [plan.table.columns[0].cells[row] for row in plan.rows]


@pytest.mark.parametrize(
    ("question", "boats"),
    [
        ("Which boat has the most crew?", ["Curlew"]),
        ("Which boat is the oldest?", ["Dunlin"]),
        ("What is the cheapest boat?", ["Dunlin"]),
        ("Which boats were built before 2000?", ["Petrel", "Dunlin"]),
        ("Which boats are rented?", ["Petrel", "Dunlin"]),
        ("Which boats are not rented?", ["Gannet", "Curlew"]),
        ("What is the price of the Gannet?", ["Gannet"]),
        ("Which boats have a crew of no more than 4?", ["Petrel", "Dunlin"]),
        ("Which boats with a crew of no more than 5 are rented?", ["Petrel", "Dunlin"]),
        ("Which boats have a crew of at least 5?", ["Gannet", "Curlew"]),
        ("Which boats have a price over 1,000?", ["Petrel", "Curlew"]),
        ("Which boats cost less than 980 euros?", ["Dunlin"]),
    ],
)
def test_rows_are_chosen(question: str, boats: list[str]) -> None:
    plan, _ = plan_for(question, BOATS.replace("| 12 |", "| 5 |"))
    assert plan is not None
    assert names(plan) == boats


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("How many boats are rented?", "2"),
        ("What is the total price of the boats?", "6,530.50"),
        ("What is the average crew of the boats?", "6"),
    ],
)
def test_rows_are_counted_and_added_up(question: str, result: str) -> None:
    plan, _ = plan_for(question, BOATS)
    assert plan is not None
    assert result in plan.result


@pytest.mark.parametrize(
    ("question", "operation", "last_names"),
    [
        ("What is the last name of Noor?", "select", ["Hale"]),
        ("Which member has the highest average score?", "max", ["Reed"]),
        ("Which member has the lowest fee?", "min", ["Moss"]),
        ("Which members have an average score over 7?", "select", ["Moss", "Reed"]),
        ("What is the average of the average scores?", "mean", ["Moss", "Reed", "Hale"]),
        ("Who joined before March 2019?", "select", ["Hale"]),
        ("Who joined last?", "max", ["Reed"]),
    ],
)
def test_words_of_a_columns_name_are_no_operation(
    question: str, operation: str, last_names: list[str]
) -> None:
    plan, table = plan_for(question, MEMBERS)
    assert plan is not None
    assert plan.operation == operation
    assert [table.columns[1].cells[row] for row in plan.rows] == last_names


@pytest.mark.parametrize(
    ("question", "text", "first_cells"),
    [
        ("what's the highest closing price", SHARES, ["2003-09-19"]),
        ("close on the most recent day", SHARES, ["2003-09-22"]),
        ("most expensive item in stock", STOCK, ["shears"]),
        ("which items were ordered in 2021?", STOCK, ["mower", "shears"]),
        ("what is Buster's release?", RELEASES, ["10.0"]),
    ],
)
def test_words_stand_for_columns_in_other_forms(
    question: str, text: str, first_cells: list[str]
) -> None:
    plan, _ = plan_for(question, text)
    assert plan is not None
    assert names(plan) == first_cells


@pytest.mark.parametrize(
    ("question", "text", "result"),
    [
        ("on how many days was the volume over 80 million", SHARES, "2"),
        ("sum of the price column", STOCK, "235.50"),
        ("how many units in total", STOCK, "13"),
        ("how many versions were released after 2020", RELEASES, "2"),
    ],
)
def test_rows_are_counted_and_columns_added_up(question: str, text: str, result: str) -> None:
    plan, _ = plan_for(question, text)
    assert plan is not None
    assert plan.result == result


def test_a_name_that_two_rows_have_gives_no_cell() -> None:
    assert plan_for("What is the last name of Ada?", MEMBERS)[0] is None


def test_records_are_rows_too() -> None:
    plan, _ = plan_for("What was the total of the visitors at the gate South?", VISITS)
    assert plan is not None
    assert plan.result == "92"


def test_things_with_several_rows_are_not_compared() -> None:
    assert plan_for("Which gate had the most visitors?", VISITS)[0] is None


@pytest.mark.parametrize(
    "question",
    [
        "Why was the harbour closed in winter?",
        "Who paints the boats?",
        "Which boat won the race of 1994 off Lisbon?",
        "What is the total weight of the boats?",
        "How do I moor a boat?",
        "What is a gannet?",
        "What is the total of the boats?",
        "What is the total price of the boats per crew?",
        "Which boats have a price below 99,50?",
        "What is the total built of the boats?",
    ],
)
def test_what_is_not_understood_is_no_question_for_rows(question: str) -> None:
    assert plan_for(question, BOATS)[0] is None


SHIPS = """# Ships

| number | ship | class | launched |
| --- | --- | --- | --- |
| 1 | Alba | Alba | 2019-07-06 |
| 2 | Bora V | Alba II | 2021-08-14 |
| 3 | Cirro V | Cirro | 2023-06-10 |
|  | Delta | Cirro | 2024-01-01 |
"""


@pytest.mark.parametrize(
    ("question", "ships"),
    [
        ("which ships have a V", ["Bora V", "Cirro V"]),
        ("which V was launched in 2023", ["Cirro V"]),
        ("when was Delta launched", ["Delta"]),
    ],
)
def test_a_word_of_some_cells_chooses_rows(question: str, ships: list[str]) -> None:
    plan, table = plan_for(question, SHIPS)
    assert plan is not None
    assert [table.columns[1].cells[row] for row in plan.rows] == ships


def test_a_word_in_two_columns_counts_if_both_choose_the_same_rows() -> None:
    text = SHIPS.replace("Alba II", "Bora II")
    plan, _ = plan_for("when was Alba launched", text)
    assert plan is not None
    assert names(plan) == ["1"]
    assert plan_for("when was Alba launched", text.replace("| Delta |", "| Alba |"))[0] is None


def test_rows_without_a_number_of_their_own_are_counted_too() -> None:
    plan, _ = plan_for("how many numbers were launched after 2020", SHIPS)
    assert plan is not None
    assert plan.result == "2"
