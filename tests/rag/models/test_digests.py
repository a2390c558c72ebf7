"""Digests of large files: read once, and never wrong about a file that has changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from rag.models.digests import file_digest


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    file = tmp_path / "weights"
    file.write_bytes(b"first")
    return file


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_an_unchanged_file_is_read_once(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file_digest(weights, tmp_path / "records") == digest(b"first")
    monkeypatch.delattr("rag.models.digests.sha256")
    assert file_digest(weights, tmp_path / "records") == digest(b"first")


def test_a_file_of_the_same_size_and_time_but_other_bytes_is_noticed(
    weights: Path, tmp_path: Path
) -> None:
    file_digest(weights, tmp_path / "records")
    before = weights.stat()
    weights.write_bytes(b"other")
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file_digest(weights, tmp_path / "records") == digest(b"other")


@pytest.mark.parametrize("record", ["", "{", "[]", "{}", '{"state": 1}', "\udcff"])
def test_a_damaged_record_is_made_anew(weights: Path, tmp_path: Path, record: str) -> None:
    file_digest(weights, tmp_path / "records")
    (kept,) = (tmp_path / "records").iterdir()
    kept.write_bytes(record.encode("utf-8", "surrogateescape"))
    assert file_digest(weights, tmp_path / "records") == digest(b"first")
    assert digest(b"first") in kept.read_text()


def test_where_nothing_can_be_remembered_the_file_is_read(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "records").write_text("a file where the folder should be")
    assert file_digest(weights, tmp_path / "records") == digest(b"first")


def test_a_file_that_cannot_be_read_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        file_digest(tmp_path / "missing", tmp_path / "records")
