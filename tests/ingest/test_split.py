"""Chunks: they tile any text, and none is longer than the model reads."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ingest.passages.headings import shorten_title
from ingest.split import Chunk, embedded_text, split
from rag import Embedder

FRAGMENTS = [
    *(
        "The cell divides. ",
        "細胞は分裂する。",
        "한국어 문장입니다. ",
        "👩‍🔬👨‍👩‍👧",
        "e\u0301",
        "ﷺ",
    ),
    *("\r\n", "\n\n", "\u2028", "\t", " ", "\x00", "1. ", "…", "• item\n", "| a | b |\n", "```\n"),
    *("# Head\n", "## Deeper heading of some length\n\n", "### 한국어 제목이 아주 길다\n"),
    *("x" * 300, "unbelievably" * 40, "a.b.c.d/e-f"),
]
texts = st.text() | st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20)).map("".join)
real_model = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def words(texts: Sequence[str]) -> list[int]:
    """A tokenizer that counts words, for tests of where chunks end."""
    return [len(text.split()) for text in texts]


def tiled(text: str, chunks: Sequence[Chunk]) -> bool:
    starts = [chunk.start for chunk in chunks]
    return (
        "".join(chunk.text for chunk in chunks) == text
        and all(text[chunk.start : chunk.end] == chunk.text != "" for chunk in chunks)
        and starts == [0, *(chunk.end for chunk in chunks)][: len(starts)]
    )


@pytest.mark.fault(12)
@pytest.mark.fault(15)
@given(text=texts, title=st.text() | st.sampled_from(FRAGMENTS), budget=st.integers(16, 254))
@real_model
def test_chunks_tile_any_text_and_fit_the_real_tokenizer(
    embedder: Embedder, text: str, title: str, budget: int
) -> None:
    title = shorten_title(title, embedder.count_tokens, budget)
    chunks = split(text, title, embedder.count_tokens, budget)
    assert tiled(text, chunks)
    embedded = [embedded_text(title, chunk.heading, chunk.text) for chunk in chunks]
    assert all(tokens <= budget for tokens in embedder.count_tokens(embedded))


@given(text=texts, budget=st.integers(4, 40))
def test_chunks_fit_a_tokenizer_whose_counts_do_not_add_up(text: str, budget: int) -> None:
    def count(texts: Sequence[str]) -> list[int]:
        return [len(text) // 4 + len(text) ** 2 // 400 for text in texts]

    chunks = split(text, "", count, budget)
    assert tiled(text, chunks)
    embedded = [embedded_text("", chunk.heading, chunk.text) for chunk in chunks]
    assert all(
        n <= budget or len(c.text) == 1 for n, c in zip(count(embedded), chunks, strict=True)
    )


@pytest.mark.parametrize("level", [1, 3, 6])
def test_a_heading_of_any_length_leaves_room_for_the_text(embedder: Embedder, level: int) -> None:
    for heading in ("한국어제목" * 200, "word " * 500, "x" * 3000, "é" * 500, "👩‍🔬" * 200):
        text = f"{'#' * level} {heading}\n\nThe cell divides. It grows.\n"
        title = shorten_title(heading, embedder.count_tokens, 16)
        chunks = split(text, title, embedder.count_tokens, 16)
        assert tiled(text, chunks)
        embedded = [embedded_text(title, chunk.heading, chunk.text) for chunk in chunks]
        assert max(embedder.count_tokens(embedded)) <= 16


@pytest.mark.fault(9)
@pytest.mark.fault(19)
@pytest.mark.parametrize("unit", ["a", "ab ", "細", "-", "\n", "( "])
def test_a_very_long_line_is_cut_into_bounded_chunks(embedder: Embedder, unit: str) -> None:
    text = "x" + unit * (100_000 // len(unit))
    chunks = split(text, "Title", embedder.count_tokens, 64)
    assert tiled(text, chunks)
    assert max(len(chunk.text) for chunk in chunks) <= 64 * 12


def test_a_chunk_ends_between_sentences() -> None:
    text = "One two three. Four five six. Seven eight nine."
    assert [c.text for c in split(text, "", words, 8)] == [
        "One two three. Four five six. ",
        "Seven eight nine.",
    ]


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\n \n"])
def test_a_chunk_prefers_to_end_with_its_paragraph(blank: str) -> None:
    text = f"One two three four five six.{blank}Seven eight."
    assert len(split(text, "", words, 9)) == 2
    assert len(split(text, "", words, 14)) == 1


def test_a_long_sentence_is_cut_at_white_space() -> None:
    text = " ".join(f"word{n}" for n in range(50)) + "."
    chunks = split(text, "", words, 9)
    assert tiled(text, chunks)
    assert all(chunk.text.endswith((" ", ".")) for chunk in chunks)


def test_a_markdown_heading_opens_a_chunk_and_is_named_with_it() -> None:
    text = "# Guide\n\nHello there.\n\n## Install\n\nRun it.\n\n## Use\n\nAsk it.\n"
    chunks = split(text, "Guide", words, 40)
    assert [(chunk.heading, chunk.text) for chunk in chunks] == [
        ("", "# Guide\n\nHello there.\n\n"),
        ("Install", "## Install\n\nRun it.\n\n"),
        ("Use", "## Use\n\nAsk it.\n"),
    ]


def test_a_heading_goes_with_the_deeper_heading_below_it() -> None:
    chunks = split("# A\n\n## B\n\nText here.\n", "Title", words, 40)
    assert [(chunk.heading, chunk.text) for chunk in chunks] == [
        ("A › B", "# A\n\n## B\n\nText here.\n")
    ]


def test_a_comment_inside_a_code_fence_is_no_heading() -> None:
    text = "# Setup\n\n```sh\n# not a heading\nmake\n```\n\nThen go.\n"
    assert {chunk.heading for chunk in split(text, "Title", words, 40)} == {"Setup"}


_PRICES = (
    "| Fruit | Price |\n| --- | --- |\n| Plum | 1 |\n| Imported |\n| Fig | 9 |\n| Kiwi | 4 |\n"
)


def test_the_rows_of_a_table_stand_under_its_caption_section_and_columns() -> None:
    text = f"# Market\n\nGo early.\n\n{_PRICES}\nTable 1: Prices.\n\nThen rest.\n"
    assert [(chunk.heading, chunk.text) for chunk in split(text, "Title", words, 48)] == [
        ("Market", "# Market\n\nGo early.\n\n"),
        ("Market › Table 1: Prices. › Fruit | Price", _PRICES[: _PRICES.index("| Imported")]),
        (
            "Market › Table 1: Prices. › Imported › Fruit | Price",
            _PRICES[_PRICES.index("| Imported") :] + "\n",
        ),
        ("Market", "Table 1: Prices.\n\nThen rest.\n"),
    ]


@pytest.mark.parametrize("before", range(0, 60, 4))
def test_a_small_table_is_whole_in_the_text_around_it(before: int) -> None:
    table = "| Fruit | Price |\n" + "".join(f"| Plum{i} | {i} |\n" for i in range(4))
    text = f"{'Go there early. ' * before}\n\n{table}\nThen rest. {'It is far. ' * 40}"
    chunks = split(text, "Title", words, 60)
    assert len([chunk for chunk in chunks if table in chunk.text]) == 1
    assert {chunk.heading for chunk in chunks} == {""}


def test_a_later_chunk_of_a_table_stands_under_its_columns_too() -> None:
    text = "| Fruit | Price |\n" + "".join(f"| Plum{i} | {i} |\n" for i in range(40))
    chunks = split(text, "Title", words, 40)
    assert len(chunks) > 2
    assert {chunk.heading for chunk in chunks} == {"Fruit | Price"}
    assert all(chunk.text.endswith("|\n") for chunk in chunks)


def test_a_row_less_changes_few_chunks_of_a_long_table() -> None:
    rows = [f"| Plum{i} | {i} | ripe in week {i % 9} |\n" for i in range(400)]
    chunks = split("| Fruit | Price | Ripe |\n" + "".join(rows), "Title", words, 120)
    for gone in (10, 40, 90, 200):
        fewer = "".join([*rows[:gone], *rows[gone + 1 :]])
        now = split("| Fruit | Price | Ripe |\n" + fewer, "Title", words, 120)
        assert len({c.text for c in now} - {c.text for c in chunks}) < len(chunks) / 5


def test_names_of_columns_go_with_the_section_below_them() -> None:
    text = "| Fruit | Price |\n| Imported |\n| Fig | 9 |\n| Kiwi | 4 |\n"
    assert [chunk.text for chunk in split(text, "Title", words, 40)] == [text]


def test_a_table_of_source_code_is_none() -> None:
    assert split(_PRICES, "Title", words, 60, markdown=False)[0].heading == ""


def test_what_is_embedded_names_title_and_heading_once() -> None:
    assert embedded_text("Guide", "Use", " Ask it.\n") == "Guide – Use\nAsk it."
    assert embedded_text("Guide", "", "# Guide\n\nHello.") == "# Guide\n\nHello."
    assert embedded_text("", "", "Hello.") == "Hello."


def test_a_title_is_cut_at_a_word_to_a_quarter_of_the_budget() -> None:
    title = shorten_title("one two three four five six seven", words, 16)
    assert title == "one two three"
    assert shorten_title("x" * 500, lambda texts: [len(text) for text in texts], 16) == ""


def test_no_text_gives_no_chunk() -> None:
    assert split("", "Title", words, 16) == []
