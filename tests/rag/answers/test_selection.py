"""Which sentences are shown, and what comes along with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evidence_of_texts import candidates
from rag.answers.evidence import Evidence
from rag.answers.lines.line import Line
from rag.answers.selection import select_sentences
from rag.types import Passage


def passage(text: str, title: str = "", *, cosine: float = 0.5, start: int = 0) -> Passage:
    end = start + len(text)
    return Passage(
        f"{title}-{start}", title, title, title, "", text, start, end, None, cosine, None, cosine
    )


def evidence(text: str, within: Passage, score: float, share: float = 0.3) -> Evidence:
    start = within.text.index(text)
    end = start + len(text)
    return Evidence(within, start, end, text, score, share, Line(start, end, text))


def select(question: str, ranked: Sequence[Evidence], limit: int) -> list[Evidence]:
    """Select among the sentences, each classified for the question as its passage is read."""
    passages = {evidence.passage.chunk_id: evidence.passage for evidence in ranked}
    lines = {
        (each.passage.chunk_id, each.line.start): each.line
        for each in candidates(question, list(passages.values()))
    }
    given = {(each.passage.chunk_id, each.start): each for each in ranked}
    read = [replace(each, line=lines[place]) for place, each in given.items()]
    chosen = select_sentences(question, read, limit=limit)
    return [given[each.passage.chunk_id, each.start] for each in chosen]


def test_shown_sentences_repeat_nothing() -> None:
    one = passage("Lead pipes carried the water of the city.", "a")
    two = passage("Lead pipes carried the water of the city, too.", "b", cosine=0.4)
    ranked = [evidence(one.text, one, 0.9), evidence(two.text, two, 0.89)]
    assert [e.text for e in select("What carried the water?", ranked, limit=4)] == [one.text]


def test_unlikely_second_sentence_is_left_out() -> None:
    text = passage("Lead pipes carried the water. The baths opened at noon.")
    ranked = [
        evidence("Lead pipes carried the water.", text, 0.9),
        evidence("The baths opened at noon.", text, 0.05),
    ]
    assert len(select("What carried the water?", ranked, limit=4)) == 1


def test_a_sure_sentence_stands_alone_and_an_unsure_one_gets_company() -> None:
    text = passage("Bees gather nectar. Ants gather seeds. Wasps gather wood.")
    others = [evidence("Ants gather seeds.", text, 0.4), evidence("Wasps gather wood.", text, 0.3)]
    sure = [evidence("Bees gather nectar.", text, 0.97, share=0.99), *others]
    unsure = [evidence("Bees gather nectar.", text, 0.5), *others]
    assert len(select("Which insect gathers nectar?", sure, limit=4)) == 1
    assert len(select("Which insect gathers nectar?", unsure, limit=4)) == 3


def test_a_line_of_authors_is_shown_to_who_asks_for_them() -> None:
    text = passage("Ada Byron, Mary Somerville\n\nThe engine weaves algebra. It has a store.")
    ranked = [
        evidence("Ada Byron, Mary Somerville", text, 0.6),
        evidence("The engine weaves algebra.", text, 0.5),
    ]
    assert "Ada Byron, Mary Somerville" in [
        e.text for e in select("Who wrote the note about the engine?", ranked, limit=4)
    ]


def test_leaning_sentence_brings_the_one_before_in_reading_order() -> None:
    text = passage("Two metals were used. These metals are lead and tin. Roofs were of slate.")
    ranked = [
        evidence("These metals are lead and tin.", text, 0.9),
        evidence("Roofs were of slate.", text, 0.01),
        evidence("Two metals were used.", text, 0.01),
    ]
    shown = select("What are the metals?", ranked, limit=4)
    assert [e.text for e in shown] == ["Two metals were used.", "These metals are lead and tin."]


def test_leaning_sentence_stands_alone_when_only_one_may_be_shown() -> None:
    text = passage("Two metals were used. These metals are lead and tin.")
    ranked = [
        evidence("These metals are lead and tin.", text, 0.9),
        evidence("Two metals were used.", text, 0.01),
    ]
    assert [e.start for e in select("What are the metals?", ranked, limit=1)] == [ranked[0].start]


def test_shown_sentences_are_in_reading_order() -> None:
    text = passage("Bees gather nectar. Ants gather seeds. Wasps gather wood.")
    ranked = [
        evidence("Wasps gather wood.", text, 0.5),
        evidence("Bees gather nectar.", text, 0.48),
        evidence("Ants gather seeds.", text, 0.46),
    ]
    shown = select("What do insects gather?", ranked, limit=4)
    assert [e.start for e in shown] == sorted(e.start for e in ranked)


def test_keyword_line_is_shown_only_when_asked_for() -> None:
    text = passage("Keywords: bees, nectar\n\nBees gather nectar from flowers.")
    line = evidence("Keywords: bees, nectar", text, 0.9)
    prose = evidence("Bees gather nectar from flowers.", text, 0.6)
    assert select("What do bees gather?", [line, prose], limit=2) == [prose]
    assert line in select("What are the keywords?", [line, prose], limit=2)


def test_title_is_no_answer() -> None:
    text = passage("How bees gather nectar\n\nBees use their tongues.", "How bees gather nectar")
    title = evidence("How bees gather nectar", text, 0.9)
    told = evidence("Bees use their tongues.", text, 0.6)
    assert select("How do bees gather nectar?", [title, told], limit=2) == [told]


def test_labelled_line_with_the_exact_thing_is_an_answer() -> None:
    text = passage("Fee: $30\n\nThe pool is heated.")
    line = evidence("Fee: $30", text, 0.9)
    told = evidence("The pool is heated.", text, 0.2)
    assert line in select("How much does it cost to swim?", [line, told], limit=2)


def test_a_caption_is_shown_when_nothing_answers_better_or_a_figure_is_asked_for() -> None:
    text = passage("Hives grew in May.\n\nFigure 2: Growth of the hives from May to June.")
    caption, prose = "Figure 2: Growth of the hives from May to June.", "Hives grew in May."
    asked = "When did the hives grow?"
    below = [evidence(prose, text, 0.5), evidence(caption, text, 0.4)]
    assert [e.text for e in select(asked, below, limit=3)] == [prose]
    assert len(select("When did the hives of the figure grow?", below, limit=3)) == 2
    above = [evidence(caption, text, 0.5), evidence(prose, text, 0.4)]
    assert caption in [e.text for e in select(asked, above, limit=3)]


def test_what_a_row_outdoes_is_left_out_unless_several_are_wanted() -> None:
    text = passage("| Ants | 6 |\n| Bees | 9 |\n| Wasps | 4 |\n\nInsects are counted.")
    ranked = [
        evidence("| Bees | 9 |", text, 0.5),
        evidence("| Wasps | 4 |", text, 0.4),
        evidence("| Ants | 6 |", text, 0.3),
        evidence("Insects are counted.", text, 0.2),
    ]
    shown = select("How many bees are there?", ranked, limit=5)
    assert [e.text for e in shown] == ["| Bees | 9 |", "| Wasps | 4 |"]
    assert len(select("Which insects are there?", ranked, limit=5)) == 4


def test_question_in_the_text_is_no_answer() -> None:
    text = passage("What do bees gather? Bees gather nectar.")
    asked = evidence("What do bees gather?", text, 0.9)
    told = evidence("Bees gather nectar.", text, 0.6)
    assert select("What do bees gather?", [asked, told], limit=2) == [told]


def test_what_the_likeliest_lean_on_comes_before_the_next_best() -> None:
    text = passage(
        "Alum and sumac fix colours. These salts were dear. Weld gives yellow. Woad gives blue. "
        "Those dyes fade."
    )
    ranked = [
        evidence("These salts were dear.", text, 0.5),
        evidence("Weld gives yellow.", text, 0.4),
        evidence("Those dyes fade.", text, 0.3),
        evidence("Woad gives blue.", text, 0.1),
        evidence("Alum and sumac fix colours.", text, 0.1),
    ]
    shown = select("Was fixing expensive?", ranked, limit=3)
    assert [e.text for e in shown] == [
        "Alum and sumac fix colours.",
        "These salts were dear.",
        "Weld gives yellow.",
    ]


def test_what_a_sentence_leans_on_may_lean_itself() -> None:
    text = passage("Two metals were used. These metals were cheap. They came by ship.")
    ranked = [
        evidence("They came by ship.", text, 0.9),
        evidence("Two metals were used.", text, 0.01),
        evidence("These metals were cheap.", text, 0.01),
    ]
    assert len(select("What came by ship?", ranked, limit=4)) == 3
    shown = select("What came by ship?", ranked, limit=2)
    assert [e.text for e in shown] == ["These metals were cheap.", "They came by ship."]


def test_a_sentence_leans_on_the_end_of_the_passage_before() -> None:
    before = passage("Two metals were used. ", "a")
    text = passage("These metals are lead and tin.", "a", start=before.end)
    elsewhere = passage("Roofs were of slate.", "b")
    ranked = [
        evidence("These metals are lead and tin.", text, 0.9),
        evidence("Two metals were used.", before, 0.01),
        evidence("Roofs were of slate.", elsewhere, 0.01),
    ]
    shown = select("Which is the metal?", ranked, limit=4)
    assert [e.text for e in shown] == ["Two metals were used.", "These metals are lead and tin."]


def test_particulars_come_along_when_several_things_are_asked_for() -> None:
    text = passage("Dyes came from plants. In particular, weld and woad were grown. Wool is warm.")
    ranked = [
        evidence("Dyes came from plants.", text, 0.9),
        evidence("Wool is warm.", text, 0.01),
        evidence("In particular, weld and woad were grown.", text, 0.01),
    ]
    particulars = ["Dyes came from plants.", "In particular, weld and woad were grown."]
    assert [e.text for e in select("Which kinds of plants?", ranked, limit=4)] == particulars
    assert [e.text for e in select("Did dyes come from a plant?", ranked, limit=4)] == [
        "Dyes came from plants."
    ]


def test_beside_a_line_labelled_with_what_is_asked_for_nothing_less_likely_is_shown() -> None:
    text = passage("Side effects: rash, cough\n\nMost people sleep well. Some cough at night.")
    ranked = [
        evidence("Side effects: rash, cough", text, 0.6),
        evidence("Some cough at night.", text, 0.15),
        evidence("Most people sleep well.", text, 0.1),
    ]
    shown = select("What are the side effects?", ranked, limit=4)
    assert [e.text for e in shown] == ["Side effects: rash, cough"]
    assert len(select("What are the effects at night?", ranked, limit=4)) == 3


def test_a_long_chain_brings_one_sentence_and_leaves_room() -> None:
    text = passage(
        "Ada Farrow had a mill. She studied. She married late. She left for Lima. She fell ill in "
        "1911. Lima is in Peru."
    )
    ranked = [
        evidence("She fell ill in 1911.", text, 0.5),
        evidence("Lima is in Peru.", text, 0.4),
        *(
            evidence(f"She {did}.", text, 0.01)
            for did in ("left for Lima", "married late", "studied")
        ),
        evidence("Ada Farrow had a mill.", text, 0.01),
    ]
    shown = select("When did Ada fall ill?", ranked, limit=3)
    assert [e.text for e in shown] == [
        "She left for Lima.",
        "She fell ill in 1911.",
        "Lima is in Peru.",
    ]


def test_nothing_comes_along_from_another_section() -> None:
    roofs = replace(passage("Roofs were of slate. ", "a"), heading="Roofs")
    trade = replace(passage("It flourished in 1920.", "a", start=roofs.end), heading="Trade")
    ranked = [
        evidence("It flourished in 1920.", trade, 0.9),
        evidence("Roofs were of slate.", roofs, 0.01),
    ]
    assert len(select("When did trade flourish?", ranked, limit=4)) == 1
    text = passage("Roofs were of slate.\n\nTrade\n\nIt flourished in 1920.")
    ranked = [
        evidence("It flourished in 1920.", text, 0.9),
        evidence("Trade", text, 0.01),
        evidence("Roofs were of slate.", text, 0.01),
    ]
    shown = select("When did commerce flourish?", ranked, limit=4)
    assert [e.text for e in shown] == ["It flourished in 1920."]


def test_two_lines_that_are_asked_for_are_both_shown() -> None:
    text = passage("Weight: 900 g\n\nColour: red")
    ranked = [evidence("Weight: 900 g", text, 0.6), evidence("Colour: red", text, 0.1)]
    assert len(select("What are the weight and the colour?", ranked, limit=4)) == 2
