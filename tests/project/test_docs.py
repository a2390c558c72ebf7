"""Pages name what exists: generated pages, links, folders, commands, tests."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest

from ingest import ingest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(
        page
        for folder in ("docs", "examples", "deploy", "training")
        for page in (ROOT / folder).rglob("*.md")
    ),
]
PACKAGES = ("rag", "ingest", "eval", "ui", "bench", "training")
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def test_what_is_made_from_the_code_is_as_the_code_is() -> None:
    stale = runpy.run_path(str(ROOT / "docs" / "generate.py"))["stale"]()
    assert not stale, "run `make docs`"


def anchors(page: Path) -> set[str]:
    """What a link into a page may name: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_page_of_architecture_names_every_folder() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {
        path.parent.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }
    assert not {str(folder) for folder in folders if f"{folder.name}/" not in page}


def test_the_page_of_architecture_fits_on_two_screens() -> None:
    lines = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        rf"`((?:{'|'.join(PACKAGES)}|tests|docs|deploy|examples|seeds)/[\w/.-]+)`",
        FENCED.sub("", page.read_text("utf-8")),
    )
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_module_that_a_page_runs_exists(page: Path) -> None:
    named = re.findall(r"python -m ((?:bench|training)[\w.]*)", page.read_text("utf-8"))
    assert not [name for name in named if not (ROOT / f"{name.replace('.', '/')}.py").exists()]


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", page.read_text("utf-8"))
    tests = ROOT / "tests"
    missing = {
        f"{file}::{test}"
        for file, test in named
        if not re.search(
            rf"^(async )?def {test}\(", (tests / file).read_text("utf-8"), re.MULTILINE
        )
    }
    assert not missing
