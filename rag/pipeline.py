"""The way of a question through the house; `stream` is the one path, `ask` its last item."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Self

from rag.answers.abstention import ABSTENTION, explain_abstention, lacks_confidence
from rag.answers.calibration import Calibration
from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import EvidenceModel
from rag.answers.extractive import ExtractiveAnswerer, Found
from rag.chat.failures import ChatFailure, notice_of_failure
from rag.english.patterns.questions import NUMBERED_PART
from rag.errors import EmptyLibraryError, GoneError, QuestionError, RagError
from rag.library.home import nothing_ingested
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.models.reader import Reader
from rag.questions.checks import check_history, check_question
from rag.questions.intent import IntentModel
from rag.questions.scope import THE_DOCUMENT, Narrowed, ScopeFinder
from rag.records.answer import TableAnswerer
from rag.requests.answer import ABOUT_DOCUMENTS, CERTAIN, RequestAnswerer
from rag.requests.last_answer import LENGTHS, find_last_answer
from rag.requests.overview import OverviewMaker
from rag.retrieval.search import PassageSearch
from rag.settings import Settings
from rag.support.judge import SupportJudge, judge_support
from rag.text.characters import replace_surrogates
from rag.types import EVERYTHING, Answer, Citation, DocumentInfo, Filter, History, Intent, Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from rag.chat.answerer import ChatAnswerer
    from rag.chat.models import ChatModel
    from rag.retrieval.retriever import PassageEmbeddings, PassageRetriever
    from rag.runnable import RunnableInput

_OF_SETTINGS = ("_passage_search", "judge", "retriever")
"""Parts of a :class:`Rag` that are made of its settings and its library."""
_OF_LIBRARY = ("_scope_finder", "_overviews", "_tables", "calibration")


class Rag:
    """Questions in, cited answers out, over one library.

    Nothing is opened before the first use. May be used from several threads at once.

    :param settings: default: from ``CITESPAN_*`` environment variables.
    :param chat_model: writes the answers, instead of the one that the settings name.
    :param embedder: of the settings' model; one that is being loaded already saves waiting, and so
        does a ``reader``.
    :param once: this process asks one question, so that nothing is opened that pays off later.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        chat_model: BaseChatModel | None = None,
        embedder: Embedder | None = None,
        reader: Reader | None = None,
        once: bool = False,
    ) -> None:
        if not isinstance(settings, Settings | None):
            raise TypeError(
                "settings are rag.Settings, as in Rag(Settings(home=Path('library'))), not "
                f"{type(settings).__name__}"
            )
        self.settings = settings or Settings()
        self._given_chat_model = chat_model
        self._once = once
        self.embedder = embedder or Embedder(settings=self.settings)
        self.reader = reader or Reader(self.settings)
        self._opening = threading.Lock()
        self._loading = threading.Lock()
        self._library: Library | None = None
        self._chat_model: ChatModel | None = None

    def ask(self, question: str, history: History = (), *, where: Filter = EVERYTHING) -> Answer:
        """The whole answer.

        :param history: earlier turns, oldest first, each ``(question, answer text)``.
        :param where: the part of the library that is asked.
        :raises QuestionError: the question is empty, too long or not text, or nothing is there;
            the history is no turns.
        :raises EmptyLibraryError: nothing has been ingested yet.
        :raises RagError: anything else, with what to do about it.
        """
        *_, answer = self.stream(question, history, where=where)
        return answer

    def stream(
        self, question: str, history: History = (), *, where: Filter = EVERYTHING
    ) -> Iterator[Answer]:
        """Growing answers, one sentence more each; the last one is complete, with its timings.

        When a chat model fails midway, the last one holds the documents' own sentences instead of
        those that came before. When a document that is being cited is replaced meanwhile, the
        answer begins anew, so that all of it comes from what is there.

        :raises: as :meth:`ask`, at the first item.
        """
        try:
            yield from self._answers(question, history, where)
        except GoneError:
            yield from self._answers(question, history, where)

    def _answers(self, question: str, history: History, where: Filter) -> Iterator[Answer]:
        """As :meth:`stream`, of one version of the library."""
        started = time.perf_counter()
        asked = question_text = check_question(question)
        check_history(history)
        named = self._scope_finder.narrow(asked, where)
        intent, chance = self._find_intent(named.question)
        requested = named if intent in ABOUT_DOCUMENTS else None
        if requested and chance >= CERTAIN:
            yield from self._answer_request(intent, question, requested, started)
            return
        answerer, chat_problem = self._answerer()
        last = find_last_answer(history, self._asks_for_answer) if intent in LENGTHS else None
        if last and isinstance(answerer, ExtractiveAnswerer):
            answerer = replace(answerer, length=LENGTHS[intent])
            question_text, history = last.question, last.history
        wanted = replace_surrogates(answerer.standalone(question_text, history))
        if wanted != asked:
            named = self._scope_finder.narrow(wanted, where)
        wanted, where = named.question, named.where
        passages = self._passage_search.search(wanted, where=where, repeats=False)
        if not passages:
            raise self._nothing_found(where)
        retrieved = time.perf_counter()
        ranked = self.ranker.rank(wanted, passages, self.library.lexical.idf)
        confidence = self.calibration.apply(ranked.confidence)
        if requested and lacks_confidence(confidence, self.settings.min_confidence):
            yield from self._answer_request(intent, question, requested, started)
            return
        answer = draft = Answer(
            question=question,
            standalone_question=wanted,
            status="abstained",
            text=ABSTENTION,
            sentences=(),
            passages=tuple(passages),
            answerer=ExtractiveAnswerer.name,
            confidence=confidence,
            notices=(notice_of_failure(chat_problem),) if chat_problem else (),
            chat_problem=chat_problem,
            scope=named.names,
            intent=intent if last else "answer",
        )
        if not last and (plan := self._tables.find(wanted, passages)):
            took = time.perf_counter() - started
            yield replace(self._tables.answer(draft, plan), timings={"total": took})
            return
        evidence = ranked.evidence
        if last and intent == "more":
            evidence = last.leave_out_shown(evidence)
        found = Found(draft, evidence, ranked.direct, history)
        for grown in answerer.answers(found):
            if answer is not draft:
                yield answer
            answer = grown
        if answer.status == "abstained":
            searched = wanted.replace(THE_DOCUMENT, "") if named.names else wanted
            answer = replace(answer, explanation=self._explain(searched, where))
        ended = time.perf_counter()
        timings = {"retrieve": retrieved - started, "answer": ended - retrieved}
        yield replace(answer, timings=timings | {"total": ended - started})

    def _asks_for_answer(self, text: str) -> bool:
        return self._find_intent(text)[0] == "answer"

    def _find_intent(self, text: str) -> tuple[Intent, float]:
        """What is asked for, and its probability; an answer with another embedding model."""
        if not self.embedder.is_bundled or NUMBERED_PART.search(text):
            return "answer", 1.0
        return IntentModel.load().find_intent(text, self.embedder.embed_words)

    def _answer_request(
        self, intent: Intent, question: str, named: Narrowed, started: float
    ) -> Iterator[Answer]:
        """Answer what is asked about the documents."""
        catalog = self.library.catalog
        documents = catalog.documents(named.where)
        if not documents:
            raise self._nothing_found(named.where)
        answerer = RequestAnswerer(catalog, self._overviews, self.settings.answer_length)
        draft = Answer(
            question=question,
            standalone_question=question,
            status="answered",
            text="",
            sentences=(),
            passages=(),
            answerer=ExtractiveAnswerer.name,
            confidence=1.0,
            scope=named.names,
            intent=intent,
        )
        for answer in answerer.answers(draft, documents):
            took = time.perf_counter() - started
            yield replace(answer, timings={"total": took})

    @cached_property
    def _scope_finder(self) -> ScopeFinder:
        return ScopeFinder(self.library.catalog)

    @cached_property
    def _overviews(self) -> OverviewMaker:
        return OverviewMaker(self.library.catalog, self.embedder.embed)

    @cached_property
    def _tables(self) -> TableAnswerer:
        embed = self.embedder.embed_words if self.embedder.is_bundled else None
        return TableAnswerer(self.library.catalog, embed)

    def varied(self, **changes: object) -> Self:
        """The same library and model, asked with other settings; open and closed as this one is.

        :param changes: settings that matter to a question, such as ``passages``, ``strict`` or
            ``min_confidence``; ``chat_model=None`` has the documents' own sentences answer.
        """
        other = copy(self)
        other._library = self.library  # noqa: SLF001 - the same class
        other.settings = Settings.model_validate(self.settings.model_dump() | changes)
        for made in _OF_SETTINGS:
            other.__dict__.pop(made, None)
        if other.settings.chat_model is None and "chat_model" in changes:
            other._given_chat_model = None  # noqa: SLF001 - the same class
        return other

    @property
    def writes_prose(self) -> bool:
        """Whether a chat model is asked to write the answers."""
        return self._given_chat_model is not None or self.settings.chat_model is not None

    def source_text(self, of: Citation | Passage | str) -> str:
        """The extracted text of a document; ``text[start:end]`` is the quote of its citation.

        :param of: a citation, a passage, or a document id.
        :raises GoneError: the document is no longer in the library.
        """
        return self.library.catalog.text(of if isinstance(of, str) else of.document_id)

    def search(
        self, question: str, *, limit: int | None = None, where: Filter = EVERYTHING
    ) -> list[Passage]:
        """The best passages for a question, best first, each said once.

        :param limit: how many at most; default: ``Settings.passages``.
        :param where: the part of the library that is searched.
        :raises: as :meth:`ask`.
        """
        search = self._passage_search
        search = search if limit is None else replace(search, limit=limit)
        passages = search.search(check_question(question), where=where, repeats=False)
        if not passages:
            raise self._nothing_found(where)
        return passages

    def documents(self) -> list[DocumentInfo]:
        """Every document of the library, oldest first."""
        return self.library.catalog.documents()

    @cached_property
    def retriever(self) -> PassageRetriever:
        """The retrieval step alone, a LangChain ``BaseRetriever``."""
        from rag.retrieval.retriever import PassageRetriever

        search = self._passage_search
        return PassageRetriever(
            library=search.library,
            embedder=search.embedder,
            limit=search.limit,
            reranker=search.reranker,
        )

    @cached_property
    def embeddings(self) -> PassageEmbeddings:
        """The embedding model alone, a LangChain ``Embeddings``."""
        from rag.retrieval.retriever import PassageEmbeddings

        return PassageEmbeddings(self.embedder)

    @cached_property
    def _passage_search(self) -> PassageSearch:
        reranker = None
        if self.settings.reranker:
            from rag.retrieval.reranker import CrossEncoderReranker

            reranker = CrossEncoderReranker(model=self.settings.reranker)
        return PassageSearch(self.library, self.embedder, self.settings.passages, reranker)

    @cached_property
    def ranker(self) -> EvidenceRanker:
        """What ranks the sentences of the passages, with the weights that are shipped."""
        return EvidenceRanker(
            EvidenceModel.load(), self.embedder.embed, self.embedder.embed_words, self.reader
        )

    @cached_property
    def judge(self) -> SupportJudge:
        """What judges whether a quote supports a sentence."""
        if self.settings.support_model:
            from rag.support.model_judge import ModelJudge

            return ModelJudge(self.settings.support_model)
        from rag.models.claim_reader import ClaimReader

        read = ClaimReader(self.settings)
        return partial(judge_support, embed_words=self.embedder.embed_words, read=read)

    def _explain(self, question: str, where: Filter) -> tuple[str, ...]:
        """What was searched for a question that the documents do not answer, and what may help."""
        catalog = self.library.catalog
        documents, everywhere = catalog.counts()[0], where == EVERYTHING
        searched = documents if everywhere else catalog.count_documents(where)
        return explain_abstention(
            question, searched, documents, self.library.lexical.has_term, everywhere=everywhere
        )

    def _nothing_found(self, where: Filter) -> RagError:
        if where == EVERYTHING or not self.library.catalog.counts()[0]:
            return EmptyLibraryError(nothing_ingested(self.settings.home))
        return QuestionError(
            "no passage of the library is in the part that was asked; `citespan list` shows the "
            "documents"
        )

    @cached_property
    def calibration(self) -> Calibration:
        """What corrects the confidence, as ``citespan calibrate`` left it in the home.

        :raises LibraryError: what is kept there cannot be used.
        """
        return Calibration.of(self.settings.home)

    def as_runnable(self) -> Runnable[RunnableInput, Answer]:
        """The whole chain as a LangChain ``Runnable``; its ``stream`` gives growing answers."""
        from rag.runnable import RagRunnable

        return RagRunnable(self)

    def _answerer(self) -> tuple[ExtractiveAnswerer | ChatAnswerer, str]:
        """What writes the answers, and why it is not the chat model that was asked for."""
        settings, catalog = self.settings, self.library.catalog
        extractive = ExtractiveAnswerer(
            catalog,
            min_confidence=settings.min_confidence,
            max_sentences=settings.max_sentences,
            length=settings.answer_length,
        )
        if not self.writes_prose:
            return extractive, ""
        try:
            chat = self.chat_model
        except ChatFailure as failure:
            return extractive, failure.what
        from rag.chat.answerer import ChatAnswerer

        return ChatAnswerer(
            chat,
            extractive,
            self.embedder.embed,
            self.judge,
            seconds=settings.chat_timeout,
            reply_tokens=min(settings.chat_reply_tokens, chat.context_tokens // 2),
            strict=settings.strict,
        ), ""

    @property
    def chat_model(self) -> ChatModel:
        """The chat model, loaded at first use.

        :raises ChatModelError: the settings name none, or none that can be used.
        :raises ChatFailure: it cannot be called now, for want of a key.
        """
        from rag.chat.models import open_chat_model, wrap_chat_model

        with self._loading:
            if self._chat_model is None:
                given = self._given_chat_model
                self._chat_model = (
                    open_chat_model(self.settings)
                    if given is None
                    else wrap_chat_model(given, self.settings)
                )
            return self._chat_model

    @property
    def library(self) -> Library:
        """The catalog and the indexes, opened at first use.

        :raises EmptyLibraryError: there is no library in the home.
        :raises EmbedderMismatchError: its vectors were made by another model.
        """
        with self._opening:
            if self._library is None:
                library = Library.of(self.settings, once=self._once)
                try:
                    library.catalog.check_embedder(self.embedder.identity)
                except BaseException:
                    library.close()
                    raise
                self._library = library
            return self._library

    def close(self) -> None:
        """Let go of the library's files; the next use opens them again."""
        with self._opening:
            if self._library is not None:
                self._library.close()
                self._library = None
            for made in (*_OF_SETTINGS, *_OF_LIBRARY):
                self.__dict__.pop(made, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
