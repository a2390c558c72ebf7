"""What the benches of the page share: the page, served by a process of its own, and a Chromium."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from ingest import ingest
from rag import Settings

ROOT = Path(__file__).resolve().parents[2]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A Chromium without a window: the system's, else the one that Playwright installs."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@contextmanager
def serve_seeds() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of the page over the seeds, and the ``citespan chat`` that serves it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ingest([ROOT / "seeds"], Settings(home=home))
        command = [sys.executable, "-m", "ui.cli.main", "chat", "--port", "8760"]
        environment = os.environ | {"CITESPAN_HOME": str(home), "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            try:
                yield server.stdout.readline().split(" at ")[1].split()[0], server
            finally:
                server.terminate()
