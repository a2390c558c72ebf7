"""What ``citespan doctor`` looks at."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from rag import LibraryError, Rag, RagError, Settings
from rag.library.catalog import FORMAT
from ui.cli.offline import reached

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
_REPAIR = "run `citespan doctor --repair`"
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
            *(
                _tried(what, partial(_index, rag, number))
                for number, what in enumerate(("vector index", "lexical index"))
            ),
            _tried(
                "a question",
                lambda: f"{len(rag.retriever.search('probe'))} passages found",
            ),
            *([_tried("chat model", lambda: _answering(rag))] if settings.chat_model else []),
            _disk(settings.home),
            _tried("network", lambda: _network(settings)),
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
    catalog = rag.library.catalog
    damage = catalog.find_damage() or [f"{id_}: {why}" for id_, why in catalog.find_incomplete()]
    if damage:
        raise LibraryError(f"{damage[0]}{_more(damage)}; {_REPAIR}")
    documents, chunks = catalog.counts()
    return f"{documents} documents, {chunks} chunks in {catalog.place}, format {FORMAT}"


def _index(rag: Rag, number: int) -> str:
    """Compare an index with the catalog, and only then open it."""
    index = rag.library.indexes[number]
    index.open_parts()  # what can be mended by itself is not worth a word
    found = index.find_defect()
    if found:
        raise LibraryError(f"{found}; {_REPAIR}")
    return f"{rag.library.catalog.counts()[1]} chunks, compared with the catalog"


def _more(found: Sequence[str]) -> str:
    return f" and {len(found) - 1} more" if len(found) > 1 else ""


def _answering(rag: Rag) -> str:
    """One short call, since a key, an address and a name are only known to be right by asking."""
    from rag.chat.call import stream_reply
    from rag.chat.prompt import Prompt

    chat = rag.chat_model
    deadline = time.monotonic() + min(rag.settings.chat_timeout, _PATIENCE)
    prompt = Prompt("Reply with one word.", "Ready?", ())
    for _ in stream_reply(chat.model, prompt, chat.place, deadline):
        pass
    return f"{chat.place.name} answers"


def _network(settings: Settings) -> str:
    found = reached(settings)
    if found:
        raise RagError(
            f"{found[0]}{_more(found)}, when citespan starts; it needs neither: keep that package "
            "from it, or take the versions of constraints.txt"
        )
    named = [name for name in ("catalog", "chroma") if getattr(settings, name)]
    return f"nothing beyond this machine{' and ' * bool(named)}{' and '.join(named)} is asked for"


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
