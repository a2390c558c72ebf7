"""Any question is answered or refused with a sentence, whatever scripts and marks it is made of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress

import pytest

from rag import Rag, RagError
from rag.questions.coreference import resolve_topic
from rag.questions.follow_ups import is_follow_up, make_standalone
from rag.questions.intent import split_into_words
from rag.questions.question import parse_question
from rag.questions.related_terms import find_short_forms
from rag.questions.scope.names import may_name_document
from rag.questions.scope.parts import may_name_part
from rag.questions.scope.versions import asks_for_latest, find_period
from rag.types import Passage

PARTS = (
    "\u0640", "\u0640\u0640", "\u064b", "\u0301", "\u00ad", "\u2060", "\ufe0f", "\u200d",
    "\u202e", "\ud83d", "\0", "\U0001f600", "ß", "ς", "Å", "ﷺ", "½", "²", "…", "—", "'", "’", "''",
    '"', "“", "`", "[", "](", "|", "#", "*", "**", "$", "\\", "%", "&", "@", "/", ".", "?", "؟",
    "？", "!", ",", " ", "\n", "\t", "\u3000", "the", "it", "What", "in", "mice", "of", "section 3",
    "page", "CD133", "2024", "last year", "and", "why", "n't", "ما", "من", "ال", "什么", "干细胞",
    "が", "줄기", "Что", "ստ", "α", "l'", "d’", "A.", "e.g.", "IL-6", "-", "_", "0", "1e9",
    "vs.", "(", ")", "",
)  # fmt: skip
HISTORIES: Sequence[tuple[tuple[str, str], ...]] = (
    (),
    (("What are stem cells?", "Cells that divide. [1]"),),
    (("\u0640", ""), ("", "\u0640")),
)


def splice(rng: random.Random) -> str:
    glue = rng.choice(["", " ", " "])
    return glue.join(rng.choice(PARTS) for _ in range(rng.randrange(1, 8)))


@pytest.mark.fault(116)
@pytest.mark.parametrize("seed", range(4))
def test_what_reads_a_question_takes_any_text(seed: int) -> None:
    rng = random.Random(seed)
    for number in range(200):
        question = PARTS[number % len(PARTS)] if number < len(PARTS) else splice(rng)
        before = splice(rng)
        if any(map(str.isalnum, question)):
            parse_question(question)
        is_follow_up(question)
        for history in HISTORIES:
            make_standalone(question, history)
        resolve_topic(question, before, [before], splice(rng))
        split_into_words(question)
        may_name_part(question)
        may_name_document(question)
        asks_for_latest(question)
        find_period(question)
        text = f"{before} ({question}) {splice(rng)}"
        find_short_forms([Passage("c", "d", "s", "t", "", text, 0, 1, None, None, None, 0.0)])


@pytest.mark.fault(116)
def test_odd_questions_get_an_answer_or_a_sentence(bot: Rag) -> None:
    rng = random.Random(7)
    odd = ["\u0640", "\u0640?", "What is \u0640?", "؟", "\u0301", *(splice(rng) for _ in range(20))]
    for question in odd:
        for history in HISTORIES[1:]:
            with suppress(RagError):
                assert bot.ask(question, history).text
