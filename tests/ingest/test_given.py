"""Texts, LangChain documents and bytes go into the library as files do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest
from chromadb.config import Settings as ChromaSettings
from craft import pdf, words
from langchain_chroma import Chroma
from langchain_core.documents import Document

from ingest import add_bytes, add_texts, ingest
from rag import Embedder, Filter, QuestionError, Rag, Settings

LEASE = (
    "# Lease\r\n\r\nThe lease of the mill ends on 3 May 2031.\r\n\r\nIt costs 900 euros a month."
)
HARBOUR = "The harbour of Ystad was built in 1866. Its crane lifts forty tonnes."


@pytest.fixture
def bot(embedder: Embedder) -> Iterator[Rag]:
    with Rag(Settings(), embedder=embedder) as rag:
        yield rag


def test_spans_are_those_of_the_text_that_was_given(bot: Rag) -> None:
    [id_] = bot.add_texts([LEASE], [{"title": "Mill", "team": "red"}], ids=["lease-7"])
    assert id_ == "lease-7"
    citation = bot.ask("When does the lease of the mill end?").citations[0]
    assert citation.quote == LEASE[citation.start : citation.end]
    assert "3 May 2031" in citation.quote
    assert (citation.source, citation.title) == ("lease-7", "Mill")
    assert citation.metadata == {"title": "Mill", "team": "red"}
    assert bot.source_text(citation) == LEASE


def test_the_same_text_costs_nothing_and_another_one_replaces_it(bot: Rag) -> None:
    first = bot.add_texts([LEASE, HARBOUR])
    generation = bot.library.catalog.generation
    assert bot.add_texts([LEASE, HARBOUR]) == first
    assert bot.library.catalog.generation == generation
    bot.add_texts(["The crane lifts fifty tonnes."], ids=[first[1]])
    assert sorted(bot.library.catalog.sources()) == sorted(first)
    assert "fifty" in bot.ask("How much does the crane lift?").text


def test_one_text_of_two_teams_is_two_documents(bot: Rag) -> None:
    ids = bot.add_texts([HARBOUR, HARBOUR], [{"team": "red"}, {"team": "blue"}])
    assert len(set(ids)) == len(bot.documents()) == 2
    for team in ("red", "blue"):
        where = Filter(metadata={"team": team})
        found = bot.search("crane", where=where)
        assert [passage.metadata for passage in found] == [{"team": team}]


def test_documents_keep_their_ids_and_metadata(bot: Rag) -> None:
    pages = [
        Document(id="p1", page_content=HARBOUR, metadata={"source": "ystad.pdf", "page": 3}),
        Document(page_content=LEASE, metadata={"source": "/srv/lease.md", "tags": ["mill", "law"]}),
    ]
    ids = bot.add_documents(pages)
    assert ids[0] == "p1"
    [found] = [each for each in bot.retriever.invoke("crane") if each.metadata["page"] == 3]
    assert found.metadata["source"] == "ystad.pdf"
    assert {each.title for each in bot.documents()} == {"ystad", "lease"}
    assert bot.search("mill", where=Filter(metadata={"tags": "law"}))[0].source == ids[1]


def test_bytes_are_read_by_the_format_of_their_name(bot: Rag) -> None:
    bot.add_bytes(
        {"harbour.pdf": pdf([words("The crane lifts forty tonnes.", 50, 700)])}, metadatas={}
    )
    [citation] = bot.ask("How much does the crane lift?").citations[:1]
    assert (citation.source, citation.page) == ("harbour.pdf", 1)
    from ingest.pages import page_image

    drawn = page_image(
        bot.library.catalog, citation.document_id, citation.start, citation.end,
        home=bot.settings.home,
    )  # fmt: skip
    assert drawn.boxes
    assert bot.delete(["harbour.pdf", "never.pdf"]) == ["harbour.pdf"]
    assert not list((bot.settings.home / "web").glob("*"))
    assert not bot.documents()


def test_deleting_takes_whole_names_alone(bot: Rag) -> None:
    bot.add_texts([LEASE, HARBOUR], ids=["a/lease", "a"])
    assert bot.delete("a") == ["a"]
    assert [each.sources for each in bot.documents()] == [("a/lease",)]


def test_metadata_of_files_are_stored_kept_and_replaced(tmp_path, bot: Rag) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in {"lease.md": LEASE, "harbour.txt": HARBOUR}.items():
        (folder / name).write_text(text, newline="")
    assert len(ingest(folder, metadata={"team": "red"}).added) == 2
    assert bot.search("crane")[0].metadata == {"team": "red"}
    assert len(ingest(folder).unchanged) == 2  # none given: they keep what they have
    (folder / "harbour.txt").write_text(f"{HARBOUR} It is deep.")
    assert len(ingest(folder).changed) == 1
    assert bot.search("crane")[0].metadata == {"team": "red"}
    report = ingest(folder, metadata=lambda name: {"year": 1866} if "harbour" in name else None)
    assert (len(report.changed), len(report.unchanged)) == (2, 0)
    assert {each.title: dict(each.metadata) for each in bot.documents()} == {
        "Lease": {}, "harbour": {"year": 1866}
    }  # fmt: skip


def test_a_text_without_a_word_is_left_out_and_said(
    bot: Rag, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert bot.add_texts(["  ", HARBOUR, "a\0b"], ids=["blank", "harbour", "zero"]) == [
            "harbour"
        ]
    assert "blank" in caplog.text
    assert "zero" in caplog.text


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"texts": "one text"}, TypeError, "a list"),
        ({"texts": [b"bytes"]}, TypeError, "a text is a str"),
        ({"texts": ["a b"], "ids": "x"}, TypeError, "ids are a list"),
        ({"texts": ["a b"], "ids": ["x", "y"]}, ValueError, "1 texts and 2 ids"),
        ({"texts": ["a b", "c d"], "ids": ["x", "x"]}, ValueError, "two different texts"),
        ({"texts": ["a b"], "ids": [" "]}, ValueError, "an id is empty"),
        ({"texts": ["a b"], "metadatas": [{"x": object()}]}, TypeError, "metadata x is a object"),
        ({"texts": ["a b"], "metadatas": {"x": 1}}, TypeError, "metadatas are a list"),
    ],
)
def test_what_cannot_be_meant_is_refused(given, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        add_texts(**given)


def test_bytes_of_an_unknown_format_are_refused() -> None:
    with pytest.raises(Exception, match=r"a\.xyz: the format \.xyz is not read"):
        add_bytes({"a.xyz": b"text"})


def test_a_condition_that_nothing_meets_says_so(bot: Rag) -> None:
    bot.add_texts([HARBOUR], [{"team": "red"}])
    with pytest.raises(QuestionError, match="none of the documents that were to be searched"):
        bot.ask("How much does the crane lift?", where=Filter(metadata={"team": "blue"}))


def test_the_texts_of_a_chroma_collection_are_cited_exactly(
    bot: Rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ingest.given._AT_ONCE", 2)
    quiet = ChromaSettings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(tmp_path / "theirs"), quiet)
    collection = client.create_collection("theirs", embedding_function=None)
    collection.add(  # vectors of another model, of which nothing is kept
        ids=["lease", "crane", "gulls"],
        embeddings=[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
        documents=[LEASE, HARBOUR, "Gulls nest on the pier."],
        metadatas=[{"team": "red"}, {"team": "blue", "year": 1866}, {"team": "blue"}],
    )
    collection.add(ids=["bare"], embeddings=[[0.5, 0.5]])
    with caplog.at_level(logging.WARNING):
        assert sorted(bot.add_collection(collection)) == ["crane", "gulls", "lease"]
    assert "have no text are not added: 1" in caplog.text
    [citation, *_] = bot.ask("How much does the crane of the harbour lift?").citations
    assert (citation.source, citation.metadata) == ("crane", {"team": "blue", "year": 1866})
    assert HARBOUR[citation.start : citation.end] == citation.quote
    blue = Filter(metadata={"year": {"$lt": 1900}})
    assert {passage.source for passage in bot.search("pier", where=blue)} == {"crane"}

    generation = bot.library.catalog.generation
    assert len(bot.add_collection(Chroma(client=client, collection_name="theirs"))) == 3
    assert bot.library.catalog.generation == generation
    client.close()


def test_what_is_no_collection_is_told(bot: Rag) -> None:
    for wrong in (["a text"], {"ids": []}, "chroma"):
        with pytest.raises(TypeError, match="a Chroma collection is needed"):
            bot.add_collection(wrong)
