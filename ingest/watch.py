"""Watches folders, and keeps the library in step with them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from ingest.index import Paths, ingest, make_absolute
from ingest.planning import Plan
from ingest.report import IngestReport
from ingest.sources import s3
from ingest.sources.scan import HIDDEN
from ingest.stages import Progress
from rag.errors import DocumentError, LibraryBusyError
from rag.settings import Settings

_log = logging.getLogger(__name__)

_QUIET = 1600
"""Milliseconds of changes that are handled together; editors write a file in several steps."""


def watch(
    paths: Paths,
    settings: Settings | None = None,
    *,
    done: Callable[[IngestReport], None],
    stop: Event | None = None,
    prune: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    planned: Callable[[Plan], None] | None = None,
    progress: Progress | None = None,
) -> None:
    """Ingest, and ingest again whenever something under the paths changes.

    Only what changed is read and embedded. Other processes may write to the library in between.

    :param done: called with each report, except for a change of no document.
    :param stop: ends the watching when it is set; without it, KeyboardInterrupt does.
    :raises RagError: the library or the model cannot be used, or a path is an s3:// address.
    """
    from watchfiles import watch as changes

    settings = settings or Settings()
    roots = make_absolute(paths)
    if any(map(s3.is_address, roots)):
        raise DocumentError(
            "changes at an s3:// address cannot be watched; ingest it again when it changes"
        )
    home = str(settings.home)

    def concerns(_change: object, path: str) -> bool:
        inside = next((path[len(root) :] for root in roots if path.startswith(root)), "")
        hidden = any(part.startswith(HIDDEN) for part in Path(inside).parts)
        return not hidden or path.endswith(".citespanignore")

    def run() -> IngestReport | None:
        try:
            return ingest(
                paths,
                settings,
                prune=prune,
                include=include,
                exclude=exclude,
                planned=planned,
                progress=progress,
            )
        except LibraryBusyError as error:
            _log.warning("%s; these changes are ingested with the next ones", error)
            return None

    first = run()
    if first is not None:
        done(first)
    watched = [root for root in roots if os.path.lexists(root)]
    for _ in changes(
        *watched,
        watch_filter=lambda change, path: concerns(change, path) and not path.startswith(home),
        debounce=_QUIET,
        stop_event=stop,
        raise_interrupt=True,
    ):
        report = run()
        if report is not None and (
            report.added or report.changed or report.removed or report.failed
        ):
            done(report)
