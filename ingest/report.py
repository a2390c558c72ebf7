"""The report of an ingest, built from the results of its batches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from ingest.planning import Todo

Notes = tuple[tuple[str, str], ...]
"""Source name → what to know about it."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What one batch of files did to the library, as in :class:`IngestReport`.

    :param lost: copies whose original was replaced before they were committed; to be read again.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    failed: Notes = ()
    warnings: Notes = ()
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, by source name.

    :param removed: sources removed with ``prune``.
    :param gone: sources whose files are gone, kept without ``prune``.
    :param failed: source name → why it cannot be read.
    :param warnings: source name → what to know about how it was read.
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
    skipped: tuple[str, ...] = ()
    chunks: int = 0
    seconds: float = 0.0


def build_report(
    todo: Todo, results: Sequence[BatchResult], *, prune: bool, seconds: float
) -> IngestReport:
    """Build the report of what was planned and what each batch did."""
    gone = tuple(todo.gone)
    return IngestReport(
        added=_join(result.added for result in results),
        changed=_join(result.changed for result in results),
        unchanged=(*todo.unchanged, *_join(result.unchanged for result in results)),
        removed=gone if prune else (),
        gone=() if prune else gone,
        failed=(*todo.failed, *chain.from_iterable(result.failed for result in results)),
        warnings=tuple(chain.from_iterable(result.warnings for result in results)),
        skipped=tuple(todo.scan.skipped),
        chunks=sum(result.chunks for result in results),
        seconds=seconds,
    )


def _join(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(names))
