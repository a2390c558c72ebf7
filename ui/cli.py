"""The command line: data on stdout, progress and errors on stderr, exit codes that tell.

Imports that take time stay inside the commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from eval import Report
    from ingest import IngestReport, Plan, Progress
    from rag import Answer, Citation, Passage, Settings


class Exit(IntEnum):
    """What the exit codes mean; 2 is the command line's own, for wrong usage."""

    OK = 0
    FAILURE = 1
    PARTIAL = 3
    ABSTAINED = 4
    STOPPED = 130


app = typer.Typer(
    name="citespan",
    help="Ask your documents; every sentence of the answer opens the characters it came from.",
    epilog="Exit codes: 0 ok, 1 failure, 2 wrong usage, 3 some files could not be read, "
    "4 the documents do not hold the answer, 130 stopped. Settings: CITESPAN_HOME and other "
    "CITESPAN_* variables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: it pipes well, and rich would take half of the start
    context_settings={"help_option_names": ["-h", "--help"]},
)

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


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", metavar="PATH…")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Forget documents gone from these folders.")
    ] = False,
    include: Annotated[
        list[str] | None,
        typer.Option(
            "--include", help="Of folders take only these, as in a .gitignore.", metavar="PATTERN"
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude", help="Of folders leave these out, as in a .gitignore.", metavar="PATTERN"
        ),
    ] = None,
    checksum: Annotated[
        bool,
        typer.Option(
            "--checksum", help="Hash every file, and try again what could not be read before."
        ),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until Ctrl-C, following every change.")
    ] = False,
    as_json: Json = False,
    home: Home = None,
    embedding_model: Model = None,
) -> None:
    """Bring documents into the library; unchanged ones cost nothing.

    Stopped with Ctrl-C, it keeps what is committed, and goes on from there when run again.
    """
    from functools import partial

    from ingest import ingest as run, plan

    settings = _settings(home, embedding_model)
    patterns = {"include": include or (), "exclude": exclude or ()}
    if dry_run:
        made = plan(paths, settings, checksum=checksum, **patterns)
        if as_json:
            _print_json(_named_reasons(made))
        else:
            _print_plan(made)
        raise typer.Exit(Exit.PARTIAL if made.failed else Exit.OK)
    show = partial(_print_ingested, as_json=as_json)
    if watch:
        from ingest.watching import watch as follow

        with _progress() as progress, suppress(KeyboardInterrupt):
            follow(paths, settings, done=show, prune=prune, progress=progress, **patterns)
        return
    with _progress() as progress, _stoppable():
        report = run(
            paths,
            settings,
            prune=prune,
            checksum=checksum,
            planned=lambda made: _tell(_plan_line(made)),
            progress=progress,
            **patterns,
        )
    show(report)
    if report.failed:
        done = report.added or report.changed or report.unchanged
        raise typer.Exit(Exit.PARTIAL if done else Exit.FAILURE)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    as_json: Json = False,
    home: Home = None,
    embedding_model: Model = None,
    chat_model: ChatModel = None,
    base_url: BaseUrl = None,
    strict: Strict = None,
) -> None:
    """Answer a question with cited sentences."""
    from rag import Rag

    with (
        Rag(_settings(home, embedding_model, chat_model, base_url, strict)) as rag,
        _waiting("looking it up"),
    ):
        answer = rag.ask(question)
    if as_json:
        _print_json(answer.as_dict())
    else:
        _print_answer(answer)
    if answer.status == "abstained":
        raise typer.Exit(Exit.ABSTAINED)


@app.command()
def chat(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; the next free one when taken.")] = 7860,
    home: Home = None,
    embedding_model: Model = None,
    chat_model: ChatModel = None,
    base_url: BaseUrl = None,
    strict: Strict = None,
) -> None:
    """Serve the chat page and print its address."""
    from rag import Rag
    from ui.server import serve

    with Rag(_settings(home, embedding_model, chat_model, base_url, strict)) as rag:
        serve(rag, host, port, ready=lambda url: _print(f"citespan answers at {url} (Ctrl-C ends)"))


@app.command("list")
def list_documents(as_json: Json = False, home: Home = None) -> None:
    """List the documents of the library."""
    from rag import Rag

    with Rag(_settings(home)) as rag:
        documents = rag.documents()
    if as_json:
        _print_json([_fields(document) for document in documents])
        return
    for document in documents:
        names = ", ".join(_nearby(name) for name in document.sources)
        _print(f"{document.chunks:>7} chunks  {document.characters:>10,} characters  {names}")
    if not documents:
        _tell("no documents; run `citespan ingest PATH…`")


