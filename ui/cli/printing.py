"""Answers, plans and reports of an ingest, printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.types import Citation
from ui.cli.terminal import (
    bold,
    clean_line,
    print_err,
    print_err_table,
    print_json,
    print_out,
    relative_path,
)  # fmt: skip

if TYPE_CHECKING:
    from ingest import IngestReport, Plan
    from rag import Answer, Passage


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Print the direct answer, the sentences and their citations, or the nearest passages."""
    if as_json:
        print_json(answer.as_dict())
        return
    if answer.standalone_question != answer.question:
        print_err(f"searched for: {answer.standalone_question}")
    if answer.scope:
        print_err(f"searched only: {clean_line(', '.join(answer.scope))}")
    for notice in answer.notices:
        print_err(f"note: {notice}")
    if answer.match == "possible":
        print_err("a possible match only: read the sources")
    if answer.direct:
        print_out(f"{bold(clean_line(answer.direct.text))} [{answer.direct.number}]\n")
    for line in answer.text.splitlines():
        is_heading = line.startswith("#")
        print_out(bold(clean_line(line.lstrip("# "))) if is_heading else clean_line(line))
    if answer.citations:
        print_out("")
    for citation in answer.citations:
        print_out(f"[{citation.number}] {_format_place(citation, citation.reading)}")
        print_out(f"    “{clean_line(citation.quote)}”")
    if answer.status == "abstained":
        print_out(clean_line(" ".join(answer.explanation)))
        print_out("\nNearest passages:")
        for passage in answer.passages[:3]:
            print_out(f"  {_format_place(passage)}\n    {clean_line(passage.text)[:200]}…")


def print_suggestions(questions: Sequence[str]) -> None:
    """Print questions that the library answers, to ask next."""
    if questions:
        print_out("\nAsk next:")
    for question in questions:
        print_out(f"  {clean_line(question)}")


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """Print what would be done, a line for each file; unchanged ones are only counted."""
    if as_json:
        print_json(_fields(plan))
        return
    for kind, names in (("new", plan.new), ("changed", plan.changed), ("gone", plan.gone)):
        for name in names:
            print_out(f"{kind:<8} {relative_path(name)}")
    print_err_table("cannot be read", plan.failed)
    _print_skipped(plan.skipped)
    print_out(format_plan(plan))


def format_plan(plan: Plan) -> str:
    """A plan on one line."""
    fields = "new changed unchanged gone"
    return f"plan: {_count(plan, fields, failed='cannot be read', skipped='unsupported')}"


def print_report(report: IngestReport, *, as_json: bool) -> None:
    """Print how many files were added, changed and so on; on stderr, warnings and failures."""
    if as_json:
        print_json(_fields(report))
    else:
        counts = _count(report, "added changed unchanged removed", failed="not ingested")
        print_out(f"{counts}: {report.chunks} chunks in {report.seconds:.1f} s")
    print_err_table("warnings", report.warnings)
    if report.unread:
        print_err(f"{report.unread_notice}; CITESPAN_EMBEDDING_MODEL can name another model")
    print_err_table("not ingested", report.failed)
    _print_skipped(report.skipped)
    if report.gone:
        print_err(f"no longer there: {len(report.gone):,}; --prune removes them")


def _format_place(cited: Citation | Passage, reading: str = "") -> str:
    row = cited.place if isinstance(cited, Citation) else ""
    page = f"page {cited.page}" if cited.page is not None else ""
    place = ", ".join(filter(None, [page, row]))
    characters = f"characters {cited.start}–{cited.end}"
    return ", ".join(filter(None, (relative_path(cited.source), place, reading, characters)))


def _fields(of: IngestReport | Plan) -> dict[str, Any]:
    """The fields of a report or a plan, with reasons by file name."""
    fields = asdict(of)
    for name in ("failed", "warnings", "unread"):
        if name in fields:
            fields[name] = dict(fields[name])
    return fields


def _count(of: IngestReport | Plan, names: str, **labels: str) -> str:
    """How many files each of these fields has; a label stands in place of the field's name."""
    fields = {name: name for name in names.split()} | labels
    counts = {label: len(getattr(of, name)) for name, label in fields.items()}
    return ", ".join(f"{n:,} {label}" for label, n in counts.items() if n) or "no files"


def _print_skipped(names: Sequence[str]) -> None:
    """Print how many files of each suffix were skipped, the most frequent first."""
    if not names:
        return
    counts = Counter(Path(name).suffix.lower() or "no suffix" for name in names)
    few = counts.most_common(8)
    others = len(counts) - len(few)
    listed = ", ".join(f"{count:,} {clean_line(suffix)}" for suffix, count in few)
    print_err(f"skipped, unsupported formats: {listed}{f' and {others} more' * bool(others)}")
