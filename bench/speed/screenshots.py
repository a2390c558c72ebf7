"""The README's pictures of the page, taken from the real one: ``make screenshots``."""

import argparse
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from bench.speed.chromium import ROOT, open_browser, serve_seeds

MARKERS = "Which markers help identify cancer stem cells?"
COLOURS = 128
"""Of a picture, which keeps the repository small."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "images")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with serve_seeds() as (address, _), open_browser() as chromium:
        for name, width, height, scheme in (
            ("light", 1280, 800, "light"),
            ("dark", 1280, 800, "dark"),
            ("narrow", 375, 740, "light"),
        ):
            context = chromium.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                device_scale_factor=1.5,
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(address)
            page.locator(".cs-overview button").first.wait_for(timeout=60_000)
            if name == "light":
                save_picture(page, folder / "start.png")
            ask(page, MARKERS)
            if name != "narrow":
                page.locator("a.cs-mark").nth(1).click()
                page.locator("#cs-panel mark").wait_for()
            save_picture(page, folder / f"{name}.png")
            context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator(".bot-row .cs-actions").first.wait_for(timeout=60_000)


def save_picture(page: Page, file: Path) -> None:
    page.wait_for_timeout(500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    main()