@app.command()
def remove(
    names: Annotated[
        list[str] | None, typer.Argument(help="Files or folders, as listed.", metavar="[NAME…]")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Forget every document.")] = False,
    home: Home = None,
) -> None:
    """Forget documents; the files themselves stay."""
    from ingest import remove as run, remove_all

    if bool(names) == everything:
        raise typer.BadParameter("name what to remove, or give --all")
    settings = _settings(home)
    gone = remove_all(settings) if everything else run(names or [], settings)
    for name in gone:
        _print(f"removed {_nearby(name)}")
    if not gone:
        _tell("nothing of that name is in the library; `citespan list` shows the names")
        raise typer.Exit(Exit.FAILURE)


@app.command()
def doctor(as_json: Json = False, home: Home = None, embedding_model: Model = None) -> None:
    """Check the model, the library and its indexes."""
    from ui.doctor import examine

    with _waiting("checking"):
        findings = examine(_settings(home, embedding_model))
    if as_json:
        _print_json([_fields(finding) for finding in findings])
    else:
        for finding in findings:
            _print(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.what}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.FAILURE)


@app.command("eval")
def evaluate(
    cases: Annotated[
        Path | None, typer.Argument(help="Cases as JSON lines. [default: the seeds' questions]")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option("--fail-under", help="MEASURE=VALUE; several allowed.", metavar="M=V"),
    ] = None,
    as_json: Json = False,
    home: Home = None,
    embedding_model: Model = None,
    chat_model: ChatModel = None,
    base_url: BaseUrl = None,
    strict: Strict = None,
) -> None:
    """Ask questions with known answers and score what comes back.

    Without cases the seeds' questions are asked over the seed documents, in a library of their own.
    """
    from eval import evaluate as run, load_cases, seed_cases
    from eval.report import DEFAULT_THRESHOLDS, parse_thresholds
    from rag import Rag

    settings = _settings(home, embedding_model, chat_model, base_url, strict)
    thresholds = parse_thresholds(fail_under) if fail_under else DEFAULT_THRESHOLDS
    asked = load_cases(cases) if cases else seed_cases()
    with (
        _evaluated(settings, seeds=cases is None) as library,
        _progress() as progress,
        Rag(library) as rag,
    ):
        report = run(rag, asked, progress=lambda done, n: progress("asking", done, n))
    if as_json:
        _print_json(report.as_dict())
    else:
        _print_report(report)
    failures = report.failures(thresholds)
    for failure in failures:
        _tell(failure)
    if failures:
        raise typer.Exit(Exit.FAILURE)


@app.command()
def calibrate(
    cases: Annotated[
        Path | None, typer.Argument(help="Your questions as JSON lines, in the form of eval's.")
    ] = None,
    risk: Annotated[
        float, typer.Option(help="Share of answers that may have no answer behind them.", min=0)
    ] = 0.1,
    reset: Annotated[bool, typer.Option("--reset", help="Back to the shipped confidence.")] = False,
    home: Home = None,
    embedding_model: Model = None,
) -> None:
    """Fit the confidence of answers on questions of your own, some of them not answerable."""
    settings = _settings(home, embedding_model)
    if reset == (cases is not None):
        raise typer.BadParameter("give a file of cases, or --reset")
    from eval import load_cases
    from eval.calibrate import calibrate as run
    from rag import Rag
    from rag.calibration import Calibration

    if cases is None:
        there = Calibration.forget(settings.home)
        _tell("the shipped confidence is back" if there else "there was no calibration")
        return
    asked = load_cases(cases)
    extractive = settings.model_copy(update={"chat_model": None})
    with _progress() as progress, Rag(extractive) as rag:
        fitted = run(rag, asked, progress=lambda done, n: progress("asking", done, n))
    path = fitted.calibration.keep(settings.home)
    least = settings.min_confidence
    _print(f"{'':36} {'before':>8} {'after':>8}")
    for label, measure in (
        ("Brier score, 0 is best", lambda p: ((p - fitted.answerable) ** 2).mean()),
        ("answerable questions refused", lambda p: (p[fitted.answerable] < least).mean()),
        ("unanswerable questions answered", lambda p: (p[~fitted.answerable] >= least).mean()),
    ):
        _print(f"{label:36} {measure(fitted.before):8.3f} {measure(fitted.after):8.3f}")
    _tell(f"kept in {_nearby(str(path))}; 'after' is from fits that did not see the question")
    threshold = fitted.threshold(risk)
    _tell(
        f"no threshold keeps answers without one in the documents to {risk:.0%}"
        if threshold is None
        else f"CITESPAN_MIN_CONFIDENCE={max(0.0, threshold - 0.0005):.3f} keeps answers without "
        f"one in the documents to {risk:.0%} of all answers here"
    )


def main() -> None:
    """Run the command line; an error that has a remedy ends as one sentence on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.FAILURE)
    except Exception as error:
        from rag.errors import RagError

        if not isinstance(error, RagError):
            raise
        _tell(f"error: {error}")
        sys.exit(Exit.FAILURE)


def _settings(
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


@contextmanager
def _evaluated(settings: Settings, *, seeds: bool) -> Iterator[Settings]:
    """The library to evaluate: the user's, or a fresh one of the seed documents."""
    if not seeds:
        yield settings
        return
    from tempfile import TemporaryDirectory

    from eval.cases import SEEDS
    from ingest import ingest as run

    with TemporaryDirectory(prefix="citespan-eval-") as folder:
        fresh = settings.model_copy(update={"home": Path(folder)})
        with _progress() as progress:
            run([SEEDS], fresh, progress=progress)
        yield fresh


# What is shown ---------------------------------------------------------------------------------


