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
from langchain_core.retrievers import BaseRetriever
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
