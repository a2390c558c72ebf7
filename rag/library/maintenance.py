"""A library checked, mended, put into one file and taken out of it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.answers.calibration import Calibration
from rag.errors import EmptyLibraryError, LibraryError
from rag.library.catalog import Catalog
from rag.library.home import CATALOG
from rag.library.library import Library
from rag.library.write_lock import PATIENCE, FileLock
from rag.settings import Settings

Tell = Callable[[str], None]
"""Called with a sentence on what is being done."""


def repair(settings: Settings, tell: Tell) -> None:
    """Mend what can be mended of a library, from what is stored, without the model.

    A document that is not whole is forgotten, so that the next ingest takes it in anew; indexes are
    built anew from the catalog. A catalog whose file is damaged is put aside, and every whole
    document of it kept.

    :raises EmptyLibraryError: there is no library.
    :raises LibraryError: nothing can be saved, with what to do.
    """
    try:
        with closing(Library.of(settings)) as library:
            damage = library.catalog.damage()
    except EmptyLibraryError:
        raise
    except LibraryError as error:
        damage = [str(error)]
    if damage and settings.catalog is None:
        tell(f"the catalog is damaged ({damage[0]}); saving its whole documents")
        _salvage(settings.home, tell)
    with closing(Library.of(settings)) as library, library.writing():
        _forget_unsound(library.catalog, tell)
        for keeper in library.keepers:
            found = keeper.defect()
            if found:
                tell(f"the {keeper.name} index is built anew: {found}")
                keeper.rebuild()


def export(settings: Settings, file: Path, *, replace: bool = False) -> tuple[int, int]:
    """Put a library into one file: documents, vectors, calibration; indexes are built on import.

    :param replace: write over the file when it is there.
    :return: how many documents and chunks it has.
    :raises LibraryError: it cannot be written, or a document is not whole.
    """
    if file.exists() and not replace:
        raise LibraryError(f"{file} is there already; choose another name, or give --replace")
    kept = Calibration.read(settings.home)
    with closing(Library.of(settings)) as library, _beside(file) as draft:
        with closing(Catalog(draft, create=True)) as catalog:
            catalog.take_over(library.catalog, values={"calibration": kept} if kept else {})
            counts = catalog.counts()
        draft.replace(file)
    return counts


def import_(settings: Settings, file: Path, *, replace: bool = False) -> tuple[int, int]:
    """Fill a library from an export, all or nothing, and build its indexes.

    :param replace: forget what the library holds.
    :return: how many documents and chunks it has.
    :raises LibraryError: the file is not a sound export, or the library is not empty.
    """
    if not file.is_file():
        raise LibraryError(f"there is no file {file}")
    with closing(Library.of(settings, create=True)) as library, library.writing():
        held = library.catalog.counts()[0]
        if held and not replace:
            raise LibraryError(
                f"there are {held:,} documents in {library.catalog.place}; --replace forgets them, "
                "another --home keeps them"
            )
        with TemporaryDirectory(dir=settings.home, prefix="import-") as folder:
            copy = Path(shutil.copyfile(file, Path(folder) / CATALOG))  # an older one is raised
            try:
                with closing(Catalog(copy)) as catalog:
                    damage = catalog.damage()
                    if damage:
                        raise LibraryError(damage[0])
                    carried = library.catalog.take_over(catalog)
            except LibraryError as error:
                raise LibraryError(
                    f"{file} is not a sound export of citespan, and nothing was changed: {error}"
                ) from error
        if "calibration" in carried:
            Calibration.put(settings.home, carried["calibration"])
        return library.catalog.counts()


def _salvage(home: Path, tell: Tell) -> None:
    """Put a damaged catalog aside and make one of its whole documents."""
    path = home / CATALOG
    with FileLock(home).held(PATIENCE), _beside(path) as draft:
        try:
            with (
                closing(Catalog(path)) as old,
                closing(Catalog(draft, create=True)) as new,
            ):
                new.take_over(old, left_out=lambda id_, why: tell(f"lost: {id_}: {why}"))
                saved = new.counts()[0]
        except LibraryError as error:
            draft.unlink(missing_ok=True)
            with closing(Catalog(draft, create=True)):
                saved = 0
            tell(f"nothing of it can be read: {error}")
        aside = home / f"catalog-damaged-{time.strftime('%Y%m%d-%H%M%S')}.sqlite"
        for end in ("", "-wal", "-shm"):
            part = Path(f"{path}{end}")
            if part.exists():
                part.rename(f"{aside}{end}")
        draft.replace(path)
    tell(
        f"saved {saved:,} documents; the damaged catalog is {aside.name}; ingest again for the rest"
    )


def _forget_unsound(catalog: Catalog, tell: Tell) -> None:
    names: dict[str, list[str]] = {}
    for name, document_id in catalog.sources().items():
        names.setdefault(document_id, []).append(name)
    unsound = dict(catalog.unsound())
    for document_id, why in unsound.items():
        called = ", ".join(names.get(document_id, [document_id]))
        tell(f"forgotten, since {why}: {called}; ingest it again")
    if unsound:
        catalog.forget(list(unsound))


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A draft in the folder of a file, gone when it was not moved."""
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
