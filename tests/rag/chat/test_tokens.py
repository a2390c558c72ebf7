"""Tokens are counted where a vocabulary is at hand and estimated on the high side where not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given, strategies as st

from rag import Embedder
from rag.chat.tokens import choose_counter, count, estimate

SEEDS = Path(__file__).resolve().parents[3] / "seeds"


@pytest.fixture
def encoding() -> tiktoken.Encoding:
    """A byte-level vocabulary with three merges, and a control token."""
    ranks = {bytes([byte]): byte for byte in range(256)}
    ranks |= {b"he": 256, b"ro": 257, b"hero": 258}
    return tiktoken.Encoding(
        name="tiny", pat_str=r"\w+|\W", mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 259}
    )


@pytest.fixture
def _nothing_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("tiktoken.registry.ENCODINGS", {})


def test_tokens_are_tiktokens(encoding: tiktoken.Encoding) -> None:
    assert count(encoding, "heron") == 2
    assert count(encoding, "") == 0


@pytest.mark.fault(14, 17)
@pytest.mark.parametrize("text", ["<|endoftext|>", "a \ud800 b"])
def test_control_tokens_and_surrogates_are_ordinary_text(
    encoding: tiktoken.Encoding, text: str
) -> None:
    assert count(encoding, text) > 1
    assert estimate(text) > 1


def test_a_model_is_counted_with_its_own_vocabulary(
    encoding: tiktoken.Encoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiktoken.registry.ENCODINGS", {"o200k_base": encoding})
    counted, notice = choose_counter("gpt-4.1-mini", may_download=False)
    assert counted("heron") == 2
    assert not notice


@pytest.mark.usefixtures("_nothing_on_disk")
def test_without_the_vocabulary_tokens_are_estimated_and_that_is_said() -> None:
    counted, notice = choose_counter("gpt-4.1-mini", may_download=False)
    assert counted is estimate
    assert "o200k_base is not here" in notice


@pytest.mark.usefixtures("_nothing_on_disk")
def test_only_openais_own_models_may_fetch_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def get(url: str) -> None:
        tried.append(url)
        raise OSError("no network")

    monkeypatch.setattr("requests.get", get)
    choose_counter("gpt-4.1-mini", may_download=False)
    choose_counter("llama3.2", may_download=True)
    assert not tried
    counted, notice = choose_counter("gpt-4.1-mini", may_download=True)
    assert [url.rsplit("/", 1)[1] for url in tried] == ["o200k_base.tiktoken"]
    assert counted is estimate
    assert notice


def test_a_vocabulary_on_disk_is_found_where_tiktoken_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: tiktoken.Encoding
) -> None:
    address = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    (tmp_path / hashlib.sha1(address.encode()).hexdigest()).write_bytes(b"")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("tiktoken.registry.ENCODINGS", {})
    monkeypatch.setattr("tiktoken.get_encoding", {"o200k_base": encoding}.__getitem__)
    counted, notice = choose_counter("gpt-4.1-mini", may_download=False)
    assert counted("heron") == 2
    assert not notice


@pytest.mark.parametrize("file", sorted(SEEDS.glob("*.txt")), ids=lambda file: file.name)
def test_the_estimate_is_on_the_high_side_of_a_real_tokenizer(
    file: Path, embedder: Embedder
) -> None:
    text = file.read_text("utf-8")
    (real,) = embedder.count_tokens([text])
    assert real <= estimate(text) <= 2 * real


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_estimate_of_parts_covers_the_whole(first: str, second: str) -> None:
    assert estimate(first + second) <= estimate(first) + estimate(second)
    assert estimate(first) <= len(first.encode("utf-8", "replace"))
