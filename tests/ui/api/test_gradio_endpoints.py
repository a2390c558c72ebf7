"""The page's named endpoints, called by Gradio's own client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from rag import Rag
from served import served

MARKERS = "Which markers help identify cancer stem cells?"


@pytest.fixture(scope="module")
def client(bot: Rag) -> Iterator[Client]:
    with served(bot) as url:
        client = Client(url, verbose=False)
        yield client
        client.close()


def test_two_endpoints_are_named_and_typed_and_nothing_else_is_open(client: Client) -> None:
    shown: Any = client.view_api(return_format="dict", print_info=False)
    assert shown["unnamed_endpoints"] == {}
    takes = {
        name: {p["parameter_name"]: p["python_type"]["type"] for p in endpoint["parameters"]}
        for name, endpoint in shown["named_endpoints"].items()
    }
    assert takes == {
        "/ask": {"question": "str", "history": "list[list[str]]", "sources": "list[str]"},
        "/search": {"question": "str", "limit": "int", "sources": "list[str]"},
    }
    gives = {
        name: [value["python_type"]["type"] for value in endpoint["returns"]]
        for name, endpoint in shown["named_endpoints"].items()
    }
    assert gives["/ask"][0].startswith("dict")
    assert gives["/search"][0].startswith("list[dict")


def test_ask_gives_the_answer_with_its_exact_spans(client: Client, bot: Rag) -> None:
    answer = client.predict(question=MARKERS, api_name="/ask")
    assert answer["text"] == bot.ask(MARKERS).text
    for cited in answer["citations"]:
        text = bot.source_text(cited["document_id"])
        assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_ask_takes_earlier_turns(client: Client) -> None:
    history = [["What are neonatal stem cells?", "…"]]
    answer = client.predict("Where do they come from?", history, api_name="/ask")
    assert "neonatal" in answer["standalone_question"].lower()


def test_both_ask_only_the_sources_that_are_named(client: Client, bot: Rag) -> None:
    names = [source for each in bot.documents() for source in each.sources]
    name = next(each for each in names if "advances" in each)
    answer = client.predict(MARKERS, [], [name], api_name="/ask")
    found = client.predict(MARKERS, 8, [name], api_name="/search")
    assert {each["source"] for each in [*answer["passages"], *found]} == {Path(name).name}
    with pytest.raises(AppError, match="No document or folder"):
        client.predict(MARKERS, 8, ["no-such-file.md"], api_name="/search")


def test_search_gives_so_many_passages(client: Client, bot: Rag) -> None:
    passages = client.predict(question=MARKERS, limit=3, api_name="/search")
    assert [p["chunk_id"] for p in passages] == [p.chunk_id for p in bot.search(MARKERS, limit=3)]


@pytest.mark.fault(94)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"question": "", "api_name": "/ask"}, "type what you want to know"),
        ({"question": None, "api_name": "/ask"}, "text, not NoneType"),
        ({"question": "x" * 1_500_000, "api_name": "/ask"}, "1,500,000 characters"),
        (
            {"question": MARKERS, "history": [["a"]], "api_name": "/ask"},
            "Invalid input: Field required",
        ),
        ({"question": MARKERS, "limit": 0, "api_name": "/search"}, "greater than or equal to 1"),
        ({"question": MARKERS, "limit": "many", "api_name": "/search"}, "valid integer"),
    ],
)
def test_what_cannot_be_answered_is_said(
    client: Client, arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises(AppError, match=says):
        client.predict(**arguments)
