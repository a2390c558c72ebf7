"""Kill -9 at random moments of ingest, edit and remove, again and again: `make torture`.

Each round changes a folder, starts a process that brings the library into step with it, and kills
that process at a random moment. Another process then opens the library and checks all of it; one
more finishes what was begun, and the result must equal a library made from nothing. The processes
are forked from one that has everything imported, so that a round is short and the moment falls into
the work, not into imports. The embedder counts words: what is tested is the store. What kills real
commands with the real model is `killed_commands.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import chromadb
import chromadb.api.rust
import numpy as np
import tantivy

import ingest.index
import ingest.stages
from ingest import ingest as run_ingest, remove
from rag.library.catalog import Catalog
from rag.library.home import CATALOG
from rag.library.index_check import compare_with_catalog
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.settings import Settings

assert chromadb
assert tantivy

FORKING = multiprocessing.get_context("fork")
FILES = 100
CHANGES = 12
HOMES = 20
"""Rounds with one library, before the next one begins from nothing."""
_COMMITTED = 32
"""Chunks of a commit, more or less."""
_INDEXED = 200
"""Chunks after which the indexes are brought into step."""


class WordEmbedder(Embedder):
    """Vectors that count words by a hash: equal texts have equal vectors, other words others."""

    identity = "words"
    max_tokens = 48
    dimension = 32

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Any:
        vectors = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.split():
                vector[zlib.crc32(word.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Folder:
    """A folder of texts that changes.

    :param files: how many it has, more or less.
    :param changes: how many are edited or go at once, and how many come, at most.
    """

    def __init__(self, path: Path, rng: random.Random, files: int, changes: int) -> None:
        self.path = path
        self.texts: dict[str, str] = {}
        """Of each file that is there, by name."""
        self.versions: dict[str, set[str]] = {}
        """What each file was when the folder was last settled, and what it is now."""
        self._rng = rng
        self._files = files
        self._changes = changes
        path.mkdir()
        for _ in range(files):
            self._write()

    def change(self) -> None:
        """Some files come, some are edited, some go."""
        rng = self._rng
        names = sorted(self.texts)
        for name in rng.sample(names, min(len(names), rng.randrange(self._changes))):
            if rng.random() < 0.4:
                Path(name).unlink()
                del self.texts[name]
            else:
                self._write(name)
        for _ in range(rng.randrange(self._changes) + max(0, self._files - len(names))):
            self._write()

    def settle(self) -> None:
        """A library is in step with the folder, so that older versions may not come back."""
        self.versions = {name: {text} for name, text in self.texts.items()}

    def _write(self, name: str = "") -> None:
        name = name or str(self.path / f"{self._rng.getrandbits(32):x}{self._suffix()}")
        self.texts[name] = self._text()
        Path(name).write_text(self._wrapped(name))
        self.versions.setdefault(name, set()).add(self.texts[name])

    def _suffix(self) -> str:
        return ".txt"

    def _text(self) -> str:
        words = [f"{self._rng.getrandbits(20):x}" for _ in range(self._rng.randrange(40, 200))]
        return " ".join(
            " ".join(["Word", *words[first : first + 9]]) + "." for first in range(0, len(words), 9)
        )

    def _wrapped(self, name: str) -> str:
        """What is written, so that a reader finds the text in it."""
        return self.texts[name]


def in_process(work: Callable[..., Any], *given: Any) -> Any:
    """What a function returns in a process of its own."""
    mine, theirs = FORKING.Pipe(duplex=False)

    def be_it() -> None:
        theirs.send(work(*given))

    process = FORKING.Process(target=be_it)
    process.start()
    theirs.close()
    try:
        return mine.recv()
    except EOFError:
        process.join()
        raise AssertionError(f"{work.__name__} ended with {process.exitcode}") from None
    finally:
        process.join()


def brought_into_step(home: Path, folder: Path, forget: Sequence[str] = ()) -> None:
    """Ingest the folder, after removing these names."""
    settings = Settings(home=home, chunk_tokens=32)
    if forget:
        remove(list(forget), settings)
    with (
        patch.multiple(ingest.index, Embedder=WordEmbedder),
        patch.multiple(ingest.stages, _BATCH_CHUNKS=_COMMITTED, _INDEXED_EVERY=_INDEXED),
    ):
        report = run_ingest([folder], settings, prune=True)
    assert not report.failed, report.failed


def made_clean(home: Path, folder: Path) -> None:
    """Ingest the folder from nothing, and see that it goes in steps for a kill to fall between."""
    with patch.object(
        Library, "update_indexes", autospec=True, side_effect=Library.update_indexes
    ) as indexed:
        brought_into_step(home, folder)
    with closing(Library(home)) as library:
        chunks, commits = library.catalog.counts()[1], library.catalog.generation
    assert commits > chunks / _COMMITTED / 4, f"{commits} commits of {chunks} chunks"
    assert indexed.call_count >= chunks // _INDEXED, f"{indexed.call_count} times, {chunks} chunks"


def content(home: Path) -> tuple[str, Any]:
    """A digest of all that a library holds, whatever the way it came there, and its vectors."""
    digest = hashlib.sha256()
    with closing(Library(home)) as library:
        for name, document_id in sorted(library.catalog.sources().items()):
            digest.update(f"{name} {document_id}\n".encode())
        with library.catalog.changes(0) as changes:
            chunks = sorted(
                (chunk for some in changes.added for chunk in some), key=lambda each: each.id
            )
        for chunk in chunks:
            digest.update(f"{chunk.id} {chunk.start} {chunk.end} {chunk.text}\n".encode())
        for index in library.indexes:
            (part,) = index.open_parts()
            found = compare_with_catalog(part, library.catalog, library.catalog.generation)
            assert not found, f"{index.name}: {found}"
    return digest.hexdigest(), np.array([chunk.vector for chunk in chunks])


def where_it_died(home: Path, before: int) -> str:
    """What the killed process was doing, as the catalog shows it."""
    if not (home / CATALOG).exists():
        return "before there was a catalog"
    with closing(Catalog(home / CATALOG, create=True)) as catalog:
        states = {name: catalog.index_state(name) for name in ("chroma", "lexical")}
        for name, state in states.items():
            if state.dirty:
                return f"while the {name} index was written"
        if any(not state.folder for state in states.values()):
            return "before the indexes were first built"
        if any(state.generation < catalog.generation for state in states.values()):
            return "between a commit and its indexing"
        return "before its first commit" if catalog.generation == before else "after the last step"


def checked(home: Path, versions: dict[str, set[str]], kept: Sequence[str]) -> list[str]:
    """Everything that is wrong with a library after a kill.

    :param versions: of each file, the texts that may be there.
    :param kept: names that must be there, since nobody touched them.
    """
    if not (home / CATALOG).exists():
        return []
    found = []
    with closing(Library(home, create=True)) as library:
        catalog = library.catalog
        found += catalog.find_damage() + [f"{id_}: {why}" for id_, why in catalog.find_incomplete()]
        sources = catalog.sources()
        found += [f"{name} is lost" for name in kept if name not in sources]
        for name, document_id in sources.items():
            if catalog.text(document_id) not in versions.get(name, ()):
                found.append(f"{name} holds what it should not hold")
        for name, document_id in sorted(sources.items())[::7]:
            first = catalog.chunks([f"{document_id}:0"])[f"{document_id}:0"]
            if document_id not in {id_[:32] for id_, _ in library.find_nearest(first.vector, 5)}:
                found.append(f"{name} is not found by its vector")
            word = first.text.split()[1]
            if document_id not in {id_[:32] for id_, _ in library.lexical.search(word, 5)}:
                found.append(f"{name} is not found by its word {word}")
        for index in library.indexes:
            parts = index.open_parts()
            if len(parts) > 1:
                found.append(f"the {index.name} index is not in step")
            wrong = compare_with_catalog(parts[0], catalog, catalog.generation)
            if wrong:
                found.append(f"the {index.name} index: {wrong}")
    return found


def generation(home: Path) -> int:
    if not (home / CATALOG).exists():
        return 0
    with closing(Catalog(home / CATALOG, create=True)) as catalog:
        return catalog.generation


def names_in(home: Path) -> list[str]:
    if not (home / CATALOG).exists():
        return []
    with closing(Catalog(home / CATALOG, create=True)) as catalog:
        return list(catalog.sources())


def kills(number: int, seed: int, under: Path, tell: Callable[[str], None]) -> Counter[str]:
    """Kill so many processes; how many died where.

    :raises AssertionError: something was lost, or half.
    """
    rng = random.Random(seed)
    tally: Counter[str] = Counter()
    rounds = 0
    while tally.total() < number:
        place = under / f"library{rounds}"
        place.mkdir()
        folder = Folder(place / "folder", rng, FILES, CHANGES)
        home = place / "home"
        longest = 1.0
        for _ in range(HOMES):
            before = in_process(generation, home)
            known = in_process(names_in, home)
            if before:
                folder.change()
            forget = rng.sample(known, min(len(known), 5)) if rng.random() < 0.3 else []
            moment = rng.uniform(0, longest)
            victim = FORKING.Process(
                target=brought_into_step, args=(home, folder.path, forget), daemon=False
            )
            victim.start()
            victim.join(moment)
            died = victim.is_alive()
            if died:
                assert victim.pid is not None
                os.kill(victim.pid, signal.SIGKILL)
            victim.join()
            assert died or victim.exitcode == 0, f"it ended by itself with {victim.exitcode}"
            longest *= 1.1 if died else 0.7
            if died:
                tally[in_process(where_it_died, home, before)] += 1
            kept = [name for name in known if name in folder.texts and name not in forget]
            wrong = in_process(checked, home, folder.versions, kept)
            assert not wrong, f"round {rounds}, seed {seed}, died after {moment:.3f} s: {wrong[:5]}"
            in_process(brought_into_step, home, folder.path)
            clean = place / "clean"
            in_process(made_clean, clean, folder.path)
            (resumed, vectors), (expected, others) = (
                in_process(content, each) for each in (home, clean)
            )
            assert resumed == expected, "not as a clean one"
            assert np.array_equal(vectors, others), "other vectors than a clean one"
            folder.settle()
            shutil.rmtree(clean)
            rounds += 1
            tell(f"{tally.total()} of {number} killed, {rounds} rounds")
            if tally.total() >= number:
                break
        shutil.rmtree(place)
    return tally


def main() -> None:
    """Torture, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as under:
        tally = kills(
            given.kills,
            given.seed,
            Path(under),
            lambda line: print(line, file=sys.stderr, flush=True),
        )
    seconds = time.monotonic() - started
    print(f"{tally.total()} processes killed in {seconds:.0f} s, seed {given.seed}:")
    for where, count in tally.most_common():
        print(f"{count:6}  {where}")
    print("each time nothing was lost or half, and the resumed ingest equalled a clean one")


if __name__ == "__main__":
    main()
