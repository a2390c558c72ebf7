"""Search terms: spellings that mean the same must meet."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, strategies as st

from rag.text.terms import _stem, fold, question_terms, terms


@pytest.mark.fault(16)
@given(st.text())
def test_composed_and_decomposed_forms_give_the_same_terms(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert terms(composed) == terms(decomposed)


@given(st.text())
def test_any_text_gives_terms_without_white_space(text: str) -> None:
    for term in terms(text):
        assert term
        assert term.split() == [term]


@given(st.lists(st.sampled_from(["stem", "Cells", "IL-6", "β-catenin", "细胞", "3.5", "ไทย"])))
def test_terms_of_a_text_are_the_terms_of_its_words(words: list[str]) -> None:
    assert terms(" ".join(words)) == [term for word in words for term in terms(word)]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("IL-6", "IL6"),
        ("IL-6", "il 6"),
        ("IL\u20116", "IL-6"),
        ("Wnt/β-catenin", "beta catenin"),
        ("TGF-β1", "TGFβ1"),
        ("TGFβ1", "TGF-beta1"),
        ("γδ T cells", "gamma-delta T cells"),
        ("λ phage", "lambda phage"),
        ("CD133\u207a", "CD133"),
        ("P53", "p53"),
        ("Zürich", "zurich"),
        ("straße", "STRASSE"),
        ("T-cells", "T-cell"),
        ("neo\u00adnatal", "neonatal"),
        ("\ufb01brosis", "fibrosis"),
        ("ＣＤ４４", "CD44"),
        ("شَفَوِيّ", "شفوي"),
        ("שָׁלוֹם", "שלום"),
        ("καρκίνος", "ΚΑΡΚΙΝΟΣ"),
        ("snake_case", "snake case"),
        ("_emphasis_", "emphasis"),
        ("the patient’s", "patients"),
    ],
)
def test_two_spellings_share_a_term(written: str, asked: str) -> None:
    assert set(terms(written, keep_stop_words=False)) & set(terms(asked, keep_stop_words=False))


@pytest.mark.parametrize(
    ("one", "other"),
    [("CD133", "CD13"), ("p53", "p63"), ("1.5", "15"), ("IL-6", "IL-16"), ("細", "胞")],
)
def test_different_codes_and_numbers_share_nothing_rare(one: str, other: str) -> None:
    assert not set(terms(one)) & set(terms(other)) - {"il"}


def test_a_compound_gives_its_joined_form_and_its_parts() -> None:
    assert terms("Wnt/β-catenin") == ["wntbetacatenin", "wnt", "beta", "catenin"]
    assert terms("3.5-fold") == ["3.5fold", "3.5", "fold"]


def test_english_words_are_stemmed_and_codes_are_not() -> None:
    assert terms("Treating treated treatments CD34s") == ["treat", "treat", "treatment", "cd34s"]


def test_words_of_other_alphabets_stay_whole() -> None:
    assert terms("हिन्दी клетки") == ["हिन्दी", "клетки"]


@pytest.mark.parametrize("text", ["干细胞治疗", "幹細胞がん", "เซลล์ต้นกำเนิด", "줄기세포는"])
def test_unspaced_writing_is_found_by_a_part_of_it(text: str) -> None:
    assert set(terms(text[:3])) <= set(terms(text))


def test_a_code_inside_unspaced_writing_is_found() -> None:
    assert "cd133" in terms("表达CD133的细胞")


def test_stop_words_are_left_out_when_asked_contractions_too() -> None:
    assert terms("What's it that doesn't help?", keep_stop_words=False) == ["help"]
    assert terms("what is it") == ["what", "is", "it"]


@pytest.mark.fault(12)
def test_joiners_do_not_hide_the_words_around_them() -> None:
    assert terms("👩‍🔬 found می‌خواهم") == ["found", *terms("می خواهم")]


@pytest.mark.fault(19)
def test_a_very_long_word_is_cut() -> None:
    assert [len(term) for term in terms("a1" * 500_000)] == [60]


def test_folding_plain_text_only_lowers_it() -> None:
    assert fold("Stem CELLS, 20%") == "stem cells, 20%"


def test_terms_are_the_same_from_many_threads() -> None:
    words = [f"{word}{ending}" for word in ("divid", "treat", "cell") for ending in ("ing", "ed")]
    text = " ".join(f"{word}{'x' * n}ing" for word in words for n in range(200))
    _stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(terms, [text] * 8))
    _stem.cache_clear()
    assert results == [terms(text)] * 8


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("de", "die Häuser der Vereine", "Haus Verein"),
        ("fr", "l'eau des piscines", "eau piscine"),
        ("es", "las bibliotecas", "biblioteca"),
        ("pt", "informações", "informação"),
        ("es", "informaciones", "información"),
        ("ru", "новые комнаты в общежитии", "новый комната общежитие"),
        ("ar", "بالمكتبة", "مكتبة"),
        ("de", "CD133 und IL-6", "cd133 il6"),
    ],
)
def test_a_language_has_its_own_stems(language: str, written: str, asked: str) -> None:
    assert set(terms(asked, language=language)) <= set(terms(written, language=language))


@pytest.mark.parametrize(
    ("language", "question", "content"),
    [
        ("de", "Wie viele Mitglieder hat der Verein?", ["viel", "mitglied", "verein"]),
        ("fr", "Qu'est-ce que l'eau ?", ["eau"]),
        ("ru", "Где находятся машины?", ["наход", "машин"]),
        ("ja", "休館日は何曜日ですか", ["休館", "館日", "日は", "は何", "何曜", "曜日", "日で"]),
        ("zh", "票价是多少", ["票价", "价是"]),
        ("de", "wer ist er", []),
    ],
)
def test_a_language_has_its_own_function_words(
    language: str, question: str, content: list[str]
) -> None:
    assert terms(question, keep_stop_words=False, language=language) == content


def test_a_question_of_function_words_alone_keeps_them() -> None:
    assert question_terms("Wer ist er?", "de") == ["wer", "ist", "er"]


@given(st.text(max_size=60))
def test_english_is_the_default_language(text: str) -> None:
    assert terms(text) == terms(text, language="en")