def _shown(text: str) -> str:
    """Text fit for a terminal: no escape sequences, no reordering marks, on one line."""
    from ui.render import displayed

    return " ".join(displayed(text).split())


def _print(line: str) -> None:
    print(line, flush=True)


def _tell(line: str) -> None:
    print(_shown(line), file=sys.stderr, flush=True)


def _print_json(value: object) -> None:
    _print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _fields(value: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(value)


def _print_answer(answer: Answer) -> None:
    if answer.standalone_question != answer.question:
        _tell(f"searched for: {answer.standalone_question}")
    for notice in answer.notices:
        _tell(f"note: {notice}")
    _print(_shown(answer.text))
    if answer.citations:
        _print("")
    for citation in answer.citations:
        _print(f"[{citation.number}] {_place(citation)}")
        _print(f"    “{_shown(citation.quote)}”")
    if answer.status == "abstained":
        _print("\nNearest passages:")
        for passage in answer.passages[:3]:
            _print(f"  {_place(passage)}\n    {_shown(passage.text)[:200]}…")


def _place(cited: Citation | Passage) -> str:
    page = "" if cited.page is None else f"page {cited.page}, "
    return f"{_nearby(cited.source)}, {page}characters {cited.start}–{cited.end}"


def _nearby(source: str) -> str:
    """A path as seen from here: relative when it is below this folder."""
    path = Path(source)
    return _shown(str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else source)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C ends as one sentence; the command line's own way would say nothing."""
    try:
        yield
    except KeyboardInterrupt:
        _tell("stopped; what is done is kept, and the same command goes on from there")
        raise typer.Exit(Exit.STOPPED) from None


def _named_reasons(of: IngestReport | Plan) -> dict[str, Any]:
    """A report's or a plan's fields, reasons by name."""
    fields = _fields(of)
    for name in ("failed", "warnings"):
        if name in fields:
            fields[name] = dict(fields[name])
    return fields


def _print_ingested(report: IngestReport, *, as_json: bool) -> None:
    if as_json:
        _print_json(_named_reasons(report))
    else:
        _print(_report_line(report))
    _tell_table("warnings", report.warnings)
    _tell_table("not ingested", report.failed)
    if report.skipped:
        _tell(f"left out, formats that are not read: {_by_suffix(report.skipped)}")
    if report.gone:
        _tell(f"gone from their folders: {len(report.gone):,}; --prune forgets them")


def _report_line(report: IngestReport) -> str:
    counts = _counts(
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        removed=report.removed,
        not_ingested=report.failed,
    )
    return f"{counts or 'no files'}: {report.chunks} chunks in {report.seconds:.1f} s"


def _plan_line(plan: Plan) -> str:
    counts = _counts(
        new=plan.new,
        changed=plan.changed,
        unchanged=plan.unchanged,
        gone=plan.gone,
        cannot_be_read=plan.failed,
        of_other_formats=plan.skipped,
    )
    return f"plan: {counts or 'no files'}"


def _counts(**groups: Sequence[object]) -> str:
    return ", ".join(f"{len(g):,} {name.replace('_', ' ')}" for name, g in groups.items() if g)


def _print_plan(plan: Plan) -> None:
    """What would be done, a line for each file; unchanged ones are only counted."""
    for kind, names in (("new", plan.new), ("changed", plan.changed), ("gone", plan.gone)):
        for name in names:
            _print(f"{kind:<8} {_nearby(name)}")
    _tell_table("cannot be read", plan.failed)
    if plan.skipped:
        _tell(f"left out, formats that are not read: {_by_suffix(plan.skipped)}")
    _print(_plan_line(plan))


def _tell_table(heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Names and what is to be said of them, in two columns."""
    if not rows:
        return
    names = [_nearby(name) for name, _ in rows]
    width = min(100, max(map(len, names)))
    _tell(f"{heading} ({len(rows)}):")
    for name, (_, reason) in zip(names, rows, strict=True):
        print(f"  {name:<{width}}  {_shown(reason)}", file=sys.stderr, flush=True)


def _by_suffix(names: Sequence[str]) -> str:
    """How many files of each suffix, the most frequent first."""
    from collections import Counter

    counts = Counter(Path(name).suffix.lower() or "no suffix" for name in names)
    few = counts.most_common(8)
    others = len(counts) - len(few)
    listed = ", ".join(f"{count:,} {_shown(suffix)}" for suffix, count in few)
    return f"{listed} and {others} more" if others else listed


def _print_report(report: Report) -> None:
    from eval.report import kind_rows, miss_lines, score_rows

    for _, label, value, interval, n, failed in score_rows(report):
        failures = "" if failed == "0" else f", {failed} failed"
        _print(f"{label:<44} {value:>7}  {interval:<16} n={n}{failures}")
    _print("\n" + "  ".join(" ".join(map(str, row)) for row in kind_rows(report)))
    for line in miss_lines(report):
        _tell(line)


@contextmanager
def _progress() -> Iterator[Progress]:
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
def _waiting(what: str) -> Iterator[None]:
    """A spinner on a terminal's stderr."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} …"):
        yield


if __name__ == "__main__":
    main()
