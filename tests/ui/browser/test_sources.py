"""A mark shows its quote before it is pressed, and a Markdown source is shown as it is meant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ingest import ingest
from rag import Rag, Settings
from served import served

from .conftest import OpenPage
from .test_journey import serious
from .test_page import MARKERS, ask, ask_anew, highlighted

pytestmark = pytest.mark.browser

NOTES = """# Field notes

The **zorbium** reactor is cooled by *liquid* helium, see [the log](https://evil.example/log).

## Parts

1. The `core` of the lantern is made of brass.
2. The shell
   - its upper half is painted green
   - its lower half is not

> The captain keeps the only key.

| ship | crew |
|------|-----:|
| The heron carries | 40 sailors |
| The wren carries | 7 sailors |

```python
reactor.start()
```

![a plan](https://evil.example/plan.png)
"""


@pytest.fixture
def notes(tmp_path) -> Iterator[str]:
    """The address of a page over one Markdown document."""
    source = tmp_path / "notes.md"
    source.write_text(NOTES, encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest([source], settings)
    with Rag(settings) as rag, served(rag) as url:
        yield url


def test_markdown_is_rendered_around_the_exact_span(open_page: OpenPage, notes: str) -> None:
    """That no picture is asked for is asserted when the page is closed."""
    page = open_page(notes, viewport={"width": 1280, "height": 800}, bypass_csp=True)
    ask(page, "What is the zorbium reactor cooled by?")
    said = page.locator(".cs-words").first
    expect(said).to_have_text("The zorbium reactor is cooled by liquid helium, see the log.")
    expect(said.locator("strong")).to_have_text("zorbium")
    page.locator("a.cs-mark").first.click()
    quote = highlighted(page)
    assert quote in NOTES
    assert "**zorbium** reactor" in quote
    source = page.locator(".cs-source-text")
    assert source.evaluate("element => element.textContent") == NOTES
    seen = source.inner_text()
    assert "The zorbium reactor is cooled by liquid helium, see the log." in seen
    for written in ("**", "##", "```", "|", "evil.example"):
        assert written not in seen
    expect(source.get_by_role("heading", name="Parts")).to_be_visible()
    expect(source.get_by_role("listitem")).to_have_count(4)
    expect(source.get_by_role("columnheader")).to_have_count(2)
    expect(source.get_by_role("row", name="heron")).to_contain_text("40 sailors")
    expect(source.locator("strong", has_text="zorbium")).to_be_visible()
    expect(source.locator("code")).to_have_text("core", use_inner_text=True)
    expect(source.locator("blockquote")).to_contain_text("the only key")
    expect(source.locator("a, img")).to_have_count(0)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert serious(page) == []

    page.get_by_role("button", name="Original text").click()
    assert source.inner_text() == NOTES
    assert highlighted(page) == quote
    page.get_by_role("button", name="Formatted").click()
    expect(source.get_by_role("listitem")).to_have_count(4)

    ask_anew(page, "How many sailors does the heron carry?")
    answer = page.locator(".cs-answer").last
    expect(answer.get_by_role("row", name="heron")).to_contain_text("40 sailors")
    answer.get_by_role("row", name="heron").locator("a.cs-mark").click()
    assert "heron carries | 40 sailors" in highlighted(page)
    expect(page.locator("#cs-panel .cs-cell mark").first).to_be_in_viewport()
    page.context.close()  # before the server goes, which a page would complain about


def test_a_mouse_that_rests_on_a_mark_sees_its_quote(
    open_page: OpenPage, address: str, bot: Rag
) -> None:
    page = open_page(address, viewport={"width": 1280, "height": 800})
    ask(page, MARKERS)
    mark, tip = page.locator("a.cs-mark").first, page.get_by_role("tooltip")
    quote = mark.get_attribute("title")
    assert quote is not None
    assert bot.ask(MARKERS).citations[0].quote[:80] in quote
    mark.hover()
    expect(tip).to_have_text(quote)
    assert mark.get_attribute("title") is None  # the browser's own tooltip would be a second one
    tip.hover()
    page.wait_for_timeout(400)
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    mark.hover()
    expect(tip).to_be_visible()
    page.get_by_label("Your question").hover()
    expect(tip).to_be_hidden()
    assert mark.get_attribute("title") == quote
    mark.click()
    assert highlighted(page)


def test_a_tap_opens_the_source_and_a_finger_that_stays_sees_the_quote(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(address, viewport={"width": 375, "height": 740}, has_touch=True)
    ask(page, MARKERS)
    mark, tip = page.locator("a.cs-mark").first, page.get_by_role("tooltip")
    quote = mark.get_attribute("title")
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    expect(tip).to_have_text(quote or "no quote")
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    expect(tip).to_be_visible()
    around = tip.bounding_box()
    assert around is not None
    assert around["x"] >= 8
    assert around["x"] + around["width"] <= 375 - 8
    expect(page.locator("#cs-panel")).to_be_hidden()
    page.touchscreen.tap(finger["x"], finger["y"])
    assert highlighted(page)
    expect(tip).to_be_hidden()


def test_the_panel_is_widened_and_its_document_asked_about(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(address, viewport={"width": 1440, "height": 900})
    ask(page, MARKERS)
    page.locator("a.cs-mark").first.click()
    assert highlighted(page)
    panel = page.locator("#cs-panel")
    before = panel.bounding_box()
    page.get_by_role("separator", name="Width of the panel").press("ArrowLeft")
    after = panel.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] == pytest.approx(before["width"] + 32, abs=2)
    page.get_by_role("button", name="Ask about this document").click()
    expect(page.locator("#cs-notes")).to_contain_text("Search in: “Recent advances")
    expect(page.get_by_label("Your question")).to_be_focused()
