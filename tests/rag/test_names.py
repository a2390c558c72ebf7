"""Names as callers give them, and what they mean in a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import ingest
from rag import QuestionError, Rag, Settings
from rag.names import list_names
from rag.types import Filter


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rag]:
    folder = tmp_path_factory.mktemp("shelf")
    for name, rent in (
        ("team/lease-a.md", 700), ("team/2023/lease-b.md", 800), ("other/lease-c.txt", 900),
        ("other/team/lease-d.md", 950), ("odd/[x]/lease-e.md", 990),
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# Lease\n\nThe monthly rent is {rent} euros.")
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    ingest(folder, settings)
    return folder, Rag(settings)


def find_rents(bot: Rag, where: Filter) -> set[str]:
    return {p.text.split()[-2] for p in bot.search("What is the monthly rent?", where=where)}


@pytest.mark.parametrize(
    ("sources", "rents"),
    [
        ("team", {"700", "800"}),
        (("team",), {"700", "800"}),
        (["./team/2023", "other/lease-c.txt"], {"800", "900"}),
        (Path("team"), {"700", "800"}),
        ([Path("team/2023/")], {"800"}),
        ("lease-d.md", {"950"}),
        ("2023", {"800"}),
        ("*.txt", {"900"}),
        ("team/*.md", {"700"}),
        ("team/**/*.md", {"700", "800"}),
        ("20??/*", {"800"}),
        ("odd/[x]", {"990"}),
    ],
)
def test_a_name_is_a_document_a_folder_a_part_of_a_path_or_a_pattern(
    shelf: tuple[Path, Rag],
    monkeypatch: pytest.MonkeyPatch,
    sources: str | Path | list[str | Path],
    rents: set[str],
) -> None:
    folder, bot = shelf
    monkeypatch.chdir(folder)
    assert find_rents(bot, Filter(sources=sources)) == rents


def test_from_another_folder_a_name_is_searched_for_in_all_names(
    shelf: tuple[Path, Rag], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, bot = shelf
    monkeypatch.chdir(tmp_path)
    assert find_rents(bot, Filter(sources="team")) == {"700", "800", "950"}
    assert find_rents(bot, Filter(sources="team/*.md")) == {"700", "950"}
    assert find_rents(bot, Filter(sources=f"{folder}/*/lease-?.md")) == {"700"}


@pytest.mark.parametrize(
    "sources",
    ["/no/such/place", "tea", "*.pdf", "/team", "", " ", "s3://team", ("team", "teem"), [""]],
)
def test_a_name_of_nothing_is_refused(
    shelf: tuple[Path, Rag], monkeypatch: pytest.MonkeyPatch, sources: str | tuple[str, ...]
) -> None:
    folder, bot = shelf
    monkeypatch.chdir(folder)
    for asked in (bot.ask, bot.search):
        with pytest.raises(QuestionError, match="no document or folder of the library"):
            asked("What is the rent?", where=Filter(sources=sources))  # type: ignore[operator]


def test_a_filter_of_a_list_is_that_of_a_tuple() -> None:
    assert Filter(sources=["a", Path("b")]) == Filter(sources=("a", "b"))
    assert hash(Filter(sources="a")) == hash(Filter(sources=("a",)))
    assert Filter(documents="id").documents == ("id",)  # type: ignore[arg-type]
    assert list_names("abc") == ("abc",)


@pytest.mark.parametrize(
    ("given", "said"),
    [({"sources": 3}, "sources"), ({"documents": [None]}, "documents"), ({"pages": 3}, "pages")],
)
def test_what_is_no_name_and_no_page_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        Filter(**given)  # type: ignore[arg-type]
