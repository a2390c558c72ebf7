"""Answers in a web application of your own.

    citespan ingest seeds
    uvicorn --app-dir examples fastapi_app:app
    curl 'http://127.0.0.1:8000/ask?question=What+is+CD44'

Endpoints are plain functions: FastAPI runs them in threads, and a ``Rag`` may be used from several.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException

from citespan import EmptyLibraryError, QuestionError, Rag

bot = Rag()


@asynccontextmanager
async def life(_: FastAPI) -> AsyncIterator[None]:
    """Let go of the library's files when the application ends."""
    yield
    bot.close()


app = FastAPI(lifespan=life)


@app.get("/ask")
def ask(question: str) -> dict[str, Any]:
    """The answer with its citations; an error's own sentence says what to do."""
    try:
        answer = bot.ask(question)
    except QuestionError as error:
        raise HTTPException(422, str(error)) from error
    except EmptyLibraryError as error:
        raise HTTPException(503, str(error)) from error
    return {
        "status": answer.status,
        "text": answer.text,
        "citations": [
            {"number": c.number, "document": c.document_id, "start": c.start, "quote": c.quote}
            for c in answer.citations
        ],
    }


@app.get("/documents/{document_id}")
def document(document_id: str) -> dict[str, str]:
    """The text that the citations' characters are counted in."""
    if document_id not in {known.document_id for known in bot.documents()}:
        raise HTTPException(404, "there is no such document")
    return {"text": bot.source_text(document_id)}
