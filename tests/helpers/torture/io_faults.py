"""A fault at every I/O operation in turn, as SQLite is tested: `make torture`.

Each piece of work (an upload, a removal, its undoing, an export, an import, a repair) is done in a
process of its own, once for each operation on the disk that it makes: at that operation it fails
with an error of the system, or the process is killed. Then the library is opened, checked as doctor
does, repaired, and compared with what it was before and what it should be after; what interrupted
work left must be gone, and the same work done again must end as if nothing had happened.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import shutil
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from sqlalchemy import Engine, event

import ingest.index
import killed_ingests
from ingest import ingest as run_ingest
from rag import Rag, RagError, Settings
from rag.library.files.left_overs import find_left_overs
from rag.library.home import CATALOG
from rag.library.library import Library
from rag.library.maintenance import export, import_, repair
from ui.web.documents.document_changes import DocumentChanges

_PATCHED = ("rename", "replace", "unlink", "mkdir", "rmdir", "link", "fsync", "open")
_ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)
_COMMITS = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EIO: sqlite3.SQLITE_IOERR_WRITE,
    errno.EACCES: sqlite3.SQLITE_READONLY,
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_KILLED = 9
UPLOAD, OTHER = b"The zorbium reactor is cooled by liquid helium.", b"Gold is mined in the north."


class Disk:
    """Counts the operations of this process, and lets one of them fail.

    :param at: the number of the operation that fails, counting from 0; -1 for none.
    :param error: the system's error, or None to end the process at that operation.
    """

    def __init__(self, at: int = -1, error: int | None = None) -> None:
        self.count = 0
        self._at = at
        self._error = error

    @contextmanager
    def used(self) -> Iterator[None]:
        """Count and fail from here on."""
        with ExitStack() as stack:
            for name in _PATCHED:
                stack.enter_context(patch.object(os, name, self._wrap(name, getattr(os, name))))
            stack.enter_context(patch.object(fcntl, "flock", self._wrap("flock", fcntl.flock)))
            event.listen(Engine, "do_connect", self._connect)
            try:
                yield
            finally:
                event.remove(Engine, "do_connect", self._connect)

    def fail(self, name: str, of: object = None) -> None:
        """Count one operation; it fails when it is its turn.

        :param of: the file, or its number.
        """
        number, self.count = self.count, self.count + 1
        if number != self._at:
            return
        if self._error is None:
            os._exit(_KILLED)
        if name == "commit":
            failure = sqlite3.OperationalError("the disk fails")
            failure.sqlite_errorcode = _COMMITS[self._error]
            raise failure
        code = errno.ENOLCK if name == "flock" else self._error
        if isinstance(of, str | os.PathLike):
            raise OSError(code, os.strerror(code), os.fspath(of))
        raise OSError(code, os.strerror(code))

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **options: Any) -> Any:
            is_reading = name == "open" and not (len(given) > 1 and given[1] & _WRITES)
            is_unlocking = name == "flock" and given[1] & fcntl.LOCK_UN
            if not is_reading and not is_unlocking:
                self.fail(name, given[0])
            return real(*given, **options)

        return call

    def _connect(self, _dialect: Any, _record: Any, _args: Any, options: dict[str, Any]) -> None:
        disk = self

        class Connection(sqlite3.Connection):
            def commit(self) -> None:
                if self.in_transaction:
                    disk.fail("commit")
                super().commit()

        options["factory"] = Connection


@contextmanager
def quick() -> Iterator[None]:
    """No model and no indexes: the torture of kills has these."""
    with (
        patch.multiple(ingest.index, Embedder=killed_ingests.WordEmbedder),
        patch.object(Library, "update_indexes", lambda _: None),
    ):
        yield


class Home:
    """A library with a document of the person's own, an upload, and an export of another one."""

    def __init__(self, under: Path) -> None:
        self.under = under
        self.settings = Settings(home=under / "home", chunk_tokens=32)

    def make(self) -> None:
        """Make it from nothing."""
        (self.under / "own.txt").write_bytes(OTHER)
        (self.under / "more.txt").write_bytes(b"More is known of silver.")
        run_ingest([self.under / "own.txt"], self.settings)
        open_changes(self).add("reactor.txt", UPLOAD, lambda *_: None)
        theirs = Settings(home=self.under / "theirs", chunk_tokens=32)
        run_ingest([self.under / "more.txt"], theirs)
        export(theirs, self.under / "theirs.citespan")

    def copy(self, under: Path) -> Home:
        """The same in another folder, whose documents keep their names."""
        shutil.copytree(self.under, under)
        return Home(under)

    def shown(self) -> dict[str, object]:
        """What the library holds, by the last part of each name."""
        with closing(Library.of(self.settings)) as library:
            catalog = library.catalog
            held: dict[str, object] = {
                Path(name).name: (catalog.text(id_), len(catalog.files_of(id_)))
                for name, id_ in catalog.sources().items()
            }
        exported = self.under / "mine.citespan"
        return held | ({"exported": True} if exported.exists() else {})

    def wrong(self) -> list[str]:
        """What is wrong with it, as doctor tells."""
        with closing(Library.of(self.settings)) as library:
            catalog = library.catalog
            found = catalog.find_damage() + [f"{i}: {why}" for i, why in catalog.find_incomplete()]
            found += [f"left over: {p}" for p in find_left_overs(self.settings.home, catalog)]
            uploads = [p.read_bytes() for p in self.settings.home.glob("uploads/*/*")]
            names = {Path(name).name for name in catalog.sources()}
        if (UPLOAD in uploads) != ("reactor.txt" in names):
            found.append("the file of an upload is not where its document is")
        return found


