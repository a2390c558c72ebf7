"""The reranker: off by default, any cross-encoder from a folder, any LangChain compressor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import BaseDocumentCompressor, Document

from rag import ModelError, Rag, Settings
from rag.retrieval.reranker import CrossEncoderReranker

QUESTION = "Which markers help identify cancer stem cells?"


def tiny_cross_encoder(folder: Path, outputs: int = 1) -> Path:
    """A cross-encoder of a few thousand random weights, saved as the library saves one."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz"]
    words += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (raw / "vocab.txt").write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        num_labels=outputs,
    )
    BertForSequenceClassification(config).save_pretrained(raw)
    BertTokenizerFast(str(raw / "vocab.txt")).save_pretrained(raw)
    saved = folder / "cross-encoder"
    CrossEncoder(str(raw), max_length=64, local_files_only=True).save_pretrained(str(saved))
    return saved


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder(tmp_path_factory.mktemp("model"))


class Reversing(BaseDocumentCompressor):
    """Turns the order round and drops what it is told to."""

    dropped: str = ""

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Any = None
    ) -> list[Document]:
        return [d for d in reversed(documents) if d.metadata["chunk_id"] != self.dropped]


def test_no_reranker_is_used_unless_one_is_named(bot: Rag) -> None:
    assert Settings().reranker is None
    assert Settings(reranker=" ").reranker is None
    assert bot.retriever.reranker is None


def test_documents_come_in_the_order_of_the_scores(model: Path) -> None:
    documents = [Document(text, metadata={"n": n}) for n, text in enumerate(["ab", "cells", "x y"])]
    reranker = CrossEncoderReranker(model=str(model))
    ranked = reranker.compress_documents(documents, "stem cells")
    scores = [document.metadata["relevance_score"] for document in ranked]
    assert scores == sorted(scores, reverse=True)
    assert sorted(document.metadata["n"] for document in ranked) == [0, 1, 2]
    assert "relevance_score" not in documents[0].metadata
    assert reranker.compress_documents([], "stem cells") == []


def test_a_named_cross_encoder_orders_the_passages_of_an_answer(
    seeds_home: Path, bot: Rag, model: Path
) -> None:
    with Rag(Settings(home=seeds_home, reranker=str(model))) as reranking:
        passages = reranking.ask(QUESTION).passages
        pool = reranking.retriever.model_copy(update={"limit": 32, "reranker": None})
        documents = pool.invoke(QUESTION)
    expected = CrossEncoderReranker(model=str(model)).compress_documents(documents, QUESTION)
    assert [p.chunk_id for p in passages] == [
        document.metadata["chunk_id"] for document in expected[: len(passages)]
    ]
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)


def test_any_langchain_compressor_may_reorder_and_drop(bot: Rag) -> None:
    plain = bot.retriever.model_copy(update={"limit": 32}).search(QUESTION)[:32]
    dropped = plain[-1].chunk_id
    retriever = bot.retriever.model_copy(
        update={"limit": 32, "reranker": Reversing(dropped=dropped)}
    )
    turned = retriever.search(QUESTION)
    assert [p.chunk_id for p in turned] == [p.chunk_id for p in reversed(plain[:-1])]
    assert [p.score for p in turned] == [p.score for p in plain[:-1]]


def test_a_folder_without_a_cross_encoder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        CrossEncoderReranker(model=str(tmp_path)).compress_documents([Document("a")], "b")


def test_a_model_with_several_outputs_is_explained(tmp_path: Path) -> None:
    saved = tiny_cross_encoder(tmp_path, outputs=3)
    with pytest.raises(ModelError, match="one output"):
        CrossEncoderReranker(model=str(saved)).compress_documents([Document("a")], "b")
