"""Cases: what to ask, and what a right answer holds.

A case file is JSON Lines, one case a line::

    {"id": "sources", "question": "Where do they come from?", "answerable": true,
     "history": [["What are neonatal stem cells?", "Stem cells of newborns."]],
     "facts": [["umbilical cord blood", "cord blood"], ["placenta"]],
     "quotes": [{"source": "leukemia.txt", "quote": "Exact text of the document."}],
     "kind": "follow-up", "asker": "student"}

``id``, ``question`` and ``answerable`` are required, and ``facts`` where ``answerable`` is true.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import RagError

# Beside the package both in a checkout and where the wheel is installed.
SEEDS = Path(__file__).resolve().parent.parent / "seeds"

T = TypeVar("T")


class CasesError(RagError):
    """A case file cannot be used; the message names the file, the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A gold quote.

    :param source: file name of the document; folders are ignored when names are compared.
    :param quote: text exactly as it stands in the document.
    """

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what a right answer holds.

    :param answerable: whether the documents hold the answer; if not, refusing is right.
    :param facts: each fact a tuple of alternative wordings, of which any one will do.
    :param quotes: passages that answer; citing any one of them is right.
    :param kind: a label by which scores are broken down, for example ``"list"``.
    :param asker: who would ask this, for example ``"student"``.
    :param history: earlier turns, oldest first, each ``(question, answer text)``.
    :raises CasesError: if an answerable case has no facts, or another one has facts or quotes.
    """

    id: str
    question: str
    answerable: bool
    facts: tuple[tuple[str, ...], ...] = ()
    quotes: tuple[Quote, ...] = ()
    kind: str = "general"
    asker: str = ""
    history: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.answerable and not (self.facts and all(self.facts)):
            raise CasesError('an answerable case has no "facts"; add what a right answer must hold')
        if not self.answerable and (self.facts or self.quotes):
            raise CasesError(
                'an unanswerable case has "facts" or "quotes"; remove them, or set "answerable" to '
                "true"
            )


def seed_cases() -> tuple[Case, ...]:
    """The questions about the seed documents that come with citespan."""
    return load_cases(SEEDS / "questions.jsonl")


def load_cases(path: str | Path) -> tuple[Case, ...]:
    """Read a case file; blank lines are skipped.

    :param path: a JSON Lines file, UTF-8.
    :raises CasesError: if the file cannot be read or a line is not a case.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise CasesError(
            f"{path} cannot be read ({error.strerror}); name a file with one JSON object a line"
        ) from error
    except UnicodeDecodeError as error:
        raise CasesError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = _case(line)
            if case.id in cases:
                raise CasesError(f'the id "{case.id}" is used twice; give each case its own')
        except CasesError as error:
            raise CasesError(f"{path}, line {number}: {error}") from error
        cases[case.id] = case
    if not cases:
        raise CasesError(f"{path} holds no cases; write one JSON object a line")
    return tuple(cases.values())


def _case(line: str) -> Case:
    try:
        fields = json.loads(line)
    # Very deep nesting exhausts the parser's stack; to the reader that is broken JSON too.
    except (json.JSONDecodeError, RecursionError) as error:
        raise CasesError(f"not JSON ({error}); write one JSON object a line") from error
    if not isinstance(fields, dict):
        raise CasesError("not a JSON object; write each case as {...} on one line")
    if unknown := sorted(fields.keys() - _READERS.keys()):
        raise CasesError(
            f'"{unknown[0]}" is not a field of a case; the fields are {", ".join(_READERS)}'
        )
    if missing := [name for name in _REQUIRED if name not in fields]:
        raise CasesError(f'"{missing[0]}" is missing; add it')
    return Case(**{name: _READERS[name](name, value) for name, value in fields.items()})


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CasesError(f'"{name}" must be text that is not empty')
    return value


def _optional_text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise CasesError(f'"{name}" must be text')
    return value


def _bool(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise CasesError(f'"{name}" must be true or false')
    return value


def _tuple(name: str, value: Any, read: Callable[[str, Any], T]) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise CasesError(f'"{name}" must be a list')
    return tuple(read(name, item) for item in value)


def _fact(name: str, value: Any) -> tuple[str, ...]:
    wordings = _tuple(name, value, _text) if isinstance(value, list) else ()
    if not wordings:
        raise CasesError(f'each of "{name}" must be a list of texts, of which any one will do')
    return wordings


def _quote(name: str, value: Any) -> Quote:
    if not isinstance(value, dict) or value.keys() != {"source", "quote"}:
        raise CasesError(f'each of "{name}" must have a "source" and a "quote"')
    return Quote(source=_text("source", value["source"]), quote=_text("quote", value["quote"]))


def _turn(name: str, value: Any) -> tuple[str, str]:
    match value:
        case [str(question), str(answer)]:
            return question, answer
    raise CasesError(f'each of "{name}" must be [question, answer]')


_REQUIRED = ("id", "question", "answerable")
_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "id": _text,
    "question": _text,
    "answerable": _bool,
    "facts": lambda name, value: _tuple(name, value, _fact),
    "quotes": lambda name, value: _tuple(name, value, _quote),
    "kind": _text,
    "asker": _optional_text,
    "history": lambda name, value: _tuple(name, value, _turn),
}
