"""Answers and passages as JSON-ready values."""

import ntpath
from dataclasses import asdict
from typing import Any, cast

from rag.types import Answer, Passage


def full_json(value: Answer | Passage) -> dict[str, Any]:
    """All fields; for an answer, the form of ``citespan ask --json``."""
    return value.as_dict() if isinstance(value, Answer) else asdict(value)


def public_json(value: Answer | Passage) -> dict[str, Any]:
    """The same for other machines: documents have their file names, without their folders."""
    return hide_folders(full_json(value))


def hide_folders(value: dict[str, Any]) -> dict[str, Any]:
    """The same values, each document with its file name alone."""
    return cast("dict[str, Any]", _hide_folders(value))


def _hide_folders(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: ntpath.basename(each.rstrip("/\\")) if key == "source" else _hide_folders(each)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_hide_folders(each) for each in value]
    return value
