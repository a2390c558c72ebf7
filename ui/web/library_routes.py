"""What the page's library panel calls: list, upload, remove, bring back."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from ingest.readers import known_suffixes
from rag.errors import RagError
from ui.answering import FAILED, log_failure, sentence_of
from ui.web.shelf import Shelf, described

if TYPE_CHECKING:
    from rag import Rag


def library_routes(rag: Rag, shelf: Shelf, *, read_only: bool) -> APIRouter:
    """The routes under ``/page/documents``.

    :param read_only: whether documents can be neither added nor removed.
    """
    routes = APIRouter(prefix="/page/documents")
    largest = rag.settings.upload_megabytes * 1_000_000

    @routes.get("")
    def documents() -> dict[str, Any]:
        return {
            "documents": [described(document) for document in shelf.documents()],
            "suffixes": known_suffixes(),
            "largest": largest,
            "writable": not read_only,
        }

    if read_only:
        return routes

    @routes.post("")
    async def upload(request: Request, x_file_name: Annotated[str, Header()]) -> StreamingResponse:
        """Take one file, the body, and tell line by line, as JSON, how far it is.

        The last line has ``document`` and ``status``, or ``error``.
        """
        name = unquote(x_file_name)
        try:
            await run_in_threadpool(shelf.refuse, name)
        except RagError as error:
            raise HTTPException(415, sentence_of(error)) from error
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > largest:
                raise HTTPException(
                    413,
                    f"The file is larger than {largest // 1_000_000} MB; use `citespan ingest` "
                    "for it, or raise CITESPAN_UPLOAD_MEGABYTES.",
                )
            parts.append(part)
        lines = _taken_in(shelf, name, b"".join(parts))
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @routes.delete("/{document_id}")
    def remove(document_id: str) -> dict[str, Any]:
        try:
            return shelf.remove(document_id)
        except RagError as error:
            raise HTTPException(409, sentence_of(error)) from error

    @routes.post("/{document_id}/back")
    def bring_back(document_id: str) -> dict[str, bool]:
        try:
            shelf.bring_back(document_id)
        except RagError as error:
            raise HTTPException(409, sentence_of(error)) from error
        return {"back": True}

    return routes


def _taken_in(shelf: Shelf, name: str, data: bytes) -> Iterator[str]:
    """The file's way into the library as lines; it goes on when nobody reads them any more."""
    told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def work() -> None:
        try:
            done = shelf.add(
                name, data, lambda step, n, total: told.put({"step": step, "done": n, "of": total})
            )
            told.put({**done, "last": True})
        except RagError as error:
            told.put({"error": sentence_of(error), "last": True})
        except Exception as error:  # noqa: BLE001 - the edge of a thread: log it, say it
            log_failure(error)
            told.put({"error": FAILED, "last": True})

    threading.Thread(target=work, name="upload").start()
    while True:
        line = told.get()
        last = line.pop("last", False)
        yield json.dumps(line) + "\n"
        if last:
            return
