"""What a sentence-transformers model says of itself: its prompts, and the languages it reads."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_QUESTION, _PASSAGE = ("query", "question"), ("document", "passage", "corpus")
"""Names of prompts, as sentence-transformers looks for them."""
_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---", re.DOTALL)
_LANGUAGE = re.compile(r"^language:[ \t]*(.*(?:\n[ \t]*- .*)*)", re.MULTILINE)
_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]+)?\b")


class Prompts(NamedTuple):
    """What stands before a text for the model to know what it is; mostly nothing."""

    question: str = ""
    passage: str = ""


def choose_prompts(name: str, known: Mapping[str, str]) -> Prompts:
    """Choose among a model's prompts; models of the E5 family have theirs without saying so.

    :param name: of the model, or of its folder.
    :param known: the prompts of ``config_sentence_transformers.json``.
    """
    if not any(known.values()) and _E5.search(name):
        return Prompts("query: ", "passage: ")
    question, passage = (
        next((known[kind] for kind in kinds if known.get(kind)), "")
        for kinds in (_QUESTION, _PASSAGE)
    )
    return Prompts(question, passage)


def read_prompts(folder: Path) -> dict[str, str]:
    """Read the prompts of a model in a folder; none where it has no description."""
    try:
        config = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))
        return {str(name): str(text or "") for name, text in config.get("prompts", {}).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def read_languages(folder: Path) -> frozenset[str] | None:
    """Read the languages of a model in a folder, as ISO 639-1 codes, from the head of its README.

    :return: None where it names none, or says that there are many.
    """
    try:
        head = _FRONT_MATTER.match((folder / "README.md").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    named = _LANGUAGE.search(head[1]) if head else None
    if named is None or "multilingual" in named[1]:
        return None
    return frozenset(code[:2] for code in _CODE.findall(named[1])) or None
