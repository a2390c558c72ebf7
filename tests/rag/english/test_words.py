"""Word lists: one file each, read once, and nothing in this folder needs another."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import rag.english
from rag.english.idf import load_idf
from rag.english.words import load_words, match_any

FOLDER = Path(rag.english.__file__).parent
WORDS = FOLDER / "words"
LISTS = sorted(path.relative_to(WORDS).with_suffix("").as_posix() for path in WORDS.rglob("*.txt"))


@pytest.mark.parametrize(
    ("name", "tags", "some", "others"),
    [
        ("closed/stop_words", (), {"the", "whom"}, {"cell"}),
        ("closed/auxiliaries", ("finite",), {"is", "must"}, {"be"}),
        ("closed/auxiliaries", ("bare",), {"did", "can"}, {"is", "have"}),
        ("closed/pronouns", ("person", "demonstrative"), {"he", "those"}, {"it"}),
        ("months", ("English",), {"May", "October"}, {"Oktober"}),
    ],
)
def test_tags_choose_words(
    name: str, tags: tuple[str, ...], some: set[str], others: set[str]
) -> None:
    words = load_words(name, *tags)
    assert some <= words
    assert others.isdisjoint(words)
    assert words <= load_words(name)


@pytest.mark.parametrize("name", LISTS)
def test_each_list_says_what_it_is_for_and_has_each_word_once_under_a_tag(name: str) -> None:
    lines = (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    words = [word for line in lines if not line.startswith(("#", "[")) for word in line.split()]
    repeated = {word for word in words if words.count(word) > 1}
    assert repeated == ({"April", "August", "September", "November"} if name == "months" else set())


def test_any_of_the_words_is_matched_as_it_stands() -> None:
    assert match_any(["a", "tab.", "abc"]) == r"(?:tab\.|abc|a)"


def test_the_idf_of_common_words_is_low() -> None:
    idf = load_idf()
    assert idf["time"] < 1
    assert "placenta" not in idf


def test_nothing_here_imports_another_folder() -> None:
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rag"):
                assert (node.module or "").startswith("rag.english")
