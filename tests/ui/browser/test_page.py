"""A person's way through the page: ask, read, open a source, go wrong, go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from ingest import ingest
from rag import Answer, Rag, Settings
from rag.errors import LibraryBusyError
from rag.types import EVERYTHING, Filter, History
from served import served
from ui.web.views.error_messages import NO_DOCUMENTS

from .conftest import OpenPage

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)

MARKERS = "Which markers help identify cancer stem cells?"


class TroubledRag(Rag):
    """The real thing, except that some questions fail and some take until they are let go."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.working = threading.Event()
        self.released = threading.Event()
        self.ended = threading.Event()

    def stream(
        self, question: str, history: History = (), *, where: Filter = EVERYTHING
    ) -> Iterator[Answer]:
        if question == "fail":
            raise RuntimeError("internals nobody should read")
        if question == "busy":
            raise LibraryBusyError("process 7 is writing; ask again in a moment")
        if question != "slow":
            yield from super().stream(question, history, where=where)
            return
        try:
            answer = self.ask(MARKERS)
            yield answer
            self.working.set()
            while not self.released.wait(0.05):
                yield answer
        finally:
            self.ended.set()


@pytest.fixture(scope="module")
def troubled(seeds_home) -> Iterator[TroubledRag]:
    with TroubledRag(Settings(home=seeds_home)) as rag:
        yield rag
        rag.released.set()


