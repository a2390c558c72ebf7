"""Files into the library: plan, embed, commit.

A file's bytes are hashed before anything is parsed, and a known hash ends the work there. Documents
are committed in batches, each document whole; a run that dies loses at most the open batch.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest.decode import decode
from ingest.load import load, shown, unknown_format
from ingest.readers import format_of, formats
from ingest.split import Chunk, embedded_text, fitting_title, split
from ingest.workers import Workers
from rag.catalog import FileState, NewChunk, NewDocument
from rag.embedder import Embedder
from rag.errors import DocumentError
from rag.layout import Layout
from rag.library import Library
from rag.settings import Settings

_log = logging.getLogger(__name__)

_RECIPE = "3"
"""Raised when splitting changes, so that unchanged files are done again; each format has its own
version for its reader."""

_BATCH_CHUNKS = 512
"""Chunks embedded and committed together: many enough to sort by length, few enough to hold."""

_READS = 3
"""Times a file is read when it keeps changing."""

_IGNORE = ".citespanignore"

Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is: files or chunks."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, by source name.

    :param failed: source name → why it could not be read.
    :param warnings: source name → what to know about how it was read.
    :param chunks: chunks stored in this run.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    chunks: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A document read and cut, on its way to the embedder."""

    id: str
    source: str
    file: FileState
    title: str = ""
    content_hash: str = ""
    chunks: Sequence[Chunk] = ()
    layout: Layout | None = None


