"""Watches folders, and keeps the library in step with them."""

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from ingest.index import ingest
from ingest.report import IngestReport
from ingest.sources import s3
from ingest.sources.paths import Paths, make_absolute
from ingest.sources.scan import HIDDEN, IGNORE_FILE, is_in
from ingest.sources.web.address import is_web_address
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
    **options: Any,
) -> None:
    """Ingest, and ingest again whenever something under the paths changes.

    Only what changed is read and embedded. Other processes may write to the library in between.

    :param done: called with each report, except for a change of no document.
    :param stop: ends the watching when it is set; without it, KeyboardInterrupt does.
    :param options: of :func:`ingest.ingest`, for every time.
    :raises RagError: the library or the model cannot be used, or a path is an address.
    """
    from watchfiles import watch as changes

    settings = settings or Settings()
    roots = make_absolute(paths)
    if any(s3.is_address(root) or is_web_address(root) for root in roots):
        raise DocumentError("changes at an address cannot be watched; ingest it again")

    def run() -> IngestReport | None:
        try:
            return ingest(paths, settings, **options)
        except LibraryBusyError as error:
            _log.warning("%s; these changes are ingested with the next ones", error)
            return None

    first = run()
    if first is not None:
        done(first)
    watched = [root for root in roots if os.path.lexists(root)]
    for _ in changes(
        *watched,
        watch_filter=lambda _, path: concerns(path, roots, settings.home),
        debounce=_QUIET,
        stop_event=stop,
        raise_interrupt=True,
    ):
        report = run()
        if report and (report.added or report.changed or report.removed or report.failed):
            done(report)


def concerns(path: str, roots: Sequence[str], home: Path) -> bool:
    """Whether a change at a path may be one of documents, and not the library's own."""
    if any(is_in(path, own) for own in {str(home), os.path.realpath(home)}):
        return False
    inside = next((path[len(root) :] for root in roots if is_in(path, root)), "")
    hidden = any(part.startswith(HIDDEN) for part in Path(inside).parts)
    return not hidden or path.endswith(IGNORE_FILE)
