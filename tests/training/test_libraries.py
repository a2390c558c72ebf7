"""Libraries that training searches: the product's search over a set's chunks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rag import Embedder
from training.data.libraries import ChunkLibrary
from training.data.public_sets import Chunk

ROOT = Path(__file__).resolve().parents[2]
CHUNKS = [
    Chunk("whales-0", "whales", "Whales", "The blue whale is the largest animal that has lived."),
    Chunk("whales-1", "whales", "Whales", "A blue whale eats four tonnes of krill a day."),
    Chunk("bees-0", "bees", "Bees", "A bee visits a hundred flowers before it returns."),
]


@pytest.fixture(scope="module")
def library(embedder: Embedder) -> Iterator[ChunkLibrary]:
    with closing(ChunkLibrary(CHUNKS, embedder)) as opened:
        yield opened


def test_the_chunk_that_answers_is_found_first(library: ChunkLibrary) -> None:
    best = library.search("How much krill does a blue whale eat?")[0]
    assert (best.document_id, best.text) == ("whales", CHUNKS[1].text)
    assert {best.chunk_id} == library.chunk_ids(["whales-1", "of another library"])


def test_a_group_can_be_left_out(library: ChunkLibrary) -> None:
    found = library.search("How much krill does a blue whale eat?", without="whales")
    assert {passage.document_id for passage in found} == {"bees"}


def test_idf_is_that_of_bm25_and_stays_after_closing(embedder: Embedder) -> None:
    with closing(ChunkLibrary(CHUNKS, embedder)) as library:
        pass
    assert library.idf("whale") == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert library.idf("submarine") == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_training_does_not_import_bench() -> None:
    texts = {path: path.read_text("utf-8") for path in (ROOT / "training").rglob("*.py")}
    assert not [
        path for path, text in texts.items() if re.search(r"^(from|import) bench", text, re.M)
    ]
