"""Asks a bot one case: a ``rag.Rag``, a function, a coroutine function, a LangChain Runnable."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any, Protocol, runtime_checkable

from eval.cases.case import Case
from eval.outcome import Outcome, failed_outcome
from eval.responses.gold import same_source
from eval.responses.mapping import UnknownNamesError
from eval.responses.read import SourceText, read_outcome
from eval.responses.refusals import IsRefusal
from rag.errors import EmptyLibraryError, LibraryError, ModelError
from rag.types import Answer, Filter, History

_INPUTS = ("input", "question", "query")
"""Keys of a chain's input that hold the question."""
Ask = Callable[[Case], Any]
InCorpus = Callable[[Case, Outcome], bool | None]


@runtime_checkable
class Bot(Protocol):
    """What the evaluation needs of ``rag.Rag``."""

    def ask(self, question: str, history: History = ()) -> Answer:
        """Answer the question, which may refer to earlier turns."""

    def source_text(self, of: Any) -> str:
        """The extracted text that the span of a citation or a passage indexes."""


@runtime_checkable
class Invokable(Protocol):
    """A LangChain ``Runnable``, as far as the evaluation needs one."""

    def invoke(self, input: Any) -> Any:
        """Answer an input."""


def adapt_bot(bot: Bot | Callable[..., Any] | Invokable) -> Ask:
    """Adapt a bot to be called with a case."""
    call: Callable[..., Any]
    if isinstance(bot, Bot):
        call = bot.ask
    elif isinstance(bot, Invokable):
        return partial(_invoke, bot)
    else:
        call = bot
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
        return _wait(call(case.question, **options))

    return ask


def _wait(returned: Any) -> Any:
    """What a coroutine returns, or the value itself."""
    return asyncio.run(_await(returned)) if inspect.isawaitable(returned) else returned


async def _await(returned: Awaitable[Any]) -> Any:
    return await returned


def _invoke(bot: Any, case: Case) -> Any:
    """Ask a LangChain ``Runnable``, in the form of input that it takes.

    A chain says which keys it wants (``input_schema``); one that wants ``input``, ``question`` or
    ``query`` gets that and the earlier turns as messages, any other one the question itself.
    """
    if case.without:
        raise TypeError("the case leaves documents out (without), which this bot cannot do")
    try:
        wanted = set(bot.get_input_jsonschema().get("properties", {}))
    except Exception:  # noqa: BLE001  a chain of functions may have no schema
        wanted = set()
    key = next((name for name in _INPUTS if name in wanted), None)
    if key is None:
        return bot.invoke(case.question)
    asked: dict[str, Any] = {key: case.question}
    if "chat_history" in wanted:
        asked["chat_history"] = [turn for pair in case.history for turn in _write_turns(pair)]
    return bot.invoke(asked)


def _write_turns(pair: tuple[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("human", pair[0]), ("ai", pair[1])


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


def make_corpus_check(bot: Any, source_text: SourceText | None) -> InCorpus:
    """Make what tells whether the bot's documents have a gold place that was not retrieved."""
    texts: dict[str, str] = {}
    has_library = hasattr(bot, "documents") and not getattr(bot, "has_retriever", False)

    def holds(document: Any, quote: str) -> bool:
        if document.document_id not in texts and source_text:
            texts[document.document_id] = source_text(document.document_id)
        return quote in texts.get(document.document_id, "")

    def find(case: Case, outcome: Outcome) -> bool | None:
        if any(passage.gold or passage.relevant for passage in outcome.passages):
            return True
        if not has_library or not (case.quotes or case.relevant):
            return None
        documents = bot.documents()
        wanted = [(q.source, q.quote) for q in case.quotes] or [(n, "") for n, _ in case.relevant]
        return any(
            holds(document, quote) if quote and source_text else True
            for name, quote in wanted
            for document in documents
            if any(same_source(source, name) for source in document.sources)
        )

    return find


def ask_all(
    ask: Callable[[Case], Outcome], cases: Sequence[Case], max_workers: int = 1
) -> Iterator[tuple[Case, Outcome]]:
    """Ask the cases, so many at a time; outcomes are given in the order of the cases."""
    if max_workers <= 1:
        yield from ((case, ask(case)) for case in cases)
        return
    with ThreadPoolExecutor(max_workers) as pool:
        yield from zip(cases, pool.map(ask, cases), strict=True)


def ask_case(
    ask: Ask, source_text: SourceText | None, is_refusal: IsRefusal, in_corpus: InCorpus, case: Case
) -> Outcome:
    """Ask one case; what the bot raises is its outcome.

    :raises (EmptyLibraryError, LibraryError, ModelError, UnknownNamesError): it would be the same
        for every case.
    """
    started = perf_counter()
    try:
        returned = ask(case)
        seconds = perf_counter() - started
        outcome = read_outcome(returned, case, source_text, seconds, is_refusal)
        return replace(outcome, in_corpus=in_corpus(case, outcome))
    except (EmptyLibraryError, LibraryError, ModelError, UnknownNamesError):
        raise
    # An error of the bot on one question is a result about that bot, not the end of the run.
    except Exception as error:  # noqa: BLE001
        return failed_outcome(f"{type(error).__name__}: {error}", perf_counter() - started)
