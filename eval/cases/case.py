"""Cases: what to ask, and what a right answer holds.

A case file is JSON Lines, one case a line::

    {"id": "sources", "question": "Where do they come from?", "answerable": true,
     "history": [["What are neonatal stem cells?", "Stem cells of newborns."]],
     "facts": [["umbilical cord blood", "cord blood"], ["placenta"]],
     "quotes": [{"source": "leukemia.txt", "quote": "Exact text of the document."}],
     "kind": "follow-up", "asker": "student"}

``id``, ``question`` and ``answerable`` are required, and if ``answerable`` is true, at least one
of ``facts``, ``answers``, ``quotes`` and ``relevant``. A line with ``"draft": true`` is a draft: it
is left out until a person corrects it and removes the mark.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import RagError

# Beside the package, in a checkout and in an installed wheel.
SEEDS = Path(__file__).resolve().parents[2] / "seeds"

T = TypeVar("T")

_log = logging.getLogger(__name__)


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

    :param answerable: whether the documents hold the answer; if not, refusing is right. None if
        that is not known: then nothing says whether an answer is right.
    :param facts: each fact a tuple of alternative wordings, any of which is right.
    :param answers: whole answers, any of which is right.
    :param quotes: passages that answer; citing any of them is right.
    :param relevant: documents that answer, each by its name with its grade, 1 or more.
    :param kind: a label by which scores are broken down, for example ``"list"``.
    :param asker: who would ask this, for example ``"student"``.
    :param history: earlier turns, oldest first, each ``(question, answer text)``.
    :param without: names of documents that are not searched for this question.
    :param draft: whether a person still has to check it; a draft may be incomplete.
    :param note: for that person.
    :raises CasesError: an answerable case does not say what is right, or an unanswerable one does.
    """

    id: str
    question: str
    answerable: bool | None
    facts: tuple[tuple[str, ...], ...] = ()
    answers: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    relevant: tuple[tuple[str, int], ...] = ()
    kind: str = "general"
    asker: str = ""
    history: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    draft: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        lists = ("facts", "answers", "without", "history")
        if wrong := [name for name in lists if isinstance(getattr(self, name), str)]:
            raise CasesError(f'"{wrong[0]}" must be a list')
        if any(isinstance(fact, str) for fact in self.facts):
            raise CasesError('each of "facts" must be a list of texts: its alternative wordings')
        known = [name for name in _GOLD if getattr(self, name)]
        if self.answerable and not (known or self.draft):
            raise CasesError(
                'an answerable case has none of "facts", "answers", "quotes" and "relevant"; '
                "add what a right answer must hold"
            )
        if not all(self.facts):
            raise CasesError('a fact of "facts" has no wording; add one')
        if self.answerable is False and known:
            raise CasesError(
                f'an unanswerable case has "{known[0]}"; remove them, or set "answerable" to true'
            )

    def as_row(self) -> dict[str, Any]:
        """The case as a line of a case file; fields that are not set are left out."""
        row = {name: value for name, value in asdict(self).items() if value or name in _REQUIRED}
        if self.relevant:
            row["relevant"] = dict(self.relevant)
        if self.kind == "general":
            del row["kind"]
        return row


def seed_cases() -> tuple[Case, ...]:
    """The questions about the seed documents that come with citespan."""
    return load_cases(SEEDS / "questions.jsonl")


def load_cases(path: str | Path, *, drafts: bool = False) -> tuple[Case, ...]:
    """Read a case file; blank lines are skipped.

    :param path: a JSON Lines file, UTF-8.
    :param drafts: whether to load drafts too; otherwise they are left out, with a warning.
    :raises CasesError: the file cannot be read, or a line is not a case.
    """
    path = Path(path)
    cases: dict[str, Case] = {}
    for number, fields in json_lines(path):
        try:
            case = case_of_row(fields)
            if case.id in cases:
                raise CasesError(f'the id "{case.id}" is used twice; give each case its own')
        except CasesError as error:
            raise CasesError(f"{path}, line {number}: {error}") from error
        cases[case.id] = case
    if not cases:
        raise CasesError(f"{path} holds no cases; write one JSON object per line")
    wanted = tuple(case for case in cases.values() if drafts or not case.draft)
    if not wanted:
        raise CasesError(
            f'{path} holds only drafts; check each, correct it and remove its "draft": true'
        )
    if len(wanted) < len(cases):
        _log.warning(
            '%s: %d drafts are left out; check them and remove "draft": true',
            path,
            len(cases) - len(wanted),
        )
    return wanted


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object of a JSON Lines file with the number of its line, from 1.

    :raises CasesError: the file cannot be read, or a line is not a JSON object.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise CasesError(
            f"{path} cannot be read ({error.strerror}); name a file with one JSON object per line"
        ) from error
    except UnicodeDecodeError as error:
        raise CasesError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, _parse_object(line)
            except CasesError as error:
                raise CasesError(f"{path}, line {number}: {error}") from error


def _parse_object(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    # Very deep nesting exhausts the parser's stack; for the reader that is invalid JSON too. An
    # integer of thousands of digits is a plain ValueError.
    except (ValueError, RecursionError) as error:
        raise CasesError(f"not JSON ({error}); write one JSON object per line") from error
    if not isinstance(fields, dict):
        raise CasesError("not a JSON object; write each one as {...} on one line")
    return fields


def case_of_row(fields: dict[str, Any]) -> Case:
    """The case that a line of a case file holds.

    :raises CasesError: the line is not a case.
    """
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


def _bool_or_unknown(name: str, value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise CasesError(f'"{name}" must be true, false, or null if that is not known')
    return value


def _tuple(name: str, value: Any, read: Callable[[str, Any], T]) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise CasesError(f'"{name}" must be a list')
    return tuple(read(name, item) for item in value)


def _fact(name: str, value: Any) -> tuple[str, ...]:
    wordings = _tuple(name, value, _text) if isinstance(value, list) else ()
    if not wordings:
        raise CasesError(f'each of "{name}" must be a list of texts: its alternative wordings')
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


def _relevant(name: str, value: Any) -> tuple[tuple[str, int], ...]:
    if isinstance(value, list):
        return tuple((_text(name, item), 1) for item in value)
    if not isinstance(value, dict) or not all(
        type(grade) is int and grade > 0 for grade in value.values()
    ):
        raise CasesError(
            f'"{name}" must be a list of names, or an object of names with grades of 1 or more'
        )
    return tuple((_text(name, document), grade) for document, grade in value.items())


_REQUIRED = ("id", "question", "answerable")
_GOLD = ("facts", "answers", "quotes", "relevant")
_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "id": _text,
    "question": _text,
    "answerable": _bool_or_unknown,
    "facts": lambda name, value: _tuple(name, value, _fact),
    "answers": lambda name, value: _tuple(name, value, _text),
    "quotes": lambda name, value: _tuple(name, value, _quote),
    "relevant": _relevant,
    "kind": _text,
    "asker": _optional_text,
    "history": lambda name, value: _tuple(name, value, _turn),
    "without": lambda name, value: _tuple(name, value, _text),
    "draft": _bool,
    "note": _optional_text,
}
