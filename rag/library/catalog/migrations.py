"""The format of the catalog, and the numbered migrations from each format to the next.

Each migration is a function over an open transaction. All that are needed run in one transaction
with the new number, so a catalog is in its old format or in the new one, whatever happens.
"""

import os
from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, inspect, select, text, update

from rag.errors import DamagedError, NewerFormatError
from rag.library.catalog import tables
from rag.library.catalog.tables import checksum_of, write_checksums


def _add_layouts_and_files(db: Connection) -> None:
    tables.metadata.create_all(db, [tables.layouts, tables.files])


def _add_index_files_and_id(db: Connection) -> None:
    db.execute(text("alter table indexes add column files varchar not null default ''"))
    set_value(db, "id", os.urandom(8).hex())


def _add_asides(db: Connection) -> None:
    db.execute(text("alter table chunks add column asides varchar not null default ''"))


def _add_etags(db: Connection) -> None:
    if any(column["name"] == "etag" for column in inspect(db).get_columns("files")):
        return  # the first step made the table as it is now
    db.execute(text("alter table files add column etag varchar not null default ''"))


def _add_dates(db: Connection) -> None:
    db.execute(text("alter table documents add column date varchar not null default ''"))


def _add_metadata(db: Connection) -> None:
    db.execute(text("alter table documents add column metadata varchar not null default ''"))
    tables.metadata.create_all(db, [tables.fields])


def _add_checksums(db: Connection) -> None:
    for table in ("documents", "sources", "chunks", "layouts"):
        if not any(column["name"] == "checksum" for column in inspect(db).get_columns(table)):
            db.execute(text(f"alter table {table} add column checksum bigint not null default 0"))
    write_checksums(db)


def _cover_metadata(db: Connection) -> None:
    """Write the checksums of documents anew; one that was wrong before stays wrong."""
    documents = tables.documents
    for row in db.execute(select(documents)).mappings().all():
        value = checksum_of(documents, row)
        if row["checksum"] == checksum_of(documents, row, without=("metadata",)):
            own = documents.c.id == row["id"]
            db.execute(update(documents).where(own).values(checksum=value))


_STEPS: dict[int, Callable[[Connection], None]] = {
    2: _add_layouts_and_files,
    3: _add_index_files_and_id,
    4: _add_asides,
    5: _add_etags,
    6: _add_dates,
    7: _add_metadata,
    8: _add_checksums,
    9: _cover_metadata,
}
"""The migration to each format from the one before; format 1 was the first."""

FORMAT = max(_STEPS)
"""The format of the present tables; a higher one is refused, a lower one migrated."""


def set_value(db: Connection, key: str, value: str) -> None:
    db.execute(delete(tables.library).where(tables.library.c.key == key))
    db.execute(insert(tables.library).values(key=key, value=value))


def read_format(db: Connection) -> int | None:
    """Read the format of the catalog; None when there is no catalog.

    :raises DamagedError: what is stored is not a number.
    """
    if not inspect(db).has_table("library"):
        return None
    value = db.scalar(select(tables.library.c.value).where(tables.library.c.key == "format"))
    try:
        return int(value or "")
    except ValueError as error:
        raise DamagedError(
            f"the format of the catalog is {value!r}, not a number; restore it from a backup, or "
            "run `citespan doctor --repair`"
        ) from error


def check_format(number: int, place: str) -> None:
    """Refuse a catalog that a newer citespan wrote.

    :param place: of the catalog, for the message.
    :raises NewerFormatError: the format is too new.
    """
    if number > FORMAT:
        raise NewerFormatError(
            f"{place} was written by a newer citespan (format {number}, this one reads "
            f"{FORMAT}); upgrade citespan, or choose another home"
        )


def migrate(db: Connection) -> None:
    """Make the tables, or migrate older ones.

    The transaction must keep every other writer out.
    """
    number = read_format(db)
    if number is None:
        tables.metadata.create_all(db)
        set_value(db, "generation", "0")
        set_value(db, "id", os.urandom(8).hex())
    for step in range(number or FORMAT, FORMAT):
        _STEPS[step + 1](db)
    if number is None or number < FORMAT:
        set_value(db, "format", str(FORMAT))
