"""Whether the files of an index can be trusted, found out without opening them in this process.

A truncated file can end the process that opens it, and a missing one makes Chroma answer with less
and no error. So the catalog remembers how the files looked after the last write; an index whose
files look otherwise is opened in a child process first and compared with the catalog there.
"""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rag.library.catalog import Catalog
from rag.processes import command_of

if TYPE_CHECKING:
    from rag.library.index_folders import StoredIndex

_SECONDS, _SECONDS_A_CHUNK = 120.0, 0.01
"""How long a child may take: far more than it needs."""


def fingerprint(folder: Path) -> str:
    """How the files of a folder look: a digest of their names, sizes and times.

    An SQLite file counts by its size, since Chroma touches it whenever it opens it.
    """
    seen = []
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if file.is_file() and not file.name.endswith((".lock", "-journal", "-wal", "-shm")):
            status = file.stat()
            when = 0 if file.suffix == ".sqlite3" else status.st_mtime_ns
            seen.append(f"{file.relative_to(folder)} {status.st_size} {when}")
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def defect(name: str, folder: Path, catalog: Catalog, generation: int) -> str:
    """What a child process finds wrong with an index; "" when it is what it should be.

    :param name: of the kind of index.
    :param generation: up to which the index holds everything.
    """
    if not folder.is_dir():
        return "its folder is missing"
    asked = {"name": name, "folder": str(folder), "generation": generation}
    asked |= {"file": str(catalog.address)} if catalog.is_file else {"url": str(catalog.address)}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own code
            command_of("rag.library.index_check"),
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS + _SECONDS_A_CHUNK * catalog.counts()[1],
        )
    except subprocess.TimeoutExpired:
        return "reading it does not end"
    if done.returncode < 0:
        return f"opening it ends the process ({signal.Signals(-done.returncode).name})"
    if done.returncode:
        return (
            done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it cannot be opened"
        )
    return str(json.loads(done.stdout.splitlines()[-1])["defect"])


def main() -> None:
    """Be the child: read on stdin what to look at, and write what is wrong with it."""
    from rag.library.bm25_index import LexicalIndex
    from rag.library.chroma_index import VectorIndex

    asked = json.load(sys.stdin)
    kinds: dict[str, type[StoredIndex]] = {k.name: k for k in (VectorIndex, LexicalIndex)}
    catalog = Catalog(Path(asked["file"]) if "file" in asked else asked["url"])
    index = kinds[asked["name"]](Path(asked["folder"]))
    sys.stdout.write(json.dumps({"defect": compared(index, catalog, asked["generation"])}) + "\n")


def compared(index: StoredIndex, catalog: Catalog, generation: int) -> str:
    """What is wrong with an index that should hold all that was committed up to a generation."""
    with catalog.changes(0, until=generation) as changes:
        found = index.defect(changes.added)
        if not found and changes.generation == generation and index.count() != changes.total:
            found = f"it holds {index.count():,} chunks, the catalog {changes.total:,}"
    return found
