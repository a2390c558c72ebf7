"""The database under a catalog: an SQLite file, or PostgreSQL by its URL.

Everything that differs between the two is here: setting up a connection, keeping other writers out
of a writing transaction, keeping a reading one at one moment, and explaining a failure.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from rag.errors import LibraryError, ServiceError, pip_command

_LOCK = 0x63697465
"""PostgreSQL's advisory lock for making and migrating the tables."""
_WRITER = 0x63697466
"""PostgreSQL's advisory lock for writing."""


class Database:
    """Connections to one database.

    :param place: an SQLite file, or a URL such as ``postgresql+psycopg://user@host/name``.
    :param create: whether the file may be made.
    """

    def __init__(self, place: Path | str, *, create: bool = False) -> None:
        self.address = place
        self.path = place if isinstance(place, Path) else None
        self.writable = True
        if isinstance(place, Path):
            self.name = str(place)
            self.writable = create or (
                os.access(place, os.W_OK) and os.access(place.parent, os.W_OK)
            )
            self._engine = _sqlite_engine(place, writable=self.writable)
        else:
            self._engine = _server_engine(place)
            self.name = self._engine.url.render_as_string(hide_password=True)
        event.listen(self._engine, "handle_error", self._explain)

    def close(self) -> None:
        self._engine.dispose()

    @property
    def is_file(self) -> bool:
        """Whether this is a file of one machine."""
        return self.path is not None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A reading transaction: it sees one moment, whatever others commit."""
        isolated = {} if self.is_file else {"isolation_level": "REPEATABLE READ"}
        with self._engine.connect().execution_options(**isolated) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A writing transaction, committed at the end unless there was an error."""
        with self._engine.connect().execution_options(writing=True) as db, db.begin():
            yield db

    @contextmanager
    def writing_alone(self) -> Iterator[Connection]:
        """A writing transaction that keeps every other one of its kind out."""
        with self.writing() as db:
            if not self.is_file:
                db.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
            yield db

    @contextmanager
    def session(self) -> Iterator[Callable[[], bool]]:
        """A connection to hold PostgreSQL's write lock; what it gives takes the lock if it can."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            try:
                yield lambda: bool(db.scalar(text(f"select pg_try_advisory_lock({_WRITER})")))
            finally:
                db.execute(text("select pg_advisory_unlock_all()"))

    def _explain(self, context: ExceptionContext) -> None:
        """Raise an error that says what a failure of the database means, and what to do."""
        error = context.sqlalchemy_exception
        if not isinstance(error, DBAPIError):
            return
        if not self.is_file:
            if context.is_disconnect or isinstance(error, OperationalError):
                said = str(error.orig).strip().splitlines()[0]
                raise ServiceError(
                    f"the database {self.name} cannot be used ({said}); check that it is running, "
                    "and that CITESPAN_CATALOG is right"
                ) from error
            return
        meaning = self._explain_sqlite(str(error.orig), error)
        if meaning:
            raise LibraryError(meaning) from error

    def _explain_sqlite(self, said: str, error: DBAPIError) -> str | None:
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and self._disk_is_full()):
            return (
                f"the disk of {self.name} is full; what was committed is safe: free some space "
                "and run the same command again"
            )
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return (
                f"{self.name} cannot be read as a catalog ({said}); run `citespan doctor "
                "--repair`, restore it from a backup, or delete the folder and ingest again"
            )
        if code == sqlite3.SQLITE_BUSY:
            return f"{self.name} is locked by another program; wait until it has finished"
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}:
            return f"{self.name} cannot be written ({said}); check the permissions of the folder"
        if code == sqlite3.SQLITE_IOERR:
            return f"{self.name} cannot be read or written ({said}); check the disk"
        return None

    def _disk_is_full(self) -> bool:
        assert self.path is not None
        status = os.statvfs(self.path.parent)
        return status.f_bavail * status.f_frsize < 1 << 20


def _sqlite_engine(path: Path, *, writable: bool) -> Engine:
    # A read-only folder cannot hold the WAL's side files; nobody writes there, so immutable.
    if writable:
        url = URL.create("sqlite", database=str(path))
    else:
        read_only = {"uri": "true", "immutable": "1"}
        url = URL.create("sqlite", database=f"file:{quote(str(path))}", query=read_only)
    engine = create_engine(url)
    event.listen(engine, "connect", _configure if writable else _manual_transactions)
    event.listen(engine, "begin", _begin)
    return engine


def _server_engine(url: str) -> Engine:
    try:
        return create_engine(make_url(url), pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise LibraryError(
            "CITESPAN_CATALOG is not the URL of a database; such a URL looks like "
            "postgresql+psycopg://user:password@host:5432/name"
        ) from error
    except ModuleNotFoundError as error:
        raise LibraryError(
            f"CITESPAN_CATALOG needs the package {error.name}: {pip_command('postgresql')}"
        ) from error


def _manual_transactions(connection: Any, _record: Any) -> None:
    """Let SQLAlchemy begin transactions; the driver alone would begin none for reads."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    """A writer takes the write lock at once, so that nothing it reads can be stale."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _configure(connection: Any, record: Any) -> None:
    """WAL lets readers go on while one writes; NORMAL keeps every commit whole after a crash."""
    _manual_transactions(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA case_sensitive_like=ON")  # a folder's name is found as it is written
    cursor.close()
