"""What the page changes in the library: uploads, removals, and undoing them.

The page uses the same ingest as the command line. Uploaded files are kept under ``uploads`` in the
library's home, since pages of a PDF are drawn from the file; see :mod:`rag.library.files.own_files`
"""

import logging
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from pathlib import Path, PurePosixPath
from typing import Any

from ingest import IngestReport, Progress, ingest
from ingest.readers import format_of
from ingest.reading.load import unknown_format
from ingest.sources.removal import TakenOut, put_back, take_out
from ingest.sources.web.address import is_web_address, normalize
from rag import DocumentInfo, Rag
from rag.errors import DocumentError, EmptyLibraryError, GoneError, LibraryError
from rag.files import write_whole
from rag.library.files.left_overs import RemovedFiles, delete_unnamed
from rag.library.files.own_files import delete_file, upload_place
from rag.library.home import explain_failures, make_home
from rag.library.write_lock import WAIT_SECONDS, FileLock
from ui.escape import remove_unsafe
from ui.web.views.citation import document_title, file_name, kind_of
from ui.web.views.error_messages import page_sentence

_log = logging.getLogger(__name__)
_GONE = "there is nothing at this address any more; the library keeps what it had"
_LONGEST_NAME = 200
"""Bytes of an uploaded file's name that are kept; file systems take 255."""
_SAMPLES = Path(__file__).resolve().parents[3] / "seeds"
_Place = tuple[str, ...]


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

    def check_count(self, more: int = 1) -> None:
        """Check that so many more can be added.

        :raises DocumentError: there are too many files and web addresses already.
        """
        most = self._rag.settings.upload_files
        there = sum(1 for _ in self._uploads.glob("*"))
        if there < most:
            there += sum(any(map(is_web_address, each.sources)) for each in self.documents())
        if there + more > most:
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
        (added,) = self._add_files([(name, data)], on_progress)
        if isinstance(added, str):
            raise DocumentError(added)
        return added

    def add_batch(
        self, files: Sequence[tuple[str, bytes]], on_progress: Progress
    ) -> list[dict[str, str]]:
        """Add several files in one ingest, which stores them together.

        :param files: names and contents, as for :meth:`add`.
        :return: what :meth:`add` returns of each file, or ``error``, a sentence.
        :raises RagError: none of them can be added.
        """
        self.check_count(len(files))
        known = [format_of(_safe_name(name)) is not None for name, _ in files]
        added = iter(self._add_files(list(compress(files, known)), on_progress))
        results = [
            next(added) if is_known else unknown_format(_safe_name(name))
            for (name, _), is_known in zip(files, known, strict=True)
        ]
        return [
            {"error": page_sentence(DocumentError(each))} if isinstance(each, str) else each
            for each in results
        ]

    @property
    def has_samples(self) -> bool:
        """Whether documents to try with are there; a wheel comes without them."""
        return _SAMPLES.is_dir()

    def add_samples(self, on_progress: Progress) -> list[dict[str, str]]:
        """Add the documents to try with; returns and raises as :meth:`add_batch`."""
        files = [(path.name, path.read_bytes()) for path in sorted(_SAMPLES.glob("*.txt"))]
        return self.add_batch(files, on_progress)

    def _add_files(
        self, files: Sequence[tuple[str, bytes]], on_progress: Progress
    ) -> list[dict[str, str] | str]:
        """Add files whose formats are known; of one that cannot be read, say why."""
        paths = [upload_place(self._home, _safe_name(name), data) for name, data in files]
        with self._changing():
            fresh = {path for path in paths if not path.is_file()}
            try:
                for path, (_, data) in zip(paths, files, strict=True):
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    write_whole(path, data, private=True)
                report = ingest(paths, self._rag.settings, progress=on_progress)
            except BaseException:
                for path in fresh:
                    delete_file(path)
                raise
            failed = {_place_of(source): why for source, why in report.failed}
            for path in fresh:
                if _place_of(path) in failed:
                    delete_file(path)
        described = self._describe_report(report)
        return [failed.get(place) or described[place] for place in map(_place_of, paths)]

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
        (described,) = self._describe_report(report).values()
        return described

    def _describe_report(self, report: IngestReport) -> dict[_Place, dict[str, str]]:
        """Describe what an ingest made of each source that could be read."""
        documents = {
            _place_of(source): document.document_id
            for document in self.documents()
            for source in document.sources
        }
        warnings = {_place_of(source): warning for source, warning in reversed(report.warnings)}
        unchanged = set(report.unchanged)
        return {
            _place_of(source): {
                "document": documents.get(_place_of(source), ""),
                "status": "unchanged" if source in unchanged else "added",
                "warning": remove_unsafe(warnings.get(_place_of(source), report.unread_notice)),
            }
            for source in (*report.added, *report.changed, *report.unchanged)
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
    """A document as the column of sources shows it."""
    return {
        "id": document.document_id,
        "title": remove_unsafe(document_title(document)),
        "file": remove_unsafe(file_name(document)),
        "kind": kind_of(document.sources[0]),
        "chunks": document.chunks,
        "characters": document.characters,
        "added": document.added,
        "date": document.date,
    }


def _safe_name(name: str) -> str:
    """A file name without folders and without characters that can be misread."""
    plain = PurePosixPath(remove_unsafe(name).replace("\\", "/")).name
    kept = "".join(char for char in plain if char.isprintable() and char not in '<>:"|?*').strip()
    stem, suffix = PurePosixPath(kept).stem, PurePosixPath(kept).suffix
    cut = stem.lstrip(".").encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    return f"{cut or 'document'}{suffix}"


def _place_of(source: str | Path) -> _Place:
    """The folder and the name of a file: the same for a path and for the name of its source."""
    return Path(source).parts[-2:]
