"""Ingest: files in, indexed chunks out. The doors: :func:`ingest`, ``add_texts``, ``remove``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.given import add_bytes, add_collection, add_documents, add_texts
    from ingest.index import ingest, plan
    from ingest.planning import Plan
    from ingest.report import IngestReport, Progress
    from ingest.sources.removal import delete, remove, remove_all

__all__ = [
    "IngestReport", "Plan", "Progress", "add_bytes", "add_collection", "add_documents", "add_texts",
    "delete", "ingest", "plan", "remove", "remove_all",
]  # fmt: skip
_REMOVING = ("delete", "remove", "remove_all")
_GIVEN = ("add_bytes", "add_collection", "add_documents", "add_texts")


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used; a reader's child process needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'ingest' has no attribute {name!r}")
    if name in _GIVEN:
        return getattr(import_module("ingest.given"), name)
    module = "sources.removal" if name in _REMOVING else "index"
    return getattr(import_module(f"ingest.{module}"), name)


def __dir__() -> list[str]:
    return list(__all__)
