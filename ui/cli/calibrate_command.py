"""``citespan calibrate``: the confidence fitted on questions of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.terminal import Home, Model, nearby, progress_bar, say, settings_of, tell


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
    from rag.answers.calibration import Calibration

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
    yes, runs = fitted.answerable, (fitted.before, fitted.after)
    for label, (before, after) in (
        ("Brier score, 0 is best", [((p - yes) ** 2).mean() for p in runs]),
        ("answerable questions refused", [(p[yes] < least).mean() for p in runs]),
        ("unanswerable questions answered", [(p[~yes] >= least).mean() for p in runs]),
    ):
        say(f"{label:36} {before:8.3f} {after:8.3f}")
    tell(f"kept in {nearby(str(path))}; 'after' is from fits that did not see the question")
    threshold = fitted.threshold(risk)
    tell(
        f"no threshold keeps answers without one in the documents to {risk:.0%}"
        if threshold is None
        else f"CITESPAN_MIN_CONFIDENCE={max(0.0, threshold - 0.0005):.3f} keeps answers without "
        f"one in the documents to {risk:.0%} of all answers here"
    )
