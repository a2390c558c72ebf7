"""The tools of an assistant, called by the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from rag import Rag, Settings
from served import served
from ui.answer_json import full_json
from ui.answering import Answering
from ui.api.mcp_server import create_mcp_server

ROOT = Path(__file__).resolve().parents[3]
MARKERS = "Which markers help identify cancer stem cells?"
OFF_TOPIC = "Who won the football world cup in 2018?"


def over_stdio(home: Path) -> StdioServerParameters:
    """The command as a desktop assistant starts it."""
    names = ("PATH", "CITESPAN_MODEL_CACHE")
    environment = {name: os.environ[name] for name in names} | {"PYTHONPATH": str(ROOT)}
    command = [*"-m ui.cli.main mcp --home".split(), str(home)]
    return StdioServerParameters(command=sys.executable, args=command, env=environment)


def with_client(server: Any, use: Callable[[Client], Awaitable[Any]]) -> Any:
    async def used() -> Any:
        async with Client(server) as client:
            return await use(client)

    return asyncio.run(used())


async def everything(client: Client) -> dict[str, Any]:
    """Both tools, rightly and wrongly called."""
    calls = {
        "answered": ("ask", {"question": MARKERS}),
        "follow-up": (
            "ask",
            {
                "question": "Where do they come from?",
                "history": [["What are neonatal stem cells?", "…"]],
            },
        ),
        "abstained": ("ask", {"question": OFF_TOPIC}),
        "empty": ("ask", {"question": " "}),
        "found": ("search", {"question": MARKERS, "limit": 2}),
        "too many": ("search", {"question": MARKERS, "limit": 1_000}),
        "in one": ("ask", {"question": MARKERS, "sources": ["neonatal*"]}),
        "in none": ("search", {"question": MARKERS, "sources": ["nothing.txt"]}),
        "listed": ("list_documents", {}),
        "outline": ("outline", {"document": "stem-cell-therapy-advances.txt"}),
        "read": ("read_section", {"document": "stem-cell-therapy-advances.txt"}),
        "unknown": ("read_section", {"document": "nothing.txt"}),
    }
    tools = await client.list_tools()
    results = {name: await client.call_tool(*call) for name, call in calls.items()}
    return results | {"tools": tools.tools}


def holds(got: dict[str, Any], bot: Rag, source: str) -> None:
    """What both ways to the server must give."""
    assert [tool.name for tool in got["tools"]] == [
        "ask", "search", "list_documents", "outline", "read_section"
    ]  # fmt: skip
    assert all(tool.annotations.read_only_hint for tool in got["tools"])
    answer, text = got["answered"].structured_content, got["answered"].content[0].text
    assert answer["text"] == bot.ask(MARKERS).text
    for cited in answer["citations"]:
        quote = bot.source_text(cited["document_id"])[cited["start"] : cited["end"]]
        assert quote == cited["quote"]
        assert cited["source"] == source
        assert f"[{cited['number']}] {source}, characters {cited['start']}–" in text
    assert got["follow-up"].content[0].text.startswith("Searched for: ")
    assert got["abstained"].structured_content["status"] == "abstained"
    assert "which do not answer it" in got["abstained"].content[0].text
    assert got["empty"].is_error
    assert "type what you want to know" in got["empty"].content[0].text
    passages = got["found"].structured_content["passages"]
    assert [each["chunk_id"] for each in passages] == [
        each.chunk_id for each in bot.search(MARKERS, limit=2)
    ]
    assert passages[0]["text"] in got["found"].content[0].text
    assert got["too many"].is_error
    sources = {each["source"] for each in got["in one"].structured_content["passages"]}
    assert {Path(each).name for each in sources} == {"neonatal-stem-cells-leukemia.txt"}
    assert got["in none"].is_error
    assert "No document or folder" in got["in none"].content[0].text
    assert source in {each["source"] for each in got["listed"].structured_content["documents"]}
    assert got["outline"].structured_content["source"] == source
    read = got["read"].structured_content
    assert read["text"] == bot.source_text(read["document_id"])[: read["next_start"]]
    assert got["unknown"].is_error
    assert "No document is called" in got["unknown"].content[0].text


def test_a_desktop_assistant_starts_it_and_calls_its_tools(bot: Rag, seeds_home: Path) -> None:
    got = with_client(over_stdio(seeds_home), everything)
    holds(got, bot, bot.ask(MARKERS).citations[0].source)


def test_the_served_page_has_the_same_tools(bot: Rag) -> None:
    with served(bot) as url:
        holds(with_client(f"{url}/mcp", everything), bot, "stem-cell-therapy-advances.txt")


def test_an_empty_library_is_told_to_the_assistant(tmp_path: Path) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool("ask", {"question": MARKERS})

    with served(Rag(Settings(home=tmp_path))) as url:
        result = with_client(f"{url}/mcp", ask)
    assert result.is_error
    assert "citespan ingest" in result.content[0].text


def test_logging_stays_as_the_program_around_it_has_set_it_up(
    bot: Rag, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    create_mcp_server(Answering(bot), full_json)
    assert (root.handlers, root.level) == ([], logging.DEBUG)


def test_an_unforeseen_error_tells_nothing_of_itself(
    seeds_home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bot = Rag(Settings(home=seeds_home))

    def fails(question: str, *_: Any, **__: Any) -> Any:
        raise RuntimeError(question)

    monkeypatch.setattr(bot, "stream", fails)

    async def ask(client: Client) -> Any:
        return await client.call_tool("ask", {"question": "my secret"})

    with served(bot) as url:
        result = with_client(f"{url}/mcp", ask)
    assert result.is_error
    assert "server's log" in result.content[0].text
    assert "secret" not in result.content[0].text + caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.fault(115)
def test_a_broken_line_gets_an_error_and_the_next_one_its_answer(tmp_path: Path) -> None:
    ping = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
    lines = ["{", "[]", "\udcff", '{"id": 5}', '{"jsonrpc": "1.0", "id": "x"}', json.dumps(ping)]
    replies: list[dict[str, Any]] = []
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli.main", "mcp", "--home", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdin
        assert server.stdout
        server.stdin.write("\n".join([*lines, ""]).encode("utf-8", "surrogateescape"))
        server.stdin.flush()
        while not any(reply["id"] == 7 for reply in replies):
            replies.append(json.loads(server.stdout.readline()))
        server.stdin.close()
    codes = {(reply["id"], reply["error"]["code"]) for reply in replies if "error" in reply}
    assert {(None, -32700), (None, -32600), (5, -32600), ("x", -32600)} <= codes
    assert [reply for reply in replies if reply["id"] == 7]
