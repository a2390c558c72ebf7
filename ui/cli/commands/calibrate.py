"""``citespan calibrate``: the confidence fitted to your own questions."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.options import LibraryOptions, expand_options
from ui.cli.terminal import print_err, print_out, relative_path, show_progress


@expand_options
def calibrate(
    options: LibraryOptions,
    cases: Annotated[Path | None, typer.Argument()] = None,
    risk: Annotated[float, typer.Option(min=0)] = 0.1,
    reset: bool = False,
) -> None:
    """Fit the confidence of answers to your own questions.

    Some of the questions must have no answer in the documents.

    :param cases: Your questions as JSON lines, in the format of `citespan eval`.
    :param risk: Accepted share of answers to questions that the documents do not answer; it is
        bounded with 95 % certainty, so that a small share takes many questions.
    :param reset: Return to the shipped calibration.
    """
    settings = options.settings()
    if reset == (cases is not None):
        raise typer.BadParameter("give a file of cases, or --reset")
    from eval import load_cases
    from eval.calibrate import calibrate as run
    from rag import Rag
    from rag.answers.calibration import Calibration

    if cases is None:
        removed = Calibration.forget(settings.home)
        print_err(
            "the shipped calibration is used again" if removed else "there was no calibration"
        )
        return
    questions = load_cases(cases)
    extractive = settings.model_copy(update={"chat_model": None})
    with show_progress() as progress, Rag(extractive) as rag:
        fitted = run(rag, questions, progress=partial(progress, "asking"))
    path = fitted.calibration.keep(settings.home)
    least = settings.min_confidence
    print_out(f"{'':36} {'before':>8} {'after':>8}")
    yes, runs = fitted.answerable, (fitted.before, fitted.after)
    for label, (before, after) in (
        ("Brier score, 0 is best", [((p - yes) ** 2).mean() for p in runs]),
        ("answerable questions refused", [(p[yes] < least).mean() for p in runs]),
        ("unanswerable questions answered", [(p[~yes] >= least).mean() for p in runs]),
    ):
        print_out(f"{label:36} {before:8.3f} {after:8.3f}")
    print_err(
        f"saved in {relative_path(path)}; 'after' was measured on questions that were left "
        "out of the fit (cross-validation)"
    )
    threshold = fitted.threshold(risk)
    print_err(
        f"no threshold keeps answers to unanswerable questions to {risk:.0%} of all answers with "
        "95 % certainty; more questions bound it closer"
        if threshold is None
        else f"CITESPAN_MIN_CONFIDENCE={max(0.0, threshold - 0.0005):.3f} keeps answers to "
        f"unanswerable questions to {risk:.0%} of all answers, with 95 % certainty for questions "
        "like these"
    )
