"""The evaluation's report in a real browser: strict, and usable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.reports.html import render_html
from hostile_report import EVIL, hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The hostile report in a browser; anything it says or asks for is remembered on the page."""
    path = tmp_path / "report.html"
    path.write_text(render_html(hostile()), encoding="utf-8")
    tab = browser.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.on(
        "request",
        lambda request: said.append(request.url) if request.url != path.as_uri() else None,
    )
    tab.goto(path.as_uri())
    yield tab
    assert said == []
    tab.close()


def test_markup_in_documents_and_answers_is_shown_as_text(opened: Page) -> None:
    assert opened.title() != "owned"
    opened.locator("summary").first.click()
    inside = opened.locator(".inside").first
    assert EVIL in (inside.text_content() or "")
    assert opened.locator("img").count() == 0


def test_what_is_cited_is_marked_in_its_source(opened: Page) -> None:
    opened.locator("summary").first.click()
    assert opened.locator("mark").first.text_content() == f"before {EVIL} after"


def test_a_person_can_page_filter_and_sort(opened: Page) -> None:
    assert opened.locator("details").count() == 20
    opened.get_by_role("button", name="Next").click()
    assert opened.locator("details").count() == 5
    assert "page 2 of 2" in (opened.locator("#count").text_content() or "")
    opened.get_by_label("Words").fill("question 8 owned")
    assert opened.locator("details").count() == 2  # 8 and 18
    opened.get_by_label("Words").fill("")
    opened.get_by_label("Show").select_option("right")
    assert opened.locator("details").count() == 0
    opened.get_by_label("Show").select_option("wrong")
    opened.get_by_label("Order").select_option("slowest")
    opened.locator("#kind").select_option(EVIL)
    assert "25 of 25" in (opened.locator("#count").text_content() or "")
    opened.get_by_label("Verdict").select_option("supported")
    assert "page 1 of" in (opened.locator("#count").text_content() or "")
