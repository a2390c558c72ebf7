"""Ask a bot every case and score what it does."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from pathlib import PureWindowsPath
from time import perf_counter
from typing import Protocol, runtime_checkable

from eval.cases import Case, CasesError
from eval.metrics import METRICS, Cited, Outcome, overlaps_quote
from eval.report import CaseResult, Report
from rag.errors import EmptyLibraryError, LibraryError, ModelError
from rag.types import Answer, Citation, History

Ask = Callable[[str, History], Answer]
SourceText = Callable[[Citation], str]


@runtime_checkable
class Bot(Protocol):
    """What ``rag.Rag`` is to the evaluation."""

    def ask(self, question: str, history: History = ()) -> Answer:
        """Answer the question, which may lean on earlier turns."""

    def source_text(self, citation: Citation) -> str:
        """The extracted text that the citation's span indexes."""


def evaluate(
    bot: Bot | Callable[..., Answer],
    cases: Iterable[Case],
    *,
    source_text: SourceText | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask the bot every case, one after the other, and score what it does.

    A case on which the bot raises is recorded as failed and counts as 0. Only what makes the whole
    run pointless, a library that is empty or unusable or a model that is, is raised.

    :param bot: a ``rag.Rag``, or any callable that takes a question, and earlier turns if it has a
        parameter ``history``, and returns an ``Answer``.
    :param cases: at least one; see ``load_cases`` and ``seed_cases``.
    :param source_text: gives the text that a citation's span indexes; by default the bot's own
        ``source_text``. Without either, no citation can be shown to be exact, and none counts.
    :param progress: called after each case with how many are done, and of how many.
    :raises CasesError: if there are no cases.
    """
    cases = tuple(cases)
    if not cases:
        raise CasesError("there are no cases to ask; give at least one")
    ask = _ask_of(bot)
    if source_text is None and isinstance(bot, Bot):
        source_text = bot.source_text
    results = []
    for case in cases:
        results.append(_result(case, _outcome(ask, source_text, case)))
        if progress:
            progress(len(results), len(cases))
    return Report(tuple(results))


def _ask_of(bot: Bot | Callable[..., Answer]) -> Ask:
    call = bot.ask if isinstance(bot, Bot) else bot
    try:
        takes_history = "history" in inspect.signature(call).parameters
    except ValueError:  # some callables written in C have no signature
        takes_history = False
    if takes_history:
        return lambda question, history: call(question, history=history)
    return lambda question, _: call(question)


def _outcome(ask: Ask, source_text: SourceText | None, case: Case) -> Outcome:
    started = perf_counter()
    try:
        answer = ask(case.question, case.history)
        seconds = perf_counter() - started
        citations = tuple(_cited(citation, source_text, case) for citation in answer.citations)
    except (EmptyLibraryError, LibraryError, ModelError):
        raise
    # Whatever one question breaks in a bot is a finding about that bot, not the end of the run.
    except Exception as error:  # noqa: BLE001
        return Outcome(
            status="failed",
            text="",
            verdicts=(),
            citations=(),
            seconds=perf_counter() - started,
            error=f"{type(error).__name__}: {error}",
        )
    return Outcome(
        status=answer.status,
        text=answer.text,
        verdicts=tuple(sentence.support.verdict for sentence in answer.sentences),
        citations=citations,
        seconds=seconds,
    )


def _cited(citation: Citation, source_text: SourceText | None, case: Case) -> Cited:
    text = source_text(citation) if source_text else ""
    start, end = citation.start, citation.end
    name = _file_name(citation.source)
    return Cited(
        source=citation.source,
        start=start,
        end=end,
        # An empty span equals an empty quote anywhere, and opens nothing.
        exact=0 <= start < end and text[start:end] == citation.quote,
        gold=any(
            _file_name(gold.source) == name and overlaps_quote(text, start, end, gold.quote)
            for gold in case.quotes
        ),
    )


def _file_name(source: str) -> str:
    # The cases name the file, a bot perhaps its path; Windows' rules know both kinds of slashes.
    return PureWindowsPath(source).name


def _result(case: Case, outcome: Outcome) -> CaseResult:
    scores = {m.name: m.score(case, outcome) for m in METRICS if m.applies(case)}
    return CaseResult(case=case, outcome=outcome, scores=scores)
