"""``citespan eval``: how good the answers are, in figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ui.cli.commands import eval_run
from ui.cli.options import AnswerOptions, ChatOptions, HomeOptions, Json, expand_options
from ui.cli.terminal import (
    Exit,
    clean_line,
    exit_on_interrupt,
    print_err,
    print_json,
    print_out,
    relative_path,
    show_progress,
)

if TYPE_CHECKING:
    from eval import Case, Report

_FORMER_OPTIONS = {"--judge-check": "check-judge", "--from-feedback": "feedback"}
"""Options of earlier versions → the commands that they have become."""
_MISSES = 40
"""Cases that are not right, listed on a terminal."""


class _RunByDefault(TyperGroup):
    """``citespan eval cases.jsonl`` is ``citespan eval run cases.jsonl``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Add the name of the command, unless one is given or help is asked for."""
        args = _replace_former_options(args)
        if not args or args[0] not in {*self.commands, "-h", "--help"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


def _replace_former_options(args: list[str]) -> list[str]:
    for at, arg in enumerate(args):
        option, _, value = arg.partition("=")
        if option in _FORMER_OPTIONS:
            before = args[1:at] if args[0] == "run" else args[:at]
            return [_FORMER_OPTIONS[option], *before, *filter(None, [value]), *args[at + 1 :]]
    return args


eval_app = typer.Typer(
    name="eval",
    cls=_RunByDefault,
    help="Score answers to questions whose right answers are known. `citespan eval CASES` is "
    "short for `citespan eval run CASES`; see `citespan eval run --help` and docs/evaluation.md.",
    rich_markup_mode=None,
)


@eval_app.command()
@expand_options
def run(options: eval_run.RunOptions, answers: AnswerOptions, as_json: Json = False) -> None:
    """Ask questions whose answers are known, and score the answers.

    Without CASES, the seeds' questions are asked over the seed documents. A BEIR folder or a SQuAD
    file is asked over its own documents, other cases over your library. A stopped run continues
    where it stopped, and no question is asked twice.
    """
    from eval import load_report, worse_than
    from eval.outputs import export_trial
    from rag.files import write_whole

    settings, thresholds = answers.settings(), options.thresholds()
    before = load_report(options.baseline) if options.baseline else None
    if options.outputs is None:
        eval_run.check_chat_model(settings)
    with show_progress() as progress, exit_on_interrupt():
        report = eval_run.score_run(options, settings, progress)
    failures = report.failures(thresholds)
    if before:
        failures += worse_than(before, report.as_dict())
    if options.out:
        folder = report.save(options.out, failures)
        print_err(f"written to {relative_path(folder.absolute())}: open report.html in a browser")
    if options.export:
        write_whole(options.export, _json_lines(map(export_trial, report.trials)))
    if as_json:
        print_json(report.as_dict())
    else:
        _print_report(report)
    for failure in failures:
        print_err(failure)
    if failures:
        raise typer.Exit(Exit.FAILURE)


@eval_app.command("noise")
@expand_options
def ask_in_noise(
    answers: AnswerOptions,
    cases: Annotated[Path | None, typer.Argument(metavar="CASES")] = None,
    sample: Annotated[int | None, typer.Option(min=1)] = None,
    seed: int = 0,
    out: Path | None = None,
) -> None:
    """Ask again among passages that distract, contradict or give orders, made of the answers.

    Your library is asked in a copy, which is deleted afterwards.

    :param cases: Cases as JSON lines, a BEIR folder or a SQuAD file. [default: the seeds'
        questions]
    :param sample: Ask a random sample of this size.
    :param seed: Seed of the sample.
    :param out: Folder for a report of each run.
    """
    options = eval_run.RunOptions(cases=cases, sample=sample, seed=seed)
    settings = answers.settings()
    eval_run.check_chat_model(settings)
    with show_progress() as progress, exit_on_interrupt():
        report = eval_run.ask_in_noise(options, settings, progress)
    print_out(str(report))
    if out:
        print_err(f"written to {relative_path(report.save(out).absolute())}")


@eval_app.command("new")
@expand_options
def draft_cases(
    options: ChatOptions,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH…")] = None,
    count: Annotated[int, typer.Option(min=1)] = 6,
    out: Path | None = None,
) -> None:
    """Draft questions from documents, for you to correct; a chat model writes them, if given.

    :param paths: Files and folders. [default: your library]
    :param count: Most questions from one document.
    :param out: File to write. [default: standard output]
    """
    from tempfile import TemporaryDirectory

    from eval.cases.drafts import draft_cases
    from ingest import ingest
    from rag import Rag

    settings = options.settings()
    with TemporaryDirectory(prefix="citespan-drafts-") as folder, exit_on_interrupt():
        if paths:
            own = {"home": Path(folder), "catalog": None, "chroma": None}
            settings = settings.model_copy(update=own)
            with show_progress() as progress:
                ingest(paths, settings, progress=progress)
        with Rag(settings) as rag:
            chat = rag.chat_model if settings.chat_model else None
            found = draft_cases(rag, count, chat=chat)
    _write_drafts(found, out)


@eval_app.command("feedback")
@expand_options
def draft_from_feedback(options: HomeOptions, out: Path | None = None) -> None:
    """Draft cases from the ratings (thumbs up and down) given in the chat page.

    :param out: File to write. [default: standard output]
    """
    from eval.cases.feedback import draft_from_feedback, load_feedback

    _write_drafts(draft_from_feedback(load_feedback(options.settings().home)), out)


@eval_app.command()
@expand_options
def compare(
    before: Annotated[Path, typer.Argument(metavar="A.json")],
    after: Annotated[Path, typer.Argument(metavar="B.json")],
    as_json: Json = False,
) -> None:
    """Compare two reports: each metric's change with its interval, and the cases that flipped.

    :param before: A report.json.
    :param after: A later one, over the same cases.
    """
    from eval import compare as compare_reports, load_report
    from eval.reports.text_report import change_table

    found = compare_reports(load_report(before), load_report(after))
    if as_json:
        print_json(asdict(found))
        return
    print_out(change_table(found))
    for label, ids in (("now right", found.gained), ("no longer right", found.lost)):
        print_out(f"\n{label} ({len(ids)}):" if ids else f"\n{label}: none")
        for id_ in ids:
            print_out(f"  {clean_line(id_)}")
    if found.alone:
        print_err(f"{len(found.alone)} cases are in only one of the reports and are left out")
    for note in found.notes:
        print_err(note)


@eval_app.command("check-judge")
@expand_options
def check_judge(
    pairs: Annotated[Path, typer.Argument(metavar="PAIRS")],
    options: ChatOptions,
    judge: eval_run.Judges = "support",
    as_json: Json = False,
) -> None:
    """Compare the judge's verdicts with people's labels; later reports quote the result.

    :param pairs: Pairs of sentence and quote, labelled by people.
    """
    from eval.judges.judge_check import check_judge as check_verdicts, keep_check, load_pairs
    from eval.reports.text_report import check_text

    settings = options.settings()
    made, labelled = eval_run.make_judge(judge, settings), load_pairs(pairs)
    with show_progress() as progress, exit_on_interrupt():
        check = check_verdicts(made, labelled, pairs.name, partial(progress, "judging"))
    path = keep_check(eval_run.results_folder(settings), check)
    if as_json:
        print_json(check.as_dict())
        return
    print_out(check_text(check))
    print_err(f"saved in {relative_path(path)}; reports quote it")


def _write_drafts(found: Sequence[Case], out: Path | None) -> None:
    """Write drafted cases to a file or to stdout, a line each."""
    from rag.files import write_whole

    lines = _json_lines(case.as_row() for case in found)
    if out:
        write_whole(out, lines)
    elif lines:
        print_out(lines.rstrip("\n"))
    print_err(f'{len(found)} drafts; check and correct each one, then delete its "draft": true')


def _print_report(report: Report) -> None:
    from eval.reports import text_report as text

    for name, label, value, interval, n, failed in text.score_rows(report):
        failures = "" if failed in {"", "0"} else f", {failed} failed"
        print_out(f"{name:<22} {value:>7}  {interval:<14}  n={n + failures:<5} {label}")
    if line := text.chat_line(report):
        print_out(f"\n{line}")
    print_out(f"\n{text.judge_line(report)}\n")
    kinds = [("kind", "right", "refused", "failed"), *text.kind_rows(report)]
    print_out(text.align_columns(kinds))
    if line := text.right_line(report):
        print_out(f"\n{line}")
    if lost := text.blame_rows(report):
        print_out(f"\n{text.align_columns([('lost where', 'cases', 'such as'), *lost])}")
    lines = text.miss_lines(report)
    for line in lines[:_MISSES]:
        print_err(line)
    if more := len(lines[_MISSES:]):
        print_err(f"… and {more} more that are not right; --out FOLDER lists them all")
    if report.kept:
        print_err(
            f"{report.kept} of {len(report.trials)} answers come from an earlier run with the "
            "same settings, documents and code; --fresh asks again"
        )


def _json_lines(rows: Iterable[object]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
