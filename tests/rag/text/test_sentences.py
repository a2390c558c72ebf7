"""Sentences: exact offsets whatever the text, and layout read as a person reads it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.english.words import load_words
from rag.text.sentences import sentence_spans, sentence_tiles

_FRAGMENTS = 'The cell. |• |1. |\n|\r\n|\u2028|# |👩‍🔬|é|細胞。|"|Dr. || a |—| '.split("|")
texts = st.text() | st.lists(st.sampled_from(_FRAGMENTS)).map("".join)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.fault(15)
@given(texts)
def test_tiles_cover_any_text_without_gaps_or_overlaps(text: str) -> None:
    tiles = sentence_tiles(text)
    assert "".join(text[start:end] for start, end in tiles) == text
    assert all(start < end for start, end in tiles)
    assert [start for start, _ in tiles[1:]] == [end for _, end in tiles[:-1]]


@given(texts)
def test_every_span_is_words_inside_its_own_tile(text: str) -> None:
    tiles = sentence_tiles(text)
    position = 0
    for start, end in sentence_spans(text):
        while not tiles[position][0] <= start < end <= tiles[position][1]:
            position += 1
        sentence = text[start:end]
        assert sentence == sentence.strip()
        assert any(char.isalnum() for char in sentence)
        position += 1


@given(texts)
def test_no_word_is_lost_between_spans(text: str) -> None:
    spoken = "".join(sentences(text))
    left_out = sum(map(str.isalnum, text)) - sum(map(str.isalnum, spoken))
    numbers = len(sentence_tiles(text)) * 5  # list numbers and letters, at most ``(xviii)``
    assert 0 <= left_out <= numbers


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith et al. (2020) grew cells, e.g. in vitro.",
        "See Fig. 3 and Eq. 2 for approx. 20 mg.",
        "The p-value was 0.05 in the U.S. cohort of Prof. Lee.",
        "Write to a@b.com or see https://x.org/a.b?c=d today.",
        "It is wrapped at about seventy characters a line so that it\ngoes on here.",
        "**It is emphasised.**",
        "It is known.[1,2]",
        "“Really?” she asked.",
        "Under para. 4 and paras. (a) to (c) of Reg. 12, see ss. 14 to 16 and Sch. 2.",
        "See amend. XIV of the Constitution, Div. 3, Ch. 2 and the Decl. of Ann Lee.",
        "Under Fed. R. Civ. P. 12, Fed. R. Evid. 603 and acc. to Art. 5 it is denied.",
        "The fee is 5 EUR incl. VAT.",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works. It grows! Does it? Yes.", ["It works.", "It grows!", "Does it?", "Yes."]),
        ('He said "Go." She went.', ['He said "Go."', "She went."]),
        ("**Bold.** Plain. *It.* End.", ["**Bold.**", "Plain.", "*It.*", "End."]),
        ("Known.[1] Found.[2] New.", ["Known.[1]", "Found.[2]", "New."]),
        ("细胞很小。它们分裂！真的吗？", ["细胞很小。", "它们分裂！", "真的吗？"]),
        ("Это первое. Вот второе.", ["Это первое.", "Вот второе."]),
        ("👩‍🔬 did it. 👨‍👩‍👧 came.", ["👩‍🔬 did it.", "👨‍👩‍👧 came."]),
        ("A title line\nThe body starts.", ["A title line", "The body starts."]),
        ("# Heading\nthe body starts.", ["Heading", "the body starts."]),
        ("Title\n=====\ntext.\n\n---\n\nNext.", ["Title", "text.", "Next."]),
        ("| name | mg |\n|---|---|\n| a | 5 |\n", ["| name | mg |", "| a | 5 |"]),
        ("| acc. | Google. Maps |\nthen prose.", ["| acc. | Google. Maps |", "then prose."]),
        ("Cups, pens, etc. Pupils bring them.", ["Cups, pens, etc.", "Pupils bring them."]),
        ("The answer is no. Nobody came.", ["The answer is no.", "Nobody came."]),
        ("The Work etc. Act 1974 applies.", ["The Work etc. Act 1974 applies."]),
        ("Two Candida spp. DNA was read.", ["Two Candida spp.", "DNA was read."]),
        ("Apples\nBread\nCheese", ["Apples", "Bread", "Cheese"]),
        ("one\r\n\r\ntwo\r\n\r\nthree", ["one", "two", "three"]),
        ("In group 1. 2. Then more.", ["In group 1.", "2. Then more."]),
        ("# 2. Costs\nthe fee. It rose.", ["2. Costs", "the fee.", "It rose."]),
        ("## 2.1. Costs\n", ["2.1. Costs"]),
        ("1.1. Each may go. He left.", ["1.1. Each may go.", "He left."]),
        ("Article IV. Each may go. He left.", ["Article IV. Each may go.", "He left."]),
        ("§ 3. Each may go. He left.", ["§ 3. Each may go.", "He left."]),
        ("B. Each may go. He left.", ["B. Each may go.", "He left."]),
        (
            "A net (Vaswani et al. [2017]) learns. It won.",
            ["A net (Vaswani et al. [2017]) learns.", "It won."],
        ),
        (
            "As Sanh et al. [2019, 4] say. BERT is big.",
            ["As Sanh et al. [2019, 4] say.", "BERT is big."],
        ),
        ("We follow Liu et al. [2019]. It works.", ["We follow Liu et al. [2019].", "It works."]),
        ("It works. [3] So does this.", ["It works. [3]", "So does this."]),
        (
            "Zahlbar zum 31. März des Jahres. Dann nicht.",
            ["Zahlbar zum 31. März des Jahres.", "Dann nicht."],
        ),
        ("Am 3. Oktober kam er. Sie ging.", ["Am 3. Oktober kam er.", "Sie ging."]),
        ("Den 2. største by. Den 17. maj fejres.", ["Den 2. største by.", "Den 17. maj fejres."]),
        (
            "There were 12. Maids came. It was 7.5. pH fell.",
            ["There were 12.", "Maids came.", "It was 7.5.", "pH fell."],
        ),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("word", sorted(load_words("abbreviations")))
def test_a_sentence_goes_on_after_an_abbreviation(word: str) -> None:
    assert sentences(f"It is {word}. 12 of them.") == [f"It is {word}. 12 of them."]


@pytest.mark.parametrize("month", sorted(load_words("months", "German")))
def test_a_sentence_goes_on_after_the_day_of_a_german_date(month: str) -> None:
    assert sentences(f"Am 3. {month} kam er.") == [f"Am 3. {month} kam er."]


@pytest.mark.parametrize("mark", ["•", "-", "*", "–", "1.", "12)", "(3)", "a)", "(iv)", ">"])
def test_list_marks_stay_with_their_item_and_out_of_its_sentence(mark: str) -> None:
    text = f"A list:\n{mark} first item\n  goes on\n{mark} second. With more."
    tiles = [text[start:end] for start, end in sentence_tiles(text)]
    assert tiles[1:] == [f"{mark} first item\n  goes on\n", f"{mark} second. ", "With more."]
    assert sentences(text)[1:] == ["first item\n  goes on", "second.", "With more."]


def test_a_bullet_alone_on_its_line_belongs_to_the_next() -> None:
    text = "Before.\n•\nFirst item\n•\nSecond item"
    assert [text[a:b] for a, b in sentence_tiles(text)][1:] == ["•\nFirst item\n", "•\nSecond item"]
    assert sentences(text) == ["Before.", "First item", "Second item"]


def test_a_number_inside_a_line_is_no_list_mark() -> None:
    assert sentences("We saw Eq. 2. U.S. teams agreed.") == ["We saw Eq. 2.", "U.S. teams agreed."]


def test_text_without_words_has_tiles_and_no_sentences() -> None:
    assert sentence_tiles("") == []
    assert sentence_tiles(" -\n…\n") == [(0, 5)]
    assert sentences(" -\n…\n") == []


@pytest.mark.fault(20)
@pytest.mark.parametrize("unit", [". \n", "a ", "\n", "•\n", "Mr. ", '"', "("])
def test_long_monotonous_text_still_tiles(unit: str) -> None:
    text = "x" + unit * 20_000
    assert "".join(text[start:end] for start, end in sentence_tiles(text)) == text


def test_half_a_character_is_no_obstacle() -> None:
    text = "One \ud800 ends. Two begins."
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "One \ud800 ends.", "Two begins.",
    ]  # fmt: skip
