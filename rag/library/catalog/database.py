"""The database under a catalog: an SQLite file, or PostgreSQL by its URL.

Everything that differs between the two is here: setting up a connection, keeping other writers out
of a writing transaction, keeping a reading one at one moment, and explaining a failure.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from rag.errors import DamagedError, LibraryError, ServiceError, pip_command

_LOCK = 0x63697465
"""PostgreSQL's advisory lock for making and migrating the tables."""
_WRITER = 0x63697466
"""PostgreSQL's advisory lock for writing."""


_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NO_TEXT = "Could not decode to UTF-8"
"""What Python's driver says of a text that is damaged."""
_LOCKS = {sqlite3.SQLITE_IOERR_LOCK, sqlite3.SQLITE_IOERR_RDLOCK, sqlite3.SQLITE_IOERR_UNLOCK}


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
            if create and not place.exists():
                _make_private(place)
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

    def is_empty(self) -> bool:
        """Whether it has no tables at all."""
        with self.reading() as db:
            return not inspect(db).get_table_names()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A reading transaction: it sees one moment, whatever others commit."""
        isolated = {} if self.is_file else {"isolation_level": "REPEATABLE READ"}
        with self._connect(**isolated) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A writing transaction, committed at the end unless there was an error."""
        with self._connect(writing=True) as db, db.begin():
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

    @contextmanager
    def _connect(self, **options: Any) -> Iterator[Connection]:
        """Connect; a damaged schema makes messages of SQLite that Python cannot decode."""
        try:
            with self._engine.connect().execution_options(**options) as db:
                yield db
        except UnicodeDecodeError as error:
            raise DamagedError(self._describe_damage("its schema is no text")) from error

    def _describe_damage(self, said: str) -> str:
        return (
            f"{self.name} cannot be read as a catalog ({said}); run `citespan doctor "
            "--repair`, restore it from a backup, or delete the folder and ingest again"
        )

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
            is_damaged = _code_of(error) in _DAMAGED or _NO_TEXT in str(error.orig)
            raise (DamagedError if is_damaged else LibraryError)(meaning) from error

    def _explain_sqlite(self, said: str, error: DBAPIError) -> str | None:
        code = _code_of(error)
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and self._disk_is_full()):
            return (
                f"the disk of {self.name} is full; what was committed is safe: free some space "
                "and run the same command again"
            )
        if code in _DAMAGED or _NO_TEXT in said:
            return self._describe_damage(said)
        if code == sqlite3.SQLITE_BUSY:
            return f"{self.name} is locked by another program; wait until it has finished"
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}:
            return (
                f"{self.name} cannot be written ({said}); it can be asked and not changed: change "
                "the permissions of the folder, or choose another one with --home or CITESPAN_HOME"
            )
        if code == sqlite3.SQLITE_PROTOCOL or getattr(error.orig, "sqlite_errorcode", 0) in _LOCKS:
            return (
                f"the file system of {self.name} cannot lock files; choose a folder on a local "
                "disk with --home or CITESPAN_HOME"
            )
        if code == sqlite3.SQLITE_IOERR:
            return f"{self.name} cannot be read or written ({said}); check the disk"
        return None

    def _disk_is_full(self) -> bool:
        assert self.path is not None
        status = os.statvfs(self.path.parent)
        return status.f_bavail * status.f_frsize < 1 << 20


def _make_private(path: Path) -> None:
    """Make the file, so that only its owner may read it; SQLite gives its logs the same mode."""
    with suppress(OSError):  # SQLite tells better why it cannot be made
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _code_of(error: DBAPIError) -> int:
    return int(getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


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
    cursor.execute("PRAGMA trusted_schema=OFF")  # a file that was imported runs no code
    cursor.execute("PRAGMA cell_size_check=ON")
    cursor.execute("PRAGMA case_sensitive_like=ON")  # a folder's name is found as it is written
    cursor.close()