def ingest(
    paths: str | Path | Iterable[str | Path],
    settings: Settings | None = None,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring files and folders into the library.

    Unchanged files cost a hash; edited ones replace their chunks; a file that cannot be read is
    reported and the others go on. Hidden files, what a folder's ``.citespanignore`` names (it reads
    like a .gitignore) and links out of a folder are left out, unless named as a path themselves.

    :param prune: also forget sources under the given folders whose files are gone.
    :raises RagError: the library or the model cannot be used; no single file raises.
    """
    settings = settings or Settings()
    embedder = Embedder(settings=settings)
    with (
        closing(Library(settings.home, create=True)) as library,
        Workers(1) as workers,
        library.writing(),
    ):
        library.catalog.claim(embedder.identity)
        run = _Run(library, embedder, settings, workers, progress or (lambda *_: None))
        return run.over(_absolute(paths), prune=prune)


def remove(
    names: str | Path | Iterable[str | Path], settings: Settings | None = None
) -> tuple[str, ...]:
    """Forget sources: files by name, or everything under a folder.

    :return: the names that were forgotten.
    :raises EmptyLibraryError: there is no library.
    """
    with closing(Library((settings or Settings()).home)) as library, library.writing():
        given = _several(names)
        literal, folders = set(map(shown, given)), set(map(shown, _absolute(given)))
        gone = [
            source
            for source in library.catalog.sources()
            if source in literal or any(Path(source).is_relative_to(f) for f in folders)
        ]
        if gone:
            library.catalog.remove(gone)
        return tuple(gone)


def remove_all(settings: Settings | None = None) -> tuple[str, ...]:
    """Forget every source, so that another embedding model can be used."""
    with closing(Library((settings or Settings()).home)) as library, library.writing():
        gone = tuple(library.catalog.sources())
        library.catalog.remove(gone)
        return gone


class _Run:
    """One ingest while it runs: what is waiting to be embedded, and the report so far."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        workers: Workers,
        progress: Progress,
    ) -> None:
        self._home = library.home
        self._catalog = library.catalog
        self._embedder = embedder
        self._tokens = min(settings.chunk_tokens, embedder.max_tokens)
        self._workers = workers
        self._progress = progress
        self._recipe = f"{_RECIPE} {embedder.identity} {self._tokens}"
        self._stored = self._catalog.sources()
        self._waiting: list[_Parsed] = []
        self._unread: set[str] = set()
        self._report: dict[str, list[str]] = {
            name: [] for name in ("added", "changed", "unchanged", "removed")
        }
        self._failed: list[tuple[str, str]] = []
        self._warnings: list[tuple[str, str]] = []
        self._chunks = 0

    def over(self, paths: Sequence[Path], *, prune: bool) -> IngestReport:
        started = time.perf_counter()
        files = list(dict.fromkeys(file for path in paths for file in self._files(path)))
        for done, file in enumerate(files):
            self._progress("reading", done, len(files))
            try:
                self._take(file)
            except DocumentError as error:
                self._failed.append((shown(file), str(error)))
            except OSError as error:
                self._failed.append((shown(file), f"cannot be read: {error.strerror or error}"))
            if sum(1 + len(parsed.chunks) for parsed in self._waiting) >= _BATCH_CHUNKS:
                self._commit()
        self._commit()
        self._progress("reading", len(files), len(files))
        if prune:
            self._prune([path for path in paths if path.is_dir()], {shown(f) for f in files})
        return IngestReport(
            **{name: tuple(names) for name, names in self._report.items()},
            failed=tuple(self._failed),
            warnings=tuple(self._warnings),
            chunks=self._chunks,
            seconds=time.perf_counter() - started,
        )

    def _files(self, path: Path) -> Iterator[Path]:
        """The file itself, or the files under a folder in name order."""
        if not os.path.lexists(path):
            self._failed.append((shown(path), "there is no such file or folder"))
        elif not path.is_dir():
            yield path
        else:
            try:
                ignored = _ignored(path)
            except (DocumentError, OSError, ValueError) as error:
                self._skip(path / _IGNORE, f"cannot be used, so its folder is left out: {error}")
                self._unread.add(shown(path))
                return
            yield from self._under(path, ignored)

    def _under(self, root: Path, ignored: Callable[[Path], bool]) -> Iterator[Path]:
        real_root = os.path.realpath(root)
        for place, subfolders, names in os.walk(root, onerror=self._unreadable):
            folder = Path(place)
            real_folders = {n for n in subfolders if not (folder / n).is_symlink()}
            kept = [
                folder / name
                for name in sorted([*subfolders, *names])
                if not name.startswith(".") and not ignored(folder / name)
            ]
            subfolders[:] = [
                path.name for path in kept if path.name in real_folders and path != self._home
            ]
            for path in kept:
                if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(real_root):
                    self._skip(path, f"a link out of {shown(root)}; give its target as a path")
                elif not path.is_dir():
                    yield path

    def _unreadable(self, error: OSError) -> None:
        self._skip(Path(error.filename), f"cannot be read: {error.strerror}")
        self._unread.add(shown(error.filename))

    def _skip(self, path: Path, reason: str) -> None:
        self._failed.append((shown(path), reason))

    def _take(self, file: Path) -> None:
        """Read one file and queue it for embedding, unless its content is known."""
        name = shown(file)
        module = format_of(file)
        if module is None and file.is_file():
            raise DocumentError(unknown_format(file))
        data = _read(file)
        recipe = f"{self._recipe} {module} {formats()[module].version}\0" if module else ""
        digest = hashlib.sha256(data).hexdigest()
        document_id = hashlib.sha256(f"{recipe}{digest}".encode()).hexdigest()[:32]
        previous = self._stored.get(name)
        if previous == document_id:
            self._report["unchanged"].append(name)
            return
        kind = "added" if previous is None else "changed"
        status = file.stat()
        state = FileState(
            name, status.st_size, status.st_mtime_ns, status.st_ino, recipe, digest, document_id
        )
        waiting = any(parsed.id == document_id for parsed in self._waiting)
        if waiting or self._catalog.has_document(document_id):
            self._waiting.append(_Parsed(document_id, name, state))
        else:
            source = load(file, data, self._workers)
            if source.warning:
                self._warnings.append((name, source.warning))
            text = source.text
            title = fitting_title(source.title, self._embedder.count_tokens, self._tokens)
            self._waiting.append(
                _Parsed(
                    document_id,
                    name,
                    state,
                    title,
                    hashlib.sha256(text.encode()).hexdigest(),
                    split(
                        text,
                        title,
                        self._embedder.count_tokens,
                        self._tokens,
                        markdown=source.markdown,
                    ),
                    source.layout,
                )
            )
        self._report[kind].append(name)

    def _commit(self) -> None:
        """Embed what is waiting and commit it; a text embedded before keeps its vector."""
        if not self._waiting:
            return
        texts: dict[str, str] = {}
        digests: list[list[str]] = []
        for parsed in self._waiting:
            embedded = [embedded_text(parsed.title, c.heading, c.text) for c in parsed.chunks]
            digests.append([hashlib.sha256(text.encode()).hexdigest() for text in embedded])
            texts.update(zip(digests[-1], embedded, strict=True))
        vectors = self._catalog.known_vectors(list(texts))
        new = [digest for digest in texts if digest not in vectors]
        if new:
            done = 0

            def count(batch: int) -> None:
                nonlocal done
                done += batch
                self._progress("embedding", done, len(new))

            embedded_now = self._embedder.embed([texts[digest] for digest in new], count)
            vectors.update(zip(new, embedded_now, strict=True))
        self._catalog.commit(
            NewDocument(
                parsed.id,
                parsed.source,
                parsed.title,
                parsed.content_hash,
                [
                    NewChunk(
                        c.start,
                        c.end,
                        _page(parsed.layout, c),
                        c.heading,
                        c.text,
                        digest,
                        vectors[digest],
                    )
                    for c, digest in zip(parsed.chunks, own, strict=True)
                ],
                parsed.layout.encode() if parsed.layout else b"",
                parsed.file,
            )
            for parsed, own in zip(self._waiting, digests, strict=True)
        )
        self._chunks += sum(len(parsed.chunks) for parsed in self._waiting)
        self._waiting.clear()

    def _prune(self, folders: Sequence[Path], seen: set[str]) -> None:
        gone = [
            name
            for name in self._stored
            if name not in seen
            and any(Path(name).is_relative_to(shown(folder)) for folder in folders)
            and not any(Path(name).is_relative_to(folder) for folder in self._unread)
        ]
        if gone:
            self._catalog.remove(gone)
            self._report["removed"].extend(gone)


