"""Settings in the page with a chat model behind it, over a real connection to a server."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from chat_server import ChatServer, refuses, says, serving
from rag import Rag, Settings
from served import served

from .conftest import OpenPage
from .test_journey import serious
from .test_page import MARKERS, ask, ask_anew, highlighted

pytestmark = pytest.mark.browser

PROSE = (
    "CD133 and CD44 can help identify these cells [1]. They are found on the surface of cancer "
    "cells [1]. Doctors like it."
)


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with serving(says(PROSE)) as server:
        yield server


@pytest.fixture
def prose(chat: ChatServer, bot: Rag, seeds_home, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a page whose answers the server's model writes."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-live-0123456789abcdef")
    settings = Settings(home=seeds_home, chat_model="openai:tiny", chat_base_url=chat.url)
    with Rag(settings) as rag:
        rag.embedder = bot.embedder
        with served(rag) as url:
            yield url


def test_who_answers_and_how_strictly_is_chosen_in_the_page(
    open_page: OpenPage, prose: str, chat: ChatServer, bot: Rag
) -> None:
    page = open_page(prose, viewport={"width": 1280, "height": 800}, bypass_csp=True)
    said = page.locator(".cs-answer")
    own = [sentence.text for sentence in bot.ask(MARKERS).sentences]

    ask(page, MARKERS)
    expect(said.locator(".cs-supported")).to_have_count(2)
    expect(said.locator(".cs-supported .cs-badge")).to_have_count(2)
    expect(said.locator(".cs-unsupported .cs-words")).to_have_text("Doctors like it.")
    expect(said.locator(".cs-unsupported .cs-verdict")).to_have_text(
        "Not supported: cites no passage"
    )
    expect(page.locator(".cs-meta")).to_contain_text("openai:tiny")
    said.locator("a.cs-mark").first.click()
    assert highlighted(page).startswith("Research has shown that specific biomarkers such as CD133")
    page.keyboard.press("Escape")
    assert chat.asked().count("<passage number=") > 2

    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Hide sentences").check()
    page.get_by_label("Minimum confidence").select_option("0.25")
    page.get_by_label("Passages per question").fill("2")
    page.get_by_label("Passages per question").press("Tab")
    assert serious(page) == []
    ask_anew(page, MARKERS)
    expect(said.locator(".cs-words")).to_have_count(2)
    expect(said.locator(".cs-note")).to_have_text("1 sentence left out as not supported.")
    expect(said).not_to_contain_text("Doctors")
    sent = json.loads(page.locator("#cs-options textarea").input_value())
    assert (sent["strict"], sent["min_confidence"], sent["passages"]) == (True, 0.25, 2)
    assert chat.asked().count("<passage number=") == 6

    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Passages per question").fill("8")
    page.get_by_label("Passages per question").press("Tab")
    page.get_by_label("Answers", exact=True).select_option("Sentences from the documents")
    requests = len(chat.requests)
    ask_anew(page, MARKERS)
    expect(said.locator(".cs-words")).to_have_text(own)
    assert len(chat.requests) == requests
    expect(page.locator(".cs-meta")).not_to_contain_text("tiny")

    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Answers", exact=True).select_option("Written by openai:tiny")
    chat.behaviours[:] = [refuses(400, "no such model")]
    ask_anew(page, MARKERS)
    expect(said.locator(".cs-words")).to_have_text(own)
    expect(said.locator(".cs-note")).to_contain_text("Answered without the model")
    page.context.close()  # before the server goes, which a page would complain about
