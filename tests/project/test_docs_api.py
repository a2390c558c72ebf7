"""The examples of docs/reference/api.md, run as they stand there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from rag import Rag
from served import served
from ui.cli.main import app

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "api.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def address(bot: Rag) -> Iterator[str]:
    with served(bot) as url:
        yield url


def test_there_is_an_example_of_each() -> None:
    for name in ("openai", "gradio_client", "mcp"):
        assert [example for example in EXAMPLES if f"from {name} import" in example]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(example: str, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "http://127.0.0.1:7860" in example
    exec(
        compile(example.replace("http://127.0.0.1:7860", address), "docs/reference/api.md", "exec"),
        {},
    )
    assert len(capsys.readouterr().out) > 100


def test_the_command_for_assistants_exists() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    ((name, server),) = json.loads(block)["mcpServers"].items()
    assert name == server["command"] == "citespan"
    command, *options = server["args"]
    known = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
    assert options[0] in {option for param in known.params for option in param.opts}
