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
from dataclasses import dataclass
from pathlib import Path

from ingest.load import load
from ingest.split import Chunk, embedded_text, fitting_title, split
from rag.catalog import NewChunk, NewDocument
from rag.embedder import Embedder
from rag.errors import DocumentError
from rag.library import Library
from rag.settings import Settings

_log = logging.getLogger(__name__)

_RECIPE = "1"
"""Raised when reading or splitting changes, so that unchanged files are done again."""

_BATCH_CHUNKS = 512
"""Chunks embedded and committed together: many enough to sort by length, few enough to hold."""

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
    title: str
    content_hash: str
    chunks: Sequence[Chunk]


def ingest(
    paths: Iterable[str | Path],
    settings: Settings | None = None,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring files and folders into the library.

    Unchanged files cost a hash; edited ones replace their chunks; a file that cannot be read is
    reported and the others go on.

    :param prune: also forget sources under the given folders whose files are gone.
    :raises RagError: the library or the model cannot be used; no single file raises.
    """
    settings = settings or Settings()
    embedder = Embedder(settings.embedding_model)
    library = Library(settings.home, create=True)
    try:
        with library.writing():
            library.catalog.claim(embedder.identity)
            run = _Run(library, embedder, settings, progress or (lambda *_: None))
            return run.over([Path(os.path.abspath(path)) for path in paths], prune=prune)
    finally:
        library.close()


def remove(names: Iterable[str | Path], settings: Settings | None = None) -> tuple[str, ...]:
    """Forget sources: files by name, or everything under a folder.

    :return: the names that were forgotten.
    :raises EmptyLibraryError: there is no library.
    """
    library = Library((settings or Settings()).home)
    try:
        with library.writing():
            wanted = {os.path.abspath(name) for name in names} | {str(name) for name in names}
            gone = [
                source
                for source in library.catalog.sources()
                if any(source == name or source.startswith(name + os.sep) for name in wanted)
            ]
            if gone:
                library.catalog.remove(gone)
            return tuple(gone)
    finally:
        library.close()


def remove_all(settings: Settings | None = None) -> tuple[str, ...]:
    """Forget every source, so that another embedding model can be used."""
    library = Library((settings or Settings()).home)
    try:
        with library.writing():
            gone = tuple(library.catalog.sources())
            library.catalog.remove(gone)
            return gone
    finally:
        library.close()


class _Run:
    """One ingest while it runs: what is waiting to be embedded, and the report so far."""

    def __init__(
        self, library: Library, embedder: Embedder, settings: Settings, progress: Progress
    ) -> None:
        self._catalog = library.catalog
        self._embedder = embedder
        self._tokens = min(settings.chunk_tokens, embedder.max_tokens)
        self._progress = progress
        self._recipe = f"{_RECIPE} {embedder.identity} {self._tokens}"
        self._stored = self._catalog.sources()
        self._waiting: list[_Parsed] = []
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
                self._failed.append((_name(file), str(error)))
            except OSError as error:
                self._failed.append((_name(file), f"cannot be read: {error.strerror or error}"))
            if sum(len(parsed.chunks) for parsed in self._waiting) >= _BATCH_CHUNKS:
                self._commit()
        self._commit()
        self._progress("reading", len(files), len(files))
        if prune:
            self._prune([path for path in paths if path.is_dir()], {_name(f) for f in files})
        return IngestReport(
            **{name: tuple(names) for name, names in self._report.items()},
            failed=tuple(self._failed),
            warnings=tuple(self._warnings),
            chunks=self._chunks,
            seconds=time.perf_counter() - started,
        )

    def _files(self, path: Path) -> Iterator[Path]:
        """The file itself, or the files under a folder in name order, hidden ones left out."""
        if not path.is_dir():
            if not os.path.lexists(path):
                self._failed.append((_name(path), "there is no such file or folder"))
            else:
                yield path
            return
        ignored = _ignored(path)
        for folder, subfolders, names in os.walk(path):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            for name in sorted(name for name in names if not name.startswith(".")):
                file = Path(folder, name)
                if not ignored(file):
                    yield file

    def _take(self, file: Path) -> None:
        """Read one file and queue it for embedding, unless its content is known."""
        name = _name(file)
        data = _read(file)
        document_id = hashlib.sha256(
            f"{self._recipe} {file.suffix.lower()}\0".encode("utf-8", "replace") + data
        ).hexdigest()[:32]
        previous = self._stored.get(name)
        if previous == document_id:
            self._report["unchanged"].append(name)
            return
        kind = "added" if previous is None else "changed"
        if self._catalog.has_document(document_id) or any(
            parsed.id == document_id for parsed in self._waiting
        ):
            self._waiting.append(_Parsed(document_id, name, "", "", ()))
        else:
            source = load(file, data)
            if source.warning:
                self._warnings.append((name, source.warning))
            text = source.text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates
            title = fitting_title(source.title, self._embedder.count_tokens, self._tokens)
            self._waiting.append(
                _Parsed(
                    document_id,
                    name,
                    title,
                    hashlib.sha256(text.encode()).hexdigest(),
                    split(text, title, self._embedder.count_tokens, self._tokens),
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
                    NewChunk(c.start, c.end, None, c.heading, c.text, digest, vectors[digest])
                    for c, digest in zip(parsed.chunks, own, strict=True)
                ],
            )
            for parsed, own in zip(self._waiting, digests, strict=True)
        )
        self._chunks += sum(len(parsed.chunks) for parsed in self._waiting)
        self._waiting.clear()

    def _prune(self, folders: Sequence[Path], seen: set[str]) -> None:
        gone = [
            name
            for name in self._stored
            if name not in seen and any(Path(name).is_relative_to(folder) for folder in folders)
        ]
        if gone:
            self._catalog.remove(gone)
            self._report["removed"].extend(gone)


def _ignored(folder: Path) -> Callable[[Path], bool]:
    """Whether a file is named by the folder's ``.citespanignore``, which reads like a .gitignore."""
    listing = folder / ".citespanignore"
    if not listing.is_file():
        return lambda file: False
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(listing.read_text(encoding="utf-8").splitlines())
    return lambda file: spec.match_file(file.relative_to(folder))


def _read(file: Path) -> bytes:
    """The bytes of a regular file; anything else could block for ever."""
    if not file.exists():
        raise DocumentError("a link to nothing")
    if not file.is_file():
        raise DocumentError("not a regular file")
    return file.read_bytes()


def _name(file: Path) -> str:
    """The path as the library knows it; bytes that are not UTF-8 are shown escaped."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")
