"""``citespan eval``: how good the answers are, in figures."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ui.cli.scoring import named_judge, scored, wanted_cases
from ui.cli.terminal import (
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
    from eval import Report
    from rag import Settings


class _RunUnlessNamed(TyperGroup):
    """``citespan eval cases.jsonl`` is ``citespan eval run cases.jsonl``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
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
            metavar="CASES",
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
    from eval.reports.junit import junit
    from eval.reports.thresholds import DEFAULT_THRESHOLDS
    from rag.files import write_whole

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
    if outputs is None:
        _check_chat_model(settings)
    with progress_bar() as progress, stoppable():
        report = scored(
            wanted_cases(cases, outputs, sample, seed),
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
        from eval.reports.html import page

        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / "report.json", _json(report.as_dict()))
        write_whole(out / "times.json", _json(report.times_as_dict()))
        write_whole(out / "junit.xml", junit(report, failures))
        write_whole(out / "report.html", page(report))
        tell(f"written to {nearby(str(out.absolute()))}: open report.html in a browser")
    if export:
        from eval.stored import exported

        rows = (json.dumps(exported(trial), ensure_ascii=False) for trial in report.trials)
        write_whole(export, "".join(f"{row}\n" for row in rows))
    if as_json:
        say_json(report.as_dict())
    else:
        _print_report(report)
    for failure in failures:
        tell(failure)
    if failures:
        raise typer.Exit(Exit.FAILURE)


@eval_app.command("new")
def draft(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders. [default: your library]", metavar="PATH…"),
    ] = None,
    count: Annotated[
        int, typer.Option("--count", help="Most questions from one document.", min=1)
    ] = 6,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write. [default: standard output]")
    ] = None,
    home: Home = None,
    embedding_model: Model = None,
    chat_model: ChatModel = None,
    base_url: BaseUrl = None,
) -> None:
    """Draft questions from documents, for you to accept or edit; with a chat model it asks them."""
    from tempfile import TemporaryDirectory

    from eval.cases.drafts import drafts
    from ingest import ingest
    from rag import Rag
    from rag.files import write_whole

    settings = settings_of(home, embedding_model, chat_model, base_url)
    with TemporaryDirectory(prefix="citespan-drafts-") as folder, stoppable():
        if paths:
            own = {"home": Path(folder), "catalog": None, "chroma": None}
            settings = settings.model_copy(update=own)
            with progress_bar() as progress:
                ingest(paths, settings, progress=progress)
        with Rag(settings) as rag:
            chat = rag.chat_model if settings.chat_model else None
            found = drafts(rag, count, chat=chat)
    lines = "".join(f"{json.dumps(case.as_row(), ensure_ascii=False)}\n" for case in found)
    if out:
        write_whole(out, lines)
    elif lines:
        say(lines.rstrip("\n"))
    tell(f'{len(found)} drafts; look at each, correct it and remove its "draft": true')


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
    from eval.reports.tables import change_table

    found = compared(load_report(before), load_report(after))
    if as_json:
        say_json(asdict(found))
        return
    say(change_table(found))
    for label, ids in (("now right", found.gained), ("no longer right", found.lost)):
        say(f"\n{label} ({len(ids)}):" if ids else f"\n{label}: none")
        for id_ in ids:
            say(f"  {shown(id_)}")
    if found.alone:
        tell(f"only one of the two has {len(found.alone)} of the cases; they are left out")
    for note in found.notes:
        tell(note)


def _check_chat_model(settings: Settings) -> None:
    """Refuse a name that is no chat model, before it fails in every case.

    One that cannot be called now is for the answers to tell, and a folder's is not loaded twice.
    """
    from rag.chat.failures import ChatFailure
    from rag.chat.models import open_chat_model

    if settings.chat_model and not settings.chat_model.startswith("local:"):
        with suppress(ChatFailure):
            open_chat_model(settings)


def _check_judge(name: str, pairs: Path, settings: Settings, work: Path, *, as_json: bool) -> None:
    """Hold the judge against labelled pairs, print what it is worth, and keep that."""
    from eval.judges.judge_check import check_judge, keep_check, load_pairs
    from eval.reports.tables import check_text

    judge = named_judge(name, settings, work)
    labelled = load_pairs(pairs)
    with progress_bar() as progress, stoppable():
        check = check_judge(
            judge, labelled, pairs.name, lambda done, n: progress("judging", done, n)
        )
    path = keep_check(work, check)
    if as_json:
        say_json(check.as_dict())
        return
    say(check_text(check))
    tell(f"kept in {nearby(str(path))}; reports quote it")


def _print_feedback(settings: Settings) -> None:
    """Drafts from the chat page's thumbs, a line each."""
    from eval.cases.feedback import drafts_of_feedback, kept_feedback

    drafts = drafts_of_feedback(kept_feedback(settings.home))
    for draft in drafts:
        say(json.dumps(draft.as_row(), ensure_ascii=False))
    tell(f'{len(drafts)} drafts; look at each, correct it and remove its "draft": true')


def _print_report(report: Report) -> None:
    from eval.reports.tables import chat_line, judge_line, kind_rows, miss_lines, score_rows, table

    for _, label, value, interval, n, failed in score_rows(report):
        failures = "" if failed in {"", "0"} else f", {failed} failed"
        say(f"{label:<46} {value:>7}  {interval:<16} n={n}{failures}")
    if line := chat_line(report):
        say(f"\n{line}")
    say(f"\n{judge_line(report)}\n")
    say(table([("kind", "right", "refused", "failed"), *kind_rows(report)]))
    lines = miss_lines(report)
    for line in lines[:_MISSES]:
        tell(line)
    if len(lines) > _MISSES:
        tell(f"… and {len(lines) - _MISSES} more that are not right; --out FOLDER has them all")
    if report.kept:
        tell(
            f"{report.kept} of {len(report.trials)} answers are those of an earlier run with the "
            "same settings, documents and code; --fresh asks again"
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
