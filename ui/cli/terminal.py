"""What every command shares: options, exit codes, and what is shown on a terminal.

Imports that take time stay inside, so that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ingest import Progress
    from rag import RagError, Settings


class Exit(IntEnum):
    """What the exit codes mean; 2 is what the command line's parser uses, too."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    PARTIAL = 3
    ABSTAINED = 4
    STOPPED = 130


Home = Annotated[
    Path | None,
    typer.Option(
        "--home", help="The library's folder. [default: CITESPAN_HOME, else the user's data folder]"
    ),
]
Model = Annotated[
    str | None,
    typer.Option("--embedding-model", help="A sentence-transformers model: name or folder."),
]
ChatModel = Annotated[
    str | None,
    typer.Option(
        "--chat-model",
        help="Have this model write the answers: openai:NAME, ollama:NAME, anthropic:NAME, "
        "local:FOLDER; see docs/chat-models.md. [default: CITESPAN_CHAT_MODEL, else none]",
        metavar="MODEL",
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url", help="Address of the chat model's server, when not the provider's own."
    ),
]
Strict = Annotated[
    bool | None,
    typer.Option(
        "--strict", help="Drop the chat model's sentences that their sources do not support."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON; the fields are in docs/cli.md.")]


def settings_of(
    home: Path | None,
    embedding_model: str | None = None,
    chat_model: str | None = None,
    base_url: str | None = None,
    strict: bool | None = None,
) -> Settings:
    from pydantic import ValidationError

    from rag import Settings

    given: dict[str, Any] = {
        "home": home,
        "embedding_model": embedding_model,
        "chat_model": chat_model,
        "chat_base_url": base_url,
        "strict": strict,
    }
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(
            f"CITESPAN_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise typer.BadParameter(wrong) from error


def exit_code(error: RagError) -> Exit:
    """Whether what was asked for cannot be, or what can be has failed.

    A pipeline tells by it an evaluation that was asked for wrongly from one that found too little.
    """
    from eval import CasesError, JudgeError
    from eval.gates import ThresholdError
    from rag import ChatModelError, QuestionError
    from rag.chat.failures import ChatFailure

    asked_wrongly = (
        CasesError, ChatFailure, ChatModelError, JudgeError, QuestionError, ThresholdError,
    )  # fmt: skip
    return Exit.USAGE if isinstance(error, asked_wrongly) else Exit.FAILURE


def shown(text: str) -> str:
    """Text fit for a terminal: no escape sequences, no reordering marks, on one line."""
    from ui.escape import displayed

    return " ".join(displayed(text).split())


def say(line: str) -> None:
    print(line, flush=True)


def tell(line: str) -> None:
    print(shown(line), file=sys.stderr, flush=True)


def tell_table(heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Names and what is to be said of them, in two columns."""
    if not rows:
        return
    names = [nearby(name) for name, _ in rows]
    width = min(100, max(map(len, names)))
    tell(f"{heading} ({len(rows)}):")
    for name, (_, reason) in zip(names, rows, strict=True):
        print(f"  {name:<{width}}  {shown(reason)}", file=sys.stderr, flush=True)


def say_json(value: object) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def fields_of(value: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(value)


def nearby(source: str) -> str:
    """A path as seen from here: relative when it is below this folder."""
    path = Path(source)
    return shown(str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else source)


@contextmanager
def stoppable() -> Iterator[None]:
    """Ctrl-C ends as one sentence; the command line's own way would say nothing."""
    try:
        yield
    except KeyboardInterrupt:
        tell("stopped; what is done is kept, and the same command goes on from there")
        raise typer.Exit(Exit.STOPPED) from None


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar with counts and time left on a terminal's stderr, once a step takes over a second."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress as Bars,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    terminal = Console(stderr=True)
    with Bars(*columns, TimeRemainingColumn(), console=terminal, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A spinner on a terminal's stderr."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} …"):
        yield
