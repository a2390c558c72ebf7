"""Other programs find the same passages in the same Chroma collection."""

from __future__ import annotations

from collections.abc import Iterator

import chromadb
import pytest
from chromadb.config import Settings as ChromaSettings

from rag import Embedder, Rag, Settings

LEASE = "The lease of the mill ends on 3 May 2031. It costs 900 euros a month."
HARBOUR = "The harbour of Ystad was built in 1866. Its crane lifts forty tonnes."
CRANE = "How much does the crane of the harbour lift?"


@pytest.fixture
def bot(embedder: Embedder) -> Iterator[Rag]:
    with Rag(Settings(), embedder=embedder) as rag:
        yield rag


def test_a_plain_client_finds_the_passages_with_text_and_metadata(bot: Rag) -> None:
    told = {"team": "red", "year": 1866, "source": "ystad.pdf", "tags": ["port"], "page": 3}
    bot.add_texts([LEASE, HARBOUR], [{"team": "blue"}, told])
    [best, *_] = bot.search(CRANE)
    [vector] = [bot.embeddings.embed_query(CRANE)]
    folder = bot.chroma_folder
    bot.close()
    client = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
    collection = client.get_collection("chunks", embedding_function=None)
    # as langchain_chroma.Chroma asks: documents, metadatas and distances, by a filter on metadata
    found = collection.query(query_embeddings=[vector], n_results=2)
    assert found["ids"][0][0] == best.chunk_id
    assert found["documents"][0] == [HARBOUR, LEASE]
    metadata = found["metadatas"][0][0]
    assert {key: metadata[key] for key in ("team", "year", "source")} == {
        "team": "red", "year": 1866, "source": "ystad.pdf"
    }  # fmt: skip
    whole = bot.source_text(metadata["document_id"])
    assert whole[metadata["start"] : metadata["end"]] == found["documents"][0][0]
    filtered = collection.query(query_embeddings=[vector], n_results=2, where={"team": "blue"})
    assert filtered["documents"] == [[LEASE]]
    client.close()


def test_a_document_that_lost_its_first_name_has_the_next_one_there(bot: Rag) -> None:
    bot.add_texts([LEASE, LEASE], ids=["first", "second"])
    collection = bot.library.vector_index
    names = [part._open_collection().get()["metadatas"] for part in collection.open_parts()]
    assert [each["source"] for part in names for each in part] == ["first"]
    bot.delete("first")
    names = [part._open_collection().get()["metadatas"] for part in collection.open_parts()]
    assert [each["source"] for part in names for each in part] == ["second"]
