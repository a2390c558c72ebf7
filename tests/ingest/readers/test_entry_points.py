"""Formats of other distributions, which name them by entry points."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from ingest.readers import _known, format_of, formats, known_suffixes
from rag import Settings
from rag.library.library import Library

MODULE = """
from ingest.readers import Format, Source

def read(data, tell):
    return Source("A play: " + data.decode()[::-1])

FORMAT = Format("a play", (".play", ".srt"), (read,), version=3)
NOTHING = 7
"""
POINTS = """
[citespan.readers]
play = plays:FORMAT
pdf = plays:FORMAT
nothing = plays:NOTHING
gone = no_such_module:FORMAT
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution with these entry points."""
    info = tmp_path / "site" / "plays-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plays\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    (tmp_path / "site" / "plays.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path / "site")
    formats.cache_clear()
    _known.cache_clear()
    yield
    monkeypatch.undo()
    formats.cache_clear()
    _known.cache_clear()


@pytest.mark.usefixtures("installed")
def test_a_format_of_another_distribution_is_read_in_a_child_process(tmp_path: Path) -> None:
    assert ".play" in known_suffixes()
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "one.play").write_text(".egats eht no sllaf niatruc ehT")
    settings = Settings()
    report = ingest(folder, settings)
    assert not report.failed
    library = Library.of(settings)
    [document] = library.catalog.documents()
    assert library.catalog.text(document.document_id) == "A play: The curtain falls on the stage."
    library.close()


@pytest.mark.usefixtures("installed")
def test_theirs_is_taken_for_a_suffix_and_ours_for_a_name(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert format_of("film.srt") == "play"
        assert format_of("paper.pdf") == "pdf"
        assert formats()["pdf"].name == "a PDF"
    for word in ("its name is taken", "it is no Format", "no_such_module"):
        assert word in caplog.text


def test_without_them_a_suffix_is_ours() -> None:
    assert format_of("film.srt") == "subtitles"
