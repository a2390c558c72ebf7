"""Which sentences answer, in which order, and when nothing does."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from evidence_of_texts import even, passage, ranker, read_as, unread
from rag import Embedder, Passage
from rag.answers.evidence import Evidence, EvidenceRanker, Ranked
from rag.answers.evidence_model import EvidenceModel
from rag.answers.selection import select_sentences
from rag.models.reader import Page, PageReading, Reader
from rag.text.terms import terms

GUIDE = (
    "Tea is an aromatic drink made by pouring hot water over cured leaves of Camellia sinensis, a "
    "shrub native to East Asia. After water, tea is the most widely consumed drink in the world. "
    "Tea has a stimulating effect in humans, mainly due to its caffeine content."
)
TRADE = (
    "Oolong and green teas are processed in different ways. These teas are dried at once so that "
    "their leaves stay green. Black tea is fully oxidised before it is dried, which gives it a "
    "stronger taste. Polyphenols such as EGCG and theaflavin are thought to protect the heart. "
    "However, large trials are still needed.\n\nKeywords: tea, polyphenols, oxidation"
)
RISKS = (
    "Drinking too much tea may cause poor sleep, anxiety and reduced iron absorption. Pregnant "
    "women are advised to limit how much they drink. Plantation workers in many countries face "
    "ethical problems such as low wages and unsafe housing. The Tea Board (TB) began in 1903. "
    "What does it do? TB sets the quality rules for exports."
)


class Shelf:
    """A small library with real vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self.reader = Reader()
        self.texts = {"A short guide to tea": GUIDE, "How tea is made": TRADE, "Tea risks": RISKS}
        self.vectors = embedder.embed([f"{title}\n{text}" for title, text in self.texts.items()])
        self.words = [set(terms(f"{title} {text}")) for title, text in self.texts.items()]

    def rarity(self, term: str) -> float:
        count = sum(term in words for words in self.words)
        return math.log(1 + (len(self.words) - count + 0.5) / (count + 0.5))

    def search(self, question: str) -> list[Passage]:
        cosines = self.vectors @ self.embedder.embed([question])[0]
        found = [
            passage(text, title, cosine=float(cosine))
            for (title, text), cosine in zip(self.texts.items(), cosines, strict=True)
        ]
        return sorted(found, key=lambda p: -p.score)

    def rank(self, question: str) -> list[Evidence]:
        return self.weigh(question).evidence

    def confidence(self, question: str) -> float:
        return self.weigh(question).confidence

    def weigh(self, question: str) -> Ranked:
        ranker = EvidenceRanker(
            EvidenceModel.load(), self.embedder.embed, self.embedder.embed_words, self.reader
        )
        return ranker.rank(question, self.search(question), self.rarity)


@pytest.fixture(scope="module")
def shelf(embedder: Embedder) -> Shelf:
    return Shelf(embedder)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which compounds in tea might be good for the heart?", "EGCG"),
        ("Why does tea keep people awake?", "caffeine"),
        ("What plant does tea come from?", "Camellia sinensis"),
        ("What are the side effects of drinking a lot of tea?", "anxiety"),
        ("Why is black tea stronger?", "oxidised"),
        ("What problems do plantation labourers have?", "low wages"),
        ("What year did the tea board begin?", "1903"),
        ("Who sets the quality rules of the Tea Board?", "TB sets"),
    ],
)
def test_answering_sentence_is_shown_with_confidence(
    shelf: Shelf, question: str, answer: str
) -> None:
    shown = select_sentences(question, shelf.rank(question), limit=4)
    assert any(answer in evidence.text for evidence in shown)
    assert shelf.confidence(question) >= 0.5


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 2018 world cup?",
        "How do I reset my router password?",
        "What is the capital of Mongolia?",
        "what is the role of CD34",
    ],
)
def test_other_topics_are_not_in_the_documents(shelf: Shelf, question: str) -> None:
    assert shelf.confidence(question) < 0.2


@pytest.mark.parametrize(
    "question",
    [
        "How much does a kilo of tea cost?",
        "What dose of EGCG is recommended?",
        "how many cups a day are safe",
        "What percentage of tea is exported?",
    ],
)
def test_right_topic_without_the_exact_thing_asked_for_is_no_answer(
    shelf: Shelf, question: str
) -> None:
    assert shelf.confidence(question) < 0.5


def test_named_thing_that_is_nowhere_lowers_the_confidence(shelf: Shelf) -> None:
    there = shelf.confidence("Does tea contain EGCG?")
    assert shelf.confidence("Does tea contain BRCA1?") < there / 2


def test_a_word_of_like_meaning_counts_as_the_word(shelf: Shelf) -> None:
    ranked = shelf.rank("which beverage do people drink most after water")
    assert "most widely consumed drink" in ranked[0].text


def test_misspelt_word_still_finds_its_sentence(shelf: Shelf) -> None:
    ranked = shelf.rank("what are polyphnols thought to protect")
    assert "Polyphenols" in ranked[0].text


def test_best_comes_first_and_spans_are_exact(shelf: Shelf) -> None:
    ranked = shelf.rank("Is tea popular?")
    assert [e.score for e in ranked] == sorted((e.score for e in ranked), reverse=True)
    assert all(e.passage.text[e.start : e.end] == e.text for e in ranked)
    assert len({e.text for e in ranked}) == len(ranked)


