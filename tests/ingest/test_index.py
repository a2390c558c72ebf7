"""Ingest: files in, whatever their state; nothing embedded twice; the others always go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest import IngestReport, ingest, remove, remove_all
from ingest.embedding import Embedding
from ingest.parse import Parser
from ingest.split import embedded_text
from rag import Embedder, RagError, Settings
from rag.library.library import Library

CELLS = "Stem Cells\n\nStem cells divide. They renew themselves.\n"
WHEAT = "Wheat Prices\n\nWheat is dear this year. It was cheap before.\n"


@pytest.fixture
def embedded(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that ingest embeds, by the real model, loaded once for all tests."""
    seen: list[str] = []

    class Recording(Embedder):
        def __init__(self, settings: Settings) -> None:
            super().__init__(settings=settings)
            if self.name == embedder.name:
                self.__dict__.update(embedder.__dict__)

        def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Any:
            seen.extend(texts)
            return super().embed(texts, progress)

    monkeypatch.setattr("ingest.index.Embedder", Recording)
    return seen


@pytest.fixture
def folder(tmp_path: Path, embedded: list[str]) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "cells.txt").write_text(CELLS)
    return folder


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "home", create=True)
    yield opened
    opened.close()


def names(paths: Sequence[str]) -> list[str]:
    return [Path(path).name for path in paths]


def failures(report: IngestReport) -> dict[str, str]:
    return {Path(name).name: reason for name, reason in report.failed}


def texts(library: Library) -> dict[str, str]:
    """Every source's text, as the library holds it."""
    sources = library.catalog.sources().items()
    return {Path(name).name: library.catalog.text(id_) for name, id_ in sources}


def test_an_unchanged_file_is_not_embedded_again(folder: Path, embedded: list[str]) -> None:
    first = ingest(folder)
    assert (names(first.added), first.chunks) == (["cells.txt"], len(embedded))
    again = ingest([folder])
    assert names(again.unchanged) == ["cells.txt"]
    assert again.chunks == 0
    assert len(embedded) == first.chunks


def test_an_edited_file_replaces_its_chunks_and_only_new_texts_are_embedded(
    folder: Path, embedded: list[str], library: Library
) -> None:
    guide = folder / "guide.md"
    parts = ["# Guide\n\nHello there.\n", "## Install\n\nRun it.\n", "## Use\n\nAsk it.\n"]
    guide.write_text("\n".join(parts))
    ingest(folder)
    embedded.clear()
    guide.write_text("\n".join([parts[0], "## Install\n\nRun it twice.\n", parts[2]]))
    report = ingest(folder)
    assert names(report.changed) == ["guide.md"]
    assert embedded == ["Guide\n## Install\n\nRun it twice."]
    assert texts(library) == {"cells.txt": CELLS, "guide.md": guide.read_text()}


@pytest.mark.fault(66)
def test_the_same_content_twice_is_stored_once_with_both_names(
    folder: Path, embedded: list[str], library: Library
) -> None:
    (folder / "copy.txt").write_text(CELLS)
    report = ingest(folder)
    (document,) = library.catalog.documents()
    assert names(document.sources) == ["cells.txt", "copy.txt"]
    assert len(embedded) == document.chunks == report.chunks
    remove(folder / "cells.txt")
    assert texts(library) == {"copy.txt": CELLS}


@pytest.mark.parametrize("contents", [[WHEAT, CELLS], ["Rye is new.\n", CELLS, WHEAT]])
def test_contents_that_change_places_are_all_kept(
    folder: Path, library: Library, embedded: list[str], contents: list[str]
) -> None:
    (folder / "wheat.txt").write_text(WHEAT)
    ingest(folder)
    embedded.clear()
    for name, text in zip(["cells.txt", "wheat.txt", "zebra.txt"], contents, strict=False):
        (folder / name).write_text(text)
    ingest(folder)
    assert sorted(texts(library).values()) == sorted(contents)
    assert len(embedded) == sum(text.startswith("Rye") for text in contents)


