"""Settings from a TOML file, and a word about variables that are none."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from rag import LibraryError, Settings
from rag.settings_file import _warn_of_refused, _warn_of_unknown


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _warn_of_refused.cache_clear()
    _warn_of_unknown.cache_clear()


def write(text: str, name: str = "citespan.toml") -> Path:
    Path(name).write_text(text, encoding="utf-8")
    return Path(name)


def test_the_file_of_the_folder_is_read_after_arguments_and_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write('passages = 3\nmax_sentences = 2\nanswer_length = "short"\nstrict = true\n')
    monkeypatch.setenv("CITESPAN_MAX_SENTENCES", "4")
    settings = Settings(answer_length="full")
    assert (settings.passages, settings.max_sentences, settings.answer_length) == (3, 4, "full")
    assert settings.strict


def test_a_named_file_takes_its_place_and_may_name_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("passages = 3\n")
    named = tmp_path / "elsewhere.toml"
    named.write_text('chat_model = "openai:tiny"\n[chat_options]\nseed = 1\n')
    monkeypatch.setenv("CITESPAN_CONFIG", str(named))
    settings = Settings()
    assert (settings.chat_model, settings.passages) == ("openai:tiny", 8)
    assert settings.chat_options == '{"seed": 1}'


def test_a_file_that_may_have_come_with_documents_names_no_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    write(
        'passages = 3\nchat_model = "openai:x"\nchat_base_url = "http://evil.example"\n'
        'chroma = "http://evil.example"\nembedding_model = "evil/model"\n'
    )
    with caplog.at_level(logging.WARNING):
        settings = next(Settings() for _ in range(3))
    assert settings == Settings(passages=3)
    assert settings.chat_model is None
    [record] = caplog.records
    assert "chat_base_url, chat_model, chroma, embedding_model" in record.getMessage()
    assert "CITESPAN_CONFIG" in record.getMessage()


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("passages = ", LibraryError, "no TOML"),
        ("pasages = 3", ValidationError, "pasages"),
        ("passages = 0", ValidationError, "passages"),
    ],
)
def test_what_is_wrong_in_it_is_said(text: str, error: type[Exception], words: str) -> None:
    write(text)
    with pytest.raises(error, match=words):
        Settings()


def test_a_named_file_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITESPAN_CONFIG", "missing.toml")
    with pytest.raises(LibraryError, match=r"missing\.toml cannot be read"):
        Settings()


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("CITESPAN_PASAGES", "did you mean CITESPAN_PASSAGES?"),
        ("CITESPAN_CHATMODEL", "did you mean CITESPAN_CHAT_MODEL?"),
        ("CITESPAN_ZZZZZZZZ", "CITESPAN_ZZZZZZZZ is no setting of citespan"),
        ("CITESPAN_PASSAGES", ""),
        ("CITESPAN_AUTH", ""),
        ("CITESPAN_BENCH_DATA", ""),
    ],
)
def test_a_variable_that_is_no_setting_is_told_once(
    variable: str, told: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(variable, "3")
    with caplog.at_level(logging.WARNING):
        Settings()
        Settings()
    assert len(caplog.records) == bool(told)
    assert told in caplog.text
