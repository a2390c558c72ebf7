"""What keeps a home from being locked or written is said in a sentence."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from library_documents import commit
from rag.errors import LibraryError
from rag.library.write_lock import FileLock


@pytest.mark.fault(118)
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with (
        pytest.raises(LibraryError, match=r"cannot lock files.*local disk with --home"),
        FileLock(tmp_path).hold(0),
    ):
        pass
    with pytest.raises(LibraryError, match="cannot lock files"):
        commit(tmp_path / "home", "alpha")


@pytest.mark.fault(118)
@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EACCES, "read-only for you"),
        (errno.EROFS, "read-only for you"),
        (errno.ENOSPC, "is full; free some space"),
        (errno.EIO, "cannot be written .*check the disk"),
    ],
)
def test_a_home_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    commit(tmp_path, "alpha")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), str(tmp_path / "writer.pid"))

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(LibraryError, match=said):
        commit(tmp_path, "beta")
