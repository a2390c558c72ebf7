"""What the pages promise is there: generated pages, links, named tests."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest

from ingest import ingest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    page for folder in (".", "docs", "examples", "deploy") for page in (ROOT / folder).glob("*.md")
]
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def test_what_is_made_from_the_code_is_as_the_code_is() -> None:
    stale = runpy.run_path(str(ROOT / "docs" / "generate.py"))["stale"]()
    assert not stale, "run `make docs`"


def anchors(page: Path) -> set[str]:
    """What a link into a page may name: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_page_of_architecture_names_every_module() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    modules = {
        path.name
        for package in ("rag", "ingest", "eval", "ui")
        for path in (ROOT / package).rglob("*.py")
        if path.parent.name not in {"readers", "metrics"} and path.name != "__init__.py"
    }
    assert not {name for name in modules if not re.search(rf"(?<!\w){re.escape(name)}", page)}


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


@pytest.mark.parametrize("page", ["quickstart.md", "embedding.md"])
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = ROOT / "seeds"
    shutil.copytree(seeds, tmp_path / "papers")
    text = (ROOT / "docs" / page).read_text("utf-8")
    (cases,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL) or [""]
    (tmp_path / "questions.jsonl").write_text(cases, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CITESPAN_HOME", "library")
    ingest(["papers"])
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, page, "exec"), names)


def test_every_test_that_the_page_of_security_names_exists() -> None:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", text)
    assert named
    tests = ROOT / "tests"
    missing = {
        f"{file}::{test}"
        for file, test in named
        if not re.search(
            rf"^(async )?def {test}\(", (tests / file).read_text("utf-8"), re.MULTILINE
        )
    }
    assert not missing
