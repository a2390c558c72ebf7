"""Ingest: files in, indexed chunks out. The doors are :func:`ingest`, ``plan`` and ``remove``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.index import ingest, plan
    from ingest.planning import Plan
    from ingest.removal import remove, remove_all
    from ingest.report import IngestReport
    from ingest.stages import Progress

__all__ = ["IngestReport", "Plan", "Progress", "ingest", "plan", "remove", "remove_all"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used; a reader's child process needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'ingest' has no attribute {name!r}")
    module = "removal" if name in {"remove", "remove_all"} else "index"
    return getattr(import_module(f"ingest.{module}"), name)


def __dir__() -> list[str]:
    return list(__all__)
