"""What ``citespan doctor`` looks at."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rag import Rag, RagError, Settings

_LIBRARIES = (
    "citespan",
    "chromadb",
    "gradio",
    "langchain-core",
    "openvino",
    "sentence-transformers",
    "torch",
)
_LEAKY = ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2")
_PATIENCE = 30
"""Seconds for a chat model to say a word."""
_SPARE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; a problem's detail says what to do."""

    what: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Everything checked, in the order of a person's likely questions."""
    with Rag(settings) as rag:
        return [
            Finding("python", True, f"{platform.python_version()} on {platform.platform()}"),
            Finding("versions", True, ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)),
            _tried("embedding model", lambda: _model(rag)),
            _tried("catalog", lambda: _catalog(rag)),
            _tried("vector index", lambda: _vectors(rag)),
            _tried("lexical index", lambda: f"{rag.library.lexical.count()} chunks"),
            _tried("a question", lambda: f"{len(rag.retriever.search('probe'))} passages found"),
            *([_tried("chat model", lambda: _answering(rag))] if settings.chat_model else []),
            _disk(settings.home),
            *_environment(),
        ]


def _tried(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except RagError as error:
        return Finding(what, False, str(error))


def _model(rag: Rag) -> str:
    return f"{rag.embedder.identity}, run by {rag.embedder.backend}"


def _catalog(rag: Rag) -> str:
    documents, chunks = rag.library.catalog.counts()
    return f"{documents} documents, {chunks} chunks in {rag.settings.home}"


def _vectors(rag: Rag) -> str:
    vector = rag.embedder.embed(["probe"])[0]
    return f"{len(rag.library.nearest(vector, 10))} nearest of {rag.library.catalog.counts()[1]}"


def _answering(rag: Rag) -> str:
    """One short call, since a key, an address and a name are only known to be right by asking."""
    from rag.chat_call import called
    from rag.prompt import Prompt

    chat = rag.chat_model
    deadline = time.monotonic() + min(rag.settings.chat_timeout, _PATIENCE)
    for _ in called(chat.model, Prompt("Reply with one word.", "Ready?", ()), chat.place, deadline):
        pass
    return f"{chat.place.name} answers"


def _disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    detail = f"{free / 1e9:.1f} GB free at {place}"
    if free < _SPARE_BYTES:
        return Finding("disk", False, f"{detail}; make room, or choose another --home")
    return Finding("disk", True, detail)


def _environment() -> Iterator[Finding]:
    for name in _LEAKY:
        if os.environ.get(name, "").lower() in {"1", "true"}:
            yield Finding(
                "privacy",
                False,
                f"{name} makes LangChain upload what its chains are given, documents too; citespan "
                "keeps its own calls out of it, chains of yours are not: unset it",
            )