@pytest.fixture(scope="module")
def troubled_address(troubled: TroubledRag) -> Iterator[str]:
    with served(troubled) as url:
        yield url


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, and wait until the page takes the next one."""
    start(page, question)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def ask_anew(page: Page, question: str) -> None:
    """The same in a conversation of its own."""
    page.keyboard.press("Escape")  # on many screens the panel takes the place of the side
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".message-row")).to_have_count(0)
    ask(page, question)


def start(page: Page, question: str) -> None:
    replies = page.locator(".message-row").count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".message-row")).not_to_have_count(replies)


def highlighted(page: Page) -> str:
    """The highlighted words, once they are in view inside the panel."""
    marks = page.locator("#cs-panel mark")
    expect(marks.locator("visible=true").first).to_be_in_viewport()
    return "".join(marks.all_text_contents())


OURS = {"class", "role", "tabindex", "aria-label"}
"""Attributes of elements in a source; none of them says anything that the source said."""


def attributes(elements: Locator) -> set[str]:
    """The names of all their attributes."""
    return set(
        elements.evaluate_all("found => found.flatMap((element) => element.getAttributeNames())")
    )


def quoted(page: Page, mark_index: int, answer: Answer) -> str:
    return answer.sentences[mark_index].citations[0].quote


def test_a_mark_opens_the_exact_words_in_their_document(
    open_page: OpenPage, address: str, bot: Rag
) -> None:
    page = open_page(address, viewport={"width": 1280, "height": 800})
    expect(page).to_have_title("citespan")
    expect(page.locator(".cs-counted")).to_have_text("2 documents")
    ask(page, MARKERS)
    answer = bot.ask(MARKERS)
    said = page.locator(".cs-answer")
    expect(said).to_contain_text("CD133")
    page.get_by_role("button", name="Show 3 more sentences").click()
    marks = said.locator("a.cs-mark")
    expect(marks).to_have_count(len(answer.citations))
    for number, citation in enumerate(answer.citations):
        marks.nth(number).click()
        expect(page.locator("#cs-panel-title")).to_have_text(citation.title)
        expect(page.locator("#cs-panel mark")).to_have_text(citation.quote, use_inner_text=True)
        assert highlighted(page) == citation.quote
        shown = page.locator(".cs-source-text").evaluate("element => element.textContent")
        assert shown == bot.source_text(citation)
    assert page.locator("footer").count() == 0


def test_the_keyboard_alone_opens_and_closes_a_source(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(MARKERS)
    page.keyboard.press("Enter")
    mark = page.locator("a.cs-mark").first
    expect(mark).to_be_visible()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    quote = mark.get_attribute("title") or "no quote"  # on the mark until it is shown
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if mark.evaluate("element => element === document.activeElement"):
            break
    expect(mark).to_be_focused()
    assert "Open source 1" in mark.evaluate("element => element.textContent")
    expect(page.get_by_role("tooltip")).to_have_text(quote)
    page.keyboard.press("Enter")
    assert highlighted(page)
    page.keyboard.press("Escape")
    expect(page.locator("#cs-panel")).to_be_hidden()
    expect(mark).to_be_focused()


def test_an_earlier_answer_still_opens_and_a_follow_up_tells_what_was_searched(
    open_page: OpenPage, address: str, bot: Rag
) -> None:
    page = open_page(address)
    ask(page, MARKERS)
    first = bot.ask(MARKERS)
    follow_up = "Why are they useful?"
    ask(page, follow_up)
    expect(page.locator(".bot-row")).to_have_count(2)
    searched = bot.ask(follow_up, [(MARKERS, first.text)]).standalone_question
    assert searched != follow_up
    expect(page.locator(".cs-searched")).to_have_text(f"Searched for: {searched}")
    page.locator(".bot-row").first.locator("a.cs-mark").first.click()
    assert highlighted(page) == first.citations[0].quote
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".message-row")).to_have_count(0)
    expect(page.locator("#cs-panel")).to_be_hidden()
    ask(page, follow_up)  # nothing left to lean on
    expect(page.locator(".cs-searched")).to_have_count(0)


def test_an_off_topic_question_is_declined_with_the_nearest_passages(
    open_page: OpenPage, address: str, bot: Rag
) -> None:
    question = "How much does a ticket to Paris cost?"
    page = open_page(address)
    ask(page, question)
    answer = bot.ask(question)
    assert answer.status == "abstained"
    expect(page.locator(".cs-answer")).to_contain_text(answer.text)
    expect(page.locator("a.cs-mark")).to_have_count(0)
    page.locator("a.cs-passage").first.click()
    assert highlighted(page) == answer.passages[0].text


def test_example_questions_are_answered_and_then_make_room(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(address)
    example = page.locator(".cs-questions button").first
    question = example.inner_text()
    example.click()
    expect(page.locator(".cs-question")).to_have_text(question)
    expect(page.locator("a.cs-mark").first).to_be_visible()
    expect(page.locator("#cs-cards")).to_be_hidden()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("fail", "Something went wrong. Please ask again; the server's log has the details."),
        ("busy", "Process 7 is writing; ask again in a moment."),
        pytest.param("   ", "Please type a question first.", marks=pytest.mark.fault(94)),
        pytest.param(
            "why? " * 2_000, "The question has 9,999 characters", marks=pytest.mark.fault(94)
        ),
    ],
    ids=["unexpected", "expected", "empty", "too long"],
)
def test_an_error_is_a_message_and_the_box_goes_on(
    open_page: OpenPage, troubled_address: str, question: str, told: str
) -> None:
    page = open_page(troubled_address)
    ask(page, question)
    expect(page.locator(".cs-notice").first).to_contain_text(told)
    box = page.get_by_label("Your question")
    expect(box).to_be_enabled()
    returned = question.strip() if len(question) > 4_000 else ""
    if question.strip():
        expect(box).to_have_value(returned)
    ask(page, MARKERS)
    expect(page.locator(".cs-answer").last).to_contain_text("CD133")
    assert "internals" not in page.content()


@pytest.mark.fault(95)
def test_a_slow_answer_blocks_nobody_and_stop_ends_its_work(
    open_page: OpenPage, troubled: TroubledRag, troubled_address: str
) -> None:
    troubled.ended.clear()
    waiting = open_page(troubled_address)
    start(waiting, "slow")
    expect(waiting.locator(".cs-answer")).to_contain_text("CD133")  # what there is, is shown
    other = open_page(troubled_address)
    ask(other, MARKERS)
    expect(other.locator(".cs-answer")).to_contain_text("CD133")
    assert not troubled.ended.is_set()
    waiting.get_by_role("button", name="Stop").click()
    assert troubled.ended.wait(30)
    expect(waiting.locator("#cs-chat .cs-notice")).to_have_text("Stopped.")
    ask(waiting, MARKERS)
    expect(waiting.locator(".cs-answer").last).to_contain_text("CD133")


@pytest.mark.fault(96)
def test_closing_the_tab_ends_the_work(
    open_page: OpenPage, troubled: TroubledRag, troubled_address: str
) -> None:
    troubled.ended.clear()
    page = open_page(troubled_address)
    start(page, "slow")
    expect(page.locator(".cs-answer")).to_contain_text("CD133")
    page.close()
    assert troubled.ended.wait(30)


@pytest.mark.fault(102)
def test_one_persons_conversation_is_not_anothers(open_page: OpenPage, address: str) -> None:
    mine, yours = open_page(address), open_page(address)
    ask(mine, MARKERS)
    ask(yours, "And why?")
    expect(yours.locator(".cs-question")).to_have_text("And why?")
    expect(yours.locator(".cs-searched")).to_have_count(0)
    expect(mine.locator(".cs-question")).to_have_text(MARKERS)


def test_an_empty_library_says_how_to_fill_it(open_page: OpenPage, tmp_path) -> None:
    with Rag(Settings(home=tmp_path / "empty")) as rag, served(rag) as url:
        page = open_page(url)
        expect(page.locator("button", has_text="Choose files")).to_be_visible()
        expect(page.locator(":is(#cs-examples, #cs-cards) button:visible")).to_have_count(0)
        ask(page, MARKERS)
        expect(page.locator(".cs-notice")).to_have_text(NO_DOCUMENTS)
        page.locator(".cs-steps").get_by_role("button", name="Add documents").click()
        expect(page.get_by_role("dialog", name="Add documents")).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="New conversation").click()
        page.get_by_role("button", name="Try with sample documents").click()
        expect(page.locator("#cs-side .cs-documents li")).to_have_count(2)
        page.keyboard.press("Escape")
        ask(page, MARKERS)
        expect(page.locator(".cs-lead")).to_have_text("CD133 and CD44")
        page.context.close()  # before the server goes, which a page would complain about


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_page_fits_and_its_panel_covers_it(
    open_page: OpenPage, address: str, scheme: str
) -> None:
    page = open_page(address, viewport={"width": 375, "height": 740}, color_scheme=scheme)
    ask(page, MARKERS)
    page.locator("a.cs-mark").first.click()
    assert highlighted(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    box = page.locator("#cs-panel").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 375)
    assert page.locator("gradio-app").evaluate("element => element.inert")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#cs-panel")).to_be_hidden()
    assert not page.locator("gradio-app").evaluate("element => element.inert")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(251, 250, 248)"
    assert dark == (scheme == "dark")


HOSTILE = """<b id=planted>Zorbium</b> reactors

