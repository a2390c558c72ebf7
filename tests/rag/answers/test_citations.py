"""Marks of a reply become exact spans; what is no mark, or points nowhere, does not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from rag import Citation, Passage, Rag, Support, judge_support
from rag.answers.citations import ReplyReader, ReplySentence, Resolver, reply_sentences

MARKERS = "Which markers help identify cancer stem cells?"


def numbers_of(reply: str, passages: int = 8) -> list[tuple[int, ...]]:
    return [sentence.numbers for sentence in reply_sentences(reply, passages)]


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
    (sentence,) = reply_sentences(form.format(mark), 8)
    assert sentence.numbers == numbers
    assert sentence.text in {"Cells grow.", "Cells grow"}
    assert not sentence.stray


@pytest.mark.fault(91)
def test_numbers_that_no_passage_has_are_stray() -> None:
    assert list(reply_sentences("Cells grow [9]. Bones too [2, 9]. Mice as well [0].", 4)) == [
        ReplySentence("Cells grow.", (), (9,)),
        ReplySentence("Bones too.", (2,), (9,)),
        ReplySentence("Mice as well.", (), (0,)),
    ]


@pytest.mark.parametrize("text", ["It began in [2019].", "The group [a] won.", "x[i] is read."])
def test_other_brackets_are_no_marks(text: str) -> None:
    (sentence,) = reply_sentences(text, 4)
    assert sentence.text == text
    assert not sentence.numbers


def test_what_could_be_markup_is_taken_out() -> None:
    reply = (
        "# Answer\n\n**Cells** grow `fast` [1]. See [the study](https://evil.example/a b). "
        "![x](https://evil.example/?q=1) Also <img src='https://evil.example'>bones [2]."
    )
    text = " ".join(sentence.text for sentence in reply_sentences(reply, 4))
    assert "evil.example" not in text
    assert not set("*`#<") & set(text)
    assert "Cells grow fast." in text


def test_a_list_becomes_its_items() -> None:
    bullets = "- CD133 marks them [1].\n- CD44 marks them [2].\n\n"
    reply = f"{bullets}1. First comes one [3].\n2. Then two [4]."
    assert [sentence.text for sentence in reply_sentences(reply, 4)] == [
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
    heard.extend(reader.rest())
    assert heard == list(reply_sentences(reply.rsplit("</think>", 1)[-1], 5))


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    reader = ReplyReader(2)
    assert not list(reader.add("Cells grow."))
    assert not list(reader.add(" [1"))
    assert not list(reader.add("][2]"))
    assert list(reader.add(" Bo")) == [ReplySentence("Cells grow.", (1, 2))]


def test_thoughts_that_do_not_end_say_nothing() -> None:
    reader = ReplyReader(2)
    assert not [*reader.add("<thi"), *reader.add("nk> Cells grow [1]. Bones."), *reader.rest()]


@pytest.fixture
def passages(bot: Rag) -> list[Passage]:
    return bot.retriever.search(MARKERS)


def resolver(bot: Rag, passages: Sequence[Passage]) -> Resolver:
    return Resolver(bot.library.catalog, passages, bot.embedder.embed, judge_support)


def assert_exact(bot: Rag, citation: Citation) -> None:
    assert bot.source_text(citation)[citation.start : citation.end] == citation.quote


def place_of(words: str, passages: Sequence[Passage]) -> int:
    """The number of the first passage that has these words."""
    return next(n for n, passage in enumerate(passages, start=1) if words in passage.text)


def test_the_sentence_that_says_it_is_cited(bot: Rag, passages: list[Passage]) -> None:
    number = place_of("CD133 and CD44", passages)
    sentence = resolver(bot, passages).resolved(
        ReplySentence("CD133 and CD44 can help to identify such cells.", (number,))
    )
    (citation,) = sentence.citations
    assert_exact(bot, citation)
    assert citation.quote.startswith("Research has shown that specific biomarkers")
    assert citation.quote.endswith("identify these cells.")
    assert sentence.support.verdict == "supported"


def test_two_adjoining_sentences_are_cited_when_it_takes_both(
    bot: Rag, passages: list[Passage]
) -> None:
    number = place_of("CD133 and CD44", passages)
    sentence = resolver(bot, passages).resolved(
        ReplySentence(
            "The biomarkers CD133 and CD44 are commonly expressed on the surface of cancer cells.",
            (number,),
        )
    )
    (citation,) = sentence.citations
    assert_exact(bot, citation)
    assert "CD133 and CD44" in citation.quote
    assert "surface of cancer cells" in citation.quote


def test_a_span_cited_twice_keeps_its_number(bot: Rag, passages: list[Passage]) -> None:
    number = place_of("CD133 and CD44", passages)
    resolve = resolver(bot, passages)
    first = resolve.resolved(ReplySentence("CD133 and CD44 identify these cells.", (number,)))
    other = resolve.resolved(ReplySentence("They are on the surface of cancer cells.", (number,)))
    again = resolve.resolved(ReplySentence("CD44 and CD133 help identify these cells.", (number,)))
    assert [s.citations[0].number for s in (first, other, again)] == [1, 2, 1]


def test_a_mark_that_bears_nothing_out_is_left_out(bot: Rag, passages: list[Passage]) -> None:
    number = place_of("CD133 and CD44", passages)
    judged: list[tuple[str, str]] = []

    def judge(sentence: str, quote: str) -> Support:
        judged.append((sentence, quote))
        return judge_support(sentence, quote)

    marks = (*(n for n in range(1, len(passages) + 1) if n != number), number)
    sentence = Resolver(bot.library.catalog, passages, bot.embedder.embed, judge).resolved(
        ReplySentence("CD133 and CD44 can help identify these cells.", marks)
    )
    assert len(sentence.citations) < len(marks)
    assert "CD133 and CD44" in " ".join(citation.quote for citation in sentence.citations)
    assert sentence.support.verdict == "supported"
    assert {"CD133 and CD44 can help identify these cells."} == {words for words, _ in judged}


def test_a_wrong_mark_keeps_its_nearest_span_and_the_verdict(
    bot: Rag, passages: list[Passage]
) -> None:
    sentence = resolver(bot, passages).resolved(
        ReplySentence("Whales sing in the sea at night.", (1,))
    )
    (citation,) = sentence.citations
    assert_exact(bot, citation)
    assert sentence.support.verdict == "unsupported"


@pytest.mark.fault(92)
@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("Biomarkers “can help identify these cells”.", False),
        ('Biomarkers "Can help\n identify these cells."', False),
        ("Biomarkers “can never identify these cells”.", True),
        ("Biomarkers «can never identify these cells».", True),
        ("So-called “biomarkers” can help identify these cells.", False),
    ],
)
def test_quotation_marks_are_taken_at_their_word(
    bot: Rag, passages: list[Passage], text: str, flagged: bool
) -> None:
    number = place_of("CD133 and CD44", passages)
    support = resolver(bot, passages).resolved(ReplySentence(text, (number,))).support
    assert any("is not in the source" in reason for reason in support.reasons) == flagged
    assert (support.verdict == "unsupported") == flagged


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_said_is_cited_exactly(
    bot: Rag, passages: list[Passage], data: st.DataObject
) -> None:
    words = " ".join(passage.text for passage in passages).split()
    start = data.draw(st.integers(0, len(words) - 2))
    length = data.draw(st.integers(1, 20))
    marks = data.draw(st.lists(st.integers(1, len(passages)), min_size=1, max_size=3, unique=True))
    sentence = resolver(bot, passages).resolved(
        ReplySentence(" ".join(words[start : start + length]), tuple(marks))
    )
    assert 1 <= len(sentence.citations) <= len(marks)
    for citation in sentence.citations:
        assert_exact(bot, citation)
        assert citation.chunk_id in {passages[n - 1].chunk_id for n in marks}
