"""Patterns of ignore files mean what git means, and match in time that grows with the name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from pathspec import GitIgnoreSpec

from ingest.sources.ignore import make_spec
from ingest.sources.scan import IGNORE_FILE, Scan
from rag.errors import DocumentError

part = st.sampled_from(["a", "b", "*", "**", "?", "/", "**/", "/**/", "[ab]", "[!a]", "!", "\\*"])
patterns = st.lists(part, min_size=1, max_size=8).map("".join)
names = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=4).map("/".join)


@given(patterns, st.lists(names, max_size=5), st.booleans())
def test_a_pattern_matches_what_it_did(pattern: str, paths: list[str], folder: bool) -> None:
    try:
        usual = GitIgnoreSpec.from_lines([pattern], backend="simple")
    except ValueError:
        with pytest.raises(ValueError, match="pattern"):
            make_spec([pattern])
        return
    spec = make_spec([pattern])
    assert spec is not None
    for path in paths:
        name = path + "/" * folder
        assert spec.match_file(name) == usual.match_file(name)


@pytest.mark.fault(123)
@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*a" * 40 + "*b", "a" * 250),
        ("**/a/" * 40 + "**/b", "a/" * 1000 + "c"),
        ("*a?" * 60 + "b", "a" * 250),
    ],
)  # fmt: skip
def test_many_wildcards_end(pattern: str, name: str) -> None:
    spec = make_spec([pattern])
    assert spec is not None
    assert not spec.match_file(name)


@pytest.mark.fault(123)
def test_an_ignore_file_that_is_too_large_costs_its_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("one")
    (tmp_path / "two.txt").write_text("two")
    (tmp_path / "a" / IGNORE_FILE).write_text("x\n" * 40_000)
    scan = Scan([str(tmp_path)])
    assert [Path(found.name).name for found in scan.files()] == ["two.txt"]
    assert scan.failed[0][1].endswith("it is larger than 64 kB")
    for content in ("x\n" * 3_000, "[z-a]\n", "!\n"):
        (tmp_path / "a" / IGNORE_FILE).write_text(content)
        scan = Scan([str(tmp_path)])
        assert [Path(found.name).name for found in scan.files()] == ["two.txt"]
        assert "cannot be used, so its folder is left out" in scan.failed[0][1]
    with pytest.raises(DocumentError, match="more than 2,000 patterns"):
        make_spec(["x"] * 2_001)
