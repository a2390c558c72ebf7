"""``citespan eval`` and ``citespan calibrate``: how good the answers are, in figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
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
    shown,
    stoppable,
    tell,
)

if TYPE_CHECKING:
    from eval import CaseSet, Judge, Report
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
    help="Score answers to questions whose right answers are known. `citespan eval CASES` is "
    "`citespan eval run CASES`; see `citespan eval run --help`, and docs/evaluation.md.",
    rich_markup_mode=None,
)
_MISSES = 40
"""Cases that are not right, listed on a terminal."""


@eval_app.command()
def run(
    cases: Annotated[
        Path | None,
        typer.Argument(
            help="Cases as JSON lines, a BEIR folder or a SQuAD file. [default: the seeds' "
            "questions]",
            metavar="[CASES]",
        ),
    ] = None,
    outputs: Annotated[
        Path | None,
        typer.Option("--outputs", help="Score these stored outputs of any system; ask nothing."),
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", help="Ask only so many, drawn by --seed.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draw.")] = 0,
    judge: Annotated[
        str,
        typer.Option(
            "--judge", help="support, nli:MODEL (a cross-encoder) or chat:PROVIDER:MODEL."
        ),
    ] = "support",
    judge_check: Annotated[
        Path | None,
        typer.Option("--judge-check", help="Hold the judge against pairs that people labelled."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for report.json, report.html, junit.xml, times.json."),
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write the outputs, in the names of ragas.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option("--fail-under", help="METRIC=VALUE; several allowed.", metavar="M=V"),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="A report.json; fail where this run is clearly worse."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask again what an earlier run has asked.")
    ] = False,
    from_feedback: Annotated[
        bool,
        typer.Option("--from-feedback", help="Print cases drafted from the chat page's thumbs."),
    ] = False,
    as_json: Json = False,
    home: Home = None,
    embedding_model: Model = None,
    chat_model: ChatModel = None,
    base_url: BaseUrl = None,
    strict: Strict = None,
) -> None:
    """Ask questions with known answers and score what comes back.

    Without cases the seeds' questions are asked over the seed documents. A BEIR folder or a SQuAD
    file is asked over its own documents, and other cases over your library. A run that was stopped
    goes on, and what was asked before is not asked again.
    """
    from eval import load_report, parse_thresholds, worse_than
    from eval.junit import junit
    from eval.report import DEFAULT_THRESHOLDS

    settings = settings_of(home, embedding_model, chat_model, base_url, strict)
    if from_feedback:
        _print_feedback(settings)
        return
    work = settings.home / "evaluations"
    if judge_check:
        _check_judge(judge, judge_check, settings, work, as_json=as_json)
        return
    seeds = cases is None and outputs is None
    thresholds = parse_thresholds(fail_under) if fail_under else DEFAULT_THRESHOLDS if seeds else {}
    before = load_report(baseline) if baseline else None
    with progress_bar() as progress, stoppable():
        report = _scored(
            _wanted(cases, outputs, sample, seed),
            outputs,
            settings,
            work,
            judge,
            progress,
            fresh=fresh,
        )
    failures = report.failures(thresholds)
    if before:
        failures += worse_than(before, report.as_dict())
    if out:
        from eval.html import page

        out.mkdir(parents=True, exist_ok=True)
        _write(out / "report.json", _json(report.as_dict()))
        _write(out / "times.json", _json(report.times_as_dict()))
        _write(out / "junit.xml", junit(report, failures))
        _write(out / "report.html", page(report))
        tell(f"written to {nearby(str(out.absolute()))}: open report.html in a browser")
    if export:
        from eval.stored import exported

        rows = (json.dumps(exported(trial), ensure_ascii=False) for trial in report.trials)
        _write(export, "".join(f"{row}\n" for row in rows))
    if as_json:
        say_json(report.as_dict())
    else:
        _print_report(report)
    for failure in failures:
        tell(failure)
    if failures:
        raise typer.Exit(Exit.FAILURE)


@eval_app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="A report.json.", metavar="A.json")],
    after: Annotated[
        Path, typer.Argument(help="A later one, over the same cases.", metavar="B.json")
    ],
    as_json: Json = False,
) -> None:
    """Say what changed between two reports, how sure that is, and which cases flipped."""
    from dataclasses import asdict

    from eval import compare as compared, load_report
    from eval.tables import table

    found = compared(load_report(before), load_report(after))
    if as_json:
        say_json(asdict(found))
        return
    rows = [("metric", "before", "after", "change", "95 % interval", "n", "")]
    rows += [
        (
            change.name,
            f"{change.before:.3f}",
            f"{change.after:.3f}",
            f"{change.after - change.before:+.3f}",
            f"{change.low:+.3f} to {change.high:+.3f}",
            str(change.n),
            change.clear,
        )
        for change in found.changes
    ]
    say(table(rows))
    for label, ids in (("now right", found.gained), ("no longer right", found.lost)):
        say(f"\n{label} ({len(ids)}):" if ids else f"\n{label}: none")
        for id_ in ids:
            say(f"  {shown(id_)}")
    if found.alone:
        tell(f"only one of the two has {len(found.alone)} of the cases; they are left out")
    for note in found.notes:
        tell(note)


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


def _wanted(cases: Path | None, outputs: Path | None, sample: int | None, seed: int) -> CaseSet:
    """The cases to score; with outputs alone none, since each brings its own."""
    from eval import CaseSet, load_set, seed_set

    if cases is None and outputs is not None:
        return CaseSet(outputs.stem, ())
    found = load_set(cases) if cases else seed_set()
    return found.sample(sample, seed) if sample else found


def _scored(
    wanted: CaseSet,
    outputs: Path | None,
    settings: Settings,
    work: Path,
    judge_name: str,
    progress: Callable[[str, int, int], None],
    *,
    fresh: bool,
) -> Report:
    """The report of stored outputs, or of asking."""
    from eval import load_outputs, score
    from eval.judge_check import last_check

    judge = _judge(judge_name, settings, work)
    if outputs:
        found = load_outputs(outputs, wanted.cases)
        report = score(
            found, judge=judge, name=outputs.stem, progress=lambda d, n: progress("judging", d, n)
        )
    else:
        report = _asked(wanted, settings, work, judge, progress, fresh=fresh)
    return replace(report, cases=wanted.name, check=last_check(work, judge.identity))


def _asked(
    wanted: CaseSet,
    settings: Settings,
    work: Path,
    judge: Judge,
    progress: Callable[[str, int, int], None],
    *,
    fresh: bool,
) -> Report:
    from eval import evaluate
    from eval.libraries import identity_of, library_of, name_of
    from rag import Rag

    if wanted.documents is not None:
        settings = library_of(wanted.documents, settings, work / "libraries", progress)
    with Rag(settings) as rag:
        identity = identity_of(rag)
        keep = work / f"outcomes-{identity[:16]}.jsonl"
        if fresh:
            keep.unlink(missing_ok=True)
        return evaluate(
            rag,
            wanted.cases,
            judge=judge,
            progress=lambda done, n: progress("asking", done, n),
            keep=keep,
            identity=identity,
            name=name_of(rag),
        )


def _judge(name: str, settings: Settings, work: Path) -> Judge:
    from eval import judge_of

    return judge_of(name, settings, work / "verdicts.jsonl")


def _check_judge(name: str, pairs: Path, settings: Settings, work: Path, *, as_json: bool) -> None:
    """Hold the judge against labelled pairs, print what it is worth, and keep that."""
    from eval.judge_check import check_judge, keep_check, load_pairs
    from eval.tables import table

    judge = _judge(name, settings, work)
    labelled = load_pairs(pairs)
    with progress_bar() as progress, stoppable():
        check = check_judge(
            judge, labelled, pairs.name, lambda done, n: progress("judging", done, n)
        )
    path = keep_check(work, check)
    if as_json:
        say_json(check.as_dict())
        return
    interval = f"{check.balanced_accuracy_low:.3f} to {check.balanced_accuracy_high:.3f}"
    say(f"{check.judge}, {check.n} pairs, {check.supported} supported, {check.failed} failed")
    say(f"AUROC              {check.auroc:.3f}  {check.auroc_low:.3f} to {check.auroc_high:.3f}")
    say(f"balanced accuracy  {check.balanced_accuracy:.3f}  {interval}")
    say(f"Brier score        {check.brier:.3f}  0 is best")
    say(f"calibration error  {check.calibration_error:.3f}  0 is best\n")
    rows = [("mean score", "supported by the labels", "n")]
    rows += [(f"{b.score:.2f}", f"{b.supported / b.n:.2f}", str(b.n)) for b in check.bins]
    say(table(rows))
    tell(f"kept in {nearby(str(path))}; reports quote it")


def _print_feedback(settings: Settings) -> None:
    """Drafts from the chat page's thumbs, a line each."""
    from eval.feedback import drafts_of_feedback, kept_feedback

    drafts = drafts_of_feedback(kept_feedback(settings.home))
    for draft in drafts:
        say(json.dumps(draft.as_row(), ensure_ascii=False))
    tell(f'{len(drafts)} drafts; look at each, correct it and remove its "draft": true')


def _print_report(report: Report) -> None:
    from eval.tables import judge_line, kind_rows, miss_lines, score_rows, table

    for _, label, value, interval, n, failed in score_rows(report):
        failures = "" if failed in {"", "0"} else f", {failed} failed"
        say(f"{label:<46} {value:>7}  {interval:<16} n={n}{failures}")
    say(f"\n{judge_line(report)}\n")
    say(table([("kind", "right", "refused", "failed"), *kind_rows(report)]))
    lines = miss_lines(report)
    for line in lines[:_MISSES]:
        tell(line)
    if len(lines) > _MISSES:
        tell(f"… and {len(lines) - _MISSES} more that are not right; --out FOLDER has them all")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _write(path: Path, text: str) -> None:
    """All of the text or nothing of it."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
