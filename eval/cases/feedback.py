"""Readers' feedback on answers, as the chat page stores it, and cases drafted from it.

One JSON object per line in ``feedback.jsonl`` of the library's home::

    {"question": "Where do they come from?", "answer": "Cord blood. [1]", "verdict": "down",
     "note": "The placenta is missing.", "citations": [{"source": "a.txt", "quote": "Cord blood."}],
     "history": [["What are they?", "Stem cells."]], "time": "2026-01-31T12:00:00+00:00"}
"""

import json
import logging
import os
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

from filelock import FileLock

from eval.cases.case import Case, CasesError, Quote
from rag.types import Answer, History

FILE = "feedback.jsonl"
Thumb = Literal["up", "down"]

MOST_BYTES = 20_000_000
"""Of a home's feedback; some 10,000 ratings."""
LONGEST = 200_000
"""Characters of one rating as a line."""

_log = logging.getLogger(__name__)
_in_this_process = threading.Lock()


class FeedbackFullError(Exception):
    """A home holds as much feedback as it may."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's thumb for one answer.

    :param note: the reader's own words; may be empty.
    :param citations: what the answer cited.
    :param history: the turns before the question, oldest first.
    :param time: when, ISO 8601 with its zone.
    """

    question: str
    answer: str
    verdict: Thumb
    note: str = ""
    citations: tuple[Quote, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    time: str = ""


def feedback_on(answer: Answer, verdict: Thumb, note: str = "", history: History = ()) -> Feedback:
    """A thumb for this answer, with the present time."""
    return Feedback(
        question=answer.question,
        answer=answer.text,
        verdict=verdict,
        note=note.strip(),
        citations=tuple(Quote(cited.source, cited.quote) for cited in answer.citations),
        history=tuple((asked, said) for asked, said in history),
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def keep_feedback(home: Path, feedback: Feedback) -> Path:
    """Append to the home's feedback; several processes and threads may do so at once.

    :return: the file.
    :raises OSError: it cannot be written.
    :raises ValueError: it is too long.
    :raises FeedbackFullError: there is too much already.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = home / FILE
    line = json.dumps(asdict(feedback), ensure_ascii=True)
    if len(line) > LONGEST:
        raise ValueError("the rating is too long")
    with _in_this_process, FileLock(path.with_suffix(".lock"), mode=0o600), _open(path) as file:
        size = file.seek(0, os.SEEK_END)
        if size + len(line) > MOST_BYTES:
            raise FeedbackFullError(f"{path} is full; read it with `citespan eval feedback`")
        file.seek(max(0, size - 1))  # a full disk may have left half a line
        is_cut = file.read(1) not in {b"", b"\n"}
        file.write(f"{chr(10) if is_cut else ''}{line}\n".encode())
    return path


def _open(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "ab+")


def load_feedback(home: Path) -> tuple[Feedback, ...]:
    """Load all feedback of a home, oldest first.

    A line that is not feedback is left out, with a warning that names it, so that one incomplete
    line, as a full disk leaves it, does not cost the others.

    :raises CasesError: there is no feedback, or it cannot be read.
    """
    path = home / FILE
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError as error:
        raise CasesError(
            f"there is no feedback in {home}; thumbs in `citespan chat` are stored there"
        ) from error
    except OSError as error:
        raise CasesError(
            f"{path} cannot be read ({error.strerror}); check its permissions"
        ) from error
    feedback = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                feedback.append(_read_line(line))
            except (ValueError, KeyError, TypeError, RecursionError):
                _log.warning("%s, line %d is not feedback and is left out", path, number)
    return tuple(feedback)


def draft_from_feedback(feedback: Iterable[Feedback]) -> tuple[Case, ...]:
    """Draft a case for each question, for a person to check; of several thumbs the last counts.

    The citations of a liked answer become the gold. A disliked answer says only that something was
    wrong, so its draft has no gold, and the person decides what is right.
    """
    latest = {(given.question.casefold(), given.history): given for given in feedback}
    return tuple(
        Case(
            id=f"feedback-{number}",
            question=given.question,
            answerable=not (given.verdict == "up" and not given.citations),
            quotes=given.citations if given.verdict == "up" else (),
            kind="feedback",
            history=given.history,
            draft=True,
            note=f"thumb {given.verdict}. {given.note}".strip()
            + f" The answer was: {given.answer}",
        )
        for number, given in enumerate(latest.values(), start=1)
    )


def _read_line(line: str) -> Feedback:
    fields: dict[str, Any] = json.loads(line)
    if fields["verdict"] not in get_args(Thumb):
        raise ValueError("neither up nor down")
    texts = {name: fields.get(name, "") for name in ("question", "answer", "note", "time")}
    if not all(isinstance(text, str) for text in texts.values()) or not texts["question"].strip():
        raise ValueError("a text is missing")
    return Feedback(
        verdict=fields["verdict"],
        citations=tuple(
            Quote(str(c["source"]), str(c["quote"])) for c in fields.get("citations", [])
        ),
        history=tuple((str(asked), str(said)) for asked, said in fields.get("history", [])),
        **texts,
    )
