"""Output on a terminal: data on stdout; messages, progress and errors on stderr; the exit codes.

Imports that take time stay inside, so that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from ingest import Progress


class Exit(IntEnum):
    """What the exit codes mean; the parser of the command line uses 2 too."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    PARTIAL = 3
    ABSTAINED = 4
    STOPPED = 130


def clean_line(text: str) -> str:
    """Make a text fit for a terminal: one line without escape sequences and reordering marks."""
    from ui.escape import remove_unsafe

    return " ".join(remove_unsafe(text).split())


def relative_path(source: str | Path) -> str:
    """A path relative to the current folder if it is below it, clean."""
    path, here = Path(source), Path.cwd()
    return clean_line(str(path.relative_to(here)) if path.is_relative_to(here) else str(source))


def print_out(line: str) -> None:
    """Print a line on stdout."""
    print(line, flush=True)


def bold(text: str) -> str:
    """A text in bold, where stdout is a terminal that shows it."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\033[1m{text}\033[0m"


def print_json(value: object) -> None:
    """Print a value on stdout as JSON."""
    print_out(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_err(line: str) -> None:
    """Print a line on stderr, clean."""
    print(clean_line(line), file=sys.stderr, flush=True)


def print_err_table(heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Print names and their reasons on stderr, in two columns."""
    if not rows:
        return
    names = [relative_path(name) for name, _ in rows]
    width = min(100, max(map(len, names)))
    print_err(f"{heading} ({len(rows)}):")
    for name, (_, reason) in zip(names, rows, strict=True):
        print(f"  {name:<{width}}  {clean_line(reason)}", file=sys.stderr, flush=True)


@contextmanager
def exit_on_interrupt() -> Iterator[None]:
    """End with one sentence on Ctrl-C; the parser of the command line would print nothing."""
    try:
        yield
    except KeyboardInterrupt:
        print_err("stopped; finished work is kept, and the same command continues from there")
        raise typer.Exit(Exit.STOPPED) from None


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Show bars with counts and time left on stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich import progress as rich
    from rich.console import Console

    step_and_bar = rich.TextColumn("{task.description}"), rich.BarColumn()
    columns = *step_and_bar, rich.MofNCompleteColumn(), rich.TimeRemainingColumn()
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show


@contextmanager
def show_spinner(what: str) -> Iterator[None]:
    """Show a spinner on stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} …"):
        yield
