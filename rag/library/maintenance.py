"""Repair a library, export it into one file, and import such a file."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.errors import DamagedError, LibraryError
from rag.files import sync_folder
from rag.library.catalog import Catalog
from rag.library.catalog.database import Database
from rag.library.catalog.import_check import check_schema
from rag.library.files.left_overs import find_left_overs
from rag.library.files.own_files import delete_own_files, delete_whole
from rag.library.home import (
    CALIBRATION,
    CATALOG,
    DAMAGED,
    IMPORTING,
    explain_failures,
    read_kept,
    write_kept,
)
from rag.library.library import Library
from rag.library.write_lock import WAIT_SECONDS, FileLock
from rag.settings import Settings

_ENDS = ("", "-wal", "-shm", "-journal")
"""Of the files of one SQLite database."""
_NAMES_SHOWN = 5
Tell = Callable[[str], None]
"""Called with a sentence about each step."""


def repair(settings: Settings, tell: Tell) -> None:
    """Repair a library from what is stored, without the model.

    An incomplete document is removed, so that the next ingest reads it again. A damaged index is
    rebuilt from the catalog. A damaged catalog file is kept aside, and its complete documents are
    copied into a new one. What interrupted work left is deleted.

    :raises EmptyLibraryError: there is no library.
    :raises LibraryError: nothing can be saved; the message says what to do.
    """
    home = settings.home
    with explain_failures(home):
        _repair(settings, home, tell)


def _repair(settings: Settings, home: Path, tell: Tell) -> None:
    if settings.catalog is None and not (home / CATALOG).is_file():
        _take_back_kept_catalog(home, tell)
    try:
        with closing(Library.of(settings)) as library:
            damage = library.catalog.find_damage()
    except DamagedError as error:
        if not (home / CATALOG).is_file():
            raise
        damage = [str(error)]
    if damage and settings.catalog is None:
        tell(f"the catalog is damaged ({damage[0]}); copying its complete documents")
        _salvage(home, tell)
    with closing(Library.of(settings)) as library, library.writing():
        _forget_incomplete(library.catalog, tell)
        _finish_import(library)
        for index in library.indexes:
            found = index.find_defect()
            if found:
                tell(f"rebuilding the {index.name} index: {found}")
                index.rebuild()
            for name in index.find_unused():
                tell(f"deleted {name}, which interrupted work left")
                index.delete_unused(name)
        with FileLock(home, "uploads").hold(WAIT_SECONDS):
            for path in list(find_left_overs(home, library.catalog)):
                tell(f"deleted {path.relative_to(home)}, which interrupted work left")
                delete_whole(path)


def export(settings: Settings, file: Path, *, replace: bool = False) -> tuple[int, int]:
    """Export a library into one file: documents, vectors, calibration; the import builds indexes.

    :param replace: overwrite the file when it exists.
    :return: the numbers of documents and chunks.
    :raises LibraryError: the file cannot be written, or a document is incomplete.
    """
    if file.exists() and not replace:
        raise LibraryError(f"{file} already exists; choose another name, or add --replace")
    kept = read_kept(settings.home, CALIBRATION)
    with closing(Library.of(settings)) as library, _draft_of(file) as draft:
        with closing(Catalog(draft, create=True)) as catalog:
            catalog.take_over(library.catalog, values={"calibration": kept} if kept else {})
            counts = catalog.counts()
        _move(draft, file)
    return counts


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What an export holds, for a person who decides whether to import it.

    :param names: the first few names of documents.
    :param embedder: the model that made the vectors.
    """

    documents: int
    chunks: int
    names: tuple[str, ...]
    embedder: str


def import_(
    settings: Settings,
    file: Path,
    *,
    replace: bool = False,
    confirm: Callable[[ExportSummary], bool] = lambda _: True,
) -> tuple[int, int]:
    """Import an export, all or nothing, and build the indexes.

    The file is not believed: see :mod:`rag.library.catalog.import_check`.

    :param replace: remove what the library holds.
    :param confirm: called with what the file holds before anything changes; False ends it.
    :return: the numbers of documents and chunks.
    :raises LibraryError: the file is not an intact export, or the library is not empty.
    """
    if not file.is_file():
        raise LibraryError(f"there is no file {file}")
    with closing(Library.of(settings, create=True)) as library, library.writing():
        held = library.catalog.counts()[0]
        if held and not replace:
            raise LibraryError(
                f"there are {held:,} documents in {library.catalog.place}; --replace removes them, "
                "another --home keeps them"
            )
        with TemporaryDirectory(dir=settings.home, prefix=IMPORTING) as folder:
            copy = Path(shutil.copyfile(file, Path(folder) / CATALOG))  # may be migrated
            before = library.catalog.sources()
            try:
                with closing(_open_export(copy)) as catalog:
                    if not confirm(_summarise(catalog)):
                        return library.catalog.counts()
                    library.catalog.take_over(catalog, believed=False)
            except LibraryError as error:
                raise LibraryError(
                    f"{file} is not an intact export of citespan; nothing was changed: {error}"
                ) from error
        _finish_import(library)
        delete_own_files(settings.home, before, library.catalog.sources)
        return library.catalog.counts()


