"""The stages of an ingest: how files are batched, and what the report says of the batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parse import ParsedFile
from ingest.planning import Todo
from ingest.report import BatchResult, build_report
from ingest.split import Chunk
from ingest.stages import read_batches
from rag.library.catalog import Catalog, FileState


def parsed(name: str, chunks: int, reason: str = "") -> ParsedFile:
    """A file of so many chunks; one with a reason could not be read, its content being at fault."""
    state = FileState(name, 0, 0, 0, "recipe", "", reason=reason)
    return ParsedFile(state, chunks=[Chunk(0, 1, "x", "")] * chunks, lasting=bool(reason))


@pytest.mark.parametrize(
    ("files", "batches"),
    [
        ([], [[]]),
        ([("a", 1), ("b", 1)], [["a", "b"], []]),  # an entry and a chunk each: the batch is full
        ([("a", 1), ("b", 2)], [["a", "b"], []]),
        ([("a", 1), ("huge", 9)], [["a"], ["huge"], []]),  # a small one does not wait for it
        ([("huge", 9), ("a", 1)], [["huge"], ["a"]]),
        ([("copy", 0), ("copy2", 0), ("copy3", 0)], [["copy", "copy2", "copy3"]]),
        ([("a", 1), ("bad", -1), ("b", 0)], [["a", "bad", "b"], []]),
    ],
)
def test_files_are_batched_by_their_entries_and_chunks(
    files: list[tuple[str, int]],
    batches: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.stages._BATCH_CHUNKS", 4)
    catalog = Catalog(tmp_path / "catalog.db", create=True)
    results = [parsed(name, max(n, 0), "bad" if n < 0 else "") for name, n in files]
    done: list[int] = []
    found = list(read_batches(results, catalog, done.append))
    assert [[each.file.name for each in batch.files] for batch in found] == batches
    assert done == list(range(1, len(files) + 1))
    refused = [name for name, n in files if n < 0]
    assert sorted(catalog.files([name for name, _ in files])) == refused
    catalog.close()


def test_a_report_joins_the_plan_and_its_batches_in_their_order() -> None:
    todo = Todo(unchanged=["a"], gone=["g"], refused=[("r", "empty")])
    results = [
        BatchResult(added=("b",), failed=(("x", "damaged"),), chunks=2),
        BatchResult(added=("c",), unchanged=("d",), warnings=(("c", "odd"),), chunks=3),
    ]
    report = build_report(todo, results, prune=False, seconds=1.0)
    assert (report.added, report.unchanged, report.chunks) == (("b", "c"), ("a", "d"), 5)
    assert report.failed == (("r", "empty"), ("x", "damaged"))
    assert (report.gone, report.removed) == (("g",), ())
    assert build_report(todo, results, prune=True, seconds=1.0).removed == ("g",)


def test_languages_that_the_model_does_not_read_are_counted_once() -> None:
    results = [BatchResult(languages=("de", "en", "ja")), BatchResult(languages=("de",))]
    report = build_report(Todo(), results, prune=False, seconds=1.0, reads="en".__eq__)
    assert report.unread == (("German", 2), ("Japanese", 1))
    assert report.unread_notice.startswith("3 documents are in a language")
    assert "2 German, 1 Japanese" in report.unread_notice
    assert build_report(Todo(), results, prune=False, seconds=1.0).unread_notice == ""
