"""From a name in the settings to a model: providers, extras, keys, and their own protocols."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage
from pydantic import ValidationError

from chat_server import ChatServer, refuses, says, says_as_anthropic, says_as_ollama, serving
from rag import Answer, ChatModelError, MissingExtraError, Rag, Settings
from rag.chat.failures import ChatFailure
from rag.chat.models import open_chat_model

ROOT = Path(__file__).resolve().parents[3]
MARKERS = "Which markers help identify cancer stem cells?"
GOOD = "CD133 and CD44 can help identify these cells [1]."
VARIABLES = (
    "OPENAI_API_KEY", "OPENAI_API_BASE", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY",
    "ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL", "OLLAMA_HOST",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def asked(bot: Rag, home: Path, name: str, url: str | None, **options: Any) -> Answer:
    with Rag(Settings(home=home, chat_model=name, chat_base_url=url, **options)) as rag:
        rag.embedder = bot.embedder
        return rag.ask(MARKERS)


@pytest.mark.parametrize(
    ("name", "behaviour"),
    [
        ("openai:tiny", says(GOOD)),
        ("ollama:tiny", says_as_ollama(GOOD)),
        ("anthropic:tiny", says_as_anthropic(GOOD)),
    ],
)
def test_each_provider_speaks_its_own_protocol(
    bot: Rag, seeds_home: Path, name: str, behaviour: Any
) -> None:
    with serving(behaviour) as server:
        answer = asked(bot, seeds_home, name, _address(name, server), chat_temperature=0.5)
    assert not answer.notices
    assert answer.answerer == f"chat:{name}"
    assert answer.sentences[0].support.verdict == "supported"
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (100, 20)
    (request,) = server.requests
    assert request["stream"] is True
    assert 0.5 in (request.get("temperature"), request.get("options", {}).get("temperature"))


@pytest.mark.parametrize(
    ("name", "behaviour"),
    [
        ("ollama:tiny", says_as_ollama(f"{GOOD} And so", reason=None)),
        ("ollama:tiny", says_as_ollama(f"{GOOD} And so", reason="length")),
        ("anthropic:tiny", says_as_anthropic(f"{GOOD} And so", reason=None)),
        ("anthropic:tiny", says_as_anthropic(f"{GOOD} And so", reason="max_tokens")),
    ],
)
def test_each_provider_s_cut_reply_is_incomplete(
    bot: Rag, seeds_home: Path, name: str, behaviour: Any
) -> None:
    with serving(behaviour) as server:
        answer = asked(bot, seeds_home, name, _address(name, server))
    assert answer.sentences[0].text.startswith("CD133 and CD44")
    assert "And so" not in answer.text
    assert "incomplete" in answer.notices[0]


def test_ollama_is_told_how_much_it_has_to_read(bot: Rag, seeds_home: Path) -> None:
    with serving(says_as_ollama(GOOD)) as server:
        asked(bot, seeds_home, "ollama:tiny", server.url[:-3], chat_context_tokens=9000)
    options = server.requests[0]["options"]
    assert (options["num_ctx"], options["num_predict"], options["temperature"]) == (9000, 2048, 0)


def test_ollama_without_the_model_says_what_is_there(bot: Rag, seeds_home: Path) -> None:
    with serving(refuses(404, "model 'tiny' not found")) as server:
        answer = asked(bot, seeds_home, "ollama:missing", server.url[:-3])
    assert "no model 'missing'; it has small, tiny" in answer.notices[0]
    assert answer.answerer == "extractive"


def test_ollama_that_does_not_run_says_how_to_start_it(
    bot: Rag, seeds_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    answer = asked(bot, seeds_home, "ollama:tiny", None)
    assert "http://127.0.0.1:9" in answer.notices[0]
    assert "`ollama serve`" in answer.notices[0]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_anthropic_s_errors_are_told_like_the_others(
    bot: Rag, seeds_home: Path, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-0123456789")
    with serving(refuses(status, "sk-ant-0123456789 no", Retry_After="0")) as server:
        answer = asked(bot, seeds_home, "anthropic:tiny", server.url[:-3])
    assert len(server.requests) == (1 if status == 401 else 3)
    assert server.keys[0] == "Bearer sk-ant-0123456789"  # a server of one's own
    assert str(status) in answer.notices[0]
    assert "0123456789" not in answer.notices[0]


@pytest.mark.parametrize("key", [None, ""])  # empty is what a CI gives for a missing secret
def test_a_server_of_ones_own_needs_no_key(
    bot: Rag, seeds_home: Path, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if key is not None:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    with serving(says(GOOD)) as server:
        assert not asked(bot, seeds_home, "openai:tiny", server.url).notices
    assert server.keys == ["Bearer none"]


def test_a_server_of_ones_own_is_asked_in_the_words_that_all_servers_know(
    bot: Rag, seeds_home: Path
) -> None:
    with serving(says(GOOD)) as server:
        asked(bot, seeds_home, "openai:tiny", server.url, chat_reply_tokens=300)
    (request,) = server.requests
    assert request["max_tokens"] == 300
    assert "max_completion_tokens" not in request
    assert request["temperature"] == 0
    assert request["stream_options"] == {"include_usage": True}


def test_more_options_reach_the_server(bot: Rag, seeds_home: Path) -> None:
    with serving(says(GOOD)) as server:
        options = {"reasoning_effort": "low", "top_p": 0.9}
        asked(bot, seeds_home, "openai:tiny", server.url, chat_options=options)
    (request,) = server.requests
    assert (request["reasoning_effort"], request["top_p"]) == ("low", 0.9)


def test_reasoning_is_set_in_each_providers_own_words(
    bot: Rag, seeds_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-0123456789")
    thinking = {"type": "enabled", "budget_tokens": 1024}
    with serving(says_as_anthropic(GOOD)) as server:
        options = {"thinking": thinking, "temperature": 1}
        asked(bot, seeds_home, "anthropic:tiny", server.url[:-3], chat_options=options)
    assert server.requests[0]["thinking"] == thinking
    with serving(says_as_ollama(GOOD)) as server:
        options = {"reasoning": False}
        asked(bot, seeds_home, "ollama:tiny", server.url[:-3], chat_options=options)
    assert server.requests[0]["think"] is False


def test_the_usual_variable_may_name_the_server(
    bot: Rag, seeds_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(says(GOOD)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert not asked(bot, seeds_home, "openai:tiny", None).notices


@pytest.mark.parametrize("name", ["openai:gpt-x", "gpt-4.1-mini", "anthropic:claude-x", "claude-x"])
def test_without_a_key_nothing_is_called(name: str) -> None:
    with pytest.raises(ChatFailure, match="_API_KEY in the environment"):
        open_chat_model(Settings(chat_model=name))


@pytest.mark.parametrize("extra", ["openai", "ollama", "anthropic", "local"])
def test_a_missing_extra_names_its_pip_command(
    extra: str, seeds_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert extra in project["optional-dependencies"]
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "rag.chat.models.find_spec",
        lambda name: None if name.startswith("langchain_") else real(name),
    )
    settings = Settings(home=seeds_home, chat_model=f"{extra}:some")
    with Rag(settings) as rag, pytest.raises(MissingExtraError) as caught:
        rag.ask(MARKERS)
    assert f"pip install 'citespan[{extra}]'" in str(caught.value)


def test_a_file_of_weights_without_its_reader_names_the_pip_command(
    seeds_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "weights.gguf"
    file.write_bytes(b"GGUF")
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "rag.chat.models.find_spec", lambda name: None if name == "gguf" else real(name)
    )
    settings = Settings(home=seeds_home, chat_model=f"local:{file}")
    with Rag(settings) as rag, pytest.raises(MissingExtraError) as caught:
        rag.ask(MARKERS)
    assert "pip install 'citespan[gguf]'" in str(caught.value)


def test_a_file_of_weights_that_is_not_there_is_refused(seeds_home: Path, tmp_path: Path) -> None:
    settings = Settings(home=seeds_home, chat_model=f"local:{tmp_path}/none.gguf")
    with Rag(settings) as rag, pytest.raises(ChatModelError, match=r"none\.gguf.*or a \.gguf file"):
        rag.ask(MARKERS)


def test_another_providers_missing_package_is_named() -> None:
    with pytest.raises(MissingExtraError, match="pip install langchain-mistralai"):
        open_chat_model(Settings(chat_model="mistralai:some"))


@pytest.mark.parametrize("name", ["nobody:some", "some", "llama3:8b"])
def test_a_name_that_nobody_knows_is_refused_with_examples(name: str) -> None:
    with pytest.raises(ChatModelError, match="provider:model, for example openai:"):
        open_chat_model(Settings(chat_model=name))


@pytest.mark.parametrize(
    "address",
    ["localhost:8000", "ftp://host/", "http://", "http://me:secret77@host/v1", "http://h/?key=k"],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(chat_base_url=address)
    assert "secret77" not in str(caught.value)


def test_a_reply_as_long_as_the_context_is_refused() -> None:
    with pytest.raises(ValidationError, match="no room for a prompt"):
        Settings(chat_context_tokens=1000, chat_reply_tokens=1000)


def test_any_langchain_model_may_be_given(bot: Rag, seeds_home: Path) -> None:
    streaming = GenericFakeChatModel(messages=iter([AIMessage(GOOD), AIMessage(GOOD)]))
    whole = FakeListChatModel(responses=[GOOD])
    for model in (streaming, whole):
        with Rag(Settings(home=seeds_home), chat_model=model) as rag:
            rag.embedder = bot.embedder
            answer = rag.ask(MARKERS)
        assert answer.answerer == f"chat:{type(model).__name__}"
        assert answer.sentences[0].citations


def test_a_model_that_raises_anything_is_survived(bot: Rag, seeds_home: Path) -> None:
    broken = FakeListChatModel(responses=[GOOD], error_on_chunk_number=2)
    with Rag(Settings(home=seeds_home), chat_model=broken) as rag:
        rag.embedder = bot.embedder
        answer = rag.ask(MARKERS)
    assert answer.answerer == "extractive"
    assert "FakeListChatModelError" in answer.notices[0]


def test_tracing_in_the_environment_uploads_nothing(seeds_home: Path) -> None:
    script = (
        "import sys\n"
        "from rag import Rag, Settings\n"
        "from langchain_core.tracers.langchain import wait_for_all_tracers\n"
        "with Rag(Settings()) as rag:\n"
        f"    answer = rag.ask({MARKERS!r}, [('What are CSCs?', 'Cells.')])\n"
        "wait_for_all_tracers()\n"
        "print(answer.answerer)\n"
    )
    with serving(says(GOOD)) as model, serving(refuses(500)) as tracer:
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ
            | {
                "CITESPAN_HOME": str(seeds_home),
                "CITESPAN_CHAT_MODEL": "openai:tiny",
                "CITESPAN_CHAT_BASE_URL": model.url,
                "LANGSMITH_TRACING": "true",
                "LANGSMITH_API_KEY": "lsv2_0123456789",
                "LANGSMITH_ENDPOINT": tracer.url,
                "PYTHONPATH": str(ROOT),
            },
            cwd=seeds_home,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip() == "chat:openai:tiny", done.stderr
    assert len(model.requests) == 2
    assert not tracer.requests
    assert tracer.connections == 0


def _address(name: str, server: ChatServer) -> str:
    return server.url if name.startswith("openai") else server.url[:-3]
