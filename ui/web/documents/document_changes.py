"""What the page changes in the library: uploads, removals, and undoing them.

The page uses the same ingest as the command line. Uploaded files are kept under ``uploads`` in the
library's home, since pages of a PDF are drawn from the file; see :mod:`rag.library.files.own_files`
"""

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from ingest import IngestReport, Progress, ingest
from ingest.readers import format_of
from ingest.reading.load import unknown_format
from ingest.removal import TakenOut, put_back, take_out
from ingest.sources.web.address import is_web_address, normalize
from rag import DocumentInfo, Rag
from rag.errors import DocumentError, EmptyLibraryError, GoneError, LibraryError
from rag.files import write_whole
from rag.library.files.left_overs import RemovedFiles, delete_unnamed
from rag.library.files.own_files import delete_file, upload_place
from rag.library.home import explain_failures, make_home
from rag.library.write_lock import WAIT_SECONDS, FileLock
from ui.escape import remove_unsafe
from ui.web.views.citation import document_title, file_name

_log = logging.getLogger(__name__)
_GONE = "there is nothing at this address any more; the library keeps what it had"
_LONGEST_NAME = 200
"""Bytes of an uploaded file's name that are kept; file systems take 255."""


_MOST_REMOVALS = 20
"""Removals that can be undone; what came earlier is deleted."""


class DocumentChanges:
    """Lists and changes the documents of one library, which notices changes by itself."""

    def __init__(self, rag: Rag) -> None:
        self._rag = rag
        self._home = rag.settings.home
        self._uploads = self._home / "uploads"
        self._threads = threading.Lock()
        self._removed = RemovedFiles(self._home)
        self._removals: dict[str, TakenOut] = {}

    def close(self) -> None:
        """Delete what was removed: nobody can undo it any more."""
        self._removed.close()

    def delete_left_overs(self) -> None:
        """Delete uploads that no document names, as an interrupted removal leaves them."""
        if not self._uploads.is_dir():
            return
        try:
            with self._changing():
                delete_unnamed(self._home, self._rag.library.catalog)
        except (LibraryError, EmptyLibraryError, OSError) as error:
            _log.warning("left-over uploads are not deleted: %s", error)

    def documents(self) -> list[DocumentInfo]:
        """List every document; none if there is no library yet."""
        try:
            return self._rag.documents()
        except EmptyLibraryError:
            return []

    def check_name(self, name: str) -> None:
        """Check that a file of this name can be added, before it is sent.

        :raises DocumentError: its format is not supported, or there are too many files already.
        """
        if format_of(_safe_name(name)) is None:
            raise DocumentError(unknown_format(_safe_name(name)))
        self.check_count()

    def check_count(self) -> None:
        """Check that one more can be added.

        :raises DocumentError: there are too many files and web addresses already.
        """
        most = self._rag.settings.upload_files
        there = sum(1 for _ in self._uploads.glob("*"))
        if there < most:
            there += sum(any(map(is_web_address, each.sources)) for each in self.documents())
        if there >= most:
            raise DocumentError(
                f"the library already has {there:,} uploaded files and web addresses, and the "
                f"limit is {most:,}; "
                "remove some of them first"
            )

    def add(self, name: str, data: bytes, on_progress: Progress) -> dict[str, str]:
        """Add a file to the library.

        :param name: its name on the person's machine; folders in it are dropped.
        :return: ``document`` (its id), ``status`` ("added" or "unchanged") and ``warning``.
        :raises RagError: it cannot be read; the message says why.
        """
        self.check_name(name)
        path = upload_place(self._home, _safe_name(name), data)
        with self._changing():
            known = path.is_file()
            try:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_whole(path, data, private=True)
                report = ingest([path], self._rag.settings, progress=on_progress)
                if report.failed:
                    raise DocumentError(report.failed[0][1])
            except BaseException:
                if not known:
                    delete_file(path)
                raise
        return self._describe_report(report)

    def add_address(self, address: str, on_progress: Progress) -> dict[str, str]:
        """Add what is at a web address to the library; addresses of an intranet are refused.

        :return: as :meth:`add` does.
        :raises RagError: it cannot be read; the message says why.
        """
        normalize(address)
        self.check_count()
        with self._threads:
            report = ingest([address.strip()], self._rag.settings, progress=on_progress)
        if report.failed or report.gone:
            raise DocumentError(report.failed[0][1] if report.failed else _GONE)
        return self._describe_report(report)

    def _describe_report(self, report: IngestReport) -> dict[str, str]:
        """Describe the ingest of one document."""
        (source,) = (*report.added, *report.changed, *report.unchanged)
        found = [d.document_id for d in self.documents() if source in d.sources]
        warnings = (warning for _, warning in report.warnings)
        return {
            "document": found[0] if found else "",
            "status": "unchanged" if report.unchanged else "added",
            "warning": remove_unsafe(next(chain(warnings, [report.unread_notice]))),
        }

    def remove(self, document_id: str) -> dict[str, Any]:
        """Remove a document; files outside the library's own folder stay where they are.

        :return: ``title``, and ``returns``: whether :meth:`restore` can undo it.
        :raises GoneError: it is not there.
        """
        with self._changing():
            document = next((d for d in self.documents() if d.document_id == document_id), None)
            if document is None:
                raise GoneError("this document is no longer in the library")
            aside = self._removed.folder(document_id)
            self._removals[document_id] = take_out(document_id, self._rag.settings, aside)
            while len(self._removals) > _MOST_REMOVALS:
                self._forget(next(iter(self._removals)))
        return {"title": remove_unsafe(document_title(document)), "returns": True}

    def restore(self, document_id: str) -> None:
        """Undo :meth:`remove`.

        :raises GoneError: there is nothing to restore.
        :raises DocumentError: a newer version of it is in the library.
        """
        with self._changing():
            taken = self._removals.get(document_id)
            if taken is None:
                raise GoneError("this document cannot be restored any more; add it again")
            put_back(taken, self._rag.settings)
            self._forget(document_id)

    def _forget(self, document_id: str) -> None:
        del self._removals[document_id]
        shutil.rmtree(self._removed.folder(document_id), ignore_errors=True)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Keep other threads and servers from changing uploads at the same time."""
        make_home(self._home)
        with (
            self._threads,
            explain_failures(self._home),
            FileLock(self._home, "uploads").hold(WAIT_SECONDS),
        ):
            yield


def describe_document(document: DocumentInfo) -> dict[str, Any]:
    """A document as the Documents panel shows it."""
    return {
        "id": document.document_id,
        "title": remove_unsafe(document_title(document)),
        "file": remove_unsafe(file_name(document)),
        "chunks": document.chunks,
        "characters": document.characters,
        "added": document.added,
    }


def _safe_name(name: str) -> str:
    """A file name without folders and without characters that can be misread."""
    plain = PurePosixPath(remove_unsafe(name).replace("\\", "/")).name
    kept = "".join(char for char in plain if char.isprintable() and char not in '<>:"|?*').strip()
    stem, suffix = PurePosixPath(kept).stem, PurePosixPath(kept).suffix
    cut = stem.lstrip(".").encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    return f"{cut or 'document'}{suffix}"
