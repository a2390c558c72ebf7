"""Answers, plans and reports of an ingest as the command line prints them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.terminal import fields_of, nearby, say, say_json, shown, tell, tell_table

if TYPE_CHECKING:
    from ingest import IngestReport, Plan
    from rag import Answer, Citation, Passage


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """The sentences with their marks, and what these open; or the nearest passages."""
    if as_json:
        say_json(answer.as_dict())
        return
    if answer.standalone_question != answer.question:
        tell(f"searched for: {answer.standalone_question}")
    for notice in answer.notices:
        tell(f"note: {notice}")
    for line in answer.text.splitlines():
        say(shown(line))
    if answer.citations:
        say("")
    for citation in answer.citations:
        say(f"[{citation.number}] {_place(citation)}")
        say(f"    “{shown(citation.quote)}”")
    if answer.status == "abstained":
        say("\nNearest passages:")
        for passage in answer.passages[:3]:
            say(f"  {_place(passage)}\n    {shown(passage.text)[:200]}…")


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """What would be done, a line for each file; unchanged ones are only counted."""
    if as_json:
        say_json(_named_reasons(plan))
        return
    for kind, names in (("new", plan.new), ("changed", plan.changed), ("gone", plan.gone)):
        for name in names:
            say(f"{kind:<8} {nearby(name)}")
    tell_table("cannot be read", plan.failed)
    if plan.skipped:
        tell(f"left out, formats that are not read: {_by_suffix(plan.skipped)}")
    say(plan_line(plan))


def plan_line(plan: Plan) -> str:
    counts = _counts(
        new=plan.new,
        changed=plan.changed,
        unchanged=plan.unchanged,
        gone=plan.gone,
        cannot_be_read=plan.failed,
        of_other_formats=plan.skipped,
    )
    return f"plan: {counts or 'no files'}"


def print_ingested(report: IngestReport, *, as_json: bool) -> None:
    """How many files became what; on stderr, what a person has to know of single ones."""
    if as_json:
        say_json(_named_reasons(report))
    else:
        say(_report_line(report))
    tell_table("warnings", report.warnings)
    tell_table("not ingested", report.failed)
    if report.skipped:
        tell(f"left out, formats that are not read: {_by_suffix(report.skipped)}")
    if report.gone:
        tell(f"gone from their folders: {len(report.gone):,}; --prune forgets them")


def _place(cited: Citation | Passage) -> str:
    page = "" if cited.page is None else f"page {cited.page}, "
    return f"{nearby(cited.source)}, {page}characters {cited.start}–{cited.end}"


def _report_line(report: IngestReport) -> str:
    counts = _counts(
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        removed=report.removed,
        not_ingested=report.failed,
    )
    return f"{counts or 'no files'}: {report.chunks} chunks in {report.seconds:.1f} s"


def _named_reasons(of: IngestReport | Plan) -> dict[str, Any]:
    """A report's or a plan's fields, reasons by name."""
    fields = fields_of(of)
    for name in ("failed", "warnings"):
        if name in fields:
            fields[name] = dict(fields[name])
    return fields


def _counts(**groups: Sequence[object]) -> str:
    return ", ".join(f"{len(g):,} {name.replace('_', ' ')}" for name, g in groups.items() if g)


def _by_suffix(names: Sequence[str]) -> str:
    """How many files of each suffix, the most frequent first."""
    counts = Counter(Path(name).suffix.lower() or "no suffix" for name in names)
    few = counts.most_common(8)
    others = len(counts) - len(few)
    listed = ", ".join(f"{count:,} {shown(suffix)}" for suffix, count in few)
    return f"{listed} and {others} more" if others else listed
