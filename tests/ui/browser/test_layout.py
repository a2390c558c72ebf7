"""Three columns: sources, chat, reader; on a phone two tabs and a sheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from rag import Rag

from .conftest import OpenPage
from .test_page import MARKERS, ask, highlighted

pytestmark = pytest.mark.browser

WIDE = {"width": 1440, "height": 900}
RAIL = 56
"""Pixels; 3.5 rem."""


def box_of(part: Locator) -> dict[str, float]:
    box = part.bounding_box()
    assert box is not None
    return dict(box)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("width", [1440, 1024])
def test_a_source_shrinks_the_column_and_what_is_read_stays(
    open_page: OpenPage, address: str, width: int
) -> None:
    page = open_page(address, viewport={"width": width, "height": 900})
    for question in (MARKERS, "What are neonatal stem cells derived from?"):
        ask(page, question)
    side, mark = page.locator("#cs-side"), page.locator(".cs-answer a.cs-mark:visible").last
    assert box_of(page.locator(".cs-answer").last)["width"] <= 720
    assert box_of(side)["width"] > 4 * RAIL
    expect(page.locator("#cs-suggestions button").first).to_be_visible()  # nothing comes after it
    before = box_of(mark)["y"]
    mark.click()
    assert highlighted(page)
    assert box_of(side)["width"] == pytest.approx(RAIL, abs=1)
    assert box_of(mark)["y"] == pytest.approx(before, abs=2)
    page.keyboard.press("Escape")
    assert box_of(side)["width"] > 4 * RAIL
    assert box_of(mark)["y"] == pytest.approx(before, abs=2)


def test_the_column_opens_over_the_chat_while_a_source_is_read(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(address, viewport=WIDE)
    ask(page, MARKERS)
    page.locator("a.cs-mark").first.click()
    assert highlighted(page)
    answer = page.locator(".cs-answer")
    before = box_of(answer)
    for close in (lambda: page.keyboard.press("Escape"), page.go_back):
        press(page, "Sources")
        expect(page.locator(".cs-documents li")).to_have_count(2)
        assert box_of(answer) == before
        close()
        expect(page.locator(".cs-documents li").first).to_be_hidden()
        expect(page.locator("#cs-panel")).to_be_visible()
    press(page, "About this library")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#cs-panel")).to_be_visible()
    page.go_back()
    expect(page.locator("#cs-panel")).to_be_hidden()


def test_a_collapsed_column_stays_collapsed(open_page: OpenPage, address: str) -> None:
    page = open_page(address, viewport=WIDE)
    press(page, "Collapse this column")
    page.reload()
    side = page.locator("#cs-side")
    assert box_of(side)["width"] == pytest.approx(RAIL, abs=1)
    press(page, "Expand this column")
    assert box_of(side)["width"] > 4 * RAIL


def test_arrows_lead_from_citation_to_citation(open_page: OpenPage, address: str, bot: Rag) -> None:
    page = open_page(address, viewport=WIDE)
    ask(page, MARKERS)
    page.locator("a.cs-mark").first.click()
    quotes = [citation.quote for citation in bot.ask(MARKERS).citations]
    assert highlighted(page) == quotes[0]
    expect(page.get_by_role("button", name="Previous citation")).to_be_disabled()
    page.get_by_role("button", name="Next citation").click()
    expect(page.locator(".cs-steps-between")).to_contain_text(f"Citation 2 of {len(quotes)}")
    assert highlighted(page) == quotes[1]
    expect(page.get_by_role("button", name="Next citation")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".cs-steps-between")).to_contain_text("Citation 3")


def test_a_phone_has_tabs_and_a_sheet_with_the_quote(
    open_page: OpenPage, address: str, bot: Rag
) -> None:
    page = open_page(address, viewport={"width": 390, "height": 844})
    press(page, "Sources")
    expect(page.locator(".cs-documents li")).to_have_count(2)
    expect(page.get_by_role("button", name="Sources", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    press(page, "Chat")
    expect(page.locator(".cs-documents li").first).to_be_hidden()
    ask(page, MARKERS)
    page.locator("a.cs-mark").first.click()
    quote = page.locator(".cs-quote")
    expect(quote).to_have_text(bot.ask(MARKERS).citations[0].quote)
    assert highlighted(page)
    assert box_of(quote)["y"] < box_of(page.locator(".cs-source-text"))["y"]


LAST_YEAR = """() => {
  const turns = [{ question: "Who keeps the key?", complete: true, id: "a" }];
  const kept = { id: "old", title: "The lighthouse", updated: Date.now() - 400 * 86400000, turns };
  localStorage.setItem("citespan/conversation/old", JSON.stringify(kept));
}"""


def test_conversations_stand_by_date_and_are_searched(open_page: OpenPage, address: str) -> None:
    page = open_page(address, viewport=WIDE)
    page.evaluate(LAST_YEAR)
    ask(page, MARKERS)
    press(page, "Conversations")
    listed = page.locator(".cs-conversation")
    expect(listed).to_have_text([MARKERS, "The lighthouse"])
    expect(page.locator(".cs-conversations h2").first).to_have_text("Today")
    expect(page.locator(".cs-conversations h2")).to_have_count(2)
    page.get_by_label("Search conversations").fill("KEY keeps")
    expect(listed).to_have_text(["The lighthouse"])
    page.get_by_label("Search conversations").fill("submarine")
    expect(page.locator(".cs-conversations")).to_contain_text("No conversation has these words.")


def test_at_twice_the_size_everything_is_within_reach(open_page: OpenPage, address: str) -> None:
    """A window of 1280 by 800 at 200 % has half as many of CSS's pixels."""
    page = open_page(address, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    ask(page, MARKERS)
    page.locator("a.cs-mark").first.click()
    assert highlighted(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.keyboard.press("Escape")
    press(page, "Conversations")
    press(page, "Settings")
    page.get_by_label("Theme").select_option("dark")
    expect(page.locator("body.dark")).to_have_count(1)
