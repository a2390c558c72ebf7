"""Asks a bot every case and scores what it does."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from eval.asking import Bot, Invokable, adapt_bot, ask_all, ask_case, make_corpus_check
from eval.cases.case import Case, CasesError
from eval.judges.answers import judge_reference
from eval.judges.functions import JudgeFunction, adapt_judge
from eval.judges.judge import Judge, judge_outcome
from eval.metrics import METRICS, CaseMetric, Metric, choose_metrics
from eval.outcome import Outcome, Trial
from eval.outputs import OutcomeCache
from eval.reports.report import Report
from eval.responses.read import SourceText
from eval.responses.refusals import IsRefusal, is_refusal

Progress = Callable[[int, int], None]
"""Called with how many cases are done, and of how many."""


def evaluate(
    bot: Bot | Callable[..., Any] | Invokable,
    cases: Iterable[Case],
    *,
    judge: Judge | JudgeFunction | None = None,
    metrics: Iterable[str | Metric | CaseMetric] | None = None,
    source_text: SourceText | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
    identity: str = "",
    name: str = "",
    is_refusal: IsRefusal = is_refusal,
    max_workers: int = 1,
) -> Report:
    """Ask the bot every case, and score what it does.

    If the bot raises on a case, the case is recorded as failed and counts as 0. Only what makes the
    whole run pointless is raised: an empty or unusable library, an unusable model, or names of a
    mapping that are not known.

    :param bot: a ``rag.Rag``, a LangChain ``Runnable``, or any function or coroutine function that
        takes a question, and earlier turns if it has a parameter ``history``. It returns an
        ``Answer``, a mapping with ``response``, ``retrieved_contexts`` and ``citations``
        (docs/evaluation.md lists all names), a message or a text.
    :param cases: at least one; see ``load_cases`` and ``seed_cases``.
    :param judge: by default ``rag.judge_support``; or a function of a sentence and a quote that
        returns a ``Support``, true or false, or a number from 0 to 1. It is tried once, before the
        first question.
    :param metrics: what is measured: names of citespan's metrics, and functions of a ``Trial`` that
        return a number from 0 to 1. By default all of citespan's.
    :param source_text: gives the text that a citation's span indexes; by default the bot's own
        ``source_text``. Without either, no citation of an ``Answer`` can be shown to be exact, so
        none counts as exact.
    :param progress: called after each case with how many are done, and of how many.
    :param keep: a file that keeps the outcomes, so that a stopped run resumes and a repeated run
        asks nothing.
    :param identity: names all that the bot's answers depend on; outcomes under another identity are
        not used.
    :param name: what the report calls the bot.
    :param is_refusal: recognises a refusal by its words, where the bot does not say that it is one.
    :param max_workers: how many questions are asked at the same time; the bot must allow that.
    :raises CasesError: there are no cases, or two with one id.
    :raises JudgeError: the judge cannot be used.
    :raises MetricError: a metric cannot be used.
    """
    cases = _check_cases(cases)
    judge, measured = adapt_judge(judge), _choose(metrics)
    ask = adapt_bot(bot)
    if source_text is None and isinstance(bot, Bot):
        source_text = bot.source_text
    in_corpus = make_corpus_check(bot, source_text)
    cache = OutcomeCache(Path(keep), identity) if keep else None
    known = {case: found for case in cases if cache and (found := cache.get(case))}
    asked = [case for case in cases if case not in known]
    outcomes = dict(known)
    for case, outcome in ask_all(
        partial(ask_case, ask, source_text, is_refusal, in_corpus), asked, max_workers
    ):
        outcomes[case] = outcome
        if cache:
            cache.put(case, outcome)
        if progress:
            progress(len(outcomes), len(cases))
    if progress and not asked:
        progress(len(outcomes), len(cases))
    outcomes = {case: outcomes[case] for case in cases}
    return replace(score(outcomes, judge=judge, metrics=measured, name=name), kept=len(known))


def score(
    outcomes: Mapping[Case, Outcome],
    *,
    judge: Judge | JudgeFunction | None = None,
    metrics: Iterable[str | Metric | CaseMetric] | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> Report:
    """Score outcomes that exist already; see ``load_outputs``."""
    cases = _check_cases(outcomes)
    judge, measured = adapt_judge(judge), _choose(metrics)
    trials = []
    for case in cases:
        outcome = outcomes[case]
        judged = judge_outcome(judge, outcome)
        trials.append(Trial(case, outcome, judged, judge_reference(judge, case, outcome)))
        if progress:
            progress(len(trials), len(cases))
    return Report(tuple(trials), name=name, judge=judge.identity, metrics=measured)


def _choose(metrics: Iterable[str | Metric | CaseMetric] | None) -> tuple[Metric, ...]:
    return METRICS if metrics is None else choose_metrics(metrics)


def _check_cases(cases: Iterable[Case]) -> tuple[Case, ...]:
    cases = tuple(cases)
    if not cases:
        raise CasesError("there are no cases; give at least one")
    ids = [case.id for case in cases]
    if len(set(ids)) < len(ids):
        twice = next(id_ for id_ in ids if ids.count(id_) > 1)
        raise CasesError(f'two cases have the id "{twice}"; give each case its own')
    return cases
