"""Real models behind the seam: `transformers serve`, and a folder run in this process.

The models are made on the spot and say one thing, so this proves the plumbing and nothing about how
well any model answers.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

import tiny_model
from rag import Answer, ChatModelError, Rag, Settings

MARKERS = "Which markers help identify cancer stem cells?"
REPLY = "CD133 and CD44 can help identify these cells [1]."
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model.make(tmp_path_factory.mktemp("tiny-model"), REPLY)


@pytest.fixture(scope="module")
def served(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a `transformers serve` that has the model."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    home = tmp_path_factory.mktemp("hf-home")
    log = (home / "log").open("w+")
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(folder)]
    server = subprocess.Popen(
        [*command, "--device", "cpu", "--host", "127.0.0.1", "--port", str(port)],
        env=os.environ | {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1"},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/health", server)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            assert server.poll() is None, "transformers serve ended; it needs accelerate"
            time.sleep(0.2)


def asked(bot: Rag, settings: Settings) -> Answer:
    with Rag(settings) as rag:
        rag.embedder = bot.embedder
        answer = rag.ask(MARKERS)
        for citation in answer.citations:
            assert rag.source_text(citation)[citation.start : citation.end] == citation.quote
        return answer


def assert_said(answer: Answer) -> None:
    assert not answer.notices
    (sentence,) = answer.sentences
    assert sentence.text == "CD133 and CD44 can help identify these cells."
    assert sentence.support.verdict == "supported"
    assert "CD133 and CD44" in sentence.citations[0].quote


def test_transformers_serve_answers(bot: Rag, seeds_home: Path, folder: Path, served: str) -> None:
    name = f"openai:{folder}"
    answer = asked(bot, Settings(home=seeds_home, chat_model=name, chat_base_url=served))
    assert_said(answer)
    assert answer.answerer == f"chat:{name}"
    assert answer.usage is not None
    assert answer.usage.output_tokens > 0


def test_transformers_serve_without_that_model_says_so(
    bot: Rag, seeds_home: Path, served: str
) -> None:
    other = Settings(home=seeds_home, chat_model="openai:other", chat_base_url=served)
    answer = asked(bot, other)
    assert answer.answerer == "extractive"
    assert "requested 'other'" in answer.notices[0]


def test_a_folder_answers_without_a_server(bot: Rag, seeds_home: Path, folder: Path) -> None:
    settings = Settings(
        home=seeds_home, chat_model=f"local:{folder}", chat_context_tokens=16384
    )  # a token is a byte
    answer = asked(bot, settings)
    assert_said(answer)
    assert answer.answerer == f"chat:local:{folder}"


def test_a_folders_model_that_fails_is_not_waited_for(
    bot: Rag, seeds_home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no memory left")

    monkeypatch.setattr("transformers.TextGenerationPipeline.__call__", fail)
    settings = Settings(home=seeds_home, chat_model=f"local:{folder}", chat_context_tokens=16384)
    answer = asked(bot, settings)
    assert answer.answerer == "extractive"
    assert "no memory left" in answer.notices[0]


def test_a_folders_model_is_given_what_it_can_read(
    bot: Rag, seeds_home: Path, tmp_path: Path
) -> None:
    short = tiny_model.make(tmp_path, REPLY, longest=3000)
    answer = asked(
        bot, Settings(home=seeds_home, chat_model=f"local:{short}", chat_reply_tokens=64)
    )
    assert "passages fitted" in answer.notices[0]
    assert answer.sentences[0].support.verdict == "supported"


def test_a_folder_without_a_chat_template_is_refused(seeds_home: Path, tmp_path: Path) -> None:
    base = tiny_model.make(tmp_path, REPLY, chat=False)
    settings = Settings(home=seeds_home, chat_model=f"local:{base}")
    with Rag(settings) as rag, pytest.raises(ChatModelError, match="no chat template"):
        rag.ask(MARKERS)


@pytest.mark.parametrize("content", [None, "{}"])
def test_a_folder_without_a_model_is_refused(
    seeds_home: Path, tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / "config.json").write_text(content)
    settings = Settings(home=seeds_home, chat_model=f"local:{tmp_path}")
    with Rag(settings) as rag, pytest.raises(ChatModelError, match=str(tmp_path)):
        rag.ask(MARKERS)
