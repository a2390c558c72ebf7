"""A file is written whole, or stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.files import write_whole


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    for text in ("first", "naïve π"):
        write_whole(tmp_path / "a.json", text)
        assert (tmp_path / "a.json").read_text(encoding="utf-8") == text
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_what_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", "first")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a.json", "second \ud800")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["first"]
