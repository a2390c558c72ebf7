"""The format of the catalog, and the numbered steps from each to the next.

Each step is one function over an open transaction; all that are needed run in one transaction with
the new number, so a catalog is in its old format or in the new one, whatever happens meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, inspect, select, text

from rag.errors import LibraryError, NewerFormatError
from rag.library.catalog import tables


def _pages_and_files(db: Connection) -> None:
    """Where text stands on pages, and what is known of files."""
    tables.metadata.create_all(db, [tables.layouts, tables.files])


def _looks_of_indexes(db: Connection) -> None:
    """How the files of an index looked last, and a name for the library."""
    db.execute(text("alter table indexes add column files varchar not null default ''"))
    put(db, "id", os.urandom(8).hex())


_STEPS: dict[int, Callable[[Connection], None]] = {
    2: _pages_and_files,
    3: _looks_of_indexes,
}
"""What leads to each format from the one before; format 1 was the first."""

FORMAT = max(_STEPS)
"""Of the tables as they are; a higher one is refused, a lower one raised."""


def put(db: Connection, key: str, value: str) -> None:
    """Set one of the library's own values."""
    db.execute(delete(tables.library).where(tables.library.c.key == key))
    db.execute(insert(tables.library).values(key=key, value=value))


def found_format(db: Connection) -> int | None:
    """The format of the catalog; None where there is none.

    :raises LibraryError: its number is none.
    """
    if not inspect(db).has_table("library"):
        return None
    value = db.scalar(select(tables.library.c.value).where(tables.library.c.key == "format"))
    try:
        return int(value or "")
    except ValueError as error:
        raise LibraryError(
            f"the catalog says that its format is {value!r}; restore it from a backup, or run "
            "`citespan doctor --repair`"
        ) from error


def check(number: int, place: str) -> None:
    """Refuse a catalog that a newer citespan wrote.

    :param place: where the catalog is, for the message.
    :raises NewerFormatError: it is too new.
    """
    if number > FORMAT:
        raise NewerFormatError(
            f"{place} was written by a newer citespan (format {number}, this one reads "
            f"{FORMAT}); upgrade citespan, or choose another home"
        )


def bring_up(db: Connection) -> None:
    """Make the tables, or bring older ones up to date; nothing, where they are.

    The transaction must keep every other writer out.
    """
    number = found_format(db)
    if number is None:
        tables.metadata.create_all(db)
        put(db, "generation", "0")
        put(db, "id", os.urandom(8).hex())
    for step in range(number or FORMAT, FORMAT):
        _STEPS[step + 1](db)
    if number is None or number < FORMAT:
        put(db, "format", str(FORMAT))