def test_a_copy_of_what_is_replaced_just_then_is_read_after_all(
    folder: Path, library: Library, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was stored when the copy was hashed, and is gone when the copy comes to its commit."""
    ingest(folder)
    (folder / "cells.txt").write_text(WHEAT)
    (folder / "zebra.txt").write_text(CELLS)
    hashed, begin, finish = threading.Event(), Parser._begin, Embedding.finish

    def begun(parser: Parser, found: Any, pool: Any) -> Any:
        result = begin(parser, found, pool)
        if found.name.endswith("zebra.txt"):
            hashed.set()
        return result

    def finished_late(embedding: Embedding, batch: Any) -> Any:
        hashed.wait()
        return finish(embedding, batch)

    monkeypatch.setattr(Parser, "_begin", begun)
    monkeypatch.setattr(Embedding, "finish", finished_late)
    monkeypatch.setattr("ingest.stages._BATCH_CHUNKS", 1)
    report = ingest(folder)
    assert texts(library) == {"cells.txt": WHEAT, "zebra.txt": CELLS}
    assert (names(report.changed), names(report.added)) == (["cells.txt"], ["zebra.txt"])


@pytest.mark.parametrize("chunk_tokens", [16, 40, 254, 100_000])
def test_no_chunk_is_longer_than_the_model_reads_whatever_the_setting(
    folder: Path, library: Library, embedder: Embedder, chunk_tokens: int
) -> None:
    long = f"# {'한국어제목' * 50}\n\n{'Cells divide. ' * 300}\n\n{'x' * 5000} {'é' * 500}"
    (folder / "long.md").write_text(long)
    ingest(folder, Settings(chunk_tokens=chunk_tokens))
    with library.catalog.changes(0) as changes:
        stored = [chunk for batch in changes.added for chunk in batch]
    counted = embedder.count_tokens([embedded_text(c.title, c.heading, c.text) for c in stored])
    assert max(counted) <= min(chunk_tokens, embedder.max_tokens)
    assert texts(library) == {"cells.txt": CELLS, "long.md": long}


@pytest.mark.fault(1)
@pytest.mark.fault(2)
@pytest.mark.fault(7)
@pytest.mark.fault(8)
def test_files_that_cannot_be_read_are_named_and_the_others_go_on(folder: Path) -> None:
    (folder / "a-empty.txt").write_bytes(b"")
    (folder / "b-blank.txt").write_text(" \u200b\n")
    (folder / "c-binary.txt").write_bytes(b"\x7fELF" + bytes(100))
    (folder / "d-photo.mp4").write_bytes(b"\xff\xd8\xff")
    (folder / "z-wheat.txt").write_text(WHEAT)
    (folder.parent / "e-photo.mp4").write_bytes(b"\xff\xd8\xff")
    report = ingest([folder, folder / "missing.txt", folder.parent / "e-photo.mp4"])
    assert names(report.added) == ["cells.txt", "z-wheat.txt"]
    assert failures(report) == {
        "missing.txt": "there is no such file or folder",
        "a-empty.txt": "empty: there is no text in it",
        "b-blank.txt": "empty: there is no text in it",
        "c-binary.txt": "binary: it is not a text file",
        "e-photo.mp4": "the format .mp4 is not read; save it as PDF, Word, HTML or text",
    }
    assert names(report.skipped) == ["d-photo.mp4"]


def test_an_edit_that_cannot_be_read_leaves_the_old_version(folder: Path, library: Library) -> None:
    ingest(folder)
    (folder / "cells.txt").write_bytes(b"\0")
    assert failures(ingest(folder, prune=True)) == {"cells.txt": "binary: it is not a text file"}
    assert texts(library) == {"cells.txt": CELLS}


@pytest.mark.fault(5)
def test_a_warning_names_its_file(folder: Path) -> None:
    (folder / "latin.txt").write_bytes("café au lait".encode("latin-1"))
    ((name, warning),) = ingest(folder).warnings
    assert (Path(name).name, warning) == ("latin.txt", "read as cp1252")


@pytest.mark.fault(67)
def test_a_deleted_file_is_forgotten_only_when_asked(
    folder: Path, tmp_path: Path, library: Library
) -> None:
    (folder / "wheat.txt").write_text(WHEAT)
    elsewhere = tmp_path / "docs-of-mine.txt"
    elsewhere.write_text("Rye is another grain.")
    ingest([folder, elsewhere])
    (folder / "wheat.txt").unlink()
    elsewhere.unlink()
    assert ingest(folder).removed == ()
    assert names(ingest(folder, prune=True).removed) == ["wheat.txt"]
    assert set(texts(library)) == {"cells.txt", "docs-of-mine.txt"}


def test_a_folder_is_removed_without_its_namesakes(
    folder: Path, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs2").mkdir()
    (tmp_path / "docs2" / "wheat.txt").write_text(WHEAT)
    ingest([folder, tmp_path / "docs2"])
    monkeypatch.chdir(tmp_path)
    assert names(remove(["docs"])) == ["cells.txt"]
    assert set(texts(library)) == {"wheat.txt"}
    assert names(remove_all()) == ["wheat.txt"]
    assert texts(library) == {}


def test_removing_from_no_library_says_what_to_run(folder: Path) -> None:
    with pytest.raises(RagError, match="citespan ingest"):
        remove(folder)


def test_progress_reaches_its_end(folder: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    ingest(folder, progress=lambda *step: steps.append(step))
    assert steps[0] == ("reading", 0, 1)
    assert ("embedding", 1, 1) in steps
    assert steps[-1] == ("reading", 1, 1)


@pytest.mark.fault(68)
def test_many_copies_and_small_files_are_committed_as_they_come(
    folder: Path, library: Library
) -> None:
    for n in range(600):
        (folder / f"copy{n}.txt").write_text(CELLS)
    generations: set[int] = set()
    ingest(folder, progress=lambda *_: generations.add(library.catalog.generation))
    assert len(generations) > 1
    assert len(library.catalog.documents()[0].sources) == 601


def test_two_ingests_at_once_both_succeed(folder: Path, tmp_path: Path, library: Library) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "wheat.txt").write_text(WHEAT)
    threads = [threading.Thread(target=ingest, args=(p,)) for p in (folder, tmp_path / "more")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts(library) == {"cells.txt": CELLS, "wheat.txt": WHEAT}


def test_an_error_of_our_own_while_files_are_read_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Herons eat fish.")

    def read(self: object) -> bytes:
        raise ValueError("ours")

    monkeypatch.setattr("ingest.sources.scan.FoundFile.read", read)
    with pytest.raises(ValueError, match="ours"):
        ingest(tmp_path / "a.txt", Settings(home=tmp_path / "home"))
