"""Whatever a document, a model or a person writes, only our own markup comes out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from page_html import Elements, answer, citation, passage, sentence

from rag.errors import LibraryBusyError
from rag.types import DirectAnswer
from ui.failures import error_sentence
from ui.web.views.answer import answer_html
from ui.web.views.messages import question_html, reply_html, welcome_html

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="https://evil.example/a.png" onerror=alert(1)>',
    "![leak](https://evil.example/b.png)",
    "[click](javascript:alert(1))",
    "</div></div><form action=https://evil.example><input></form>",
    "```mermaid\ngraph TD; A-->B\n```",
    "$$\\href{javascript:alert(1)}{x}$$",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "\n\n# Heading\n\n- item",
    "&lt;b&gt;",
]
_TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80))
_ROWS = {"table", "tbody", "tr", "td", "th"}
_OURS = {"div", "p", "span", "a", "ul", "li", "code", "button", "em", "strong", "s"} | _ROWS
_ATTRIBUTES = {"class", "href", "title", "type", "name", "value", "colspan", "scope"}


_SOURCES = st.sampled_from(["/docs/cells.txt", "/docs/cells.md"])


@given(_TEXT, _TEXT, _TEXT, _TEXT, _SOURCES)
def test_only_our_own_elements_come_out(
    text: str, quote: str, title: str, question: str, source: str
) -> None:
    cited = citation(quote=quote, title=title, source=source)
    pages = [
        answer_html(answer(sentence(text, "partial", text, cited=cited), question=question)),
        answer_html(answer(text=text, standalone=quote, passages=(passage(text, title, source),))),
        answer_html(answer(text=text, notices=(text, quote))),
        question_html(question),
        reply_html(None, error_sentence(LibraryBusyError(text)), text),
        reply_html(answer(text=text), text, quote, selected=(title,)),
        question_html(question, text),
        welcome_html(),
    ]
    for page in pages:
        found = Elements(page)
        assert set(found.tags) <= _OURS
        assert {name for name, _ in found.attributes} <= _ATTRIBUTES
        assert all(link.startswith("#source/d1/") for link in found.links())


@given(_TEXT, _SOURCES)
def test_each_piece_is_one_block_on_one_line(text: str, source: str) -> None:
    """A Markdown reader leaves a block of HTML alone up to the first empty line."""
    quoted = sentence(text, cited=citation(source=source))
    for page in (answer_html(answer(quoted)), question_html(text)):
        assert page.startswith("<div")
        assert page.endswith("</div>")
        assert len(page.splitlines()) == 1


_ITEM = "- **CD34** is a `marker`, not *the* one."
_ROW = "| **CD34** | blood |"


@pytest.mark.parametrize(
    ("source", "text", "words"),
    [
        ("/docs/cells.MD", _ITEM, "CD34 is a marker, not the one."),
        ("/docs/cells.MD", _ROW, "CD34 | blood"),
        ("/docs/cells.docx", _ITEM, _ITEM),
        ("/docs/cells.docx", _ROW, "**CD34** | blood"),
        ("/docs/cells.txt", _ITEM, _ITEM),
        ("/docs/cells.txt", _ROW, _ROW),
    ],
)
def test_a_quote_is_read_without_what_only_marks_it_up(source: str, text: str, words: str) -> None:
    quoted = answer_html(answer(sentence(text, cited=citation(source=source))))
    assert Elements(quoted).text.startswith(f"{words} Open source")
    nearest = answer_html(answer(text="No.", passages=(passage(text, source=source),)))
    assert Elements(nearest).text.endswith(f"page 3{words}")


def test_a_verdict_is_told_only_where_support_is_lacking() -> None:
    page = answer_html(answer(sentence("One."), sentence("Two.", "partial", "No year given.")))
    assert page.count("cs-verdict") == 1
    assert "Partly supported: No year given." in page
    assert "Not supported" in answer_html(answer(sentence("Three.", "unsupported")))


def test_a_tick_stands_beside_a_chat_models_sentence_and_beside_no_quote() -> None:
    quoted = answer(sentence("One."), sentence("Two.", "unsupported"))
    written = replace(quoted, answerer="chat:a model")
    for shown, ticks in ((quoted, 0), (written, 1)):
        page = answer_html(shown)
        assert page.count("cs-badge") == ticks
        assert Elements(page).text.count("Supported.") == ticks
        assert "Not supported" in page


def test_a_rewritten_question_is_shown() -> None:
    page = answer_html(answer(sentence("One."), standalone="What do stem cells do?"))
    assert "Searched for: What do stem cells do?" in page
    assert "Searched for" not in answer_html(answer(sentence("One.")))


def test_notices_are_shown_with_the_answer() -> None:
    page = Elements(answer_html(answer(sentence("One."), notices=("A notice.",))))
    assert "One." in page.text
    assert "A notice." in page.text


def test_an_abstention_offers_the_nearest_passages() -> None:
    page = answer_html(answer(text="The documents do not say.", passages=(passage(),) * 9))
    assert "The documents do not say." in page
    assert "Nearest passages" in page
    assert Elements(page).links() == ["#source/d1/0/13"] * 3
    assert "Cells, page 3" in page


@pytest.mark.parametrize(
    ("quote", "said", "shown"),
    [
        ("It was built in 1820.", "1820", '<strong class="cs-direct">1820</strong>.'),
        ("Built by\n  Ada\n  Byron & Co.", "Ada\n  Byron", ">Ada Byron</strong> &amp; Co."),
        ("<b>1820</b>", "1820", '&gt;<strong class="cs-direct">1820</strong>&lt;'),
    ],
)
def test_the_direct_answer_is_highlighted_in_its_sentence(
    quote: str, said: str, shown: str
) -> None:
    cited = citation(quote=quote)
    start = cited.start + quote.index(said)
    direct = DirectAnswer(said, cited.number, "d1", start, start + len(said), 0.9)
    given = answer(sentence(" ".join(quote.split()), cited=cited))
    assert shown in answer_html(replace(given, direct=direct))


def test_markup_is_not_cut_for_the_direct_answer() -> None:
    quote = "It was built in **1820 by monks**."
    cited = citation(quote=quote, source="/docs/mill.md")
    start = cited.start + quote.index("1820")
    direct = DirectAnswer("1820", cited.number, "d1", start, start + 4, 0.9)
    page = answer_html(replace(answer(sentence(quote, cited=cited)), direct=direct))
    assert "<strong>1820 by monks</strong>" in page
    assert "cs-direct" not in page


def test_what_alone_was_searched_is_a_chip_that_a_complete_reply_can_take_off() -> None:
    scoped = replace(answer(sentence("It rains.")), scope=("a<b.md › 2 Use",))
    growing, whole = reply_html(scoped), reply_html(scoped, key="3")
    for html in (growing, whole):
        assert "Searched only: a&lt;b.md › 2 Use" in html
    assert 'name="widen"' not in growing
    assert 'name="widen" value="3"' in whole
    assert 'name="widen"' not in reply_html(replace(scoped, scope=()), key="3")


def test_selected_documents_are_named_and_can_be_left() -> None:
    page = reply_html(answer(sentence("It rains.")), key="3", selected=("Rain", "2 more"))
    assert "Searched only: Rain, 2 more" in page
    assert 'name="all" value="3"' in page


def test_the_direct_answer_stands_above_the_sentences_and_opens_its_own_characters() -> None:
    quote = "The mill by the river was built in 1820 by monks."
    cited = citation(quote=quote)
    start = cited.start + quote.index("1820")
    direct = DirectAnswer("1820", cited.number, "d1", start, start + 4, 0.9)
    given = answer(sentence(quote, cited=cited))
    page = answer_html(replace(given, direct=direct))
    lead = f'<p class="cs-lead"><a class="cs-open" href="#source/d1/{start}/{start + 4}">1820</a>'
    assert page.index(lead) < page.index("cs-words")
    all_of_it = replace(direct, text=quote, start=cited.start, end=cited.start + len(quote))
    assert "cs-lead" not in answer_html(replace(given, direct=all_of_it))


def test_quoted_sentences_after_the_second_are_shown_on_demand() -> None:
    given = answer(*map(sentence, ("One.", "Two.", "Three.", "Four.")))
    page = answer_html(given, "t1")
    assert page.count("cs-extra") == 2
    assert page.index("Two.") < page.index("cs-extra") < page.index("Three.")
    assert 'name="more" value="t1">Show 2 more sentences</button>' in page
    assert "cs-extra" not in answer_html(replace(given, answerer="chat:a model"), "t1")
    assert "cs-extra" not in answer_html(answer(*map(sentence, ("One.", "Two."))), "t1")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("/docs/a.PDF", "pdf"),
        ("/docs/a.csv", "table"),
        ("https://example.org/a.pdf", "web"),
        ("/docs/a.eml", "mail"),
        ("/docs/a.txt", "text"),
    ],
)
def test_a_source_is_a_card_with_the_icon_of_its_kind(source: str, kind: str) -> None:
    page = answer_html(answer(sentence("One.", cited=citation(source=source))))
    assert f"cs-icon-{kind}" in page
    assert f'<span class="cs-excerpt">a.{source[-3:]}' in page
