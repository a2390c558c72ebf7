"""What a :class:`rag.Rag` is made of, each opened or loaded at its first use."""

from __future__ import annotations

import threading
from copy import copy
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.answers.calibration import Calibration
from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import UNREAD_WEIGHTS, EvidenceModel
from rag.answers.extractive import ExtractiveAnswerer
from rag.answers.finding import EvidenceFinder
from rag.chat.failures import ChatFailure
from rag.errors import LibraryError
from rag.interfaces.writing import TextSplitter, check_splitter
from rag.languages.identify import identify_language
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.models.loading import share
from rag.models.reader import Reader
from rag.questions.reading import QuestionReader
from rag.records.answer import TableAnswerer
from rag.requests.comparison import Comparer
from rag.requests.finding import Request, RequestFinder
from rag.requests.overview import OverviewMaker
from rag.retrieval.search import PassageSearch
from rag.settings import Settings
from rag.support.judge import SupportJudge, judge_support

if TYPE_CHECKING:
    from langchain_core.documents import BaseDocumentCompressor
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.retrievers import BaseRetriever

    from rag.chat.answerer import ChatAnswerer
    from rag.chat.models import ChatModel
    from rag.chat.prompt import OwnPrompt
    from rag.interfaces.outside import OutsidePassages
    from rag.requests.prose import OverviewWriter
    from rag.retrieval.retriever import PassageEmbeddings

_FOR_CHAT = 3
"""Times as many passages are for a chat model's prompt, as far as they fit: eight hold 31 of 51
facts that questions on papers need, twenty-four 47."""
OF_SETTINGS = ("_evidence_finder", "_passage_search", "_requests", "judge")
"""Parts that are made of its settings and its library."""
_OF_LIBRARY = ("_question_reader", "_overviews", "_tables", "calibration")


class Components:
    """The library, the models and what uses them; nothing is opened before the first use."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        chat_model: BaseChatModel | None = None,
        embeddings: Embeddings | None = None,
        retriever: BaseRetriever | None = None,
        reranker: BaseDocumentCompressor | None = None,
        splitter: TextSplitter | None = None,
        prompt: ChatPromptTemplate | None = None,
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
        if splitter is not None:
            check_splitter(splitter)
        self.splitter = splitter
        self._own_prompt: OwnPrompt | None = None
        if prompt is not None:
            from rag.chat.prompt import OwnPrompt

            self._own_prompt = OwnPrompt(prompt)
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

    @property
    def writes_prose(self) -> bool:
        """Whether a chat model is asked to write the answers."""
        return self._given_chat_model is not None or self.settings.chat_model is not None

    @property
    def has_retriever(self) -> bool:
        """Whether a retriever from outside finds the passages, in the place of a library."""
        return self._outside is not None

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
            for made in (*OF_SETTINGS, *_OF_LIBRARY):
                self.__dict__.pop(made, None)

    def moved(self, home: Path) -> Self:
        """The same settings, models and parts over a library of its own in another home.

        :raises LibraryError: a retriever from outside has taken the place of the library.
        """
        if self.has_retriever:
            raise LibraryError("what answers from a retriever has no library in a home")
        own = {"home": home, "catalog": None, "chroma": None}
        other = copy(self)
        other.settings = self.settings.model_copy(update=own)
        other._opening, other._library = threading.Lock(), None  # noqa: SLF001 - the same class
        for made in (*OF_SETTINGS, *_OF_LIBRARY):
            other.__dict__.pop(made, None)
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @cached_property
    def _evidence_finder(self) -> EvidenceFinder:
        least = self.settings.min_confidence
        most_read = self.settings.passages
        limit = most_read * (_FOR_CHAT if self.writes_prose else 1)
        search = replace(self._passage_search, limit=limit)
        return EvidenceFinder(self.library, search, self.ranker, self.calibration, least, most_read)

    @cached_property
    def _question_reader(self) -> QuestionReader:
        return QuestionReader(self.library.catalog, self.embedder)

    @cached_property
    def _requests(self) -> RequestFinder:
        comparer = Comparer(
            self._evidence_finder, self._overviews, self.embedder.embed, self.settings.answer_length
        )
        things = not self.writes_prose
        return RequestFinder(self.library, self._question_reader, comparer, compares_things=things)

    @cached_property
    def _overviews(self) -> OverviewMaker:
        return OverviewMaker(self.library.catalog, self.embedder.embed)

    @cached_property
    def _tables(self) -> TableAnswerer:
        embed = self.embedder.embed_words if self.embedder.is_bundled else None
        return TableAnswerer(self.library.catalog, embed)

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

    @cached_property
    def calibration(self) -> Calibration:
        """What corrects the confidence, as ``citespan calibrate`` left it in the home.

        :raises LibraryError: what is kept there cannot be used.
        """
        return Calibration.of(self.settings.home)

    def _overview_writer(self, request: Request) -> tuple[OverviewWriter | None, str]:
        """What writes overviews, if a chat model does; and why it does not, where it was to."""
        if request.intent != "overview" or not self.writes_prose:
            return None, ""
        answerer, problem = self._answerer()
        if isinstance(answerer, ExtractiveAnswerer):
            return None, problem
        from rag.requests.prose import OverviewWriter

        return OverviewWriter(answerer), ""

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
            own_prompt=self._own_prompt,
        ), ""
