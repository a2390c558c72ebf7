"""Marks of a reply become passage numbers; other brackets stay text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from rag.chat.reply_reader import ReplyReader, ReplySentence, split_reply


def numbers_of(reply: str, passages: int = 8) -> list[tuple[int, ...]]:
    return [sentence.numbers for sentence in split_reply(reply, passages)]


@pytest.mark.parametrize(
    ("mark", "numbers"),
    [
        ("[1]", (1,)),
        ("[1][2]", (1, 2)),
        ("[2] [1]", (2, 1)),
        ("[1, 3]", (1, 3)),
        ("[1,3;5]", (1, 3, 5)),
        ("[1-3]", (1, 2, 3)),
        ("[1–3, 7]", (1, 2, 3, 7)),
        ("[1 and 2]", (1, 2)),
        ("[passage 4]", (4,)),
        ("[Passages 4, 5]", (4, 5)),
        ("[^2]", (2,)),
        ("[#2]", (2,)),
        ("【3】", (3,)),
        ("［3］", (3,)),
        ("［３］", (3,)),
        ("【3†source】", (3,)),
        ("【3†L10-L12】", (3,)),
        ("[6-900]", (6, 7, 8)),
        ("[1][1]", (1,)),
    ],
)
@pytest.mark.parametrize(
    "form", ["Cells grow {}.", "Cells grow. {}", "Cells grow.{}", "**Cells** grow {}"]
)
def test_marks_of_every_form_are_read_and_taken_out(
    mark: str, numbers: tuple[int, ...], form: str
) -> None:
    (sentence,) = split_reply(form.format(mark), 8)
    assert sentence.numbers == numbers
    assert sentence.text in {"Cells grow.", "Cells grow"}
    assert not sentence.stray


@pytest.mark.fault(91)
def test_numbers_that_no_passage_has_are_stray() -> None:
    assert list(split_reply("Cells grow [9]. Bones too [2, 9]. Mice as well [0].", 4)) == [
        ReplySentence("Cells grow.", (), (9,)),
        ReplySentence("Bones too.", (2,), (9,)),
        ReplySentence("Mice as well.", (), (0,)),
    ]


@pytest.mark.parametrize("text", ["It began in [2019].", "The group [a] won.", "x[i] is read."])
def test_other_brackets_are_no_marks(text: str) -> None:
    (sentence,) = split_reply(text, 4)
    assert sentence.text == text
    assert not sentence.numbers


def test_what_could_be_markup_is_taken_out() -> None:
    reply = (
        "# Answer\n\n**Cells** grow `fast` [1]. See [the study](https://evil.example/a b). "
        "![x](https://evil.example/?q=1) Also <img src='https://evil.example'>bones [2]."
    )
    text = " ".join(sentence.text for sentence in split_reply(reply, 4))
    assert "evil.example" not in text
    assert not set("*`#<") & set(text)
    assert "Cells grow fast." in text


def test_a_list_becomes_its_items() -> None:
    bullets = "- CD133 marks them [1].\n- CD44 marks them [2].\n\n"
    reply = f"{bullets}1. First comes one [3].\n2. Then two [4]."
    assert [sentence.text for sentence in split_reply(reply, 4)] == [
        "CD133 marks them.", "CD44 marks them.", "First comes one.", "Then two.",
    ]  # fmt: skip
    assert numbers_of(reply) == [(1,), (2,), (3,), (4,)]


REPLIES = [
    "CD133 and CD44 mark them [1]. They cost 3.5 dollars, e.g. in Oslo [2]. Dr. Who agrees.[3] End",
    "Cells grow. [1][2] Bones do not. 【3†x】 Mice (small ones) do [4, 5].\n\nA new line [1–3].",
    "<think>What? [1] Hm.</think>Cells grow [1]. Bones too [2].",
    "- One [1].\n- Two [2].\n- Three is longer than the others, is it not [3]?",
]


@pytest.mark.parametrize("reply", REPLIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 90), max_size=40))
def test_a_streamed_reply_reads_as_the_whole_one(reply: str, cuts: list[int]) -> None:
    reader = ReplyReader(5)
    places = sorted({0, len(reply), *(cut for cut in cuts if cut < len(reply))})
    heard: list[ReplySentence] = []
    for start, end in pairwise(places):
        heard.extend(reader.add(reply[start:end]))
    heard.extend(reader.finish())
    assert heard == list(split_reply(reply.rsplit("</think>", 1)[-1], 5))


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    reader = ReplyReader(2)
    assert not list(reader.add("Cells grow."))
    assert not list(reader.add(" [1"))
    assert not list(reader.add("][2]"))
    assert list(reader.add(" Bones ")) == [ReplySentence("Cells grow.", (1, 2))]


def test_thoughts_that_do_not_end_say_nothing() -> None:
    reader = ReplyReader(2)
    assert not [*reader.add("<thi"), *reader.add("nk> Cells grow [1]. Bones."), *reader.finish()]
