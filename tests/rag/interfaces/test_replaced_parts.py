"""LangChain's parts in the place of citespan's own: embeddings, retriever, reranker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_text_splitters import CharacterTextSplitter, RecursiveCharacterTextSplitter
from pydantic import Field

from rag import Embedder, EmbedderMismatchError, Filter, ModelError, Rag, Settings

if TYPE_CHECKING:
    from langchain_core.callbacks import Callbacks

LEASE = "The lease of the mill ends on 3 May 2031. It costs 900 euros a month."
HARBOUR = "The harbour of Ystad was built in 1866. Its crane lifts forty tonnes."
CRANE = "How much does the crane of the harbour lift?"


class HashedWords(Embeddings):
    """Texts as the counts of their hashed words; not of unit length."""

    def __init__(self, model: str = "words-1") -> None:
        self.model = model
        self.asked: list[str] = []
        self.stored: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.stored += texts
        return [self._count(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        return self._count(text)

    def _count(self, text: str) -> list[float]:
        counts = np.zeros(64)
        for word in text.lower().split():
            counts[int(hashlib.sha256(word.strip(".?").encode()).hexdigest(), 16) % 64] += 3
        return [float(count) for count in counts]


class Fixed(BaseRetriever):
    """Returns these documents for every question."""

    documents: list[Document]
    asked: list[str] = Field(default_factory=list)

    def _get_relevant_documents(self, query: str, *, run_manager: object) -> list[Document]:
        self.asked.append(query)
        return self.documents


class Reversed(BaseDocumentCompressor):
    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks = None
    ) -> Sequence[Document]:
        return list(reversed(documents))


@pytest.fixture
def words() -> HashedWords:
    return HashedWords()


@pytest.fixture
def bot(words: HashedWords) -> Iterator[Rag]:
    with Rag(Settings(), embeddings=words) as rag:
        yield rag


def test_langchain_embeddings_make_the_vectors_of_passages_and_questions(
    bot: Rag, words: HashedWords, tmp_path: Path
) -> None:
    (tmp_path / "lease.txt").write_text(LEASE)
    bot.ingest(tmp_path / "lease.txt")
    bot.add_texts([HARBOUR])
    assert any("forty tonnes" in text for text in words.stored)
    [best, *_] = bot.search(CRANE)
    assert CRANE in words.asked
    assert best.cosine is not None
    assert 0.2 < best.cosine <= 1
    assert "forty tonnes" in bot.ask(CRANE).text
    _, vectors = bot.library.catalog.vectors()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_vectors_of_another_model_are_refused(bot: Rag) -> None:
    bot.add_texts([HARBOUR])
    with pytest.raises(EmbedderMismatchError, match=r"HashedWords@words-1, not .*words-2"):
        Rag(bot.settings, embeddings=HashedWords("words-2")).ask(CRANE)
    with pytest.raises(EmbedderMismatchError):
        Rag(bot.settings).ask(CRANE)


def test_a_model_that_fails_says_so(bot: Rag, words: HashedWords) -> None:
    def fail(_: object) -> None:
        raise ConnectionError("no route")

    words.embed_documents = fail  # type: ignore[method-assign, assignment]
    with pytest.raises(ModelError, match="HashedWords fails: no route"):
        bot.add_texts([HARBOUR])


def test_a_retriever_from_outside_is_cited_in_its_own_documents(embedder: Embedder) -> None:
    given = [
        Document(id="h", page_content=HARBOUR, metadata={"source": "ystad.pdf", "x": object()}),
        Document(page_content=LEASE, metadata={"source": "lease.pdf"}),
        Document(page_content="  "),
    ]
    retriever = Fixed(documents=given)
    with Rag(retriever=retriever, embedder=embedder) as bot:
        answer = bot.ask(CRANE)
        [citation] = [each for each in answer.citations if "forty tonnes" in each.quote]
        assert HARBOUR[citation.start : citation.end] == citation.quote
        assert citation.metadata == {"source": "ystad.pdf", "id": "h"}
        assert retriever.asked == [CRANE]
        red = Filter(metadata={"source": "lease.pdf"})
        assert [p.metadata["source"] for p in bot.search("mill", where=red)] == ["lease.pdf"]
        retriever.documents = []
        assert bot.ask("Who sang?").status == "abstained"
        assert not Settings().home.exists()


def test_what_a_retriever_no_longer_finds_answers_nothing(embedder: Embedder) -> None:
    retriever = Fixed(documents=[Document(page_content=HARBOUR)])
    with Rag(retriever=retriever, embedder=embedder) as bot:
        assert bot.ask(CRANE).status == "answered"
        retriever.documents = [Document(page_content=LEASE)]
        assert {p.text for p in bot.ask(CRANE).passages} == {LEASE}


def test_a_reranker_puts_the_passages_in_its_order(seeds_home: Path, embedder: Embedder) -> None:
    question = "Which markers help identify cancer stem cells?"
    settings = Settings(home=seeds_home, passages=32)
    with (
        Rag(settings, embedder=embedder) as plain,
        Rag(settings, embedder=embedder, reranker=Reversed()) as bot,
    ):
        last = plain.search(question, limit=32)[-1]
        assert bot.search(question, limit=32)[0].chunk_id == last.chunk_id


def test_documents_are_cut_where_a_splitter_cuts_them(embedder: Embedder, tmp_path: Path) -> None:
    text = f"# Ystad\n\n{HARBOUR}\n\n## Mill\n\n{LEASE}\n"
    (tmp_path / "ystad.md").write_text(text)
    lines = CharacterTextSplitter(separator="\n\n", chunk_size=60, chunk_overlap=0)
    with Rag(Settings(), embedder=embedder, splitter=lines) as bot:
        assert bot.ingest(tmp_path).added
        answer = bot.ask(CRANE)
        assert "forty tonnes" in answer.text
        for cited in answer.citations:
            assert bot.source_text(cited)[cited.start : cited.end] == cited.quote
        [found, *_] = bot.search(CRANE)
        assert found.text == f"{HARBOUR}\n\n"
        assert bot.source_text(found)[found.start : found.end] == found.text
        assert bot.ingest(tmp_path).unchanged
        [named] = bot.add_texts([f"{LEASE}\n\n{HARBOUR}"])
        given = [each.text for each in bot.search(CRANE, limit=9) if each.source == named]
        assert sorted(given) == sorted([f"{LEASE}\n\n", HARBOUR])
    words = RecursiveCharacterTextSplitter(chunk_size=30, chunk_overlap=10)
    with Rag(Settings(), embedder=embedder, splitter=words) as bot:
        assert bot.ingest(tmp_path).changed
        sizes = [len(each.text) for each in bot.search(CRANE, limit=9) if each.source != named]
        assert 0 < max(sizes) <= 32
    with Rag(Settings(), embedder=embedder) as bot:
        assert bot.ingest(tmp_path).changed


def test_a_document_that_a_splitter_changes_is_named_and_the_others_go_in(
    embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(HARBOUR)
    (tmp_path / "b.txt").write_text("Straße: " + LEASE)

    class Folding(CharacterTextSplitter):
        def split_text(self, text: str) -> list[str]:
            return [text.replace("ß", "ss")]

    with Rag(Settings(), embedder=embedder, splitter=Folding()) as bot:
        report = bot.ingest(tmp_path)
        assert report.added == (str(tmp_path / "a.txt"),)
        [(name, why)] = report.failed
        assert name.endswith("b.txt")
        assert "Folding returns “Strasse: The lease" in why


def test_what_is_no_splitter_or_prompt_is_told_first() -> None:
    with pytest.raises(TypeError, match="str has not"):
        Rag(splitter="lines")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a prompt is a ChatPromptTemplate, not str"):
        Rag(prompt="Answer {question} from {context}")  # type: ignore[arg-type]
    for wrong, why in [
        ("{context}", "and {question} or {input}"),
        ("{question}", "has the variables {context}"),
        ("{context} {input} {tone}", "variable {tone} is not known"),
    ]:
        with pytest.raises(ValueError, match=why):
            Rag(prompt=ChatPromptTemplate.from_template(wrong))


def test_an_answer_to_a_prompt_of_ones_own_is_cited_and_judged(embedder: Embedder) -> None:
    said = "The crane lifts forty tonnes. It was painted red in 1999."
    model = GenericFakeChatModel(messages=iter([AIMessage(said)]))
    prompt = ChatPromptTemplate.from_messages(
        [("system", "You are {role}. Earlier: {history}"), ("human", "{context}\n\nNow: {input}")]
    ).partial(role="a harbour master")
    with Rag(Settings(), embedder=embedder, chat_model=model, prompt=prompt) as bot:
        [id_] = bot.add_texts([HARBOUR])
        answer = bot.ask(CRANE)
        assert answer.answerer.startswith("chat:")
        first, second = answer.sentences
        assert [each.quote for each in first.citations] == ["Its crane lifts forty tonnes."]
        for citation in answer.citations:
            assert HARBOUR[citation.start : citation.end] == citation.quote
            assert citation.source == id_
        assert first.support is not None
        assert first.support.verdict == "supported"
        assert second.support is None or second.support.verdict != "supported"
