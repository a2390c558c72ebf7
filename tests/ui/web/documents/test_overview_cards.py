"""A card says what a document says, and offers questions that it answers."""

from __future__ import annotations

from rag import Rag, Settings
from ui.web.documents.overview_cards import QUESTIONS, OverviewCards, card_json


def test_a_card_has_places_of_its_document_and_questions_that_it_answers(bot: Rag) -> None:
    cards = OverviewCards(bot).make()
    assert {card.document.document_id for card in cards} == {
        document.document_id for document in bot.documents()
    }
    for card in cards:
        text = bot.source_text(card.document.document_id)
        assert len(card.sentences) == 2
        for part in (*card.sentences, *card.headings):
            start = part.passage.start
            assert text[start + part.start : start + part.end] == part.text
        assert 0 < len(card.questions) <= QUESTIONS
        for question in card.questions:
            cited = bot.ask(question).citations
            assert cited[0].document_id == card.document.document_id


def test_cards_are_made_once_and_begin_anew_with_other_documents(bot: Rag) -> None:
    cards = OverviewCards(bot)
    made = cards.make()
    assert cards.get_or_start() == (made, True)


def test_links_of_a_card_open_what_it_shows(bot: Rag) -> None:
    card = OverviewCards(bot).make()[0]
    shown = card_json(card)["sentences"][0]
    start, end = map(int, shown["link"].rsplit("/", 2)[1:])
    quoted = bot.source_text(card.document.document_id)[start:end]
    assert quoted == card.sentences[0].text


def test_an_empty_library_has_no_cards(tmp_path) -> None:
    with Rag(Settings(home=tmp_path)) as rag:
        assert OverviewCards(rag).get_or_start()[0] == ()
