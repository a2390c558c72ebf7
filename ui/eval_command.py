"""``citespan eval`` and ``citespan calibrate``: how good the answers are, in figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from ui.terminal import (
    BaseUrl,
    ChatModel,
    Exit,
    Home,
    Json,
    Model,
    Strict,
    nearby,
    progress_bar,
    say,
    say_json,
    settings_of,
    tell,
)

if TYPE_CHECKING:
    from eval import Report
    from rag import Settings


class _RunUnlessNamed(TyperGroup):
    """``citespan eval cases.jsonl`` is ``citespan eval run cases.jsonl``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:
        """Put the command's name in front, unless one is there or help is asked for."""
        if not args or args[0] not in {*self.commands, "-h", "--help"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


eval_app = typer.Typer(
    name="eval",
    cls=_RunUnlessNamed,
    help="Score answers to questions whose right answers are known.",
    rich_markup_mode=None,
)


@eval_app.command("run")
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

    settings = settings_of(home, embedding_model, chat_model, base_url, strict)
    thresholds = parse_thresholds(fail_under) if fail_under else DEFAULT_THRESHOLDS
    asked = load_cases(cases) if cases else seed_cases()
    with (
        _evaluated(settings, seeds=cases is None) as library,
        progress_bar() as progress,
        Rag(library) as rag,
    ):
        report = run(rag, asked, progress=lambda done, n: progress("asking", done, n))
    if as_json:
        say_json(report.as_dict())
    else:
        _print_report(report)
    failures = report.failures(thresholds)
    for failure in failures:
        tell(failure)
    if failures:
        raise typer.Exit(Exit.FAILURE)


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
    settings = settings_of(home, embedding_model)
    if reset == (cases is not None):
        raise typer.BadParameter("give a file of cases, or --reset")
    from eval import load_cases
    from eval.calibrate import calibrate as run
    from rag import Rag
    from rag.calibration import Calibration

    if cases is None:
        there = Calibration.forget(settings.home)
        tell("the shipped confidence is back" if there else "there was no calibration")
        return
    asked = load_cases(cases)
    extractive = settings.model_copy(update={"chat_model": None})
    with progress_bar() as progress, Rag(extractive) as rag:
        fitted = run(rag, asked, progress=lambda done, n: progress("asking", done, n))
    path = fitted.calibration.keep(settings.home)
    least = settings.min_confidence
    say(f"{'':36} {'before':>8} {'after':>8}")
    for label, measure in (
        ("Brier score, 0 is best", lambda p: ((p - fitted.answerable) ** 2).mean()),
        ("answerable questions refused", lambda p: (p[fitted.answerable] < least).mean()),
        ("unanswerable questions answered", lambda p: (p[~fitted.answerable] >= least).mean()),
    ):
        say(f"{label:36} {measure(fitted.before):8.3f} {measure(fitted.after):8.3f}")
    tell(f"kept in {nearby(str(path))}; 'after' is from fits that did not see the question")
    threshold = fitted.threshold(risk)
    tell(
        f"no threshold keeps answers without one in the documents to {risk:.0%}"
        if threshold is None
        else f"CITESPAN_MIN_CONFIDENCE={max(0.0, threshold - 0.0005):.3f} keeps answers without "
        f"one in the documents to {risk:.0%} of all answers here"
    )


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
        with progress_bar() as progress:
            run([SEEDS], fresh, progress=progress)
        yield fresh


def _print_report(report: Report) -> None:
    from eval.report import kind_rows, miss_lines, score_rows

    for _, label, value, interval, n, failed in score_rows(report):
        failures = "" if failed == "0" else f", {failed} failed"
        say(f"{label:<44} {value:>7}  {interval:<16} n={n}{failures}")
    say("\n" + "  ".join(" ".join(map(str, row)) for row in kind_rows(report)))
    for line in miss_lines(report):
        tell(line)
