"""The door of ingest: brings files into the library, plans that, removes sources.

Files that are known are not read again. The others are read, embedded and committed in batches; see
:mod:`ingest.stages`.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from ingest.planning import Plan, Recipes, Todo, compare_files
from ingest.reading.load import name_as_text
from ingest.report import BatchResult, IngestReport, build_report
from ingest.sources import s3
from ingest.sources.scan import Scan
from ingest.stages import Committer, Progress, run_here, run_on_cluster
from rag.errors import EmptyLibraryError
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.settings import Settings

Paths = str | Path | Iterable[str | Path]


def ingest(
    paths: Paths,
    settings: Settings | None = None,
    *,
    prune: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    checksum: bool = False,
    ray: str | None = None,
    planned: Callable[[Plan], None] | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring files and folders into the library.

    Unchanged files are not opened, and edited files replace their chunks. A file that cannot be
    read is reported, and the others are still ingested. Hidden files, files that a folder's
    ``.citespanignore`` names (its syntax is that of a .gitignore) and links out of a folder are
    left out, unless one of the paths names them. If the ingest is stopped (KeyboardInterrupt), what
    is committed stays.

    :param paths: files, folders, and s3:// addresses of either.
    :param prune: also remove sources under the given folders whose files are gone.
    :param include: take only files in folders that match one of these .gitignore patterns.
    :param exclude: leave out files and folders that match one of these .gitignore patterns.
    :param checksum: hash every file, whatever its size and time, and retry files that could not be
        read.
    :param ray: address of a Ray cluster that reads and embeds, see :mod:`ingest.cluster`; None for
        this machine.
    :param planned: called with the plan before it is carried out.
    :raises RagError: the library, the model or the cluster cannot be used; a file never raises.
    """
    settings = settings or Settings()
    started = time.perf_counter()
    embedder = Embedder(settings=settings)
    with closing(Library.of(settings, create=True)) as library, library.writing():
        library.catalog.claim(embedder.identity)
        recipes = _make_recipes(settings, embedder)
        scan = Scan(make_absolute(paths), str(library.home), include, exclude)
        todo = compare_files(scan, library.catalog, recipes, checksum=checksum)
        if planned is not None:
            planned(todo.plan())
        library.catalog.record_files(todo.touched)
        progress = progress or (lambda *_: None)
        results = _run_stages(todo, library, embedder, settings, recipes, ray, progress)
        if prune and todo.gone:
            library.catalog.remove(todo.gone)
        seconds = time.perf_counter() - started
        return build_report(todo, results, prune=prune, seconds=seconds, reads=embedder.reads)


def plan(
    paths: Paths,
    settings: Settings | None = None,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    checksum: bool = False,
) -> Plan:
    """Plan what :func:`ingest` would do, without doing it.

    :raises RagError: the library cannot be used.
    """
    settings = settings or Settings()
    embedder = Embedder(settings=settings)
    scan = Scan(make_absolute(paths), str(settings.home), include, exclude)
    recipes = _make_recipes(settings, embedder)
    try:
        library = Library.of(settings)
    except EmptyLibraryError:
        return compare_files(scan, None, recipes, checksum=checksum).plan()
    with closing(library):
        return compare_files(scan, library.catalog, recipes, checksum=checksum).plan()


def remove(names: Paths, settings: Settings | None = None) -> tuple[str, ...]:
    """Remove sources: files by name, or everything under a folder.

    :return: the names of the removed sources.
    :raises EmptyLibraryError: there is no library.
    """
    with closing(Library.of(settings or Settings())) as library, library.writing():
        given = _as_list(names)
        literal = set(library.catalog.find_sources([name_as_text(name) for name in given]))
        folders = [name_as_text(path) for path in make_absolute(given)]
        files = library.catalog.find_sources(folders)
        gone = sorted({*literal, *files, *library.catalog.sources_under(folders)})
        if gone:
            library.catalog.remove(gone)
        return tuple(gone)


def remove_all(settings: Settings | None = None) -> tuple[str, ...]:
    """Remove every source, so that another embedding model can be used."""
    with closing(Library.of(settings or Settings())) as library, library.writing():
        gone = tuple(library.catalog.sources())
        library.catalog.remove(gone)
        return gone


def _run_stages(
    todo: Todo,
    library: Library,
    embedder: Embedder,
    settings: Settings,
    recipes: Recipes,
    ray: str | None,
    progress: Progress,
) -> list[BatchResult]:
    """Read, embed and commit the files to do, and again those that were lost in the meantime."""
    committer = Committer(library)
    results: list[BatchResult] = []
    files = todo.files
    while files:
        progress("reading", 0, len(files))
        run = (
            run_here(files, committer, embedder, recipes, progress)
            if ray is None
            else run_on_cluster(files, committer, ray, settings, recipes, progress)
        )
        round_ = list(run)
        progress("reading", len(files), len(files))
        results += round_
        lost = {name for result in round_ for name in result.lost}
        files = [file for file in files if file.name in lost]
    return results


def _make_recipes(settings: Settings, embedder: Embedder) -> Recipes:
    return Recipes(embedder.identity, min(settings.chunk_tokens, embedder.max_tokens))


def _as_list(paths: Paths) -> list[str | Path]:
    return [paths] if isinstance(paths, str | Path) else list(paths)


def make_absolute(paths: Paths) -> list[str]:
    """Make paths absolute, with their links; an s3:// address stays as it is."""
    return [str(p) if s3.is_address(p) else os.path.abspath(p) for p in _as_list(paths)]
