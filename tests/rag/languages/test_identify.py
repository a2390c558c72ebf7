"""Which language a text is in."""

import pytest

from rag.languages.identify import NAMES, identify_language, name_language
from rag.languages.words import LISTED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How many members does the club have?", "en"),
        ("The Universität zu Köln and the Ludwig-Maximilians-Universität are in Germany.", "en"),
        ("Don Juan de la Cruz is the author of the book.", "en"),
        ("How would one write T(n) = 7n2 + 15n + 40 in big O notation?", "en"),
        ("Who wasn't on Céleron's expedition?", "en"),
        ("Wie viele Mitglieder hat der Verein?", "de"),
        ("Quelle est la longueur de la piscine ?", "fr"),
        ("¿Cuánto cuestan las fotocopias?", "es"),
        ("Qual é o nome da diretora do museu?", "pt"),
        ("Dove si trova la chiave della porta?", "it"),
        ("Hoeveel kost het lidmaatschap van de vereniging?", "nl"),
        ("Ile kosztuje bilet do muzeum i gdzie jest wejście?", "pl"),
        ("Hur mycket kostar det att bli medlem i föreningen?", "sv"),
        ("Hvor mange medlemmer har foreningen, og hvad koster det?", "da"),
        ("Bu müze için bilet ne kadar ve nerede?", "tr"),
        ("Где находятся стиральные машины?", "ru"),
        ("Де знаходиться бібліотека і її зал?", "uk"),
        ("体育館の休館日は何曜日ですか?", "ja"),
        ("停车场有洗手间吗?", "zh"),
        ("도서관은 언제 문을 닫습니까?", "ko"),
        ("متى يغلق المركز؟", "ar"),
        ("ساعت کار کتابخانه چیست؟", "fa"),
        ("מתי נסגרת הספרייה?", "he"),
        ("Πότε κλείνει η βιβλιοθήκη;", "el"),
        ("पुस्तकालय कब बंद होता है?", "hi"),
        ("IL-6 CD44 TNF", ""),
        ("Acute hepatitis C in Israel: a predominantly iatrogenic disease", "en"),
        ("2024-03-05 10:15 200 OK", ""),
        ("", ""),
    ],
)
def test_a_text_is_told_by_script_and_function_words(text: str, language: str) -> None:
    found = identify_language(text)
    assert found == language or (language == "en" and not found)


def test_a_greek_letter_or_a_quote_makes_no_other_language() -> None:
    text = "The β-catenin pathway, called 通路 in the Chinese literature, is active in the cells."
    assert identify_language(text) == "en"


def test_every_language_that_is_told_has_a_name() -> None:
    assert set(LISTED) <= NAMES.keys()
    assert name_language("de") == "German"
