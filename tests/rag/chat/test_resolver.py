"""Each sentence of a reply gets the exact spans that support it, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from rag import Citation, Passage, Rag, Support, judge_support
from rag.chat.reply_reader import ReplySentence
from rag.chat.resolver import Resolver

MARKERS = "Which markers help identify cancer stem cells?"


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
    sentence = resolver(bot, passages).resolve(
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
    sentence = resolver(bot, passages).resolve(
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
    first = resolve.resolve(ReplySentence("CD133 and CD44 identify these cells.", (number,)))
    other = resolve.resolve(ReplySentence("They are on the surface of cancer cells.", (number,)))
    again = resolve.resolve(ReplySentence("CD44 and CD133 help identify these cells.", (number,)))
    assert [s.citations[0].number for s in (first, other, again)] == [1, 2, 1]


def test_a_mark_that_bears_nothing_out_is_left_out(bot: Rag, passages: list[Passage]) -> None:
    number = place_of("CD133 and CD44", passages)
    judged: list[tuple[str, str]] = []

    def judge(sentence: str, quote: str) -> Support:
        judged.append((sentence, quote))
        return judge_support(sentence, quote)

    marks = (*(n for n in range(1, len(passages) + 1) if n != number), number)
    sentence = Resolver(bot.library.catalog, passages, bot.embedder.embed, judge).resolve(
        ReplySentence("CD133 and CD44 can help identify these cells.", marks)
    )
    assert len(sentence.citations) < len(marks)
    assert "CD133 and CD44" in " ".join(citation.quote for citation in sentence.citations)
    assert sentence.support.verdict == "supported"
    assert {"CD133 and CD44 can help identify these cells."} == {words for words, _ in judged}


def test_what_another_passage_supports_than_the_marked_one_gets_its_citation(
    bot: Rag, passages: list[Passage]
) -> None:
    number = next(n for n, each in enumerate(passages, 1) if "CD133" not in each.text)
    for marks in ((number,), ()):
        sentence = resolver(bot, passages).resolve(
            ReplySentence("CD133 and CD44 can help identify these cells.", marks)
        )
        assert sentence.attributed
        assert sentence.support.verdict == "supported"
        (citation,) = sentence.citations
        assert "CD133 and CD44" in citation.quote


def test_no_neighbour_makes_up_for_what_the_source_denies(
    bot: Rag, passages: list[Passage]
) -> None:
    def judge(sentence: str, quote: str) -> Support:
        if "CD133 and CD44" in quote and "surface" not in quote:
            return Support("unsupported", 0.1, ("the source says otherwise",), contradicted=True)
        return Support("partial", 0.4)

    number = place_of("CD133 and CD44", passages)
    sentence = Resolver(bot.library.catalog, passages, bot.embedder.embed, judge).resolve(
        ReplySentence("Biomarkers such as CD133 and CD44 cannot help identify them.", (number,))
    )
    assert sentence.support.contradicted
    assert "CD133 and CD44" in sentence.citations[0].quote


def test_a_wrong_mark_keeps_its_nearest_span_and_the_verdict(
    bot: Rag, passages: list[Passage]
) -> None:
    sentence = resolver(bot, passages).resolve(
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
    support = resolver(bot, passages).resolve(ReplySentence(text, (number,))).support
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
    sentence = resolver(bot, passages).resolve(
        ReplySentence(" ".join(words[start : start + length]), tuple(marks))
    )
    assert 1 <= len(sentence.citations) <= len(marks)
    marked = {passages[n - 1].chunk_id for n in marks}
    for citation in sentence.citations:
        assert_exact(bot, citation)
        assert (citation.chunk_id in marked) != sentence.attributed
