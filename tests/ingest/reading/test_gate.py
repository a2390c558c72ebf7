"""Whatever a reader gives can be stored and shown; one bad file never ends the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ingest import ingest
from ingest.readers import LARGEST_TEXT_FILE, Source, formats
from ingest.reading import gate
from ingest.reading.gate import check_line, check_source
from ingest.reading.load import load
from rag import Embedder, Settings
from rag.errors import DocumentError
from rag.library.library import Library
from rag.text.layout import Layout, Run
from rag.types import Aside

HALF = "\ud83d"
anything = st.text(st.characters(codec=None), max_size=40)


@pytest.mark.fault(126)
def test_half_a_character_costs_nobody_anything(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.index.Embedder", lambda **_: embedder)
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.json").write_text(
        json.dumps({"title": f"Tea {HALF}", f"na{HALF}me": f"Rye {HALF}\0"})
    )
    (folder / "b.txt").write_text("Herons nest in tall trees.")
    report = ingest([folder])
    assert not report.failed
    assert len(report.added) == 2
    library = Library(Settings().home)
    texts = [library.catalog.text(id_) for id_ in library.catalog.sources().values()]
    library.close()
    assert any("Rye \ufffd" in text for text in texts)


@pytest.mark.fault(126)
def test_a_fault_of_our_own_costs_one_file(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.index.Embedder", lambda **_: embedder)

    def fail(path: str, *rest: object) -> Source:
        if path.endswith("bad.txt"):
            raise UnicodeEncodeError("utf-8", HALF, 0, 1, "surrogates not allowed")
        return load(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("ingest.parse.load", fail)
    for name in ("bad.txt", "good.txt"):
        (tmp_path / name).write_text(f"Herons nest. {name}")
    report = ingest([tmp_path / "bad.txt", tmp_path / "good.txt"])
    assert [Path(name).name for name in report.added] == ["good.txt"]
    assert [reason for _, reason in report.failed] == ["cannot be read: UnicodeEncodeError"]


@given(
    text=anything, title=anything, warning=anything, date=anything, name=anything,
    runs=st.lists(st.tuples(*[st.integers(-9, 99)] * 4), max_size=9),
    asides=st.lists(st.tuples(st.integers(-9, 99), st.integers(-9, 99)), max_size=9),
)  # fmt: skip
def test_what_has_passed_can_be_stored_and_lies_where_it_says(
    text: str, title: str, warning: str, date: str, name: str,
    runs: list[tuple[int, int, int, int]], asides: list[tuple[int, int]],
) -> None:  # fmt: skip
    layout = Layout(tuple(Run(*run) for run in runs), sheets=(name,))
    given_ = Source(
        text, title, warning, layout=layout, date=date,
        asides=tuple(Aside(start, end, "note") for start, end in asides),
    )  # fmt: skip
    source = check_source(given_)
    assert len(source.text) == len(text)
    for each in (source.text, source.title, source.warning, source.date):
        each.encode()
        assert "\0" not in each
    assert source.layout is not None
    source.layout.sheets[0].encode()
    ends = 0
    for run in source.layout.runs:
        assert ends <= run.start < run.start + run.length <= len(text)
        ends = run.start + run.length
    assert Layout.decode(source.layout.encode()) == source.layout
    assert all(0 <= aside.start < aside.end <= len(text) for aside in source.asides)


def test_a_good_source_passes_as_it_is() -> None:
    layout = Layout((Run(0, 4, 1, 0), Run(5, 2, 2, 7)), parts=("a.pdf",))
    source = Source("Tea is.", "Tea", "a note", layout=layout, date="2024-03-05",
                    asides=(Aside(1, 3, "note"),))  # fmt: skip
    assert check_source(source) == source


@pytest.mark.fault(126)
def test_a_title_of_a_megabyte_is_cut() -> None:
    source = load("a.json", json.dumps({"title": "Tea" * 1_000_000, "a": "Rye."}).encode())
    assert len(source.title) <= 500
    assert len(check_line("word " * 1000)) <= 500


@pytest.mark.fault(125)
def test_a_text_larger_than_a_document_may_be_is_refused_before_it_is_opened(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.index.Embedder", lambda **_: embedder)
    large, good = tmp_path / "large.txt", tmp_path / "good.txt"
    with large.open("wb") as file:
        file.truncate(LARGEST_TEXT_FILE + 1)
    good.write_text("Herons nest.")
    report = ingest([large, good])
    assert dict(report.failed) == {str(large): "larger than 64 MB; split it into several files"}
    assert report.added == (str(good),)
    assert all(format_.largest >= LARGEST_TEXT_FILE for format_ in formats().values())


@pytest.mark.fault(125)
def test_too_much_text_is_refused_whatever_the_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "LONGEST_TEXT", 100)
    with pytest.raises(DocumentError, match="characters of text; split it into several files"):
        load("a.txt", b"Herons nest. " * 10)
