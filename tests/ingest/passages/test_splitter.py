"""Texts are cut where a splitter of somebody's own cuts them, and passages tile the document."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from typing import Any

import pytest
from hypothesis import given, strategies as st
from langchain_text_splitters import (
    CharacterTextSplitter,
    Language,
    MarkdownTextSplitter,
    RecursiveCharacterTextSplitter,
    TextSplitter,
)

from ingest.passages.splitter import Splitter
from ingest.split import embedded_text, split
from rag import Embedder
from rag.errors import DocumentError

TEXT = "Tea is drunk.\n\n\n  It is hot, and it is hot.  \r\n\nIt is hot.\tCoffee is not.\n"
FIRST = "Tea is drunk.\n\n\n  "


class Pieces(TextSplitter):
    """Returns these pieces."""

    def __init__(self, *pieces: str) -> None:
        super().__init__()
        self.pieces = pieces

    def split_text(self, text: str) -> list[str]:
        return list(self.pieces)


class Failing(TextSplitter):
    def split_text(self, text: str) -> list[str]:
        raise RuntimeError("no light")


def cut(splitter: Any, text: str = TEXT) -> list[str]:
    """The passages of a text."""
    cuts = Splitter(splitter).find_cuts(text)
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert "".join(parts) == text
    assert all(parts)
    return parts


@pytest.mark.parametrize(
    ("pieces", "passages"),
    [
        (["Tea is drunk.", "It is hot, and it is hot.", "It is hot.\tCoffee is not."],
         [FIRST, "It is hot, and it is hot.  \r\n\n", "It is hot.\tCoffee is not.\n"]),
        # pieces that overlap, white space that was changed, and words that were left out
        (["Tea is drunk. It is hot,", "It is hot, and it is hot.", "Coffee is not."],
         [FIRST, "It is hot, and it is hot.  \r\n\nIt is hot.\t", "Coffee is not.\n"]),
        (["", "  ", "Tea"], [TEXT]),
        ([], [TEXT]),
    ],
)  # fmt: skip
def test_a_passage_goes_on_to_where_the_next_piece_begins(
    pieces: list[str], passages: list[str]
) -> None:
    assert cut(Pieces(*pieces)) == passages


@given(st.text(alphabet="ab .\n#é", max_size=300), st.integers(1, 40), st.integers(0, 20))
def test_langchains_splitters_cut_any_text(text: str, size: int, overlap: int) -> None:
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=size, chunk_overlap=min(overlap, size - 1), keep_separator=False
    )
    if text:
        cut(splitter, text)
    pieces = [piece for piece in splitter.split_text(text) if piece.strip()]
    assert len(Splitter(splitter).find_cuts(text)) <= max(0, len(pieces) - 1)


def test_a_splitter_that_changes_words_or_fails_is_told() -> None:
    with pytest.raises(DocumentError, match=r"Pieces returns “Milk”, which is not in the text"):
        cut(Pieces("Tea", "Milk"))
    with pytest.raises(DocumentError, match="Failing raised RuntimeError: no light"):
        cut(Failing())
    with pytest.raises(TypeError, match=r"split_text\(\), .*; str has not"):
        Splitter("paragraphs")  # type: ignore[arg-type]


def test_its_name_tells_its_fields_and_is_the_same_in_another_process() -> None:
    code = (
        "from langchain_text_splitters import RecursiveCharacterTextSplitter as R\n"
        "from ingest.passages.splitter import Splitter\n"
        "print(Splitter(R(chunk_size=900)).identity)"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    make = partial(RecursiveCharacterTextSplitter, chunk_size=900)
    own = Splitter(make()).identity
    assert there.stdout.strip() == own
    others = [
        make(chunk_size=901),
        make(length_function=count_words),
        make(length_function=partial(count_words, by="\n")),
        make(length_function=partial(count_words, by=" ")),
        RecursiveCharacterTextSplitter.from_language(Language.PYTHON, chunk_size=900),
        MarkdownTextSplitter(chunk_size=900),
        CharacterTextSplitter(chunk_size=900),
    ]
    names = {own, *(Splitter(each).identity for each in others)}
    assert len(names) == 1 + len(others)


def count_words(text: str, by: str | None = None) -> int:
    return len(text.split(by))


def test_passages_begin_where_it_says_and_never_exceed_the_model(embedder: Embedder) -> None:
    text = (
        "# Tea\n\n" + "Tea is drunk in the morning. " * 60 + "\n\n## Hot\n\nIt is hot.\n\nSo it is."
    )
    cuts = Splitter(RecursiveCharacterTextSplitter(chunk_size=900)).find_cuts(text)
    chunks = split(text, "Drinks", embedder.count_tokens, 100, cuts=cuts)
    assert "".join(chunk.text for chunk in chunks) == text
    assert set(cuts) < {chunk.start for chunk in chunks}
    sizes = embedder.count_tokens([embedded_text("Drinks", c.heading, c.text) for c in chunks])
    assert max(sizes) <= 100
    assert chunks[0].heading == "Tea"
    *_, last = split(text, "", embedder.count_tokens, 100, cuts=[len(text) - 9])
    assert (last.text, last.heading) == ("So it is.", "Tea › Hot")
