"""The real page in a real Chromium, over loopback and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from rag import Rag
from served import served

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 60_000
"""Milliseconds; the first answer loads the model, and other tests may be using the processors."""

OpenPage = Callable[..., Page]


def _chromium(playwright: Playwright) -> str:
    own = Path(playwright.chromium.executable_path)
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None and not own.is_file():
        pytest.fail(
            "No Chromium to test the page with. Install one (for example `apt-get install "
            "chromium`), or run `.venv/bin/python -m playwright install chromium`."
        )
    return found or str(own)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for these tests; its event loop ends with them, before others start one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(playwright), args=list(_FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def address(bot: Rag) -> Iterator[str]:
    """Where the page over the seeds is served."""
    with served(bot) as url:
        yield url


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open an address in a profile of its own, as another person would.

    When the test is over, no request of any page may have left this machine, and nothing may have
    been blocked by the policy or failed in a script.
    """
    contexts: list[Any] = []
    requests: list[str] = []
    complaints: list[str] = []

    def opened(url: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(_PATIENCE)
        context.on("request", lambda request: requests.append(request.url))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        page.goto(url)
        page.get_by_label("Your question").wait_for()
        return page

    yield opened
    for context in contexts:
        try:
            context.close()
        except Error:  # the test closed it
            continue
    outside = [url for url in requests if urlsplit(url).hostname not in ("127.0.0.1", None)]
    assert outside == []
    assert complaints == []
