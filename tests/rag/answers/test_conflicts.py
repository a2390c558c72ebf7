"""Documents that say different things are both shown, with their dates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest import ingest
from rag import Rag, Settings
from rag.answers.conflicts import is_negated

SPRING_2024 = 1_710_000_000


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Rag:
    folder = tmp_path_factory.mktemp("shelf")
    for name, text in {
        "dogs-a.md": "---\ndate: 2021-05-04\n---\n\n# Rules\n\nDogs are allowed in the garden.",
        "dogs-b.md": "# Rules of the house\n\nDogs are not allowed in the garden.",
        "pool-a.md": "# Pool\n\nThe pool opens at 8 in the morning.",
        "pool-b.md": "# The pool\n\nThe pool opens at 9 in the morning.",
        "lamp.md": "# Lamp\n\nThe lamp burns for 40 hours.",
    }.items():
        (folder / name).write_text(text)
        os.utime(folder / name, (SPRING_2024, SPRING_2024))
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    ingest(folder, settings)
    return Rag(settings)


def test_yes_and_no_are_both_shown_with_their_dates(shelf: Rag) -> None:
    answer = shelf.ask("Are dogs allowed in the garden?")
    assert {Path(cited.source).name for cited in answer.citations} == {"dogs-a.md", "dogs-b.md"}
    (notice,) = answer.notices
    assert "dogs-a.md (dated 2021-05-04)" in notice
    assert "dogs-b.md (file changed on 2024-03-09)" in notice


def test_two_figures_for_the_same_are_both_shown(shelf: Rag) -> None:
    answer = shelf.ask("When does the pool open in the morning?")
    assert {Path(cited.source).name for cited in answer.citations} == {"pool-a.md", "pool-b.md"}
    assert "pool-a.md" in answer.notices[0]


def test_what_nobody_contradicts_has_no_notice(shelf: Rag) -> None:
    assert shelf.ask("For how many hours does the lamp burn?").notices == ()


def test_dates_are_listed_with_where_they_are_from(shelf: Rag) -> None:
    dates = {Path(d.sources[0]).name: (d.date, d.own_date) for d in shelf.documents()}
    assert dates["dogs-a.md"] == ("2021-05-04", True)
    assert dates["lamp.md"] == ("2024-03-09", False)


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Dogs are not allowed.", True),
        ("Dogs aren’t allowed.", True),
        ("No dogs.", True),
        ("Dogs are noted.", False),
    ],
)
def test_a_negation_is_told(text: str, *, negated: bool) -> None:
    assert is_negated(text) == negated
