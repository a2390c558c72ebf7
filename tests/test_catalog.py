"""The catalog: transactions, names, tombstones and the text that chunks tile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.catalog import Catalog, IndexState, NewChunk, NewDocument, chunk_id
from rag.errors import EmbedderMismatchError, LibraryError, NewerFormatError


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite", create=True)
    yield catalog
    catalog.close()


def document(id_: str, source: str, *texts: str) -> NewDocument:
    """A document of these chunk texts, with vectors that tell them apart."""
    chunks, start = [], 0
    for number, text in enumerate(texts):
        vector = np.eye(4, dtype=np.float32)[number % 4]
        chunks.append(
            NewChunk(start, start + len(text), None, "", text, f"digest of {text}", vector)
        )
        start += len(text)
    return NewDocument(id_, source, f"title of {id_}", f"hash of {id_}", chunks)


def test_any_slice_of_a_document_is_that_slice_of_its_joined_chunks(catalog: Catalog) -> None:
    texts = ("One. ", "Two two. ", "Drei\n", "fin")
    catalog.commit([document("d", "d.txt", *texts)])
    whole = "".join(texts)
    for start in range(len(whole)):
        for end in range(start + 1, len(whole) + 1):
            assert catalog.text("d", start, end) == whole[start:end]
    assert catalog.text("d") == whole


def test_chunks_carry_title_and_first_source_name(catalog: Catalog) -> None:
    catalog.commit([document("d", "b.txt", "text")])
    catalog.commit([document("d", "a.txt", "text")])
    (chunk,) = catalog.chunks([chunk_id("d", 0), "gone:0"]).values()
    assert (chunk.title, chunk.source) == ("title of d", "b.txt")
    assert chunk.vector.tolist() == [1, 0, 0, 0]


@pytest.mark.fault(66)
def test_same_content_under_two_names_is_one_document(catalog: Catalog) -> None:
    catalog.commit([document("d", "a.txt", "text"), document("d", "b.txt", "text")])
    (info,) = catalog.documents()
    assert info.sources == ("a.txt", "b.txt")
    assert catalog.remove(["a.txt"]) == 0
    assert catalog.counts() == (1, 1)
    assert catalog.remove(["b.txt"]) == 1
    assert catalog.counts() == (0, 0)


def test_a_source_with_new_content_drops_its_old_document(catalog: Catalog) -> None:
    first = catalog.commit([document("old", "a.txt", "one ", "two")])
    second = catalog.commit([document("new", "a.txt", "three")])
    assert second == first + 1
    assert [info.document_id for info in catalog.documents()] == ["new"]
    assert catalog.removed_after(first) == ["old:0", "old:1"]
    assert catalog.removed_after(second) == []
    assert [c.id for batch in catalog.chunks_after(first) for c in batch] == ["new:0"]


def test_a_commit_that_fails_leaves_nothing_of_itself(catalog: Catalog) -> None:
    catalog.commit([document("kept", "kept.txt", "kept")])
    broken = document("broken", "kept.txt", "x", "y")
    twice = NewDocument("other", "other.txt", "", "", [broken.chunks[0], broken.chunks[0]])

    def documents() -> Iterator[NewDocument]:
        yield broken
        yield twice
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catalog.commit(documents())
    assert catalog.generation == 1
    assert [info.document_id for info in catalog.documents()] == ["kept"]
    assert catalog.removed_after(0) == []


def test_vectors_are_found_again_by_what_was_embedded(catalog: Catalog) -> None:
    catalog.commit([document("d", "d.txt", "one ", "two")])
    known = catalog.known_vectors(["digest of two", "digest of three"])
    assert {digest: vector.tolist() for digest, vector in known.items()} == {
        "digest of two": [0, 1, 0, 0]
    }


@pytest.mark.fault(77)
def test_another_embedder_is_refused_until_the_library_is_empty(catalog: Catalog) -> None:
    catalog.claim("first")
    catalog.commit([document("d", "d.txt", "text")])
    with pytest.raises(EmbedderMismatchError, match=r"with first, not second.*remove --all"):
        catalog.claim("second")
    catalog.remove(["d.txt"])
    catalog.claim("second")
    catalog.check_embedder("second")


@pytest.mark.fault(79)
def test_a_newer_format_is_refused(catalog: Catalog) -> None:
    with sqlite3.connect(catalog.path) as db:
        db.execute("update library set value = '99' where key = 'format'")
    db.close()
    with pytest.raises(NewerFormatError, match="upgrade citespan"):
        Catalog(catalog.path)


@pytest.mark.fault(76)
@pytest.mark.parametrize("content", [b"", b"not a database, but longer than a header" * 20])
def test_a_file_that_is_no_catalog_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=r"catalog.*(another home|ingest again)"):
        Catalog(path)


def test_an_index_state_is_remembered(catalog: Catalog) -> None:
    assert catalog.index_state("chroma") == IndexState(0, "", dirty=False)
    catalog.set_index_state("chroma", IndexState(3, "chroma-3", dirty=True))
    assert catalog.index_state("chroma") == IndexState(3, "chroma-3", dirty=True)


def test_a_reader_sees_commits_of_another_connection(catalog: Catalog) -> None:
    reader = Catalog(catalog.path)
    assert reader.generation == 0
    catalog.commit([document("d", "d.txt", "text")])
    assert reader.generation == 1
    assert reader.text("d") == "text"
    reader.close()
