"""A sentence read for comparison: what is negated, what is a name, which words have weight."""

from __future__ import annotations

import pytest

from rag.support.statements import read_statement

NEGATED = [
    # text, its negations, the content words that they reach
    ("The drug did not improve sleep quality.", "not", "improve sleep quality"),
    ("The drug didn't work.", "didn't", "work"),
    ("The drug didn’t work.", "didn’t", "work"),
    ("It cannot fail.", "cannot", "fail"),
    ("There were no deaths.", "no", "deaths"),
    ("It lacks salt.", "lacks", "salt"),
    ("hardly any rain", "hardly", "rain"),
    ("open daily except Mondays", "except", "Mondays"),
    ("It improved neither sleep nor appetite.", "neither nor", "sleep appetite"),
    ("It does not hurt or itch.", "not", "hurt itch"),
    ("not in the house of the old king", "not", "house old king"),
    ("It failed to improve sleep.", "failed", "improve sleep"),
    ("tea rather than coffee", "rather", "coffee"),
    ("tea instead of coffee", "instead", "coffee"),
    ("a town free of cars", "free", "cars"),
    ("a free town of cars", "", ""),
    ("We slept.", "", ""),
    ("never", "never", ""),
]


@pytest.mark.parametrize(("text", "cues", "words"), NEGATED)
def test_a_negation_reaches_the_words_behind_it(text: str, cues: str, words: str) -> None:
    statement = read_statement(text)
    assert [word.text for word in statement.words if word.cue] == cues.split()
    assert [word.text for word in statement.content if word.negated] == words.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It did not work, and patients slept.", "work"),
        ("It did not work; patients slept.", "work"),
        ("It did not start - patients slept.", "start"),
        ("It did not work. Patients slept.", "work"),
        ("It did not work but patients slept.", "work"),
        ("It did not stop because patients slept.", "stop"),
        ("It is not clear which drug works.", "clear"),
        ("not alpha beta gamma delta epsilon zeta eta", "alpha beta gamma delta epsilon zeta"),
    ],
)
def test_a_negation_ends_with_its_clause(text: str, words: str) -> None:
    assert [word.text for word in read_statement(text).content if word.negated] == words.split()


def test_a_negation_reaches_loosely_past_an_and() -> None:
    words = read_statement("It did not work and patients slept.").content
    negated = {word.text: word.loosely for word in words if word.negated}
    assert negated == {"work": False, "patients": True, "slept": True}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It is not unlikely to rain.", ""),
        ("nobody never left", ""),
        ("It did not fail to work.", "fail"),
    ],
)
def test_two_negations_cancel_each_other(text: str, words: str) -> None:
    assert [word.text for word in read_statement(text).content if word.negated] == words.split()


@pytest.mark.parametrize(
    "text",
    [
        "not only cheap but also safe",
        "not just cheap",
        "nothing but rain",
        "No doubt it works.",
        "no more than five patients",
        "no later than Friday",
        "not until Friday",
        "if not closed",
        "It works whether or not it rains.",
        "with or without water",
        "without or with water",
        "with (cold) and without water",
        "No. 12 was open.",
        "No 12 was open.",
    ],
)
def test_a_phrase_with_a_negation_negates_nothing(text: str) -> None:
    assert read_statement(text).cues == ()


NAMED = [
    ("Ada Lovelace wrote the notes.", "Ada Lovelace"),
    ("The notes were written by Ada Lovelace.", "Ada Lovelace"),
    ("The city of Mexico is large.", "Mexico"),
    ("Mexico is large.", ""),  # any word has a capital where a sentence opens
    ("It rained. Paris was wet.", ""),
    ('He said: "Paris is big".', ""),
    ("Dr Smith met Mr Jones.", "Smith Jones"),
    ("I saw St Paul.", "Paul"),
    ("Human mRNA was found.", "mRNA"),
    ("Mice express CD34 and IL-6.", "CD34 IL-6"),
    ("The 1990s and 12-year-old boys", ""),
    ("The drug weighs 5 MB.", ""),  # part of a quantity
    ("Effects Of Insulin On IL-6 In Mice", "IL-6"),  # title case says nothing
    ("MUCH LARGER THAN EVER BEFORE", ""),
    ("In March it rained.", "March"),
]


@pytest.mark.parametrize(("text", "names"), NAMED)
def test_names_and_codes_are_told_from_words(text: str, names: str) -> None:
    assert [word.text for word in read_statement(text).words if word.named] == names.split()


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("The old house was in the town.", "old house town"),
        ("It could have been along the river.", "river"),
        ("He did not sleep.", "sleep"),
        ("It fell by 12 percent in two towns.", "fell towns"),
        ("The house's roof", "house's roof"),
    ],
)
def test_only_content_words_have_weight(text: str, content: str) -> None:
    assert [word.text for word in read_statement(text).content] == content.split()


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    common, rare = read_statement("effect lymphoma").words
    assert 0 < common.weight < rare.weight <= 1


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Feb", ("februari",)),
        ("Sept", ("septemb",)),
        ("feb", ("feb",)),
        ("IL-6", ("il6", "il", "6")),
        ("TGF-β", ("tgfbeta", "tgf", "beta")),
        ("early-onset", ("earlyonset", "earli", "onset")),
    ],
)
def test_the_first_term_stands_for_the_whole_word(text: str, terms: tuple[str, ...]) -> None:
    (word,) = read_statement(text).words
    assert word.terms == terms


@pytest.mark.parametrize(
    ("text", "acronyms", "initials"),
    [
        ("World Health Organization (WHO)", "WHO", "who"),
        ("The USA and the U.S", "USA U.S", ""),
        ("stem-cell lines", "", "scl"),
        ("MSCs live", "MSCs", "l"),
        ("A cat", "", "c"),
    ],
)
def test_acronyms_and_first_letters_are_listed(text: str, acronyms: str, initials: str) -> None:
    statement = read_statement(text)
    assert [word.text for word in statement.acronyms] == acronyms.split()
    assert statement.initials[0] == initials
