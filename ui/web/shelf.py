"""The library as the page changes it: files come in, documents go, and come back.

Everything goes through the same ingest as the command line's. What is uploaded is kept under
``uploads`` in the library's home, since pages of a PDF are drawn from the file; each in a folder
named by its content, so that two files of one name live side by side.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ingest import ingest, remove
from ingest.readers import format_of
from ingest.reading.load import unknown_format
from rag.errors import DocumentError, EmptyLibraryError, LibraryError
from ui.escape import displayed
from ui.web.views.render import file_name, place

if TYPE_CHECKING:
    from rag import DocumentInfo, Rag

_LONGEST_NAME = 200
"""Bytes of an uploaded file's name that are kept; file systems take 255."""

Tell = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done and how much there is."""


class Shelf:
    """The documents of one library.

    :param rag: what answers; changes of the library reach it by themselves.
    """

    def __init__(self, rag: Rag) -> None:
        self._rag = rag
        self._uploads = rag.settings.home / "uploads"
        self._removed = rag.settings.home / "removed"
        self._writing = threading.Lock()
        self._returning: dict[str, list[tuple[str, Path | None]]] = {}
        # What an earlier server had removed nobody can ask back any more.
        shutil.rmtree(self._removed, ignore_errors=True)

    def documents(self) -> list[DocumentInfo]:
        """Every document; none when there is no library yet."""
        try:
            return self._rag.documents()
        except EmptyLibraryError:
            return []

    def refuse(self, name: str) -> None:
        """Say why a file of this name is not taken, before any of it is sent.

        :raises DocumentError: its format is not read, or there are too many files already.
        """
        if format_of(_safe(name)) is None:
            raise DocumentError(unknown_format(_safe(name)))
        most = self._rag.settings.upload_files
        there = sum(1 for _ in self._uploads.iterdir()) if self._uploads.is_dir() else 0
        if there >= most:
            raise DocumentError(
                f"the library holds {there:,} uploaded files and takes no more than {most:,}; "
                "remove some, or raise CITESPAN_UPLOAD_FILES"
            )

    def add(self, name: str, data: bytes, tell: Tell) -> dict[str, str]:
        """Take a file in.

        :param name: as the person's machine calls it; its folders are left out.
        :return: ``document`` (its id), ``status`` ("added" or "unchanged") and ``warning``.
        :raises RagError: it cannot be read, and why.
        """
        self.refuse(name)
        path = self._uploads / hashlib.sha256(data).hexdigest()[:16] / _safe(name)
        with self._writing:
            known = path.is_file()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            try:
                report = ingest([path], self._rag.settings, progress=tell)
                if report.failed:
                    raise DocumentError(report.failed[0][1])
            except BaseException:
                if not known:
                    _discard(path)
                raise
        document = self._holding(str(path))
        return {
            "document": document.document_id if document else "",
            "status": "unchanged" if report.unchanged else "added",
            "warning": displayed(report.warnings[0][1]) if report.warnings else "",
        }

    def remove(self, document_id: str) -> dict[str, Any]:
        """Forget a document; files outside the library's own folder stay where they are.

        :return: ``title``, and ``returns``: whether :meth:`bring_back` can undo it.
        :raises LibraryError: it is not there.
        """
        with self._writing:
            document = next((d for d in self.documents() if d.document_id == document_id), None)
            if document is None:
                raise LibraryError("this document is no longer in the library")
            remove(document.sources, self._rag.settings)
            back: list[tuple[str, Path | None]] = []
            for source in document.sources:
                path = Path(source)
                if path.is_relative_to(self._uploads) and path.is_file():
                    aside = self._removed / path.relative_to(self._uploads)
                    aside.parent.mkdir(parents=True, exist_ok=True)
                    path.replace(aside)
                    _discard(path)
                    back.append((source, aside))
                elif path.is_file():
                    back.append((source, None))
            self._returning[document_id] = back
        return {"title": displayed(place(document)), "returns": bool(back)}

    def bring_back(self, document_id: str) -> None:
        """Undo :meth:`remove`.

        :raises LibraryError: there is nothing to bring back.
        """
        with self._writing:
            back = self._returning.pop(document_id, [])
            for source, aside in back:
                if aside is not None:
                    Path(source).parent.mkdir(parents=True, exist_ok=True)
                    aside.replace(source)
            if not back:
                raise LibraryError("its file is gone, so it cannot be brought back")
            report = ingest([source for source, _ in back], self._rag.settings)
            if report.failed and not (report.added or report.unchanged):
                raise LibraryError(report.failed[0][1])

    def _holding(self, source: str) -> DocumentInfo | None:
        return next((d for d in self.documents() if source in d.sources), None)


def described(document: DocumentInfo) -> dict[str, Any]:
    """A document as the page's list shows it."""
    return {
        "id": document.document_id,
        "title": displayed(place(document)),
        "file": displayed(file_name(document)),
        "chunks": document.chunks,
        "characters": document.characters,
        "added": document.added,
    }


def _safe(name: str) -> str:
    """A file's name without folders and without what a file system or a person would misread."""
    plain = PurePosixPath(displayed(name).replace("\\", "/")).name
    kept = "".join(char for char in plain if char.isprintable() and char not in '<>:"|?*').strip()
    stem, suffix = PurePosixPath(kept).stem, PurePosixPath(kept).suffix
    cut = stem.lstrip(".").encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    return f"{cut or 'document'}{suffix}"


def _discard(path: Path) -> None:
    """A file and its folder, if that is then empty."""
    path.unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()