The zorbium reactor is cooled by liquid helium <img src="https://evil.example/a.png" \
onerror="document.title='taken'"> ![leak](https://evil.example/b.png) and never by water.

The zorbium reactor was built in Ulm <script>document.title='taken'</script> \
<form action="https://evil.example/c"><input id=planted></form> [1](javascript:alert(1)) \
<div class="mermaid">graph TD; A[<img src='https://evil.example/d.png'>]--&gt;B</div> in 1987.

The zorbium reactor makes $$\\href{https://evil.example/e}{\\text{power}}$$ for the town of Ulm, \
<iframe id=planted src="https://evil.example/f"></iframe> \
<style>body{display:none}</style> \u202eevil\u202c and \U000e0049\U000e0050 light.

```mermaid
graph TD; X[<img id=planted src="https://evil.example/g.png">]-->Y
```
"""


@pytest.mark.fault(27)
@pytest.mark.fault(28)
@pytest.mark.fault(29)
@pytest.mark.fault(101)
def test_a_hostile_document_is_only_text(open_page: OpenPage, tmp_path) -> None:
    """That nothing leaves this machine is asserted when the page is closed."""
    source = tmp_path / "<img id=planted src=x>.md"
    source.write_text(HOSTILE, encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest([source], settings)
    questions = (
        "What is the zorbium reactor cooled by?",
        "Where was the zorbium reactor built?",
        "What does the zorbium reactor make for the town?",
        "<img id=planted src=https://evil.example/q.png> ![x](https://evil.example/r.png) zorbium",
    )
    with Rag(settings) as rag, served(rag) as url:
        page = open_page(url)
        for question in questions:
            ask(page, question)
        for more in page.locator("button.cs-more").all():
            more.click()
        for link in page.locator("#cs-chat a.cs-open").all():
            link.click()
            assert highlighted(page)
            assert attributes(page.locator("#cs-panel .cs-source-text *")) <= OURS
        assert page.locator("#planted").count() == 0
        for tag in ("img", "form", "input", "script", "iframe", "style", "svg", ".katex", "b"):
            assert page.locator(f":is(#cs-chat .prose, .cs-source-text) {tag}").count() == 0
        assert page.locator(".cs-source-text a").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
        assert page.title() == "citespan"
        text = page.locator("#cs-chat").inner_text() + page.locator("#cs-panel").inner_text()
        assert '<img src="https://evil.example/a.png"' in text
        assert not {"\u202e", "\U000e0049"} & set(text)
        page.context.close()  # before the server goes, which a page would complain about
