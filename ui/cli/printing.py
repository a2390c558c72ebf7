"""Answers, plans and reports of an ingest, printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.terminal import (
    clean_line,
    print_err,
    print_err_table,
    print_json,
    print_out,
    relative_path,
)

if TYPE_CHECKING:
    from ingest import IngestReport, Plan
    from rag import Answer, Citation, Passage


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Print the sentences and their citations; after an abstention, the nearest passages."""
    if as_json:
        print_json(answer.as_dict())
        return
    if answer.standalone_question != answer.question:
        print_err(f"searched for: {answer.standalone_question}")
    for notice in answer.notices:
        print_err(f"note: {notice}")
    for line in answer.text.splitlines():
        print_out(clean_line(line))
    if answer.citations:
        print_out("")
    for citation in answer.citations:
        print_out(f"[{citation.number}] {_format_place(citation)}")
        print_out(f"    “{clean_line(citation.quote)}”")
    if answer.status == "abstained":
        print_out("\nNearest passages:")
        for passage in answer.passages[:3]:
            print_out(f"  {_format_place(passage)}\n    {clean_line(passage.text)[:200]}…")


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """Print what would be done, a line for each file; unchanged ones are only counted."""
    if as_json:
        print_json(_fields(plan))
        return
    for kind, names in (("new", plan.new), ("changed", plan.changed), ("gone", plan.gone)):
        for name in names:
            print_out(f"{kind:<8} {relative_path(name)}")
    print_err_table("cannot be read", plan.failed)
    if plan.skipped:
        print_err(f"skipped, unsupported formats: {_count_suffixes(plan.skipped)}")
    print_out(format_plan(plan))


def format_plan(plan: Plan) -> str:
    """A plan on one line."""
    counts = _format_counts(
        new=plan.new,
        changed=plan.changed,
        unchanged=plan.unchanged,
        gone=plan.gone,
        cannot_be_read=plan.failed,
        unsupported=plan.skipped,
    )
    return f"plan: {counts or 'no files'}"


def print_report(report: IngestReport, *, as_json: bool) -> None:
    """Print how many files were added, changed and so on; on stderr, warnings and failures."""
    if as_json:
        print_json(_fields(report))
    else:
        print_out(_format_report(report))
    print_err_table("warnings", report.warnings)
    print_err_table("not ingested", report.failed)
    if report.skipped:
        print_err(f"skipped, unsupported formats: {_count_suffixes(report.skipped)}")
    if report.gone:
        print_err(f"no longer in their folders: {len(report.gone):,}; --prune removes them")


def _format_place(cited: Citation | Passage) -> str:
    page = "" if cited.page is None else f"page {cited.page}, "
    return f"{relative_path(cited.source)}, {page}characters {cited.start}–{cited.end}"


def _format_report(report: IngestReport) -> str:
    counts = _format_counts(
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        removed=report.removed,
        not_ingested=report.failed,
    )
    return f"{counts or 'no files'}: {report.chunks} chunks in {report.seconds:.1f} s"


def _fields(of: IngestReport | Plan) -> dict[str, Any]:
    """The fields of a report or a plan, with reasons by file name."""
    fields = asdict(of)
    for name in ("failed", "warnings"):
        if name in fields:
            fields[name] = dict(fields[name])
    return fields


def _format_counts(**groups: Sequence[object]) -> str:
    return ", ".join(f"{len(g):,} {name.replace('_', ' ')}" for name, g in groups.items() if g)


def _count_suffixes(names: Sequence[str]) -> str:
    """The number of files of each suffix, the most frequent first."""
    counts = Counter(Path(name).suffix.lower() or "no suffix" for name in names)
    few = counts.most_common(8)
    others = len(counts) - len(few)
    listed = ", ".join(f"{count:,} {clean_line(suffix)}" for suffix, count in few)
    return f"{listed} and {others} more" if others else listed
