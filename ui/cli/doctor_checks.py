"""The checks of ``citespan doctor``."""

import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rag import LibraryError, Rag, RagError, Settings
from rag.errors import LibraryBusyError
from rag.library.catalog import FORMAT
from rag.library.files.left_overs import find_left_overs
from rag.library.write_lock import FileLock
from ui.cli.network_check import find_connections

_LIBRARIES = "citespan chromadb gradio langchain-core openvino sentence-transformers torch".split()
_LEAKY = ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2")
_PATIENCE = 30
"""Seconds that a chat model has for one word."""
_REMEDY = "run `citespan doctor --repair`"
_SPARE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; the detail of a problem says what to do."""

    what: str
    ok: bool
    detail: str


def run_checks(settings: Settings) -> list[Finding]:
    """Run all checks, the most likely problems first."""
    with Rag(settings) as rag:
        return [
            Finding("python", True, f"{platform.python_version()} on {platform.platform()}"),
            Finding("versions", True, ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)),
            _check("embedding model", lambda: _check_model(rag)),
            _check("catalog", lambda: _check_catalog(rag)),
            _check("vector index", lambda: _check_index(rag, 0)),
            _check("lexical index", lambda: _check_index(rag, 1)),
            _check("left-overs", lambda: _check_left_overs(rag)),
            _check("a question", lambda: f"{len(rag.retriever.search('probe'))} passages found"),
            *(
                [_check("chat model", lambda: _check_chat_model(rag))]
                if settings.chat_model
                else []
            ),
            _check_disk(settings.home),
            _check("network", lambda: _check_network(settings)),
            *_check_environment(),
        ]


def _check(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except RagError as error:
        return Finding(what, False, str(error))


def _check_model(rag: Rag) -> str:
    return f"{rag.embedder.identity}, run by {rag.embedder.backend}"


def _check_catalog(rag: Rag) -> str:
    catalog = rag.library.catalog
    damage = catalog.find_damage() or [f"{id_}: {why}" for id_, why in catalog.find_incomplete()]
    if damage:
        raise LibraryError(f"{damage[0]}{_more(damage)}; {_REMEDY}")
    documents, chunks = catalog.counts()
    return f"{documents} documents, {chunks} chunks in {catalog.place}, format {FORMAT}"


def _check_index(rag: Rag, number: int) -> str:
    """Compare an index with the catalog, and only then open it."""
    index = rag.library.indexes[number]
    index.open_parts()  # repairs what repairs itself, which is not reported
    if found := index.find_defect():
        raise LibraryError(f"{found}; {_REMEDY}")
    return f"{rag.library.catalog.counts()[1]} chunks, compared with the catalog"


def _check_left_overs(rag: Rag) -> str:
    """Look for what killed processes left, unless a living one is at work."""
    home, library = rag.settings.home, rag.library
    if not os.access(home, os.W_OK):
        return "not looked for: the folder is read-only"
    try:
        with FileLock(home).hold(0), FileLock(home, "uploads").hold(0):
            found = [str(p.relative_to(home)) for p in find_left_overs(home, library.catalog)]
            found += [name for index in library.indexes for name in index.find_unused()]
    except LibraryBusyError:
        return "not looked for: another process is writing"
    if found:
        raise LibraryError(f"interrupted work left {found[0]}{_more(found)}; {_REMEDY}")
    return "none"


def _more(found: Sequence[str]) -> str:
    return f" and {len(found) - 1} more" if len(found) > 1 else ""


def _check_chat_model(rag: Rag) -> str:
    """Call the model once: only that shows whether key, address and name are right."""
    from rag.chat.call import stream_reply
    from rag.chat.prompt import Prompt

    chat = rag.chat_model
    deadline = time.monotonic() + min(rag.settings.chat_timeout, _PATIENCE)
    prompt = Prompt("Reply with one word.", "Ready?", ())
    for _ in stream_reply(chat.model, prompt, chat.place, deadline):
        pass
    return f"{chat.place.name} answers"


def _check_network(settings: Settings) -> str:
    if found := find_connections(settings):
        raise RagError(
            f"{found[0]}{_more(found)} when citespan starts, which needs no network: change that "
            "package's settings, or install the versions of constraints.txt"
        )
    named = [name for name in ("catalog", "chroma") if getattr(settings, name)]
    return f"no other host is contacted{' than those of ' * bool(named)}{' and '.join(named)}"


def _check_disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    detail = f"{free / 1e9:.1f} GB free at {place}"
    if free < _SPARE_BYTES:
        return Finding("disk", False, f"{detail}; free some space, or choose another --home")
    return Finding("disk", True, detail)


def _check_environment() -> Iterator[Finding]:
    for name in _LEAKY:
        if os.environ.get(name, "").lower() in {"1", "true"}:
            yield Finding(
                "privacy",
                False,
                f"{name} makes LangChain upload the inputs of its chains, documents included; "
                "citespan switches that off for its own calls, not for your chains: unset it",
            )
