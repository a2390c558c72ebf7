"""Repair a library, export it into one file, and import such a file."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.errors import EmptyLibraryError, LibraryError
from rag.library.catalog import Catalog
from rag.library.home import CALIBRATION, CATALOG, read_kept, write_kept
from rag.library.library import Library
from rag.library.write_lock import WAIT_SECONDS, FileLock
from rag.settings import Settings

Tell = Callable[[str], None]
"""Called with a sentence about each step."""


def repair(settings: Settings, tell: Tell) -> None:
    """Repair a library from what is stored, without the model.

    An incomplete document is removed, so that the next ingest reads it again. A damaged index is
    rebuilt from the catalog. A damaged catalog file is moved aside, and its complete documents are
    copied into a new one.

    :raises EmptyLibraryError: there is no library.
    :raises LibraryError: nothing can be saved; the message says what to do.
    """
    try:
        with closing(Library.of(settings)) as library:
            damage = library.catalog.find_damage()
    except EmptyLibraryError:
        raise
    except LibraryError as error:
        damage = [str(error)]
    if damage and settings.catalog is None:
        tell(f"the catalog is damaged ({damage[0]}); copying its complete documents")
        _salvage(settings.home, tell)
    with closing(Library.of(settings)) as library, library.writing():
        _forget_incomplete(library.catalog, tell)
        for index in library.indexes:
            found = index.find_defect()
            if found:
                tell(f"rebuilding the {index.name} index: {found}")
                index.rebuild()


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
        draft.replace(file)
    return counts


def import_(settings: Settings, file: Path, *, replace: bool = False) -> tuple[int, int]:
    """Import an export, all or nothing, and build the indexes.

    :param replace: remove what the library holds.
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
        with TemporaryDirectory(dir=settings.home, prefix="import-") as folder:
            copy = Path(shutil.copyfile(file, Path(folder) / CATALOG))  # may be migrated
            try:
                with closing(Catalog(copy)) as catalog:
                    damage = catalog.find_damage()
                    if damage:
                        raise LibraryError(damage[0])
                    copied = library.catalog.take_over(catalog)
            except LibraryError as error:
                raise LibraryError(
                    f"{file} is not an intact export of citespan; nothing was changed: {error}"
                ) from error
        if "calibration" in copied:
            write_kept(settings.home, CALIBRATION, copied["calibration"])
        return library.catalog.counts()


def _salvage(home: Path, tell: Tell) -> None:
    """Move a damaged catalog aside, and copy its complete documents into a new one."""
    path = home / CATALOG
    with FileLock(home).hold(WAIT_SECONDS), _draft_of(path) as draft:
        try:
            with closing(Catalog(path)) as old, closing(Catalog(draft, create=True)) as new:
                new.take_over(old, skip=lambda id_, why: tell(f"lost: {id_}: {why}"))
                saved = new.counts()[0]
        except LibraryError as error:
            draft.unlink(missing_ok=True)
            with closing(Catalog(draft, create=True)):
                saved = 0
            tell(f"nothing can be read from it: {error}")
        aside = home / f"catalog-damaged-{time.strftime('%Y%m%d-%H%M%S')}.sqlite"
        for end in ("", "-wal", "-shm"):
            part = Path(f"{path}{end}")
            if part.exists():
                part.rename(f"{aside}{end}")
        draft.replace(path)
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
    """A new file in the folder of this one; deleted at the end unless it was moved."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        yield draft
    except OSError as error:
        raise LibraryError(
            f"cannot write {file} ({error.strerror}); choose another place"
        ) from error
    finally:
        for end in ("", "-wal", "-shm"):
            Path(f"{draft}{end}").unlink(missing_ok=True)
