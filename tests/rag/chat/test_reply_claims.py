"""What is a claim is read as one, whatever it looks like; a stream reads as the whole reply."""

from __future__ import annotations

import random

import pytest

from rag.chat.reply_reader import ReplyReader, ReplySentence, split_reply

CLAIMS = [
    ("If you have a fever above 39 °C, call a doctor [1].", (1,)),
    ("If you want to cancel, write to the landlord within 14 days [1].", (1,)),
    ("Thanks to the new filter, emissions fell by 30% [2].", (2,)),
    ("Of course, the rate varies between states [1].", (1,)),
    ("Hi-fi equipment is excluded [1].", (1,)),
    ("OK is returned when the job has ended [2].", (2,)),
    ("In the event of fire, take these steps: leave the house, call 112, wait.", ()),
    ("This is not allowed: the tenant must pay [1].", (1,)),
    ("The answer is 42: that is the number of teeth [1].", (1,)),
    ("This is a multi-tenant database: each customer has a schema [1].", (1,)),
    ("sin² x + cos² x = 1 [1].", (1,)),
    ("(a + b)² = a² + 2ab + b² [1].", (1,)),
    ("A screen of 5 inch² is small [1].", (1,)),
    ("Under Article 6(1), consent is needed [2].", (2,)),
    ("Growth was 3% (2), then fell [1].", (1,)),
    ("According to section 5 (2), rent is due.", ()),
    ("See Table (2) and Figure (3).", ()),
    ("If a<b and c>d then swap [1].", (1,)),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "numbers"), CLAIMS)
def test_a_claim_comes_through_word_for_word(reply: str, numbers: tuple[int, ...]) -> None:
    (sentence,) = split_reply(reply, 3)
    assert sentence.numbers == numbers
    said = reply
    for number in numbers:
        said = said.replace(f" [{number}]", "")
    assert sentence.text == said


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("10<sup>6</sup> cells divide [1].", "10⁶ cells divide."),
        ("It rains ([1]).", "It rains."),
        ("It rains (see [1]).", "It rains."),
        ("According to [1] and [2], it rains.", "It rains."),
        ("It rains [1](javascript:alert(1)).", "It rains)."),
        ("It rains in [2024 report](javascript:alert) [1].", "It rains in 2024 report."),
        ("It !**[2 x](http://evil.example/p.png) rains [1].", "It !2 x rains."),
        ("**42 mg per day**\n\nSource: [1]", "42 mg per day"),
        ("**No, it is not safe.**\n\nIt is not [1].", "No, it is not safe."),
    ],
)
def test_what_is_left_of_a_sentence(reply: str, said: str) -> None:
    assert next(iter(split_reply(reply, 3))).text == said


def test_an_answer_of_yes_or_no_alone_is_a_claim() -> None:
    (sentence,) = split_reply("Is it safe? No [1].", 3)
    assert (sentence.text, sentence.numbers) == ("No.", (1,))


def test_a_tag_that_is_spoken_of_ends_no_thought() -> None:
    reply = "It puts its reasoning between <think> and </think> tags [1]. Then it answers [2]."
    reader = ReplyReader(3)
    found = [*reader.add(reply), *reader.finish()]
    assert len(found) == 2
    assert not any(sentence.restarts for sentence in found)


def test_what_follows_a_list_of_sources_is_no_claim() -> None:
    reply = "Herons nest [1].\n\nSources:\n- [1] birds.pdf\n- [2] owls.pdf"
    assert [sentence.text for sentence in split_reply(reply, 3)] == ["Herons nest."]


STREAMED = [
    "Herons nest [1], [2]. “Rent is due monthly.” [2] It ends.",
    "Der Vertrag endet am 31. Dezember 2024 [1]. Danach gilt er nicht [2].",
    "Owls hunt at night. [1]-[3] They sleep by day [2].",
    "Birds:\n\n1. **Owl**: it hunts [1].\n2. It nests.¹\n\n```\nx = 1\n\ny\n```\n\nEnd [1].",
    "| Bird | Time |\n| --- | --- |\n| Owl [1] | night |\n| Heron [2] | day |\n\nThat is all [1].",
]


@pytest.mark.parametrize("reply", STREAMED)
def test_a_stream_reads_as_the_whole(reply: str) -> None:
    whole = list(split_reply(reply, 3))
    for seed in range(20):
        rng, reader = random.Random(seed), ReplyReader(3)
        heard: list[ReplySentence] = []
        place = 0
        while place < len(reply):
            step = rng.randint(1, 9)
            heard += reader.add(reply[place : place + step])
            place += step
        assert [*heard, *reader.finish()] == whole


@pytest.mark.parametrize(
    "unit", ["| a | b |\n\n", "\n", "[", "- ", "unclear from ", "nicht ", "(1) ", "`", "a¹ ", "<a "]
)
@pytest.mark.timeout(20)
def test_a_reply_of_one_thing_over_and_over_is_read_before_the_timeout(unit: str) -> None:
    text = (unit * (20_000 // len(unit) + 1))[:20_000]
    assert sum(len(sentence.text) for sentence in split_reply(text, 3)) <= len(text)
