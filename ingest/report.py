"""What a person is told of an ingest: bars while it runs, and its report at the end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ingest.planning import Todo
from rag.languages.identify import name_language

if TYPE_CHECKING:
    from tqdm import tqdm  # type: ignore[import-untyped]

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done, and how much there is: files, chunks, or
pages of one file; for chunks and pages from other threads."""
Notes = tuple[tuple[str, str], ...]
"""Source name → what to know about it."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What one batch of files did to the library, as in :class:`IngestReport`.

    :param lost: copies whose original was replaced before they were committed; to be read again.
    :param languages: of each document that was read and whose language was told.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    failed: Notes = ()
    warnings: Notes = ()
    languages: tuple[str, ...] = ()
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, by source name.

    :param removed: sources removed with ``prune``.
    :param gone: sources whose files are gone, kept without ``prune``.
    :param failed: source name → why it cannot be read.
    :param warnings: source name → what to know about how it was read.
    :param unread: languages that the embedding model does not read → how many of the documents read
        in this run are in it, the most first.
    :param skipped: files in folders whose format no reader knows.
    :param chunks: chunks stored in this run.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    failed: Notes = ()
    warnings: Notes = ()
    unread: tuple[tuple[str, int], ...] = ()
    skipped: tuple[str, ...] = ()
    chunks: int = 0
    seconds: float = 0.0

    @property
    def unread_notice(self) -> str:
        """How many documents are in languages that the embedding model does not read, or ""."""
        count = sum(count for _, count in self.unread)
        if not count:
            return ""
        documents = "1 document is" if count == 1 else f"{count:,} documents are"
        languages = ", ".join(f"{number:,} {name}" for name, number in self.unread)
        if len(self.unread) == 1:
            languages = self.unread[0][0]
        return (
            f"{documents} in a language that the embedding model does not read ({languages}): "
            "found by words, not by meaning"
        )


def build_report(
    todo: Todo,
    results: Sequence[BatchResult],
    *,
    prune: bool,
    seconds: float,
    reads: Callable[[str], bool] = bool,
) -> IngestReport:
    """Build the report of what was planned and what each batch did.

    :param reads: whether the embedding model reads a language.
    """
    languages = Counter(chain.from_iterable(result.languages for result in results))
    gone = tuple(todo.gone)
    return IngestReport(
        added=_join(result.added for result in results),
        changed=_join(result.changed for result in results),
        unchanged=(*todo.unchanged, *_join(result.unchanged for result in results)),
        removed=gone if prune else (),
        gone=() if prune else gone,
        failed=(*todo.failed, *chain.from_iterable(result.failed for result in results)),
        warnings=tuple(chain.from_iterable(result.warnings for result in results)),
        unread=tuple(
            (name_language(language), count)
            for language, count in languages.most_common()
            if not reads(language)
        ),
        skipped=tuple(todo.scan.skipped),
        chunks=sum(result.chunks for result in results),
        seconds=seconds,
    )


def _join(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(names))


@contextmanager
def report_progress(wanted: Progress | bool | None) -> Iterator[Progress]:
    """Give what is called with the progress: what was given, bars for True, or nothing.

    The bars are closed at the end.
    """
    if callable(wanted):
        yield wanted
    elif not wanted:
        yield lambda *_: None
    else:
        bars = ProgressBars()
        try:
            yield bars
        finally:
            bars.close()


class ProgressBars:
    """A bar for each step; may be called from several threads."""

    def __init__(self) -> None:
        self._bars: dict[str, tqdm[None]] = {}
        self._lock = threading.Lock()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show how much of a step is done."""
        from tqdm import tqdm

        with self._lock:
            bar = self._bars.get(step)
            if bar is None:
                bar = self._bars[step] = tqdm(desc=step, total=total, leave=True)
            bar.total, bar.n = total, done
            bar.refresh()

    def close(self) -> None:
        """Leave the bars as they are."""
        with self._lock:
            for bar in self._bars.values():
                bar.close()
