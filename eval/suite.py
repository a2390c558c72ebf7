"""Ask a bot every case and score what it does."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol, runtime_checkable

from eval.cases.case import Case, CasesError
from eval.judges.judge import Judge, SupportJudge, judged
from eval.outcome import Outcome, Trial, failed
from eval.reports.report import Report
from eval.responses import SourceText, outcome_of, same_source
from eval.stored import OutcomeStore
from rag.errors import EmptyLibraryError, LibraryError, ModelError
from rag.types import Answer, Filter, History

Ask = Callable[[Case], Any]
Progress = Callable[[int, int], None]
"""Called with how many cases are done, and of how many."""


@runtime_checkable
class Bot(Protocol):
    """What ``rag.Rag`` is to the evaluation."""

    def ask(self, question: str, history: History = ()) -> Answer:
        """Answer the question, which may lean on earlier turns."""

    def source_text(self, of: Any) -> str:
        """The extracted text that the span of a citation or a passage indexes."""


def evaluate(
    bot: Bot | Callable[..., Any],
    cases: Iterable[Case],
    *,
    judge: Judge | None = None,
    source_text: SourceText | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
    identity: str = "",
    name: str = "",
) -> Report:
    """Ask the bot every case, one after the other, and score what it does.

    A case on which the bot raises is recorded as failed and counts as 0. Only what makes the whole
    run pointless, a library that is empty or unusable or a model that is, is raised.

    :param bot: a ``rag.Rag``, or any callable that takes a question, and earlier turns if it has a
        parameter ``history``. It returns an ``Answer``, a mapping with ``response``,
        ``retrieved_contexts`` and ``citations`` (docs/evaluation.md), or a text.
    :param cases: at least one; see ``load_cases`` and ``seed_cases``.
    :param judge: says what supports what; by default ``rag.judge_support``.
    :param source_text: gives the text that a citation's span indexes; by default the bot's own
        ``source_text``. Without either, no citation of an ``Answer`` can be shown to be exact, and
        none counts.
    :param progress: called after each case with how many are done, and of how many.
    :param keep: a file in which outcomes are kept, so that a run that was stopped goes on, and one
        that is repeated asks nothing.
    :param identity: names all that the bot's answers depend on; what was kept under another one is
        not used.
    :param name: what the report calls the bot.
    :raises CasesError: if there are no cases, or two of one id.
    """
    cases = _checked(cases)
    ask = _ask_of(bot)
    if source_text is None and isinstance(bot, Bot):
        source_text = bot.source_text
    store = OutcomeStore(Path(keep), identity) if keep else None
    outcomes: dict[Case, Outcome] = {}
    kept = 0
    for case in cases:
        known = store.get(case) if store else None
        outcomes[case] = known or _outcome(ask, source_text, case)
        kept += known is not None
        if store and not known:
            store.put(case, outcomes[case])
        if progress:
            progress(len(outcomes), len(cases))
    return replace(score(outcomes, judge=judge, name=name), kept=kept)


def score(
    outcomes: Mapping[Case, Outcome],
    *,
    judge: Judge | None = None,
    name: str = "",
    progress: Progress | None = None,
) -> Report:
    """Score what a bot has done already; see ``load_outputs``."""
    cases = _checked(outcomes)
    judge = judge or SupportJudge()
    trials = []
    for case in cases:
        trials.append(Trial(case, outcomes[case], judged(judge, outcomes[case])))
        if progress:
            progress(len(trials), len(cases))
    return Report(tuple(trials), name=name, judge=judge.identity)


def _checked(cases: Iterable[Case]) -> tuple[Case, ...]:
    cases = tuple(cases)
    if not cases:
        raise CasesError("there are no cases to ask; give at least one")
    ids = [case.id for case in cases]
    if len(set(ids)) < len(ids):
        twice = next(id_ for id_ in ids if ids.count(id_) > 1)
        raise CasesError(f'two cases have the id "{twice}"; give each case its own')
    return cases


def _ask_of(bot: Bot | Callable[..., Any]) -> Ask:
    call = bot.ask if isinstance(bot, Bot) else bot
    try:
        takes = set(inspect.signature(call).parameters)
    except ValueError:  # some callables written in C have no signature
        takes = set()

    def ask(case: Case) -> Any:
        options: dict[str, Any] = {"history": case.history} if "history" in takes else {}
        if case.without:
            if "where" not in takes or not hasattr(bot, "documents"):
                raise TypeError("the case leaves documents out, which this bot cannot do")
            options["where"] = _all_but(case.without, bot)
        return call(case.question, **options)

    return ask


def _all_but(names: Iterable[str], bot: Any) -> Filter:
    """Every document that has none of these names."""
    return Filter(
        documents=tuple(
            document.document_id
            for document in bot.documents()
            if not any(same_source(s, name) for s in document.sources for name in names)
        )
    )


def _outcome(ask: Ask, source_text: SourceText | None, case: Case) -> Outcome:
    started = perf_counter()
    try:
        returned = ask(case)
        return outcome_of(returned, case, source_text, perf_counter() - started)
    except (EmptyLibraryError, LibraryError, ModelError):
        raise
    # Whatever one question breaks in a bot is a finding about that bot, not the end of the run.
    except Exception as error:  # noqa: BLE001
        return failed(f"{type(error).__name__}: {error}", perf_counter() - started)
