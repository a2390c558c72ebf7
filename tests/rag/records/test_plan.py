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
    ],
)
def test_what_is_not_understood_is_no_question_for_rows(question: str) -> None:
    assert plan_for(question, BOATS)[0] is None
