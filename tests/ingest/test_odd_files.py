"""Ingest meets the file system: links, pipes, odd names, files that change or vanish."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest import IngestReport, ingest, remove
from rag import Embedder, Rag, Settings
from ui.web.views.answer import answer_html

OUTSIDE = "Wheat is dear this year.\n"


@pytest.fixture
def folder(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one good file; the model is loaded once for all tests."""
    monkeypatch.setattr("ingest.index.Embedder", lambda **_: embedder)
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "cells.txt").write_text("Stem cells divide. They renew themselves.\n")
    return folder


def names(paths: Sequence[str]) -> list[str]:
    return [Path(path).name for path in paths]


def failures(report: IngestReport) -> dict[str, str]:
    return {Path(name).name: reason for name, reason in report.failed}


@pytest.mark.fault(56)
@pytest.mark.fault(57)
@pytest.mark.fault(58)
def test_links_out_of_the_folder_are_named_and_loops_end(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(OUTSIDE)
    (folder / "inside.txt").symlink_to("cells.txt")
    (folder / "file.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "nothing.txt").symlink_to("nowhere.txt")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "loop").symlink_to(folder)
    report = ingest(folder)
    assert names(report.added) == ["cells.txt", "inside.txt"]
    out = f"a link out of {folder}; give its target as a path"
    assert failures(report) == {
        "file.txt": out,
        "folder": out,
        "nothing.txt": "a link to nothing",
        "self.txt": "a link to nothing",
    }


def test_a_link_given_as_a_path_is_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "link.txt").symlink_to(folder / "cells.txt")
    report = ingest([tmp_path / "link", tmp_path / "link.txt"])
    assert names(report.added) == ["cells.txt", "link.txt"]


@pytest.mark.fault(59)
def test_a_pipe_or_a_device_is_named_and_does_not_hang(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    report = ingest([folder, "/dev/zero"])
    assert failures(report) == {"pipe.txt": "not a regular file", "zero": "not a regular file"}
    assert names(report.added) == ["cells.txt"]


@pytest.mark.fault(30, 63)
@pytest.mark.parametrize(
    ("name", "on_the_page"),
    [
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("heron-" * 41, f"{('heron-' * 41)[:89]}…"),
        (f"{'heron ' * 41}nests", f"{('heron ' * 41)[:83]}…"),
    ],
)
def test_an_odd_name_is_ingested_and_shown_as_short_text(
    folder: Path, name: str, on_the_page: str
) -> None:
    (folder / f"{name}.txt").write_text("Herons nest in tall trees.")
    assert f"{name}.txt" in names(ingest(folder).added)
    with Rag() as rag:
        page = answer_html(rag.ask("Where do herons nest?"))
    assert f'<span class="cs-place">{on_the_page}</span>' in page
    assert "<img" not in page


@pytest.mark.fault(60)
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named_and_not_pruned(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir()
    (closed / "wheat.txt").write_text(OUTSIDE)
    ingest(folder)
    closed.chmod(0)
    (folder / "cells.txt").chmod(0)
    try:
        report = ingest(folder, prune=True)
    finally:
        closed.chmod(0o700)
    assert failures(report) == dict.fromkeys(
        ["closed", "cells.txt"], "cannot be read: Permission denied"
    )
    assert report.removed == ()


@pytest.mark.fault(61)
@pytest.mark.fault(62)
@pytest.mark.parametrize("raw", [b"caf\xe9.txt", b"line\nbreak.txt", b"bad\xff", b"tag.t\xfft"])
def test_any_file_name_is_taken_and_shown_as_text(folder: Path, raw: bytes) -> None:
    path = folder / os.fsdecode(raw)
    path.write_text("Stem cells divide.")
    report = ingest(folder)
    for name in [*report.added, *report.skipped]:
        name.encode("utf-8")
    assert len(report.added) + len(report.skipped) == 2
    assert ingest(folder, prune=True).removed == ()
    assert remove([path]) == tuple(name for name in report.added if "cells" not in name)


@pytest.mark.fault(64)
def test_a_file_that_changes_while_it_is_read_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes
    edits = iter(["Half of an", "Half of an edit, and the rest of it."])

    def read_then_edit(path: Path) -> bytes:
        data = real(path)
        if path.name == "cells.txt":
            for text in edits:
                path.write_text(text)
                break
        return data

    monkeypatch.setattr(Path, "read_bytes", read_then_edit)
    ingest(folder)
    with Rag() as bot:
        (document,) = bot.documents()
        assert bot.source_text(document.document_id) == "Half of an edit, and the rest of it."


def test_a_file_that_never_rests_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def read_then_grow(path: Path) -> bytes:
        data = real(path)
        path.write_bytes(data + b"more\n")
        return data

    monkeypatch.setattr(Path, "read_bytes", read_then_grow)
    assert "keeps changing" in failures(ingest(folder))["cells.txt"]


@pytest.mark.fault(65)
def test_a_file_that_vanishes_during_the_run_is_named(folder: Path) -> None:
    (folder / "wheat.txt").write_text(OUTSIDE)

    def progress(step: str, done: int, total: int) -> None:
        if step == "reading" and done == 0:
            (folder / "wheat.txt").unlink(missing_ok=True)

    report = ingest(folder, progress=progress)
    assert names(report.added) == ["cells.txt"]
    assert failures(report) == {"wheat.txt": "it has vanished"}


@pytest.mark.fault(69)
def test_hidden_and_ignored_files_are_left_out_unless_named(folder: Path) -> None:
    for name in (".env.txt", ".git/notes.txt", "drafts/a.txt", "old/b.txt", "keep.txt", "x.log"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"Text of {name}.")
    (folder / ".citespanignore").write_text("# mine\ndrafts/\n/old/*.txt\n*.log\n")
    assert names(ingest(folder).added) == ["cells.txt", "keep.txt"]
    assert names(ingest(folder / ".git" / "notes.txt").added) == ["notes.txt"]


def test_the_lock_that_word_lays_beside_an_open_file_is_passed_over(folder: Path) -> None:
    (folder / "~$Lab meeting.docx").write_bytes(b"\x07A. Author".ljust(162, b"\0"))
    (folder / "~notes.txt").write_text("Barley is a grain.")
    report = ingest(folder)
    assert names(report.added) == ["cells.txt", "~notes.txt"]
    assert (report.failed, report.skipped) == ((), ())


@pytest.mark.parametrize("listing", [b"!\n", bytes(10) + b"drafts/"])
def test_an_ignore_file_that_cannot_be_used_lets_nothing_in(folder: Path, listing: bytes) -> None:
    (folder / ".citespanignore").write_bytes(listing)
    report = ingest(folder)
    assert report.added == ()
    assert "cannot be used" in failures(report)[".citespanignore"]


def test_the_library_does_not_ingest_itself(folder: Path) -> None:
    settings = Settings(home=folder / "library")
    assert ingest(folder, settings).failed == ()
    assert ingest(folder, settings).failed == ()


def test_one_path_is_not_taken_for_its_characters(folder: Path) -> None:
    assert names(ingest(str(folder)).added) == ["cells.txt"]
    assert names(remove(str(folder))) == ["cells.txt"]


def test_overlapping_paths_count_once(folder: Path) -> None:
    assert len(ingest([folder, folder / "cells.txt", f"{folder}/../docs"]).added) == 1


@pytest.mark.fault(60)
def test_a_refused_read_is_named_and_the_others_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "closed.txt").write_text(OUTSIDE)
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        if path.name == "closed.txt":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    report = ingest(folder)
    assert failures(report) == {"closed.txt": "cannot be read: Permission denied"}
    assert names(report.added) == ["cells.txt"]
