"""Asks a bot every case and scores what it does."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol, runtime_checkable

from eval.cases.case import Case, CasesError
from eval.judges.judge import Judge, SupportJudge, judge_outcome
from eval.outcome import Outcome, Trial, failed_outcome
from eval.outputs import OutcomeCache
from eval.reports.report import Report
from eval.responses.gold import same_source
from eval.responses.read import SourceText, read_outcome
from eval.responses.refusals import IsRefusal, is_refusal
from rag.errors import EmptyLibraryError, LibraryError, ModelError
from rag.types import Answer, Filter, History

Ask = Callable[[Case], Any]
Progress = Callable[[int, int], None]
"""Called with how many cases are done, and of how many."""


@runtime_checkable
class Bot(Protocol):
    """What the evaluation needs of ``rag.Rag``."""

    def ask(self, question: str, history: History = ()) -> Answer:
        """Answer the question, which may refer to earlier turns."""

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
    is_refusal: IsRefusal = is_refusal,
) -> Report:
    """Ask the bot every case, one after the other, and score what it does.

    If the bot raises on a case, the case is recorded as failed and counts as 0. Only what makes the
    whole run pointless is raised: an empty or unusable library, or an unusable model.

    :param bot: a ``rag.Rag``, or any callable that takes a question, and earlier turns if it has a
        parameter ``history``. It returns an ``Answer``, a mapping with ``response``,
        ``retrieved_contexts`` and ``citations`` (docs/evaluation.md), or a text.
    :param cases: at least one; see ``load_cases`` and ``seed_cases``.
    :param judge: by default ``rag.judge_support``.
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
    :raises CasesError: there are no cases, or two with one id.
    """
    cases = _check_cases(cases)
    ask = _adapt(bot)
    if source_text is None and isinstance(bot, Bot):
        source_text = bot.source_text
    cache = OutcomeCache(Path(keep), identity) if keep else None
    outcomes: dict[Case, Outcome] = {}
    kept = 0
    for case in cases:
        known = cache.get(case) if cache else None
        outcomes[case] = known or _ask_case(ask, source_text, case, is_refusal)
        kept += known is not None
        if cache and not known:
            cache.put(case, outcomes[case])
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
    """Score outcomes that exist already; see ``load_outputs``."""
    cases = _check_cases(outcomes)
    judge = judge or SupportJudge()
    trials = []
    for case in cases:
        trials.append(Trial(case, outcomes[case], judge_outcome(judge, outcomes[case])))
        if progress:
            progress(len(trials), len(cases))
    return Report(tuple(trials), name=name, judge=judge.identity)


def _check_cases(cases: Iterable[Case]) -> tuple[Case, ...]:
    cases = tuple(cases)
    if not cases:
        raise CasesError("there are no cases; give at least one")
    ids = [case.id for case in cases]
    if len(set(ids)) < len(ids):
        twice = next(id_ for id_ in ids if ids.count(id_) > 1)
        raise CasesError(f'two cases have the id "{twice}"; give each case its own')
    return cases


def _adapt(bot: Bot | Callable[..., Any]) -> Ask:
    """Adapt a bot to be called with a case."""
    call = bot.ask if isinstance(bot, Bot) else bot
    try:
        parameters = set(inspect.signature(call).parameters)
    except ValueError:  # some callables written in C have no signature
        parameters = set()

    def ask(case: Case) -> Any:
        options: dict[str, Any] = {"history": case.history} if "history" in parameters else {}
        if case.without:
            if "where" not in parameters or not hasattr(bot, "documents"):
                raise TypeError("the case leaves documents out (without), which this bot cannot do")
            options["where"] = _filter_without(case.without, bot)
        return call(case.question, **options)

    return ask


def _filter_without(names: Sequence[str], bot: Any) -> Filter:
    """A filter for every document that has none of these names.

    :raises ValueError: no document has one of them, so that nothing would be left out.
    """
    left, unknown = [], set(names)
    for document in bot.documents():
        own = {name for name in names for s in document.sources if same_source(s, name)}
        unknown -= own
        if not own:
            left.append(document.document_id)
    if unknown:
        raise ValueError(f'"without" names no document of the library: {min(unknown)}')
    return Filter(documents=tuple(left))


def _ask_case(
    ask: Ask, source_text: SourceText | None, case: Case, is_refusal: IsRefusal
) -> Outcome:
    started = perf_counter()
    try:
        returned = ask(case)
        return read_outcome(returned, case, source_text, perf_counter() - started, is_refusal)
    except (EmptyLibraryError, LibraryError, ModelError):
        raise
    # An error of the bot on one question is a result about that bot, not the end of the run.
    except Exception as error:  # noqa: BLE001
        return failed_outcome(f"{type(error).__name__}: {error}", perf_counter() - started)
