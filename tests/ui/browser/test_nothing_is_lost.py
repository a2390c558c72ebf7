"""Whatever a person does next, what was asked, answered, typed and rated stays within reach."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page, expect

from ingest import ingest
from rag import Rag, Settings
from served import served

from .conftest import OpenPage
from .test_page import MARKERS, ask, highlighted

pytestmark = pytest.mark.browser

ORIGIN = "What are neonatal stem cells derived from?"
THIRD = "What do mesenchymal stem cells secrete?"
WIDE = {"width": 1280, "height": 800}


def questions(page: Page) -> list[str]:
    return page.locator(".cs-question").all_inner_texts()


def open_conversation(page: Page) -> None:
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.locator(".cs-conversation").click()


def expect_questions(page: Page, asked: list[str]) -> None:
    expect(page.locator(".cs-question")).to_have_text(asked)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_asking_an_earlier_question_again_keeps_the_conversation(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(address, viewport=WIDE)
    ask(page, MARKERS)
    ask(page, ORIGIN)
    page.get_by_label("Your question").fill("a draft")
    page.get_by_role("button", name="Ask again").first.click()
    expect_questions(page, [MARKERS])
    expect(page.get_by_label("Your question")).to_have_value("a draft")
    kept = page.locator(".cs-conversation")
    expect(kept).to_have_text([f"{MARKERS} (2)", MARKERS])
    page.get_by_role("button", name="Back to the original").click()
    expect_questions(page, [MARKERS, ORIGIN])
    expect(page.get_by_label("Your question")).to_have_value("a draft")

    page.get_by_role("button", name="Edit this question").last.click()
    expect(page.locator("#cs-notes")).to_contain_text("Its answer is replaced")
    ask_by_button(page, THIRD)
    expect_questions(page, [MARKERS, THIRD])
    page.get_by_role("button", name="Undo").click()
    expect_questions(page, [MARKERS, ORIGIN])
    page.reload()
    expect_questions(page, [MARKERS, ORIGIN])


def ask_by_button(page: Page, question: str) -> None:
    """Ask in place of another question, so that the number of messages stays."""
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_two_tabs_of_one_conversation_hold_the_questions_of_both(
    open_page: OpenPage, address: str
) -> None:
    one = open_page(address, viewport=WIDE)
    ask(one, MARKERS)
    other = one.context.new_page()
    other.goto(address)
    open_conversation(other)
    expect_questions(other, [MARKERS])
    ask(other, ORIGIN)
    expect_questions(one, [MARKERS, ORIGIN])
    ask(one, THIRD)
    for page in (one, other):
        expect_questions(page, [MARKERS, ORIGIN, THIRD])


MERGED = [
    # turns that both tabs began with, of this tab, kept by the other tab, merged
    ("ab", "abc", "ab", "abc"),
    ("ab", "abc", "abd", "abdc"),
    ("ab", "ac", "abd", "adc"),
    ("ab", "ab", "a", "a"),
    ("ac", "ab", "ac", "ab"),
    ("", "ab", "", "ab"),
]


def test_turns_are_merged_by_their_names(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    for base, own, kept, merged in MERGED:
        found = page.evaluate(
            """async (turns) => {
              const { mergeTurns } = await import("./page/assets/js/chat/merge_turns.js");
              const named = turns.map((text) => [...text].map((id) => ({ id })));
              return mergeTurns(...named).map(({ id }) => id).join("");
            }""",
            [base, own, kept],
        )
        assert found == merged, (base, own, kept)


def test_a_draft_and_a_thumb_survive(open_page: OpenPage, address: str) -> None:
    page = open_page(address, viewport=WIDE)
    ask(page, MARKERS)
    page.get_by_role("button", name="Good answer").click()
    page.keyboard.press("Escape")
    page.get_by_label("Your question").fill("half a question")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".message-row")).to_have_count(0)
    box = page.get_by_label("Your question")
    expect(box).to_have_value("half a question")
    page.reload()
    expect(box).to_have_value("half a question")
    open_conversation(page)
    expect(page.locator(".cs-icon-up.cs-chosen")).to_have_count(1)
    page.reload()
    expect(page.locator(".cs-icon-up.cs-chosen")).to_have_count(1)


def test_a_tab_with_waiting_uploads_asks_before_it_closes(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(address, viewport=WIDE)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Your question").fill("x")  # a browser asks only who has done something
    page.reload()
    assert asked == []
    page.route("**/page/documents", lambda route: None, times=1)  # an upload that goes on
    page.evaluate(
        """async () => {
          const { upload } = await import("./page/assets/js/sources/upload.js");
          upload([new File(["words"], "a.txt")], { suffixes: [".txt"], largest: 9 });
        }"""
    )
    page.get_by_label("Your question").fill("y")
    page.reload()
    assert asked == ["beforeunload"]


def test_copy_and_print_give_the_answer_with_its_numbers(
    open_page: OpenPage, address: str, bot: Rag
) -> None:
    page = open_page(address, viewport=WIDE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, MARKERS)
    answer = bot.ask(MARKERS)
    page.locator(".cs-answer").evaluate("part => getSelection().selectAllChildren(part)")
    page.keyboard.press("Control+c")
    selected = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Copy with citations").click()
    expect(page.locator("#cs-toasts")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    for text in (selected, copied):
        assert "Open source" not in text
        assert "Supported" not in text
        for citation in answer.citations:
            assert f"[{citation.number}]" in text
        assert text.count("CD133 and CD44 can help identify") == 1
    for question in (ORIGIN, "How much does a ticket to Paris cost?"):
        ask(page, question)
    printed = pdfium.PdfDocument(page.pdf(format="A5"))
    text = "".join(each.get_textpage().get_text_bounded() for each in printed)
    assert len(printed) > 1
    for words in ("CD133", "[1]", "neonatal stem cells derived from", "ticket to Paris", "Nearest"):
        assert words in text
    assert "Ask your documents" not in text
    assert "New conversation" not in text


@pytest.mark.parametrize("width", [390, 1280])
def test_back_closes_a_panel_and_its_address_opens_it(
    open_page: OpenPage, address: str, bot: Rag, width: int
) -> None:
    page = open_page(address, viewport={"width": width, "height": 800})
    ask(page, MARKERS)
    panel, cited = page.locator("#cs-panel"), bot.ask(MARKERS).citations[0]
    if width < 960:
        page.get_by_role("button", name="Conversations", exact=True).click()
        expect(page.locator("body.cs-side-open")).to_have_count(1)
        page.go_back()
        expect(page.locator("body.cs-side-open")).to_have_count(0)
    for _ in range(2):
        page.locator("a.cs-mark").first.click()
        assert highlighted(page) == cited.quote
        link = page.url
        assert link.endswith(f"#source/{cited.document_id}/{cited.start}/{cited.end}")
        page.go_back()
        expect(panel).to_be_hidden()
        expect(page.locator(".cs-question")).to_have_text(MARKERS)
    page.locator("a.cs-mark").first.click()
    assert highlighted(page)  # it is open by then
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page).to_have_url(f"{address}/")

    other = open_page(link, viewport={"width": width, "height": 800})
    assert highlighted(other) == cited.quote
    other.go_back()
    expect(other.locator("#cs-panel")).to_be_hidden()
    expect(other.get_by_label("Your question")).to_be_visible()


def test_a_refusal_names_what_was_searched_and_offers_the_rest(
    open_page: OpenPage, tmp_path
) -> None:
    for name, text in (("moon", "The moon base is called Selene."), ("sea", "The sea is deep.")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest([tmp_path / "moon.txt", tmp_path / "sea.txt"], settings)
    with Rag(settings) as rag, served(rag) as url:
        page = open_page(url, viewport=WIDE)
        page.get_by_label("Search in “sea”").check()
        ask(page, "What is the moon base called?")
        expect(page.locator(".cs-scope")).to_contain_text("Searched only: sea")
        page.locator(".cs-steps").get_by_role("button", name="Search all documents").click()
        expect(page.locator(".cs-words")).to_contain_text("Selene")
        page.context.close()  # before the server goes, which a page would complain about
