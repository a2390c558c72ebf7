"""Check the files of an index without opening them in this process.

A truncated file can crash the process that opens it, and with a missing file Chroma returns fewer
results and no error. So the catalog keeps a description of the files after the last write. When
the files no longer match it, a child process opens the index and compares it with the catalog.
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
    from rag.library.index_protocols import StoredIndex

_SECONDS, _SECONDS_A_CHUNK = 120.0, 0.01
"""The time limit of a child process: far more than it needs."""


def describe_files(folder: Path) -> str:
    """Digest the names, sizes and times of the files in a folder.

    Of an SQLite file only the size counts, since Chroma touches it whenever it opens it.
    """
    seen = []
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if file.is_file() and not file.name.endswith((".lock", "-journal", "-wal", "-shm")):
            status = file.stat()
            when = 0 if file.suffix == ".sqlite3" else status.st_mtime_ns
            seen.append(f"{file.relative_to(folder)} {status.st_size} {when}")
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def find_defect(name: str, folder: Path, catalog: Catalog, generation: int) -> str:
    """Compare an index with the catalog in a child process; return what is wrong, or "".

    :param name: of the kind of index.
    :param generation: the index should hold everything up to this one.
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
        return "it cannot be read to the end in time"
    if done.returncode < 0:
        return f"opening it crashes the process ({signal.Signals(-done.returncode).name})"
    if done.returncode:
        return (done.stderr.strip() or "it cannot be opened").splitlines()[-1]
    return str(json.loads(done.stdout.splitlines()[-1])["defect"])


def main() -> None:
    """Run the child process: read the task from stdin, and write the defect to stdout."""
    from rag.library.bm25_index import Bm25Index
    from rag.library.chroma_index import ChromaIndex

    asked = json.load(sys.stdin)
    kinds: dict[str, type[StoredIndex]] = {k.name: k for k in (ChromaIndex, Bm25Index)}
    catalog = Catalog(Path(asked["file"]) if "file" in asked else asked["url"])
    index = kinds[asked["name"]](Path(asked["folder"]))
    found = compare_with_catalog(index, catalog, asked["generation"])
    sys.stdout.write(json.dumps({"defect": found}) + "\n")


def compare_with_catalog(index: StoredIndex, catalog: Catalog, generation: int) -> str:
    """Compare an index with all that was committed up to a generation; what differs, or ""."""
    with catalog.changes(0, until=generation) as changes:
        found = index.find_defect(changes.added)
        if not found and changes.generation == generation and index.count() != changes.total:
            found = f"it holds {index.count():,} chunks, the catalog {changes.total:,}"
    return found