def open_changes(home: Home) -> DocumentChanges:
    """What the page changes, as a server that starts makes it."""
    changes = DocumentChanges(Rag(home.settings, embedder=killed_ingests.WordEmbedder()))
    changes.delete_left_overs()
    return changes


def upload(home: Home) -> None:
    open_changes(home).add("new.txt", b"New is the tungsten.", lambda *_: None)


def remove(home: Home) -> None:
    changes = open_changes(home)
    (upload_id,) = (d.document_id for d in changes.documents() if "reactor" in d.sources[0])
    changes.remove(upload_id)
    changes.close()


def remove_and_undo(home: Home) -> None:
    changes = open_changes(home)
    (upload_id,) = (d.document_id for d in changes.documents() if "reactor" in d.sources[0])
    changes.remove(upload_id)
    changes.restore(upload_id)
    changes.close()


def export_all(home: Home) -> None:
    export(home.settings, home.under / "mine.citespan", replace=True)


def import_theirs(home: Home) -> None:
    import_(home.settings, home.under / "theirs.citespan", replace=True)


def ingest_more(home: Home) -> None:
    run_ingest([home.under / "more.txt"], home.settings)


def repair_damaged(home: Home) -> None:
    repair(home.settings, lambda _: None)


def damage(home: Home) -> None:
    """Damage the catalog so that its documents can still be read."""
    path = home.settings.home / CATALOG
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode=delete")
        page = db.execute(
            "select rootpage from sqlite_master where name = 'ix_chunks_digest'"
        ).fetchone()[0]
        size = db.execute("pragma page_size").fetchone()[0]
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(data)


WORK: dict[str, tuple[Callable[[Home], None], Callable[[Home], None] | None]] = {
    "upload": (upload, None),
    "remove": (remove, None),
    "remove and undo": (remove_and_undo, None),
    "ingest": (ingest_more, None),
    "export": (export_all, None),
    "import": (import_theirs, None),
    "repair": (repair_damaged, damage),
}


def run(work: Callable[[Home], None], home: Home, at: int, error: int | None) -> tuple[str, int]:
    """Do work with a fault; how it ended, and how many operations it made."""
    disk = Disk(at, error)
    with quick(), disk.used():
        try:
            work(home)
        except RagError as told:
            return f"told: {told}", disk.count
        except OSError:
            return f"raw: {traceback.format_exc()}", disk.count
    return "done", disk.count


def in_process(work: Callable[..., Any], *given: Any) -> Any:
    """What a function returns in a process of its own; None when it was killed."""
    try:
        return killed_ingests.in_process(work, *given)
    except AssertionError as error:
        if f"ended with {_KILLED}" in str(error):
            return None
        raise


def quickly(work: Callable[..., Any], *given: Any) -> Any:
    with quick():
        return work(*given)


def check(
    name: str, base: Home, after: dict[str, object], under: Path, at: int, error: int | None
) -> str:
    """Let one operation fail; how the work ended.

    :param after: what the library shows when nothing fails.
    :raises AssertionError: something was lost, half, or left over.
    """
    work, prepare = WORK[name]
    home = base.copy(under)
    before = in_process(home.shown)
    if prepare:
        prepare(home)
    ended = in_process(run, work, home, at, error)
    where = f"{name}, operation {at}, {errno.errorcode.get(error or 0, 'killed')}"
    if ended is not None:
        assert not ended[0].startswith("raw"), f"{where}: {ended[0]}"
    in_process(quickly, repair, home.settings, _ignore)
    wrong = in_process(home.wrong)
    assert not wrong, f"{where}: {wrong}"
    held = in_process(home.shown)
    between = {key: before[key] for key in before if key != "reactor.txt"}
    allowed = [before, after, between] if name == "remove and undo" else [before, after]
    assert held in allowed, f"{where}: {held}"
    if name != "remove and undo" and held == before:
        again = in_process(run, work, home, -1, None)
        assert again[0] == "done", f"{where}: done again: {again[0]}"
        assert in_process(home.shown) == after, f"{where}: done again"
        assert not in_process(home.wrong), f"{where}: done again"
    return "killed" if ended is None else ended[0].partition(":")[0]


def _ignore(_: str) -> None:
    """Repair tells its steps; nobody reads them here."""


def main() -> None:
    """Let every operation fail, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each so manieth operation")
    parser.add_argument("--only", choices=sorted(WORK))
    given = parser.parse_args()
    started = time.monotonic()
    tally: Counter[str] = Counter()
    turn = 0
    with tempfile.TemporaryDirectory() as folder:
        base = Home(Path(folder) / "base")
        base.under.mkdir()
        in_process(quickly, base.make)
        for name in [given.only] if given.only else WORK:
            counting = base.copy(Path(folder) / "count")
            if prepare := WORK[name][1]:
                prepare(counting)
            ended, operations = in_process(run, WORK[name][0], counting, -1, None)
            assert ended == "done", f"{name}: {ended}"
            after = in_process(counting.shown)
            shutil.rmtree(counting.under)
            for at in range(operations):
                for error in (_ERRORS[at % len(_ERRORS)], None):
                    turn += 1
                    if turn % given.every:
                        continue
                    under = Path(folder) / "try"
                    tally[f"{name}: {check(name, base, after, under, at, error)}"] += 1
                    shutil.rmtree(under)
                    done = f"{name}, operation {at + 1} of {operations}"
                    print(f"{tally.total()} faults, {done}", file=sys.stderr, flush=True)
    print(f"{tally.total()} faults in {time.monotonic() - started:.0f} s:")
    for what, count in sorted(tally.items()):
        print(f"{count:6}  {what}")
    print("each time nothing was lost, half or left over, and the work could be done again")


if __name__ == "__main__":
    main()
