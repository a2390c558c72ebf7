"""What ``citespan eval`` scores: the cases, who answers them, who judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eval import CaseSet, Judge, Report
    from rag import Settings


def wanted_cases(
    cases: Path | None, outputs: Path | None, sample: int | None, seed: int
) -> CaseSet:
    """The cases to score; with outputs alone none, since each brings its own."""
    from eval import CaseSet, load_set, seed_set

    if cases is None and outputs is not None:
        return CaseSet(outputs.stem, ())
    found = load_set(cases) if cases else seed_set()
    return found.sample(sample, seed) if sample else found


def scored(
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
    from eval.judges.judge_check import last_check

    judge = named_judge(judge_name, settings, work)
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
    from eval.cases.libraries import identity_of, name_of, prepare_library
    from rag import Rag

    if wanted.documents is not None:
        settings = prepare_library(wanted.documents, settings, work / "libraries", progress)
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


def named_judge(name: str, settings: Settings, work: Path) -> Judge:
    from eval import judge_of

    return judge_of(name, settings, work / "verdicts.jsonl")
