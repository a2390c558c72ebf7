"""Answers and passages as JSON-ready values."""

import ntpath
from dataclasses import asdict
from typing import Any, cast

from ingest.sources.web.address import is_web_address
from rag.types import Answer, Passage


def full_json(value: Answer | Passage) -> dict[str, Any]:
    """All fields; for an answer, the form of ``citespan ask --json``."""
    return value.as_dict() if isinstance(value, Answer) else asdict(value)


def public_json(value: Answer | Passage) -> dict[str, Any]:
    """The same for other machines: a document has its web address, or its name without folders."""
    return hide_folders(full_json(value))


def hide_folders(value: dict[str, Any]) -> dict[str, Any]:
    """The same values, each document with its file name alone."""
    return cast("dict[str, Any]", _hide_folders(value))


def _hide_folder(source: str) -> str:
    return source if is_web_address(source) else ntpath.basename(source.rstrip("/\\"))


def _hide_folders(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _hide_folder(each) if key == "source" else _hide_folders(each)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_hide_folders(each) for each in value]
    return value