def _open_export(file: Path) -> Catalog:
    """Open the copy of an export.

    :raises LibraryError: it is damaged, or holds what no export holds.
    """
    with closing(Database(file)) as database:
        if database.is_empty():
            raise LibraryError("it is empty")
        check_schema(database)
    catalog = Catalog(file)
    if damage := catalog.find_damage():
        catalog.close()
        raise LibraryError(damage[0])
    return catalog


def _summarise(catalog: Catalog) -> ExportSummary:
    documents, chunks = catalog.counts()
    names = tuple(sorted(map(str, catalog.sources()))[:_NAMES_SHOWN])
    return ExportSummary(documents, chunks, names, catalog.embedder or "")


def _finish_import(library: Library) -> None:
    """Put the calibration that came with an import in its place; a killed import left it."""
    calibration = library.catalog.calibration
    if calibration:
        write_kept(library.home, CALIBRATION, calibration)
        library.catalog.forget_calibration()


def _take_back_kept_catalog(home: Path, tell: Tell) -> None:
    """Put the newest catalog that a repair kept aside back, where there is no catalog at all."""
    kept = max(home.glob(f"{DAMAGED}*.sqlite"), default=None)
    if kept is not None:
        tell(f"the catalog is gone; taking back {kept.name}")
        for end in reversed(_ENDS):  # the file itself last: killed before that, it is done again
            part = Path(f"{kept}{end}")
            if part.exists():
                part.rename(f"{home / CATALOG}{end}")


def _salvage(home: Path, tell: Tell) -> None:
    """Keep a damaged catalog aside, and put its complete documents in its place.

    The old file is there until the new one replaces it in one step, so that a process that is
    killed leaves one of the two.
    """
    path = home / CATALOG
    with FileLock(home).hold(WAIT_SECONDS), _draft_of(path) as draft:
        try:
            with closing(Catalog(path)) as old, closing(Catalog(draft, create=True)) as new:
                new.take_over(old, skip=lambda id_, why: tell(f"lost: {id_}: {why}"))
                saved = new.counts()[0]
        except DamagedError as error:
            _delete_database(draft)
            with closing(Catalog(draft, create=True)):
                saved = 0
            tell(f"nothing can be read from it: {error}")
        aside = home / f"{DAMAGED}{time.strftime('%Y%m%d-%H%M%S')}.sqlite"
        for end in _ENDS:
            part = Path(f"{path}{end}")
            if part.exists():
                _copy(part, Path(f"{aside}{end}"))
        sync_folder(home)
        # What is left of the old file's log would be applied to the new file.
        for end in _ENDS[1:]:
            Path(f"{path}{end}").unlink(missing_ok=True)
        _move(draft, path)
    tell(
        f"saved {saved:,} documents; the damaged catalog is now {aside.name}; ingest again to get "
        "the others"
    )


def _forget_incomplete(catalog: Catalog, tell: Tell) -> None:
    names: dict[str, list[str]] = {}
    for name, document_id in catalog.sources().items():
        names.setdefault(document_id, []).append(name)
    incomplete = dict(catalog.find_incomplete())
    for document_id, why in incomplete.items():
        listed = ", ".join(names.get(document_id, [document_id]))
        tell(f"removed, since {why}: {listed}; ingest it again")
    if incomplete:
        catalog.forget(list(incomplete))


@contextmanager
def _draft_of(file: Path) -> Iterator[Path]:
    """A new database in the folder of this file; deleted at the end unless it was moved.

    It always has the same name, so that what a killed process left is replaced by the next one.
    """
    draft = file.with_name(f".{file.name}.draft")
    try:
        _delete_database(draft)
        yield draft
    except OSError as error:
        raise LibraryError(
            f"cannot write {file} ({error.strerror}); choose another place"
        ) from error
    finally:
        with suppress(OSError):
            _delete_database(draft)


def _delete_database(file: Path) -> None:
    for end in _ENDS:
        Path(f"{file}{end}").unlink(missing_ok=True)


def _move(draft: Path, file: Path) -> None:
    """Put a finished database in its place, so that a power failure leaves the old or the new."""
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    draft.replace(file)
    sync_folder(file.parent)


def _copy(file: Path, other: Path) -> None:
    """Give a file a second name, or copy it where the file system has no links."""
    try:
        os.link(file, other)
    except OSError:
        shutil.copyfile(file, other)
        other.chmod(0o600)
