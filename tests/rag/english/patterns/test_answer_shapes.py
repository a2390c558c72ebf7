"""What answers look like: text → what has the shape, for each kind of question."""

from __future__ import annotations

import pytest

from rag.english.patterns.answer_shapes import ANSWER_CUES, CUED_KINDS
from rag.english.words import load_words

SHAPES = {
    "money": {
        "$5 a day": "$5", "it is 3.50 euros": "3.50 euros", "5 million yen": "5 million yen",
        "one euro": "", "20 dollars": "20 dollars", "20 pounds": "20 pounds",
        "5 USD": "5 USD", "300 yen": "300 yen",
    },
    "dose": {
        "5 mg/kg daily": "5 mg/kg", "2 µg": "2 µg", "20 IU": "20 IU", "3 tablets": "3 tablets",
        "1 unit": "1 unit", "10 mmol": "10 mmol", "5 doses": "5 doses", "5 times": "",
    },
    "percent": {
        "5% of": "5%", "5 percent": "5 percent", "7 per cent": "7 per cent",
        "half of it": "half of",
        "two thirds of it": "thirds of", "most of it": "most of", "the majority of": "majority of",
        "half a day": "",
    },
    "time": {
        "in 1998": "1998", "in the 1990s": "1990s", "the 3rd": "3rd", "a century": "century",
        "in May": "May", "it may be": "", "on Mondays": "Mondays", "90 AD": "AD", "in 3020": "",
    },
    "count": {
        "12,000 bones": "12,000", "Twelve bones": "Twelve", "one bone": "one", "one of them": "",
        "hundreds": "hundreds", "twice": "twice", "a dozen": "dozen", "half": "half", "bones": "",
    },
    "measure": {"5.5 m": "5.5", "two miles": "two", "miles": ""},
    "reason": {
        "because it rained": "because", "due to rain": "to rain", "it caused rust": "caused",
        "it results from rain": "results from", "thus it fell": "thus", "it fell": "",
        "since it rained": "since", "as a result": "as a result", "thereby": "thereby",
        "so that it holds": "so that", "therefore": "therefore", "the reason": "reason",
        "for speed": "for",
    },
    "definition": {
        "Rust is red.": "Rust is", "A stem cell (SC) refers to": "A stem cell (SC) refers to",
        "UN stands for it": "UN stands for", "It denotes rust": "It denotes",
        "It consists of rust": "It consists of", "Rust means iron": "Rust means",
        "Iron, known as Fe": "Iron, known as", "Rust, also called it": "Rust, also called",
        "Red rust": "",
    },
    "manner": {
        "by hand": "by", "through it": "through", "via it": "via", "using it": "using",
        "with it": "with", "so that": "so that", "when it": "when", "a hand": "",
    },
    "occasion": {
        "when it rains": "when", "whenever": "whenever", "once it": "once", "after it": "after",
        "before it": "before", "during it": "during", "until it": "until", "while it": "while",
        "if it": "if", "in case it": "in case", "a daily dose": "daily",
        "weekly": "weekly", "it": "",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [(kind, text, shape) for kind, shapes in SHAPES.items() for text, shape in shapes.items()],
)
def test_shape_of_an_answer(kind: str, text: str, expected: str) -> None:
    match = ANSWER_CUES[kind].search(text)  # type: ignore[index]
    assert (match.group() if match else "") == expected


@pytest.mark.parametrize("word", sorted(load_words("months", "English") | load_words("weekdays")))
def test_months_and_weekdays_tell_a_time(word: str) -> None:
    assert ANSWER_CUES["time"].search(f"on {word}.")


@pytest.mark.parametrize("word", sorted(load_words("numbers")))
def test_number_words_tell_a_count(word: str) -> None:
    assert ANSWER_CUES["count"].fullmatch(word)


def test_every_kind_with_a_shape_has_examples() -> None:
    assert SHAPES.keys() == ANSWER_CUES.keys()
    assert ANSWER_CUES.keys() >= CUED_KINDS
