"""A folder and the library kept in step: planned, compared without reading, stopped, watched."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from craft import lines, pdf

from ingest import IngestReport, Plan, ingest, plan
from ingest.watch import watch
from rag import Embedder, Rag, Settings
from rag.library.library import Library

CELLS = "Stem cells divide. They renew themselves.\n"
LONG_AGO = 1_600_000_000


@pytest.fixture
def folder(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file that was written long ago; the model is loaded once for all tests."""
    monkeypatch.setattr("ingest.index.Embedder", lambda **_: embedder)
    folder = tmp_path / "docs"
    folder.mkdir()
    write(folder / "cells.txt", CELLS)
    return folder


def write(path: Path, text: str | bytes, when: int = LONG_AGO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (when, when))
    return path


def names(paths: Sequence[str]) -> list[str]:
    return [Path(path).name for path in paths]


def kinds(made: Plan) -> dict[str, list[str]]:
    fields = ("new", "changed", "unchanged", "gone", "skipped")
    shown = {field: names(getattr(made, field)) for field in fields}
    return {field: values for field, values in shown.items() if values}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files whose content was read."""
    found: list[str] = []
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        found.append(path.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    return found


def test_a_plan_says_what_an_ingest_would_do_and_does_nothing(folder: Path, tmp_path: Path) -> None:
    write(folder / "gone.txt", "Rye is a grain.")
    assert kinds(plan(folder)) == {"new": ["cells.txt", "gone.txt"]}
    assert not (tmp_path / "home").exists()
    ingest(folder)
    (folder / "gone.txt").unlink()
    write(folder / "cells.txt", "Stem cells rest.", LONG_AGO + 1)
    write(folder / "new.txt", "Barley is another one.")
    write(folder / "photo.mp4", b"\xff\xd8\xff")
    expected = {
        "new": ["new.txt"],
        "changed": ["cells.txt"],
        "gone": ["gone.txt"],
        "skipped": ["photo.mp4"],
    }
    assert kinds(plan(folder)) == expected
    shown: list[Plan] = []
    report = ingest(folder, planned=shown.append)
    assert kinds(shown[0]) == expected
    assert names(report.gone) == ["gone.txt"]
    assert names(report.skipped) == ["photo.mp4"]
    assert kinds(plan(folder)) == {
        "unchanged": ["cells.txt", "new.txt"],
        "gone": ["gone.txt"],
        "skipped": ["photo.mp4"],
    }


def test_an_unchanged_file_is_not_opened(folder: Path, opened: list[str]) -> None:
    ingest(folder)
    opened.clear()
    assert names(ingest(folder).unchanged) == ["cells.txt"]
    assert opened == []


def test_a_touched_file_is_hashed_once_and_stays_unchanged(folder: Path, opened: list[str]) -> None:
    ingest(folder)
    os.utime(folder / "cells.txt", (LONG_AGO + 5, LONG_AGO + 5))
    opened.clear()
    for _ in range(2):
        report = ingest(folder)
        assert (names(report.unchanged), report.chunks) == (["cells.txt"], 0)
    assert opened == ["cells.txt"]


def test_a_file_written_a_moment_ago_is_not_trusted(folder: Path, opened: list[str]) -> None:
    path = write(folder / "cells.txt", CELLS, int(time.time()) + 100)
    before = path.stat()
    ingest(folder)
    path.write_text(CELLS.replace("divide", "repose"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert names(ingest(folder).changed) == ["cells.txt"]


def test_a_change_that_size_and_time_do_not_show_is_found_by_checksum(folder: Path) -> None:
    ingest(folder)
    write(folder / "cells.txt", CELLS.replace("divide", "repose"))
    assert names(ingest(folder).unchanged) == ["cells.txt"]
    assert names(ingest(folder, checksum=True).changed) == ["cells.txt"]


def test_another_recipe_reads_every_file_again(folder: Path) -> None:
    ingest(folder)
    other = Settings(chunk_tokens=40)
    assert kinds(plan(folder, other)) == {"changed": ["cells.txt"]}
    assert names(ingest(folder, other).changed) == ["cells.txt"]


def test_what_could_not_be_read_is_not_tried_again_until_it_changes(
    folder: Path, opened: list[str]
) -> None:
    bad = write(folder / "bad.pdf", b"%PDF-1.7\n")
    reason = dict(ingest(folder).failed)[str(bad)]
    opened.clear()
    assert dict(ingest(folder).failed) == {str(bad): reason}
    assert dict(plan(folder).failed) == {str(bad): reason}
    assert opened == []
    assert dict(ingest(folder, checksum=True).failed) == {str(bad): reason}
    assert "bad.pdf" in opened
    write(bad, pdf(lines(["Herons nest in trees."], 50, 700)), LONG_AGO + 9)
    assert names(ingest(folder).added) == ["bad.pdf"]


def test_an_edit_undone_after_it_could_not_be_read_is_unchanged(folder: Path) -> None:
    ingest(folder)
    write(folder / "cells.txt", b"\0", LONG_AGO + 1)
    assert names([name for name, _ in ingest(folder).failed]) == ["cells.txt"]
    write(folder / "cells.txt", CELLS, LONG_AGO + 2)
    report = ingest(folder)
    assert (names(report.unchanged), report.changed, report.failed) == (["cells.txt"], (), ())


def test_copies_of_a_file_that_cannot_be_read_are_all_named(folder: Path) -> None:
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        write(folder / name, b"%PDF-1.7\n")
    report = ingest(folder)
    assert names([name for name, _ in report.failed]) == ["a.pdf", "b.pdf", "c.pdf"]
    assert len({reason for _, reason in report.failed}) == 1


@pytest.mark.parametrize(
    ("include", "exclude", "taken"),
    [
        (["*.md"], [], ["b.md", "d.md"]),
        ([], ["*.md"], ["a.txt", "cells.txt", "c.txt"]),
        ([], ["sub/"], ["a.txt", "b.md", "cells.txt"]),
        (["/sub/*"], ["*.md"], ["c.txt"]),
        (["*.txt"], ["/a.*"], ["cells.txt", "c.txt"]),
        ("*.md", "sub/", ["b.md"]),
    ],
)
def test_files_are_chosen_by_patterns(
    folder: Path, include: list[str] | str, exclude: list[str] | str, taken: list[str]
) -> None:
    for name in ("a.txt", "b.md", "sub/c.txt", "sub/d.md"):
        write(folder / name, f"Text of {name}.")
    assert names(plan(folder, include=include, exclude=exclude).new) == taken


def test_what_is_left_out_this_time_is_not_gone(folder: Path) -> None:
    write(folder / "a.md", "Rye is a grain.")
    ingest(folder)
    for options in ({"include": ["*.md"]}, {"exclude": ["cells.*"]}):
        assert ingest(folder, prune=True, **options).removed == ()
    write(folder / ".citespanignore", "cells.txt\n")
    assert names(ingest(folder, prune=True).removed) == ["cells.txt"]


@pytest.mark.fault(69)
def test_each_folder_has_its_own_ignore_file(folder: Path) -> None:
    write(folder / "sub" / ".citespanignore", "/x.txt\n*.log\n!keep.log\n")
    for name in ("x.txt", "sub/x.txt", "sub/deep/x.txt", "sub/a.log", "sub/keep.log", "b.log"):
        write(folder / name, f"Text of {name}.")
    for name in ("node_modules/m.js", "__pycache__/p.py"):
        write(folder / name, "left = out")
    found = [str(Path(name).relative_to(folder)) for name in plan(folder).new]
    assert found == ["b.log", "cells.txt", "x.txt", "sub/keep.log", "sub/deep/x.txt"]


@pytest.mark.fault(71)
@pytest.mark.parametrize("step", ["reading", "embedding"])
def test_a_stopped_ingest_keeps_what_is_committed_and_goes_on(
    folder: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.stages._BATCH_CHUNKS", 4)
    for n in range(12):
        write(folder / f"page{n:02}.html", f"<p>Page {n} of the story of herons.")
    calls = 0

    def stop_late(name: str, done: int, total: int) -> None:
        nonlocal calls
        calls += name == step
        if calls == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(folder, progress=stop_late)
    kept = plan(folder)
    assert 0 < len(kept.unchanged) < 13
    report = ingest(folder)
    assert names(report.added) == names(kept.new)
    assert kinds(plan(folder)) == {"unchanged": names([*kept.unchanged, *kept.new])}
    with Rag() as bot:
        assert len(bot.documents()) == 13


@pytest.mark.fault(71)
def test_a_huge_file_stopped_in_the_middle_takes_no_small_one_with_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.stages._BATCH_CHUNKS", 4)
    paragraphs = [f"Station {n} counted {n * 7} herons. " * 40 for n in range(12)]
    write(folder / "log.txt", "\n\n".join(paragraphs))

    def stop_in_the_huge_one(step: str, done: int, total: int) -> None:
        if step == "embedding" and total > 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(folder, progress=stop_in_the_huge_one)
    assert kinds(plan(folder)) == {"unchanged": ["cells.txt"], "new": ["log.txt"]}


def test_files_come_out_in_their_order_however_long_they_take(folder: Path) -> None:
    write(folder / "a.pdf", pdf(*[lines([f"Page {n} of it."], 50, 700) for n in range(200)]))
    for n in range(9):
        write(folder / f"b{n}.txt", f"Text number {n}.")
    order = ["a.pdf", *(f"b{n}.txt" for n in range(9)), "cells.txt"]
    assert names(ingest(folder).added) == order


def test_long_files_tell_their_pages(folder: Path) -> None:
    write(folder / "a.pdf", pdf(*[lines([f"Page {n} of it."], 50, 700) for n in range(100)]))
    write(folder / "b.pdf", pdf(*[lines([f"Page {n} of it."], 50, 700) for n in range(99)]))
    told: list[tuple[str, int, int]] = []
    ingest(folder, progress=lambda *step: told.append(step))
    assert ("pages", 100, 100) in told
    assert ("pages", 99, 99) not in told


@pytest.mark.slow
def test_a_watched_folder_is_followed_until_told_to_stop(folder: Path, tmp_path: Path) -> None:
    reports: list[IngestReport] = []
    came, stop = threading.Event(), threading.Event()

    def done(report: IngestReport) -> None:
        reports.append(report)
        came.set()

    thread = threading.Thread(
        target=watch, args=([folder],), kwargs={"done": done, "stop": stop, "prune": True}
    )
    thread.start()
    try:
        assert came.wait(60)
        came.clear()
        time.sleep(0.5)  # the watching begins after the first report
        (folder / "wheat.txt").write_text("Wheat is dear.")
        assert came.wait(60)
        came.clear()
        (folder / "cells.txt").unlink()
        assert came.wait(60)
    finally:
        stop.set()
        thread.join(60)
    assert names(reports[0].added) == ["cells.txt"]
    assert names(reports[1].added) == ["wheat.txt"]
    assert names(reports[-1].removed) == ["cells.txt"]
    library = Library(tmp_path / "home")
    assert names(list(library.catalog.sources())) == ["wheat.txt"]
    library.close()
