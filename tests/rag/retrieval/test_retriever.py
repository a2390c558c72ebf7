"""Retrieval: both searches, filters on both, near-duplicates, neighbours, the vector handed on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import Embedder, Filter, LibraryError, PassageRetriever, QuestionError, Rag, Settings
from rag.library.catalog import NewChunk, NewDocument, chunk_id
from rag.library.library import Library

CELLS = "Stem cells renew themselves and become other cells."
MARKER = "The marker CD133 is found on cancer stem cells."
WHEAT = "Wheat prices rose after the drought."
SHIPS = "Ships crossed the sea with grain."


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Iterator[Library]:
    """Three documents: one with three pages, one under two names, and one that came later."""
    opened = Library(tmp_path / "home", create=True)
    with opened.writing():
        opened.catalog.claim(embedder.identity)
        store(opened, embedder, "/docs/cells.pdf", [CELLS, MARKER, WHEAT], pages=[1, 2, 3])
        store(opened, embedder, "/docs/trade/wheat.txt", [WHEAT + " Bread is dear.", SHIPS])
        store(opened, embedder, "/copies/wheat.txt", [WHEAT + " Bread is dear.", SHIPS])
        store(opened, embedder, "/docs/late.txt", ["Cancer stem cells resist drugs."])
    yield opened
    opened.close()


@pytest.fixture
def retriever(library: Library, embedder: Embedder) -> PassageRetriever:
    return PassageRetriever(library=library, embedder=embedder)


def store(
    library: Library,
    embedder: Embedder,
    source: str,
    texts: Sequence[str],
    pages: Sequence[int | None] | None = None,
) -> str:
    """A document whose chunks are these texts; the same texts are the same document."""
    spaced = [f"{text}\n" for text in texts]
    document_id = hashlib.sha256("".join(spaced).encode()).hexdigest()[:16]
    starts = np.cumsum([0, *map(len, spaced)])
    chunks = [
        NewChunk(int(start), int(end), page, "", text, text, vector)
        for start, end, page, text, vector in zip(
            starts, starts[1:], pages or [None] * len(texts), spaced, embedder.embed(texts),
            strict=False,
        )
    ]  # fmt: skip
    library.catalog.commit([NewDocument(document_id, source, "", document_id, chunks)])
    return document_id


def found(retriever: PassageRetriever, question: str, **where: Any) -> set[str]:
    """The texts found, stripped."""
    return {p.text.strip() for p in retriever.search(question, where=Filter(**where))}


def test_the_best_passage_comes_first_with_both_scores(retriever: PassageRetriever) -> None:
    best, *others = retriever.search("Where is CD133 found?")
    assert best.text.strip() == MARKER
    assert best.bm25
    assert best.cosine
    assert all(best.score >= other.score for other in others)


def test_a_misspelt_and_a_reworded_question_find_their_passage(retriever: PassageRetriever) -> None:
    for question in ("Why did the wheet prises rise?", "Why did flour become more expensive?"):
        assert retriever.search(question)[0].text.startswith("Wheat prices")


def test_documents_pages_and_folders_narrow_the_search(
    retriever: PassageRetriever, library: Library
) -> None:
    ids = library.catalog.sources()
    cells = ids["/docs/cells.pdf"]
    assert found(retriever, "wheat", documents=(cells,)) == {CELLS, MARKER, WHEAT}
    assert found(retriever, "wheat", pages=(2, 3)) == {MARKER, WHEAT}
    assert found(retriever, "wheat", pages=(1, 1), documents=(cells,)) == {CELLS}
    late = {"Cancer stem cells resist drugs."}
    assert found(retriever, "wheat", sources=("/docs/late.txt",)) == late
    trade = {WHEAT + " Bread is dear.", SHIPS}
    assert found(retriever, "cells", sources=("/docs/trade",)) == trade
    assert found(retriever, "cells", sources=("/docs/trade/", "/docs/late.txt")) == trade | late
    assert found(retriever, "cells", sources=("/docs/late.txt",), documents=(cells,)) == set()


def test_a_document_is_found_under_each_of_its_names(retriever: PassageRetriever) -> None:
    assert found(retriever, "wheat", sources=("/copies",)) == found(
        retriever, "wheat", sources=("/docs/trade",)
    )
    assert found(retriever, "wheat", sources=("/docs/tr",)) == set()


def test_the_time_of_adding_narrows_the_search(
    retriever: PassageRetriever, library: Library
) -> None:
    *_, last = library.catalog.documents()
    late = {"Cancer stem cells resist drugs."}
    assert found(retriever, "cells", added_from=last.added) == late
    assert found(retriever, "cells", added_before=last.added).isdisjoint(late)
    assert found(retriever, "cells", added_from=last.added, added_before=last.added) == set()


@pytest.mark.parametrize(
    "where",
    [
        Filter(documents=("nobody",)),
        Filter(documents=()),
        Filter(sources=("/elsewhere", "50%", "under_score")),
        Filter(pages=(7, 9)),
        Filter(added_from=9e12),
    ],
)
def test_a_filter_that_holds_nothing_finds_nothing(
    retriever: PassageRetriever, where: Filter
) -> None:
    assert retriever.search("cells", where=where) == []


@pytest.mark.parametrize("part", ["lexical", "vectors"])
def test_both_searches_obey_the_filter_by_themselves(
    library: Library, embedder: Embedder, part: str
) -> None:
    cells = library.catalog.sources()["/docs/cells.pdf"]
    where = Filter(documents=(cells,), pages=(2, 3), added_from=0.0, added_before=9e12)
    if part == "lexical":
        hits = library.lexical.search("wheat cells marker bread", 10, where)
    else:
        hits = library.find_nearest(embedder.embed(["wheat"])[0], 10, where)
    assert {id_ for id_, _ in hits} == {chunk_id(cells, 1), chunk_id(cells, 2)}


def test_what_an_index_lets_through_is_checked_against_the_catalog(
    retriever: PassageRetriever, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = library.find_nearest
    monkeypatch.setattr(
        Library, "find_nearest", lambda _, vector, limit, __: everything(vector, limit)
    )
    assert found(retriever, "wheat", pages=(1, 1)) == {CELLS}


def test_a_name_that_came_after_indexing_is_searched(
    retriever: PassageRetriever, library: Library, embedder: Embedder
) -> None:
    with library.writing():
        store(library, embedder, "/new/name.txt", ["Cancer stem cells resist drugs."])
    late = {"Cancer stem cells resist drugs."}
    assert found(retriever, "drugs", sources=("/new",)) == late


def test_near_duplicates_do_not_crowd_out_others(library: Library, embedder: Embedder) -> None:
    copies = [f"{MARKER} They drive relapse.", f"{MARKER}  They drive RELAPSE!"]
    with library.writing():
        for number, text in enumerate(copies * 2):
            store(library, embedder, f"/copies/{number}.txt", [text, f"Filler {number}."])
    retriever = PassageRetriever(library=library, embedder=embedder, limit=3)
    distinct = retriever.search("CD133 on cancer stem cells in relapse", repeats=False)
    assert len(distinct) == 3
    assert len({" ".join(p.text.casefold().split()).strip("!.") for p in distinct}) == 3
    best = distinct[0]
    assert len(best.duplicates) == 3
    stored = library.catalog.chunks(best.duplicates)
    assert all(chunk.text.casefold().startswith(MARKER.casefold()) for chunk in stored.values())
    every = retriever.search("CD133 on cancer stem cells in relapse")
    assert [p for p in every if p.chunk_id not in best.duplicates] == distinct
    assert {p.chunk_id for p in every} == {p.chunk_id for p in distinct} | set(best.duplicates)


def test_a_changed_number_or_name_is_no_duplicate(library: Library, embedder: Embedder) -> None:
    sentence = "In {} the company sold {} machines to customers in France and in Spain."
    with library.writing():
        store(library, embedder, "/a", [sentence.format(2019, 410), sentence.format(2020, 530)])
    retriever = PassageRetriever(library=library, embedder=embedder)
    passages = retriever.search("How many machines were sold to France?", repeats=False)
    assert sum(passage.text.startswith("In 20") for passage in passages) == 2


def test_a_passage_is_widened_to_its_neighbours_without_changing_it(
    retriever: PassageRetriever, library: Library
) -> None:
    passage = next(p for p in retriever.search("CD133") if p.text.strip() == MARKER)
    context = retriever.widen(passage)
    assert context.text == library.catalog.text(passage.document_id)
    assert library.catalog.text(passage.document_id, context.start, context.end) == context.text
    offset = passage.start - context.start
    assert context.text[offset : offset + len(passage.text)] == passage.text
    alone = retriever.widen(passage, chunks=0)
    assert (alone.text, alone.start, alone.end) == (passage.text, passage.start, passage.end)
    assert passage.document_id == context.document_id


def test_at_the_edge_of_a_document_there_are_fewer_neighbours(
    retriever: PassageRetriever, library: Library
) -> None:
    first = next(p for p in retriever.search("cells") if p.text.strip() == CELLS)
    assert retriever.widen(first).text == f"{CELLS}\n{MARKER}\n"
    assert retriever.widen(first, chunks=9).text == library.catalog.text(first.document_id)


def test_a_passage_that_is_gone_cannot_be_widened(
    retriever: PassageRetriever, library: Library
) -> None:
    passage = retriever.search("resist drugs")[0]
    with library.writing():
        library.catalog.remove(["/docs/late.txt"])
    with pytest.raises(LibraryError, match="no longer in the library"):
        retriever.widen(passage)


def test_langchain_gets_distinct_documents_of_the_part_it_was_given(
    library: Library, embedder: Embedder
) -> None:
    retriever = PassageRetriever(
        library=library, embedder=embedder, limit=2, where=Filter(pages=(1, 2))
    )
    documents = retriever.invoke("Where is CD133 found?")
    assert [document.page_content.strip() for document in documents] == [MARKER, CELLS]
    assert documents[0].metadata["page"] == 2


def test_a_question_is_asked_of_chosen_documents_only(seeds_home: Path) -> None:
    with Rag(Settings(home=seeds_home)) as bot:
        one, other = bot.documents()
        where = Filter(documents=(other.document_id,))
        for answer in (
            bot.ask("What are cancer stem cells?", where=where),
            bot.as_runnable().invoke({"question": "What are cancer stem cells?", "where": where}),
        ):
            assert {p.document_id for p in answer.passages} == {other.document_id}
            assert {c.document_id for c in answer.citations} <= {other.document_id}
        with pytest.raises(QuestionError, match="citespan list"):
            bot.ask("What are cancer stem cells?", where=Filter(documents=(one.document_id[:4],)))
