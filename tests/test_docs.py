"""What the pages promise is there: generated pages, links, named tests."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")])
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def test_what_is_made_from_the_code_is_as_the_code_is() -> None:
    stale = runpy.run_path(str(ROOT / "docs" / "generate.py"))["stale"]()
    assert not stale, "run `make docs`"


def anchors(page: Path) -> set[str]:
    """What a link into a page may name: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    prose = FENCED.sub("", page.read_text("utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_no_line_of_the_readme_is_longer_than_a_screen() -> None:
    prose = FENCED.sub("", (ROOT / "README.md").read_text("utf-8"))
    lines = [line for line in prose.splitlines() if "|" not in line and "](" not in line]
    assert max(map(len, lines)) <= 110
