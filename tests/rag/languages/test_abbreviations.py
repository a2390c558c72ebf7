"""Sentences of other languages than English end where they end."""

import pytest

from rag.languages.identify import NAMES
from rag.text.sentences import sentence_spans


@pytest.mark.parametrize(
    "sentences",
    [
        ["Er zählt z. B. 240 Mitglieder, d. h. 30 mehr als im Vorjahr.", "Das ist viel."],
        ["Die Fa. Müller liefert ggf. auch später.", "Dr. Hansen kommt am 3. Mai.", "Ende."],
        ["Il vient, p. ex. le soir.", "M. Perrin est là, et Mme. Dupont, cf. p. 12, non."],
        ["La longueur est de 25 m.", "Elle est dans le parc."],
        ["Son cinco días, p. ej. cinco.", "La Sra. Ibáñez dirige.", "¿Se puede comer?", "No."],
        ["Los EE. UU. tienen la mayor parte de las plazas.", "¡Bien!"],
        ["O Sr. Tavares trata disso, p. ex. para as escolas.", "A Dra. Lima não.", "Fim."],
        ["Её вносят, т. е. в начале месяца.", "Дом на ул. Ленина построен в 1995 г. для всех."],
        ["今日は。", "「はい。」と言った。", "終わり。"],
        ["今天开放。", "真的吗？", "好！"],
        ["هل يمكن هذا؟", "نعم، قال د. سالم.", "انتهى."],
        ["यह है।", "वह नहीं है।"],
        ["Il sig. Rossi è qui, cfr. pag. 3 della guida.", "È la fine."],
        ["De heer dr. Jansen komt o.a. uit Breda.", "Hij is er niet."],
    ],
    ids=lambda sentences: sentences[0][:20],
)
def test_an_abbreviation_ends_no_sentence(sentences: list[str]) -> None:
    text = ("" if sentences[0][-1] == "。" else " ").join(sentences)
    found = [text[start:end] for start, end in sentence_spans(text)]
    assert found == sentences


@pytest.mark.parametrize("language", NAMES)
def test_the_splitter_takes_every_language_that_is_told(language: str) -> None:
    from sentencex import get_sentence_boundaries

    assert len(get_sentence_boundaries(language, "Abc def. Ghi jkl.")) >= 1