def _page(layout: Layout | None, chunk: Chunk) -> int | None:
    """The page on which a chunk's first word stands."""
    if layout is None:
        return None
    return layout.page(chunk.start + len(chunk.text) - len(chunk.text.lstrip()))


def _several(paths: str | Path | Iterable[str | Path]) -> list[str | Path]:
    """The paths as a list; one path alone is not taken for its characters."""
    return [paths] if isinstance(paths, str | Path) else list(paths)


def _absolute(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    return [Path(os.path.abspath(path)) for path in _several(paths)]


def _ignored(folder: Path) -> Callable[[Path], bool]:
    """Whether a path is named by the folder's ``.citespanignore``."""
    listing = folder / _IGNORE
    if not listing.is_file():
        return lambda _: False
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(decode(_read(listing))[0].splitlines())

    def named(path: Path) -> bool:
        inside = path.relative_to(folder).as_posix()
        return spec.match_file(inside) or (path.is_dir() and spec.match_file(f"{inside}/"))

    return named


def _read(file: Path) -> bytes:
    """The bytes of a regular file; anything else could block for ever.

    A file that changes while it is read is read again, so that no half of an edit is stored.
    """
    if not file.exists():
        raise DocumentError("a link to nothing" if file.is_symlink() else "it has vanished")
    if not file.is_file():
        raise DocumentError("not a regular file")
    for _ in range(_READS):
        before = file.stat()
        data = file.read_bytes()
        after = file.stat()
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, len(data)):
            return data
    raise DocumentError("it keeps changing while it is read; ingest it again when it is at rest")
