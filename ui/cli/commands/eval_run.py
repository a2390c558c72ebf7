"""One evaluation: which cases, whose answers, which judge."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval import CaseSet, Judge, NoiseReport, Report
    from ingest import Progress
    from rag import Settings

Judges = Annotated[
    str, typer.Option(help="support, nli:MODEL (a cross-encoder) or chat:PROVIDER:MODEL.")
]


@dataclass(frozen=True)
class RunOptions:
    """What ``citespan eval run`` scores, how, and what it writes.

    :param cases: Cases as JSON lines, a BEIR folder or a SQuAD file. [default: the seeds'
        questions]
    :param outputs: Score these stored outputs of any system; ask nothing.
    :param sample: Ask a random sample of this size.
    :param seed: Seed of the sample.
    :param out: Folder for report.json, report.html, junit.xml, times.json.
    :param export: Write the outputs to this file, with ragas' field names.
    :param fail_under: Fail if METRIC is below VALUE; can be repeated.
    :param baseline: A report.json; fail if this run is significantly worse.
    :param fresh: Do not reuse answers of an earlier run.
    """

    cases: Annotated[Path | None, typer.Argument(metavar="CASES")] = None
    outputs: Path | None = None
    sample: Annotated[int | None, typer.Option(min=1)] = None
    seed: int = 0
    judge: Judges = "support"
    out: Path | None = None
    export: Path | None = None
    fail_under: Annotated[list[str] | None, typer.Option(metavar="METRIC=VALUE")] = None
    baseline: Path | None = None
    fresh: bool = False

    def load_cases(self) -> CaseSet:
        """Load the cases to score; none if there are only outputs, which bring their own."""
        from eval import CaseSet, load_set, seed_set

        if self.cases is None and self.outputs is not None:
            return CaseSet(self.outputs.stem, ())
        found = load_set(self.cases) if self.cases else seed_set()
        return found.sample(self.sample, self.seed) if self.sample else found

    def thresholds(self) -> Mapping[str, float]:
        """The values that metrics must reach; the seeds' questions have some of their own."""
        from eval import parse_thresholds
        from eval.gates import DEFAULT_THRESHOLDS

        if self.fail_under:
            return parse_thresholds(self.fail_under)
        return DEFAULT_THRESHOLDS if self.cases is None and self.outputs is None else {}


def results_folder(settings: Settings) -> Path:
    """The folder where evaluations of a library keep what they have asked and judged."""
    return settings.home / "evaluations"


def make_judge(name: str, settings: Settings) -> Judge:
    """Make the judge of this name; verdicts of models are kept."""
    from eval import judge_of

    return judge_of(name, settings, results_folder(settings) / "verdicts.jsonl")


def score_run(options: RunOptions, settings: Settings, progress: Progress) -> Report:
    """Score stored outputs, or ask the cases and score the answers."""
    from eval import load_outputs, score
    from eval.judges.judge_check import load_checks

    cases = options.load_cases()
    judge = make_judge(options.judge, settings)
    if options.outputs:
        found, name = load_outputs(options.outputs, cases.cases), options.outputs.stem
        report = score(found, judge=judge, name=name, progress=partial(progress, "judging"))
    else:
        report = _ask_and_score(cases, settings, judge, progress, fresh=options.fresh)
    checks = load_checks(results_folder(settings), judge.identity)
    return replace(report, cases=cases.name, checks=checks)


def _ask_and_score(
    cases: CaseSet, settings: Settings, judge: Judge, progress: Progress, *, fresh: bool
) -> Report:
    from eval import evaluate
    from eval.cases.libraries import identity_of, name_of, prepare_library
    from rag import Rag

    folder = results_folder(settings)
    if cases.documents is not None:
        settings = prepare_library(cases.documents, settings, folder / "libraries", progress)
    with Rag(settings) as rag:
        identity = identity_of(rag)
        keep = folder / f"outcomes-{identity[:16]}.jsonl"
        if fresh:
            keep.unlink(missing_ok=True)
        asking, name = partial(progress, "asking"), name_of(rag)
        return evaluate(
            rag, cases.cases, judge=judge, progress=asking, keep=keep, identity=identity, name=name
        )


def ask_in_noise(options: RunOptions, settings: Settings, progress: Progress) -> NoiseReport:
    """Ask the cases without and with noise, over a copy of the library."""
    from eval import evaluate_with_noise
    from eval.cases.libraries import name_of, prepare_library
    from rag import Rag

    cases = options.load_cases()
    if cases.documents is not None:
        folder = results_folder(settings) / "libraries"
        settings = prepare_library(cases.documents, settings, folder, progress)
    with Rag(settings) as rag:
        asking, name = partial(progress, "asking"), name_of(rag)
        return evaluate_with_noise(rag, cases.cases, progress=asking, name=name)


def check_chat_model(settings: Settings) -> None:
    """Refuse a name that is no chat model, before it fails in every case.

    A model that cannot be called now is reported by the answers; a folder's is not loaded twice.
    """
    from rag.chat.failures import ChatFailure
    from rag.chat.models import open_chat_model

    if settings.chat_model and not settings.chat_model.startswith("local:"):
        with suppress(ChatFailure):
            open_chat_model(settings)
