"""The door of ingest: brings files into the library, and plans that.

Files that are known are not read again. The others are read, embedded and committed in batches; see
:mod:`ingest.stages`.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.passages.splitter import Splitter
from ingest.planning import Plan, Recipes, Todo, compare_files
from ingest.readers import formats
from ingest.report import BatchResult, IngestReport, Progress, build_report, report_progress
from ingest.sources.paths import Paths, make_absolute
from ingest.sources.removal import remove_exactly
from ingest.sources.scan import FoundFile, Scan
from ingest.sources.web.address import is_web_address
from ingest.sources.web.copies import is_kept, keep_copy
from ingest.sources.web.found import WebPage, WebPages
from ingest.stages import Committer, run_here, run_on_cluster
from rag.errors import DocumentError, EmptyLibraryError
from rag.interfaces.writing import TextSplitter
from rag.library.catalog import Catalog
from rag.library.library import Library
from rag.metadata import Metadata, encode_metadata
from rag.models.embedder import Embedder
from rag.models.loading import share
from rag.settings import Settings

GivenMetadata = Metadata | Callable[[str], Metadata | None] | None
"""For all files, or by the name of each."""


def ingest(
    paths: Paths,
    settings: Settings | None = None,
    *,
    prune: bool = False,
    include: Sequence[str] | str = (),
    exclude: Sequence[str] | str = (),
    checksum: bool = False,
    ray: str | None = None,
    allow_private_addresses: bool = False,
    metadata: GivenMetadata = None,
    planned: Callable[[Plan], None] | None = None,
    progress: Progress | bool | None = None,
    embedder: Embedder | None = None,
    splitter: TextSplitter | None = None,
) -> IngestReport:
    """Bring files and folders into the library.

    Unchanged files are not opened, and edited files replace their chunks. A file that cannot be
    read is reported, and the others are still ingested. Hidden files, files that a folder's
    ``.citespanignore`` names (its syntax is that of a .gitignore) and links out of a folder are
    left out, unless one of the paths names them. If the ingest is stopped (KeyboardInterrupt), what
    is committed stays.

    :param paths: files, folders, s3:// addresses of either, and web addresses.
    :param prune: also remove sources under the given folders whose files are gone, and given web
        addresses at which there is nothing any more.
    :param include: take only files in folders that match one of these .gitignore patterns.
    :param exclude: leave out files and folders that match one of these .gitignore patterns.
    :param checksum: hash every file, whatever its size and time, and retry files that could not be
        read.
    :param ray: address of a Ray cluster that reads and embeds, see :mod:`ingest.cluster`; None for
        this machine.
    :param allow_private_addresses: read web addresses of an intranet and of this machine too.
    :param metadata: to store with the files, for filters and citations: a mapping for all of them,
        or a function that gives a file's by its name. None: each file keeps what it has.
    :param planned: called with the plan before it is carried out.
    :param progress: called with what is done; True shows bars on stderr, also in a notebook.
    :param embedder: makes the vectors instead of the settings' model, such as one that is loaded.
    :param splitter: a LangChain ``TextSplitter``, at whose pieces texts are cut; see
        docs/langchain.md. Another one, or none, has files read again.
    :raises RagError: the library, the model or the cluster cannot be used; a file never raises.
    :raises TypeError: the metadata are no mapping, or have no JSON form.
    """
    settings = settings or Settings()
    started = time.perf_counter()
    embedder = embedder or share(Embedder, settings)
    recipes = _make_recipes(settings, embedder, splitter)
    given = make_absolute(paths)
    describe = _describer(metadata)
    if ray is not None and any(map(is_web_address, given)):
        raise DocumentError("web addresses are read without a cluster; leave out --ray for them")
    with (
        closing(Library.of(settings, create=True)) as library,
        # before the write lock, since a server may be slow
        _fetched(
            given, settings, None if checksum else library.catalog, recipes, allow_private_addresses
        ) as pages,
        library.writing(),
    ):
        library.catalog.claim(embedder.identity)
        scan = Scan(given, str(library.home), include, exclude, pages)
        todo = compare_files(scan, library.catalog, recipes, checksum=checksum, metadata=describe)
        if planned is not None:
            planned(todo.plan())
        library.catalog.record_files(todo.touched)
        with report_progress(progress) as told:
            results = _run_stages(todo, library, embedder, settings, recipes, ray, told)
        _keep_copies(todo, results, library.home)
        if prune and todo.gone:
            remove_exactly(library, todo.gone)
        seconds = time.perf_counter() - started
        return build_report(todo, results, prune=prune, seconds=seconds, reads=embedder.reads)


def ingest_given(
    given: Sequence[FoundFile],
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    splitter: TextSplitter | None = None,
) -> IngestReport:
    """Bring documents into the library that are in no file, as :func:`ingest` does files.

    :param given: made by :mod:`ingest.given`.
    :param embedder: of the settings' model, where one is loaded already.
    :param splitter: as in :func:`ingest`.
    :raises RagError: the library or the model cannot be used.
    """
    started = time.perf_counter()
    embedder = embedder or share(Embedder, settings)
    recipes = _make_recipes(settings, embedder, splitter)
    with closing(Library.of(settings, create=True)) as library, library.writing():
        library.catalog.claim(embedder.identity)
        todo = compare_files(Scan((), given=given), library.catalog, recipes)
        library.catalog.record_files(todo.touched)
        results = _run_stages(todo, library, embedder, settings, recipes, None, lambda *_: None)
        _keep_copies(todo, results, library.home)
        seconds = time.perf_counter() - started
        return build_report(todo, results, prune=False, seconds=seconds, reads=embedder.reads)


def plan(
    paths: Paths,
    settings: Settings | None = None,
    *,
    include: Sequence[str] | str = (),
    exclude: Sequence[str] | str = (),
    checksum: bool = False,
    allow_private_addresses: bool = False,
    metadata: GivenMetadata = None,
    splitter: TextSplitter | None = None,
) -> Plan:
    """Plan what :func:`ingest` would do, without doing it; web addresses are fetched.

    :raises RagError: the library cannot be used.
    """
    settings = settings or Settings()
    embedder = share(Embedder, settings)
    given = make_absolute(paths)
    recipes = _make_recipes(settings, embedder, splitter)
    with ExitStack() as stack:
        try:
            catalog = stack.enter_context(closing(Library.of(settings))).catalog
        except EmptyLibraryError:
            catalog = None
        known = None if checksum else catalog
        pages = stack.enter_context(
            _fetched(given, settings, known, recipes, allow_private_addresses)
        )
        scan = Scan(given, str(settings.home), include, exclude, pages)
        describe = _describer(metadata)
        return compare_files(scan, catalog, recipes, checksum=checksum, metadata=describe).plan()


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


@contextmanager
def _fetched(
    paths: Sequence[str],
    settings: Settings,
    catalog: Catalog | None,
    recipes: Recipes,
    allow_private: bool,
) -> Iterator[WebPages]:
    """Fetch the web addresses among the paths; the files are deleted at the end.

    :param catalog: what is in it is not fetched again; None if it must be.
    """
    if not any(map(is_web_address, paths)):
        yield WebPages()
        return
    from ingest.sources.web.pages import WebRequest, fetch_pages

    def find_known(address: str) -> WebPage | None:
        state = catalog.files([address]).get(address) if catalog else None
        module = recipes.find_module(state.recipe) if state else None
        if catalog is None or state is None or module is None:
            return None
        if not state.reason and not catalog.find_sources([address]):
            return None
        return WebPage(address, "", state.size, state.modified, state.inode, module, state.etag)

    with TemporaryDirectory(prefix="citespan-") as folder:
        most = settings.upload_megabytes * 1_000_000
        yield fetch_pages(paths, WebRequest(Path(folder), most, find_known, allow_private))


def _keep_copies(todo: Todo, results: Sequence[BatchResult], home: Path) -> None:
    """Keep what is in no file and whose pages are drawn."""
    failed = {name for result in results for name, _ in result.failed}
    for found in todo.files:
        is_drawn = formats()[found.module].draw is not None
        if is_drawn and is_kept(found.name) and found.name not in failed:
            keep_copy(home, found.name, Path(found.path).name, found.read())


def _describer(metadata: GivenMetadata) -> Callable[[str], str] | None:
    """What gives the encoded metadata of a file by its name; None where none were given."""
    if metadata is None:
        return None
    if callable(metadata):
        return lambda name: encode_metadata(metadata(name))
    encoded = encode_metadata(metadata)
    return lambda _: encoded


def _make_recipes(settings: Settings, embedder: Embedder, splitter: TextSplitter | None) -> Recipes:
    own = None if splitter is None else Splitter(splitter)
    return Recipes(embedder.identity, min(settings.chunk_tokens, embedder.max_tokens), own)
