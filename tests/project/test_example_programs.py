"""The programs in examples/ run as they stand there, on the real model."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from typer.testing import CliRunner

from rag import Rag
from ui.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


@pytest.fixture(autouse=True)
def _in_the_projects_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run(name: str) -> dict[str, Any]:
    """What a program has defined when it is through."""
    return runpy.run_path(str(EXAMPLES / name))


def test_every_program_is_named_on_the_page_of_examples() -> None:
    page = (EXAMPLES / "README.md").read_text("utf-8")
    files = {file.name for file in EXAMPLES.iterdir() if file.is_file()} - {"README.md"}
    assert not [name for name in files if f"({name})" not in page]


def test_the_function_prints_a_cited_answer(capsys: pytest.CaptureFixture[str]) -> None:
    answer = run("function.py")["answer"]
    shown = capsys.readouterr().out
    assert "CD44" in shown
    assert f"[1] {answer.citations[0].source}" in shown


def test_the_notebook_runs_through_and_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    names = run("notebook.py")
    shown = capsys.readouterr().out
    assert shown.startswith("2 documents, ")
    assert "\nsupported: " in shown
    assert f"»{names['first'].quote}«" in shown
    assert shown.endswith("abstained\n")
    assert not Path(names["folder"].name).exists()


def test_a_langchain_application_is_scored_with_what_it_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = run("score_langchain.py")
    report, shown = names["report"], capsys.readouterr().out
    assert report.failed == 0
    assert all(trial.outcome.passages for trial in report.trials)
    assert sum(report.blame.values()) == sum(result.right is False for result in report.results)
    assert "lost where" in shown
    command = ["eval", str(names["asked"]), "--outputs", str(names["outputs"]), "--json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    stored = json.loads(done.stdout)
    assert stored["scores"]["facts_found"]["value"] == report.score("facts_found").value
    assert stored["cases"] == len(report.trials)


def test_the_application_answers_and_says_what_it_cannot(
    seeds_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITESPAN_HOME", str(seeds_home))
    with TestClient(run("fastapi_app.py")["app"]) as client:
        said = client.get("/ask", params={"question": "Which markers help identify CSCs?"}).json()
        assert said["status"] == "answered"
        cited = said["citations"][0]
        text = client.get(f"/documents/{cited['document']}").json()["text"]
        assert text[cited["start"] :].startswith(cited["quote"])
        assert client.get("/ask", params={"question": " "}).status_code == 422
        assert client.get("/documents/none").status_code == 404


def test_the_application_says_that_nothing_is_ingested() -> None:
    with TestClient(run("fastapi_app.py")["app"]) as client:
        refused = client.get("/ask", params={"question": "Anything?"})
    assert refused.status_code == 503
    assert "citespan ingest" in refused.json()["detail"]


class ToolCaller(GenericFakeChatModel):
    """A chat model that says what it was given to say, tools or not."""

    def bind_tools(self, tools: Any, **options: Any) -> ToolCaller:
        """Itself: what it says is settled."""
        return self


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask_documents", {"question": "Which markers help identify cancer stem cells?"}),
        ("search_documents", {"query": "markers of cancer stem cells"}),
    ],
)
def test_the_agent_reads_the_documents_with_either_tool(
    bot: Rag, name: str, arguments: dict[str, str]
) -> None:
    calls = [{"name": name, "args": arguments, "id": "1"}]
    messages: list[BaseMessage] = [AIMessage("", tool_calls=calls), AIMessage("CD44 and CD133.")]
    agent = run("langchain_agent.py")["agent_over"](bot, ToolCaller(messages=iter(messages)))
    done = agent.invoke({"messages": [{"role": "user", "content": "Which markers?"}]})["messages"]
    (told,) = [message for message in done if isinstance(message, ToolMessage)]
    assert "CD44" in told.text
    assert done[-1].text == "CD44 and CD133."
    if name == "ask_documents":
        assert told.artifact.status == "answered"


def _code(name: str) -> list[str]:
    """The lines of a program after its docstring that are not empty."""
    text = (EXAMPLES / name).read_text("utf-8").split('"""', 2)[2]
    return [line for line in text.splitlines() if line.strip()]


def test_a_langchain_program_is_moved_by_five_lines() -> None:
    before, after = _code("langchain_before.py"), _code("langchain_after.py")
    assert len((EXAMPLES / "langchain_before.py").read_text("utf-8").splitlines()) <= 67
    assert len([line for line in after if line not in before]) <= 5


def test_the_langchain_program_answers_before_and_with_citations_after(bot: Rag) -> None:
    said = "CD133 and CD44 can help identify these cells [1]."
    asked = {"input": "Which markers help identify cancer stem cells?"}
    answers = []
    for name in ("langchain_before.py", "langchain_after.py"):
        program = run(name)
        model = GenericFakeChatModel(messages=iter([AIMessage(said)]))
        chain = program["make_chain"](program["load"]("seeds"), model, bot.embeddings)
        answers.append(chain.invoke(asked))
    before, after = answers
    assert before == said
    assert "CD133" in after.text
    texts = {document.page_content for document in program["load"]("seeds")}
    for citation in after.citations:
        assert any(text[citation.start : citation.end] == citation.quote for text in texts)
        assert citation.metadata["source"].endswith(".txt")
