"""What the column of sources calls: list, upload, remove, restore."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Body, Header, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile

from ingest import Progress
from ingest.readers import known_suffixes
from rag import Rag
from rag.errors import RagError
from ui.web.documents.document_changes import DocumentChanges, describe_document
from ui.web.views.error_messages import page_sentence

MOST_FILES = 200
"""Files of one batch; the page sends fewer (``assets/js/sources/upload.js``)."""


def document_routes(rag: Rag, changes: DocumentChanges, *, read_only: bool) -> APIRouter:
    """Create the routes under ``/page/documents``; only the list if nobody may change it."""
    routes = APIRouter(prefix="/page/documents")
    largest = rag.settings.upload_megabytes * 1_000_000

    @routes.get("")
    def list_documents() -> dict[str, Any]:
        return {
            "documents": [describe_document(document) for document in changes.documents()],
            "suffixes": known_suffixes(),
            "largest": largest,
            "writable": not read_only,
            "samples": changes.has_samples,
        }

    if read_only:
        return routes

    @routes.post("")
    async def upload(request: Request, x_file_name: Annotated[str, Header()]) -> StreamingResponse:
        """Add one file, the body, and report the progress as lines of JSON.

        The last line has ``document`` and ``status``, or ``error``.
        """
        name = unquote(x_file_name)
        try:
            await run_in_threadpool(changes.check_name, name)
        except RagError as error:
            raise HTTPException(415, page_sentence(error)) from error
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > largest:
                limit = f"{largest // 1_000_000} MB, the limit for uploads"
                remedy = "Ask the person who runs citespan to add it."
                raise HTTPException(413, f"This file is larger than {limit}. {remedy}")
            parts.append(part)
        return _stream_progress(partial(changes.add, name, b"".join(parts)))

    _add_batches(routes, changes)

    @routes.post("/address")
    def add_address(address: Annotated[str, Body(embed=True)]) -> StreamingResponse:
        """Add what is at a web address, and report the progress like an upload's."""
        return _stream_progress(partial(changes.add_address, address))

    @routes.delete("/{document_id}")
    def remove(document_id: str) -> dict[str, Any]:
        try:
            return changes.remove(document_id)
        except RagError as error:
            raise HTTPException(409, page_sentence(error)) from error

    @routes.post("/{document_id}/back")
    def restore(document_id: str) -> dict[str, bool]:
        try:
            changes.restore(document_id)
        except RagError as error:
            raise HTTPException(409, page_sentence(error)) from error
        return {"back": True}

    return routes


def _add_batches(routes: APIRouter, changes: DocumentChanges) -> None:
    @routes.post("/samples")
    def add_samples() -> StreamingResponse:
        """Add the documents to try with, and report the progress like a batch's."""

        def add(on_progress: Progress) -> dict[str, Any]:
            return {"files": changes.add_samples(on_progress)}

        return _stream_progress(add)

    @routes.post("/batch")
    async def upload_batch(request: Request) -> StreamingResponse:
        """Add many small files, the parts of a form, and report the progress like an upload's.

        The last line has ``files``: the result of each, or ``error`` if there is none.
        """
        async with request.form(max_files=MOST_FILES) as form:
            files = [
                (part.filename or "", await part.read())
                for part in form.getlist("files")
                if isinstance(part, UploadFile)
            ]

        def add(on_progress: Progress) -> dict[str, Any]:
            return {"files": changes.add_batch(files, on_progress)}

        return _stream_progress(add)


def _stream_progress(add: Callable[[Progress], dict[str, Any]]) -> StreamingResponse:
    return StreamingResponse(_add_document(add), media_type="application/x-ndjson")


def _add_document(add: Callable[[Progress], dict[str, Any]]) -> Iterator[str]:
    """Add a document and yield its progress as lines; it is added even if nobody reads them."""
    reports: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def report_step(step: str, done: int, total: int) -> None:
        reports.put({"step": step, "done": done, "of": total})

    def work() -> None:
        try:
            reports.put({**add(report_step), "last": True})
        except Exception as error:  # noqa: BLE001 - the edge of a thread: log and report it
            reports.put({"error": page_sentence(error), "last": True})

    threading.Thread(target=work, name="upload").start()
    last = False
    while not last:
        line = reports.get()
        last = line.pop("last", False)
        yield json.dumps(line) + "\n"
