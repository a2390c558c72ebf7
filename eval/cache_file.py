"""A file that keeps values while a run goes on, so that a run that was killed can resume.

JSON Lines, each value under a digest of all that it depends on; an incomplete last line is skipped.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)


class CacheFile(Generic[T]):
    """Values by key in one file; each is on disk when :meth:`put` returns.

    :param path: created if missing.
    :param read: makes a value of its row, or None to forget it; raises ValueError, KeyError or
        TypeError on anything else.
    """

    def __init__(self, path: Path, read: Callable[[Mapping[str, Any]], T | None]) -> None:
        self._path = path
        self._values = dict(_read_values(path, read))

    def get(self, key: str) -> T | None:
        """The value under this key, if there is one."""
        return self._values.get(key)

    def put(self, key: str, value: T, row: Mapping[str, Any]) -> None:
        """Add a value.

        :param row: plain JSON-ready values, from which ``read`` makes it again.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # A line end first: a run that was killed may have left half a line. One write, so that the
        # line is complete or cut at its end, whenever the process dies.
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, f"\n{json.dumps({'key': key, **row})}".encode())
        finally:
            os.close(file)
        self._values[key] = value


def _read_values(
    path: Path, read: Callable[[Mapping[str, Any]], T | None]
) -> Iterator[tuple[str, T]]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        if line:
            try:
                row = json.loads(line)
                key, value = row["key"], read(row)
            except (ValueError, KeyError, TypeError):
                _log.info("skipped an incomplete line of %s", path)
                continue
            if value is not None:
                yield key, value
