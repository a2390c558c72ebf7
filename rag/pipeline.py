"""The way of a question through the house; `stream` is the one path, `ask` its last item."""

from __future__ import annotations

import time
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rag.answers.abstention import ABSTENTION, lacks_confidence
from rag.answers.extractive import ExtractiveAnswerer, Found
from rag.chat.failures import notice_of_failure
from rag.components import OF_SETTINGS, Components
from rag.errors import GoneError
from rag.interfaces.asynchronous import AsyncAsking
from rag.interfaces.writing import DocumentWriter
from rag.questions.checks import check_history, check_part, check_question, nothing_found
from rag.questions.last_answer import LENGTHS
from rag.questions.reading import ReadQuestion
from rag.requests.answer import RequestAnswerer
from rag.requests.finding import Request
from rag.settings import Settings
from rag.types import EVERYTHING, Answer, Citation, DocumentInfo, Filter, History, Passage

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable
    from langchain_core.tools import BaseTool

    from rag.interfaces.runnable import RunnableInput
    from rag.retrieval.retriever import PassageRetriever


class Rag(Components, AsyncAsking, DocumentWriter):
    """Questions in, cited answers out, over one library.

    Nothing is opened before the first use. May be used from several threads at once.

    :param settings: default: from ``CITESPAN_*`` environment variables.
    :param chat_model: writes the answers, instead of the one that the settings name.
    :param embeddings: makes the vectors, instead of the model that the settings name. Add documents
        by this object (:meth:`ingest`, :meth:`add_texts`), so that they get its vectors too.
    :param retriever: finds the documents that answer, in the place of a library; each question is
        answered from what it returns, with exact spans of its documents' texts.
    :param reranker: puts the best passages in order again, instead of the settings' cross-encoder.
    :param splitter: a LangChain ``TextSplitter``, at whose pieces documents are cut that are added
        by this object; spans are those of the document.
    :param prompt: a ``ChatPromptTemplate`` with ``{context}`` and ``{question}`` (or ``{input}``)
        that asks a chat model for the answer, instead of the built-in prompt.
    :param embedder: of the settings' model; one that is being loaded already saves waiting, and so
        does a ``reader``.
    :param once: this process asks one question, so that nothing is opened that pays off later.
    """

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
        request = self._requests.find(read)
        if read.intent in LENGTHS:
            request = self._requests.find_last(read)
        if request and request.certain:
            yield from self._answer_request(read, request, started)
            return
        answerer, chat_problem = self._answerer()
        last, asked = read.last, read
        if last and isinstance(answerer, ExtractiveAnswerer):
            answerer = replace(answerer, length=LENGTHS[read.intent])
            asked = read.ask_last_again()
        asked = self._question_reader.make_standalone(asked, answerer.standalone, where)
        scopes = self._question_reader.scope_finder
        found = self._evidence_finder.find(scopes.narrow_to_conclusions(asked.scope))
        confidence, scope = found.confidence, found.scope
        if request and lacks_confidence(confidence, self.settings.min_confidence):
            yield from self._answer_request(read, request, started)
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
        direct = found.ranked.direct if evidence[:1] == found.ranked.evidence[:1] else 0.0
        shown = Found(draft, evidence, direct, asked.history, parts, found.missing, found.further)
        for grown in answerer.answers(shown):
            if answer is not draft:
                yield answer
            answer = grown
        if answer.status == "abstained":
            answer = replace(answer, explanation=self._evidence_finder.explain(found))
        ended = time.perf_counter()
        timings = {"retrieve": found.retrieved - started, "answer": ended - found.retrieved}
        yield replace(answer, timings=timings | {"total": ended - started})

    def _answer_request(
        self, read: ReadQuestion, request: Request, started: float
    ) -> Iterator[Answer]:
        """Answer what is asked about the documents."""
        catalog = self.library.catalog
        documents = catalog.documents(request.scope.where)
        if not documents:
            raise nothing_found(self.library, request.scope.where)
        length = LENGTHS.get(read.intent, self.settings.answer_length)
        writer, chat_problem = self._overview_writer(request)
        answerer = RequestAnswerer(catalog, self._overviews, length, writer)
        draft = Answer(
            question=read.asked,
            standalone_question=read.asked,
            status="answered",
            text="",
            sentences=(),
            passages=(),
            answerer=ExtractiveAnswerer.name,
            confidence=1.0,
            notices=(notice_of_failure(chat_problem),) if chat_problem else (),
            chat_problem=chat_problem,
            scope=request.scope.names,
            intent=read.intent if read.intent in LENGTHS else request.intent,
        )
        for answer in answerer.answers(draft, request, documents):
            took = time.perf_counter() - started
            yield replace(answer, timings={"total": took})

    def varied(self, **changes: object) -> Self:
        """The same library and model, asked with other settings; open and closed as this one is.

        :param changes: settings that matter to a question, such as ``passages``, ``strict`` or
            ``min_confidence``; ``chat_model=None`` has the documents' own sentences answer.
        """
        other = copy(self)
        other._library = self.library  # noqa: SLF001 - the same class
        other.settings = Settings.model_validate(self.settings.model_dump() | changes)
        for made in OF_SETTINGS:
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
    def retriever(self) -> PassageRetriever:
        """The retrieval step alone, a LangChain ``BaseRetriever``."""
        return self.as_retriever()

    @property
    def chroma_folder(self) -> Path:
        """The folder of the Chroma collection ``chunks``, for programs that read it.

        :raises LibraryError: the collection is on a server.
        """
        return self.library.chroma_folder
