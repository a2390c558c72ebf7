"""Takes documents out of the library, and puts one back.

What was taken out comes back from memory: no file is read again, since the names in a catalog that
was imported may be those of any file of this machine.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest.sources.paths import Paths, as_list, make_absolute
from rag.errors import DocumentError, GoneError
from rag.library.catalog import NewDocument
from rag.library.files.own_files import delete_own_files, find_own_files
from rag.library.library import Library
from rag.names import Names, list_names, name_as_text
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A document that was taken out of a library.

    :param documents: the document under each of its names.
    :param embedder: the model that made its vectors.
    :param files: what the home held of it: where it was, and where it is now.
    """

    documents: tuple[NewDocument, ...]
    embedder: str
    files: tuple[tuple[Path, Path], ...]


def remove(names: Paths, settings: Settings | None = None) -> tuple[str, ...]:
    """Remove sources: files by name, or everything under a folder.

    Files stay, but for those that the home holds itself: uploads, and copies of web pages.

    :return: the names of the removed sources.
    :raises EmptyLibraryError: there is no library.
    """
    with closing(Library.of(settings or Settings())) as library, library.writing():
        given = as_list(names)
        literal = set(library.catalog.find_sources([name_as_text(name) for name in given]))
        folders = [name_as_text(path) for path in make_absolute(given)]
        files = library.catalog.find_sources(folders)
        gone = sorted({*literal, *files, *library.catalog.sources_under(folders)})
        remove_exactly(library, gone)
        return tuple(gone)


def delete(ids: Names, settings: Settings | None = None) -> tuple[str, ...]:
    """Remove sources by their whole names, such as the ids of texts; unknown ones are ignored.

    :return: the names of the removed sources.
    :raises EmptyLibraryError: there is no library.
    """
    with closing(Library.of(settings or Settings())) as library, library.writing():
        gone = tuple(library.catalog.find_sources(list_names(ids, "ids")))
        remove_exactly(library, gone)
        return gone


def remove_all(settings: Settings | None = None) -> tuple[str, ...]:
    """Remove every source, so that another embedding model can be used."""
    with closing(Library.of(settings or Settings())) as library, library.writing():
        gone = tuple(library.catalog.sources())
        remove_exactly(library, gone)
        return gone


def remove_exactly(library: Library, names: Sequence[str]) -> None:
    """Remove the sources with these names; the library's write lock is held."""
    if names:
        library.catalog.remove(names)
        delete_own_files(library.home, names, library.catalog.sources)


def take_out(document_id: str, settings: Settings, aside: Path) -> TakenOut:
    """Remove one document under all its names, so that :func:`put_back` can undo it.

    :param aside: a folder for what the home holds of it.
    :raises GoneError: it is not there.
    """
    with closing(Library.of(settings)) as library, library.writing():
        documents = library.catalog.read_document(document_id)
        if not documents:
            raise GoneError("this document is no longer in the library")
        names = [document.source for document in documents]
        files: list[tuple[Path, Path]] = []
        for name in names:
            for path in find_own_files(library.home, name):
                place = aside / str(len(files))
                _link(path, place)
                files.append((path, place))
        # Killed before here, the document is whole; after it, only files that nothing names are
        # left, which `find_unnamed` finds.
        remove_exactly(library, names)
        return TakenOut(documents, library.catalog.embedder or "", tuple(files))


def put_back(taken: TakenOut, settings: Settings) -> None:
    """Undo :func:`take_out`; names that hold something else meanwhile are left as they are.

    :raises DocumentError: all of its names hold something else now.
    """
    with closing(Library.of(settings, create=True)) as library, library.writing():
        library.catalog.claim(taken.embedder)
        names = [document.source for document in taken.documents]
        held = library.catalog.find_sources(names)
        back = [document for document in taken.documents if document.source not in held]
        if not back:
            raise DocumentError("a newer version of this document is in the library now")
        for path, place in taken.files:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _link(place, path)
        library.catalog.commit(back)


def _link(path: Path, other: Path) -> None:
    """Give a file a second place; where no links can be made, a copy."""
    other.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    other.unlink(missing_ok=True)
    try:
        os.link(path, other, follow_symlinks=False)
    except OSError:
        shutil.copyfile(path, other, follow_symlinks=False)
