"""The catalog: transactions, names, tombstones and the text that chunks tile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import EmbedderMismatchError, EmptyLibraryError, LibraryError, ServiceError
from rag.library.catalog import Catalog, FileState, IndexState, NewChunk, NewDocument, chunk_id
from rag.text.layout import Layout, Run
from servers import PostgreSql


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def catalog(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Catalog]:
    place: Path | str = tmp_path / "catalog.sqlite"
    if request.param == "PostgreSQL":
        place = request.getfixturevalue("postgresql").database()
    catalog = Catalog(place, create=True)
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


def removed_after(catalog: Catalog, generation: int) -> list[str]:
    with catalog.changes(generation) as changes:
        return changes.removed


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
    assert removed_after(catalog, first) == ["old:0", "old:1"]
    with catalog.changes(second) as changes:
        assert (changes.removed, list(changes.added)) == ([], [])
    with catalog.changes(first) as changes:
        catalog.commit([document("later", "c.txt", "four")])
        assert (changes.generation, changes.total) == (second, 1)
        assert [chunk.id for batch in changes.added for chunk in batch] == ["new:0"]


def test_tombstones_stay_until_every_index_has_passed_them(catalog: Catalog) -> None:
    first = catalog.commit([document("old", "a.txt", "one")])
    for name in ("ahead", "behind"):
        catalog.set_index_state(name, IndexState(first, "folder", dirty=False))
    catalog.remove(["a.txt"])
    catalog.set_index_state("ahead", IndexState(first + 1, "folder", dirty=False))
    catalog.set_index_state("behind", IndexState(first, "folder", dirty=True))
    assert removed_after(catalog, first) == ["old:0"]
    catalog.set_index_state("behind", IndexState(first + 1, "folder", dirty=False))
    assert removed_after(catalog, 0) == []


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
    assert removed_after(catalog, 0) == []


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


@pytest.mark.fault(76)
@pytest.mark.parametrize("content", [b"SQLite", b"not a database, but longer than a header" * 20])
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
    reader = Catalog(catalog.address)
    assert reader.generation == 0
    catalog.commit([document("d", "d.txt", "text")])
    assert reader.generation == 1
    assert reader.text("d") == "text"
    reader.close()


def file(name: str, document_id: str = "", **fields: str | int) -> FileState:
    values = {"size": 1, "modified": 2, "inode": 3, "recipe": "r", "digest": "d"} | fields
    return FileState(name=name, document_id=document_id, **values)


def test_a_file_is_remembered_with_its_document_and_forgotten_with_it(catalog: Catalog) -> None:
    stored = replace(document("d", "d.txt", "text"), file=file("d.txt", "d"))
    catalog.commit([stored])
    catalog.record_files([file("bad.pdf", reason="encrypted")])
    assert catalog.files(["d.txt", "bad.pdf", "other"]) == {
        "d.txt": stored.file,
        "bad.pdf": file("bad.pdf", reason="encrypted"),
    }
    assert catalog.files_of("d") == [stored.file]
    before = catalog.generation
    catalog.record_files([file("d.txt", "d", modified=9)])
    assert catalog.generation == before
    assert catalog.files(["d.txt"])["d.txt"].modified == 9
    catalog.remove(["d.txt"])
    assert catalog.files_of("d") == []


def test_the_page_of_any_character_is_known_until_the_document_goes(catalog: Catalog) -> None:
    layout = Layout((Run(0, 4, 1, 0), Run(4, 3, 2, 0)))
    catalog.commit([replace(document("d", "d.pdf", "One ", "two"), layout=layout.encode())])
    catalog.commit([document("e", "e.txt", "text")])
    assert catalog.layout("d") == layout
    assert [catalog.place_of("d", offset, offset + 1).page for offset in (0, 3, 4)] == [1, 1, 2]
    assert catalog.place_of("e", 0, 1) == (None, "", None)
    catalog.remove(["d.pdf"])
    assert catalog.layout("d") is None


def test_many_documents_in_one_commit_keep_their_order_and_replace_theirs(catalog: Catalog) -> None:
    names = [f"n{n}.txt" for n in range(1200)]
    catalog.commit([document(f"id{n % 1100}", name, "text") for n, name in enumerate(names)])
    assert catalog.counts() == (1100, 1100)
    assert list(catalog.sources_under(["/elsewhere"])) == []
    catalog.commit([document("other", name, "more") for name in names[:1150]])
    assert catalog.counts() == (51, 51)
    assert len(removed_after(catalog, 1)) == 1050
    assert catalog.find_sources(["n0.txt", "n1199.txt", "none"]) == {
        "n0.txt": "other",
        "n1199.txt": "id99",
    }


def test_sources_are_found_below_a_folder_and_not_beside_it(catalog: Catalog) -> None:
    for name in ("/a/b.txt", "/a/c/d.txt", "/ab.txt", "/a%/x.txt", "/a_/x.txt"):
        catalog.commit([document(name, name, "text")])
    assert list(catalog.sources_under(["/a"])) == ["/a/b.txt", "/a/c/d.txt"]
    assert list(catalog.sources_under(["/a%", "/a_/"])) == ["/a%/x.txt", "/a_/x.txt"]
    assert len(list(catalog.sources_under(["/"]))) == 5
    assert list(catalog.sources_under([])) == []


def test_a_folder_is_found_by_its_own_letters(catalog: Catalog) -> None:
    for name in ("/Papers/a.txt", "/papers/b.txt"):
        catalog.commit([document(name, name, "text")])
    assert list(catalog.sources_under(["/papers"])) == ["/papers/b.txt"]


def test_vectors_of_two_lengths_do_not_mix(catalog: Catalog) -> None:
    catalog.commit([document("d", "d.txt", "text")])
    (chunk,) = document("e", "e.txt", "text").chunks
    longer = replace(chunk, vector=np.ones(5, dtype=np.float32))
    with pytest.raises(EmbedderMismatchError, match="vectors of 4 and 5 numbers"):
        catalog.commit([NewDocument("e", "e.txt", "", "", [longer])])
    assert catalog.generation == 1


def test_a_database_that_does_not_answer_is_a_sentence(postgresql: PostgreSql) -> None:
    url = postgresql.database()
    with pytest.raises(EmptyLibraryError, match="citespan ingest"):
        Catalog(url)
    with pytest.raises(ServiceError, match=r"database postgresql.*check that it is running"):
        Catalog(url.replace("/test", "/none"), create=True)
    with pytest.raises(ServiceError, match=r"\*\*\*@127.0.0.1:1/.*CITESPAN_CATALOG") as refused:
        Catalog("postgresql+psycopg://me:secret@127.0.0.1:1/name")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["postgres", "nosuch://host/name", "mysql://u:secret@host/name"])
def test_an_address_that_is_no_database_is_a_sentence(url: str) -> None:
    with pytest.raises(LibraryError, match="CITESPAN_CATALOG") as refused:
        Catalog(url)
    assert "secret" not in str(refused.value)