def test_same_question_gives_the_same_ranking(shelf: Shelf) -> None:
    assert shelf.rank("Is tea popular?") == shelf.rank("Is tea popular?")


def test_every_passage_is_read_in_one_call_under_its_title(shelf: Shelf) -> None:
    calls = []

    def read_pages(question: str, pages: list[Page]) -> list[PageReading]:
        calls.append(pages)
        return unread(question, pages)

    ranker(read_pages).rank("Which teas are dried at once?", shelf.search("tea"), even)
    (pages,) = calls
    assert {page.heading: page.text for page in pages} == shelf.texts


def test_a_row_of_a_table_is_read_under_the_names_of_its_columns() -> None:
    read: list[Page] = []

    def read_pages(question: str, pages: list[Page]) -> list[PageReading]:
        read.extend(pages)
        return unread(question, pages)

    table = "| Mill | Built |\n| --- | --- |\n| Old | 1820 |\n| New | 1901 |"
    text = passage(f"The mills are old.\n\n{table}\n\nThey stand by the river.", "Mills")
    ranker(read_pages).rank("When was the New mill built?", [text], even)
    assert read == [Page("Mills Mill | Built", text.text)]


def test_the_answer_is_a_span_of_the_document() -> None:
    def read_pages(_question: str, pages: list[Page]) -> list[PageReading]:
        return [read_as(page, lambda word: 4.0 if word == "1820" else -4.0) for page in pages]

    text = passage("The mill stands. It was built in 1820 by monks.", start=100)
    ranked = ranker(read_pages).rank("When was the mill built?", [text], even)
    assert ranked.evidence[0].text == "It was built in 1820 by monks."
    start, end = ranked.evidence[0].answer or (0, 0)
    assert text.text[start - 100 : end - 100] == "1820"
    assert 0 < ranked.direct < 1


def test_nothing_retrieved_is_nothing_known() -> None:
    assert ranker(unread).rank("Why?", [], even) == ([], 0.0, 0.0)
    assert select_sentences("Why?", [], limit=4) == []


def test_passage_found_by_one_search_alone_is_read() -> None:
    lone = [replace(passage("The mill was built in 1820.", cosine=None), bm25=3.0, score=0.5)]
    ranked, confidence, _ = ranker(unread).rank("When was the mill built?", lone, even)
    assert ranked[0].text == "The mill was built in 1820."
    assert 0 <= confidence <= 1


def test_passages_far_below_zero_do_not_make_every_sentence_certain() -> None:
    far = [replace(passage("The mill was built. It stands.", cosine=-0.1), score=-0.1)]
    far.append(replace(passage("Bees gather nectar.", "b", cosine=-0.4), score=-0.4))
    ranked, confidence, _ = ranker(unread).rank("Who repaired the printer?", far, even)
    assert max(e.score for e in ranked) < 0.9
    assert confidence < 0.5


@given(st.text(max_size=80), st.lists(st.text(max_size=120), max_size=4))
@settings(deadline=None, max_examples=60)
def test_any_text_is_ranked_with_exact_spans(question: str, texts: list[str]) -> None:
    passages = [passage(text, str(i)) for i, text in enumerate(texts)]
    ranked, confidence, _ = ranker(unread).rank(question, passages, even)
    assert all(e.passage.text[e.start : e.end] == e.text for e in ranked)
    assert all(0 <= e.score <= 1 for e in ranked)
    assert not ranked or sum(e.share for e in ranked) == pytest.approx(1, abs=1e-3)
    assert 0 <= confidence <= 1
    shown = select_sentences(question, ranked, limit=3)
    assert len(shown) <= 3
    assert bool(shown) == bool(ranked)


def test_alike_sentences_share_the_chance_and_are_all_shown() -> None:
    text = passage("Bees gather nectar. Moths gather nectar at night. Bats sip nectar.")
    ranked = ranker(unread).rank("Who gathers nectar?", [text], even).evidence
    assert max(e.share for e in ranked) < 0.9
    assert len(select_sentences("Who gathers nectar?", ranked, limit=4)) > 1


def test_words_that_every_sentence_has_tell_none_from_the_others() -> None:
    reader = (
        ranker(unread)
        .find_sentences("lunar dust storms", [passage("Lunar dust storms.")], even)
        .matcher
    )
    both = [{"lunar": 1.0, "dust": 1.0}, {"lunar": 1.0, "dust": 1.0, "storm": 1.0}]
    plain = [reader.coverage(matches) for matches in both]
    telling = reader.distinctive_coverage(both)
    assert telling[0] / telling[1] < plain[0] / plain[1]


def test_names_tell_no_sentence_from_another_and_are_not_lacking() -> None:
    reader = (
        ranker(unread)
        .find_sentences("Did Apollo find dust?", [passage("Apollo found dust.")], even)
        .matcher
    )
    assert reader.distinctive_coverage([{"apollo": 1.0}, {"dust": 1.0}])[0] == 0
    assert reader.unmatched({"dust": 1.0, "find": 0.5}) == 0
    assert reader.unmatched({"apollo": 1.0, "find": 0.5}) > 0


def test_yes_or_no_of_a_name_that_is_nowhere_is_refused(shelf: Shelf) -> None:
    assert shelf.confidence("Does tea contain caffeine?") > 0.5
    assert shelf.confidence("Does tea contain THC?") < 0.5
