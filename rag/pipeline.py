"""The way of a question through the house; `stream` is the one path, `ask` its last item."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rag.answers.abstention import (
    ABSTENTION,
    explain_abstention,
    explain_languages,
    lacks_confidence,
)
from rag.answers.calibration import Calibration
from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import UNREAD_WEIGHTS, EvidenceModel
from rag.answers.extractive import ExtractiveAnswerer, Found
from rag.answers.finding import EvidenceFinder, Findings
from rag.chat.failures import ChatFailure, notice_of_failure
from rag.errors import GoneError
from rag.interfaces.asynchronous import AsyncAsking
from rag.interfaces.writing import DocumentWriter
from rag.languages.identify import identify_language
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.models.loading import share
from rag.models.reader import Reader
from rag.questions.checks import check_history, check_part, check_question, nothing_found
from rag.questions.last_answer import LENGTHS
from rag.questions.reading import QuestionReader, ReadQuestion
from rag.questions.scope import THE_DOCUMENT
from rag.records.answer import TableAnswerer
from rag.requests.answer import ABOUT_DOCUMENTS, CERTAIN, RequestAnswerer
from rag.requests.mentions import Mentions, find_asked_words, find_mentions
from rag.requests.overview import OverviewMaker
from rag.requests.sections import Section, find_sections
from rag.retrieval.search import PassageSearch
from rag.settings import Settings
from rag.support.judge import SupportJudge, judge_support
from rag.types import EVERYTHING, Answer, Citation, DocumentInfo, Filter, History, Passage

if TYPE_CHECKING:
    from langchain_core.documents import BaseDocumentCompressor
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable
    from langchain_core.tools import BaseTool

    from rag.chat.answerer import ChatAnswerer
    from rag.chat.models import ChatModel
    from rag.interfaces.outside import OutsidePassages
    from rag.interfaces.runnable import RunnableInput
    from rag.retrieval.retriever import PassageEmbeddings, PassageRetriever

_FOR_CHAT = 24
"""Passages for a chat model's prompt, as far as they fit: eight hold 31 of 51 facts that questions
on papers need, twenty-four 47."""
_TOLD_BY = 3
"""Passages that tell the language of the documents."""
_OF_SETTINGS = ("_evidence_finder", "_passage_search", "judge", "retriever")
"""Parts of a :class:`Rag` that are made of its settings and its library."""
_OF_LIBRARY = ("_question_reader", "_overviews", "_tables", "calibration")


class Rag(AsyncAsking, DocumentWriter):
    """Questions in, cited answers out, over one library.

    Nothing is opened before the first use. May be used from several threads at once.

    :param settings: default: from ``CITESPAN_*`` environment variables.
    :param chat_model: writes the answers, instead of the one that the settings name.
    :param embeddings: makes the vectors, instead of the model that the settings name. Add documents
        by this object (:meth:`ingest`, :meth:`add_texts`), so that they get its vectors too.
    :param retriever: finds the documents that answer, in the place of a library; each question is
        answered from what it returns, with exact spans of its documents' texts.
    :param reranker: puts the best passages in order again, instead of the settings' cross-encoder.
    :param embedder: of the settings' model; one that is being loaded already saves waiting, and so
        does a ``reader``.
    :param once: this process asks one question, so that nothing is opened that pays off later.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        chat_model: BaseChatModel | None = None,
        embeddings: Embeddings | None = None,
        retriever: BaseRetriever | None = None,
        reranker: BaseDocumentCompressor | None = None,
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
        self._reranker = reranker
        if embeddings is not None:
            from rag.interfaces.langchain_embedder import LangChainEmbedder

            embedder = LangChainEmbedder(embeddings, self.settings)
        self.embedder = embedder or share(Embedder, self.settings)
        self._outside: OutsidePassages | None = None
        if retriever is not None:
            from rag.interfaces.outside import OutsidePassages

            self._outside = OutsidePassages(retriever, self.settings, self.embedder)
            self.settings = self._outside.settings
        self.reader = reader or share(Reader, self.settings)
        self._opening = threading.Lock()
        self._loading = threading.Lock()
        self._library: Library | None = None
        self._chat_model: ChatModel | None = None

    def ask(self, question: str, history: History = (), *, where: Filter = EVERYTHING) -> Answer:
        """The whole answer.

        :param history: earlier turns, oldest first, each ``(question, answer text)``; only the
            newest fifty are read.
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
        if self._outside is not None:
            check_question(question)
            check_history(history)
            inside = self._outside.fetch(question, history, where)
            if inside is None:
                yield self._outside.refuse(question)
                return
            where = inside
        try:
            yield from self._answers(question, history, where)
        except GoneError:
            yield from self._answers(question, history, where)

    def _answers(self, question: str, history: History, where: Filter) -> Iterator[Answer]:
        """As :meth:`stream`, of one version of the library."""
        started = time.perf_counter()
        check_question(question)  # before the library is opened
        read = self._question_reader.read(question, history, where)
        if sections := find_sections(self.library.catalog, read.scope.question, read.scope.where):
            yield from self._answer_request(replace(read, intent="overview"), started, sections)
            return
        if words := find_asked_words(read.scope.question):
            found_words = find_mentions(self.library, words, read.scope.where)
            read = replace(read, intent="documents")
            yield from self._answer_request(read, started, mentions=found_words)
            return
        requested = read.intent in ABOUT_DOCUMENTS
        if requested and read.chance >= CERTAIN:
            yield from self._answer_request(read, started)
            return
        answerer, chat_problem = self._answerer()
        last, asked = read.last, read
        if last and isinstance(answerer, ExtractiveAnswerer):
            answerer = replace(answerer, length=LENGTHS[read.intent])
            asked = read.ask_last_again()
        asked = self._question_reader.make_standalone(asked, answerer.standalone, where)
        found = self._evidence_finder.find(asked.scope)
        confidence, scope = found.confidence, found.scope
        if requested and lacks_confidence(confidence, self.settings.min_confidence):
            yield from self._answer_request(read, started)
            return
        answer = draft = Answer(
            question=question,
            standalone_question=scope.question,
            status="abstained",
            text=ABSTENTION,
            sentences=(),
            passages=tuple(found.passages),
            answerer=ExtractiveAnswerer.name,
            confidence=confidence,
            notices=(notice_of_failure(chat_problem),) if chat_problem else (),
            chat_problem=chat_problem,
            scope=scope.names,
            intent=read.intent if last else "answer",
        )
        if not last and (plan := self._tables.find(found.scope.question, found.passages)):
            took = time.perf_counter() - started
            told = self._tables.answer(draft, plan, self.settings.max_sentences)
            yield replace(told, timings={"total": took})
            return
        evidence = found.ranked.evidence
        if last and read.intent == "more":
            evidence = [each for each in evidence if not last.shows(each.text)]
        parts = [(part.scope.question, part.ranked.evidence) for part in found.parts if not last]
        shown = Found(
            draft, evidence, found.ranked.direct, asked.history, parts, found.missing, found.further
        )
        for grown in answerer.answers(shown):
            if answer is not draft:
                yield answer
            answer = grown
        if answer.status == "abstained":
            answer = replace(answer, explanation=self._explain(found))
        ended = time.perf_counter()
        timings = {"retrieve": found.retrieved - started, "answer": ended - found.retrieved}
        yield replace(answer, timings=timings | {"total": ended - started})

    def _answer_request(
        self,
        read: ReadQuestion,
        started: float,
        sections: Sequence[Section] = (),
        mentions: Mentions | None = None,
    ) -> Iterator[Answer]:
        """Answer what is asked about the documents."""
        catalog = self.library.catalog
        documents = catalog.documents(read.scope.where)
        if not documents:
            raise nothing_found(self.library, read.scope.where)
        length = self.settings.answer_length
        answerer = RequestAnswerer(catalog, self._overviews, length, sections, mentions)
        draft = Answer(
            question=read.asked,
            standalone_question=read.asked,
            status="answered",
            text="",
            sentences=(),
            passages=(),
            answerer=ExtractiveAnswerer.name,
            confidence=1.0,
            scope=read.scope.names,
            intent=read.intent,
        )
        for answer in answerer.answers(draft, documents):
            took = time.perf_counter() - started
            yield replace(answer, timings={"total": took})

    @cached_property
    def _evidence_finder(self) -> EvidenceFinder:
        least = self.settings.min_confidence
        most_read = self.settings.passages
        limit = max(most_read, _FOR_CHAT if self.writes_prose else 0)
        search = replace(self._passage_search, limit=limit)
        return EvidenceFinder(self.library, search, self.ranker, self.calibration, least, most_read)

    @cached_property
    def _question_reader(self) -> QuestionReader:
        return QuestionReader(self.library.catalog, self.embedder)

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

    def suggest(
        self, answer: Answer, history: History = (), *, where: Filter = EVERYTHING
    ) -> tuple[str, ...]:
        """Suggest up to three questions to ask after an answer; no chat model is asked.

        They are about what stands around the passages that it cites, or that are nearest when it is
        an abstention. Each was asked, and the library answers it.

        :param history: the turns before, whose questions are not suggested.
        :param where: the part of the library that is asked.
        :raises GoneError: a document that it cites is no longer in the library.
        """
        from rag.suggestions.suggest import Suggester

        asked = [question for question, _ in check_history(history)]
        plain = self.varied(chat_model=None, answer_length="normal")
        ask = partial(plain.ask, where=where)
        return Suggester(self.library.catalog, ask).suggest(answer, asked)

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
        if self._outside is not None:
            inside = self._outside.fetch(check_question(question), (), where)
            if inside is None:
                return []
            where = inside
        check_part(self.library.catalog, where)
        search = self._passage_search
        search = search if limit is None else replace(search, limit=limit)
        passages = search.search(check_question(question), where=where, repeats=False)
        if not passages:
            raise nothing_found(self.library, where)
        return passages

    def documents(self) -> list[DocumentInfo]:
        """Every document of the library, oldest first."""
        return self.library.catalog.documents()

    @cached_property
    def retriever(self) -> PassageRetriever:
        """The retrieval step alone, a LangChain ``BaseRetriever``."""
        return self.as_retriever()

    def as_retriever(self, **search_kwargs: Any) -> PassageRetriever:
        """The retrieval step alone, as LangChain's vector stores give it.

        :param search_kwargs: ``k``, how many passages; ``filter``, a :class:`rag.Filter` or
            conditions on metadata; or both in ``search_kwargs={…}``.
        """
        from rag.retrieval.retriever import PassageRetriever

        search = self._passage_search
        return PassageRetriever(
            library=search.library,
            embedder=search.embedder,
            limit=search.limit,
            reranker=search.reranker,
            search_kwargs=search_kwargs.pop("search_kwargs", {}) | search_kwargs,
        )

    @property
    def chroma_folder(self) -> Path:
        """The folder of the Chroma collection ``chunks``, for programs that read it.

        :raises LibraryError: the collection is on a server.
        """
        return self.library.chroma_folder

    @cached_property
    def embeddings(self) -> PassageEmbeddings:
        """The embedding model alone, a LangChain ``Embeddings``."""
        from rag.retrieval.retriever import PassageEmbeddings

        return PassageEmbeddings(self.embedder)

    @cached_property
    def _passage_search(self) -> PassageSearch:
        reranker = self._reranker
        if reranker is None and self.settings.reranker:
            from rag.retrieval.reranker import CrossEncoderReranker

            reranker = CrossEncoderReranker(model=self.settings.reranker)
        return PassageSearch(self.library, self.embedder, self.settings.passages, reranker)

    @cached_property
    def ranker(self) -> EvidenceRanker:
        """What ranks the sentences of the passages, with the weights that are shipped."""
        return EvidenceRanker(
            EvidenceModel.load(),
            self.embedder.embed,
            self.embedder.embed_words,
            self.reader,
            EvidenceModel.load(UNREAD_WEIGHTS),
            self._is_fitted_for,
        )

    def _is_fitted_for(self, text: str) -> bool:
        """Whether the weights were fitted for the embedding model and the language of a text."""
        return self.embedder.is_bundled and self.embedder.reads(identify_language(text))

    @cached_property
    def judge(self) -> SupportJudge:
        """What judges whether a quote supports a sentence."""
        if self.settings.support_model:
            from rag.support.model_judge import ModelJudge

            return ModelJudge(self.settings.support_model)
        from rag.models.claim_reader import ClaimReader

        read = share(ClaimReader, self.settings)
        return partial(judge_support, embed_words=self.embedder.embed_words, read=read)

    def _explain(self, found: Findings) -> tuple[str, ...]:
        """What was searched for a question that the documents do not answer, and what may help."""
        scope, catalog = found.scope, self.library.catalog
        where = scope.where
        question = scope.question.replace(THE_DOCUMENT, "") if scope.names else scope.question
        documents, everywhere = catalog.counts()[0], where == EVERYTHING
        searched = documents if everywhere else catalog.count_documents(where)
        return explain_abstention(
            question,
            searched,
            documents,
            self.library.lexical.has_term,
            everywhere=everywhere,
            languages=explain_languages(
                question,
                [passage.text for passage in found.passages[:_TOLD_BY]],
                self.embedder.languages,
            ),
        )

    @cached_property
    def calibration(self) -> Calibration:
        """What corrects the confidence, as ``citespan calibrate`` left it in the home.

        :raises LibraryError: what is kept there cannot be used.
        """
        return Calibration.of(self.settings.home)

    def as_runnable(self) -> Runnable[RunnableInput, Answer]:
        """The whole chain as a LangChain ``Runnable``; its ``stream`` gives growing answers."""
        from rag.interfaces.runnable import RagRunnable

        return RagRunnable(self)

    def as_tool(self, name: str = "ask_documents", description: str = "") -> BaseTool:
        """The whole chain as a LangChain tool; the :class:`rag.Answer` is its artifact.

        :param description: what the model is told of it; default: that it asks documents.
        """
        from rag.interfaces.runnable import make_tool

        return make_tool(self, name, description)

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
            rules=settings.chat_rules,
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
