"""Checks a catalog that somebody else may have made: an export that is to be imported.

What is imported is later trusted like documents that this program read, so it must look like them:
the tables that this program makes and no other code of SQLite, values of the right types and
lengths, vectors of unit length, layouts and asides within their text.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping

import numpy as np
from sqlalchemy import BigInteger, Connection, select, text

from rag.errors import LibraryError
from rag.library.catalog import tables
from rag.library.catalog.database import Database
from rag.library.catalog.queries import to_vector
from rag.metadata import decode_metadata, encode_metadata
from rag.text.asides import decode_asides
from rag.text.layout import Layout

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"(?:\d{4}-\d\d-\d\d)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = {"name": 8_000, "title": 2_000, "heading": 20_000, "text": 1_000_000, "asides": 200_000}
"""Characters; what a reader makes is far shorter."""
_LONGEST_OTHER = 2_000
_PAGES = 10_000_000
_UNIT = 0.05
"""How far the length of a vector may be from 1; vectors in int8 or bfloat16 are rounded."""
_LATEST = 4e9
"""Seconds since the epoch."""


def check_schema(database: Database) -> None:
    """Check that the file holds only this program's tables: triggers and views are code.

    :raises LibraryError: it holds something else.
    """
    known = set(tables.metadata.tables)
    with database.reading() as db:
        rows = db.execute(text("select type, name, tbl_name, sql from sqlite_master")).all()
    for row in rows:
        is_ours = row.tbl_name in known or str(row.name).startswith("sqlite_")
        is_plain = row.type == "index" or str(row.sql).upper().startswith("CREATE TABLE")
        if row.type not in {"table", "index"} or not is_ours or not is_plain:
            raise LibraryError(f"it holds the {row.type} {str(row.name)[:80]!r}")


def check_values(values: Mapping[str, str]) -> None:
    """Check the library's own values.

    :raises LibraryError: one is too long, or is not what this program writes.
    """
    for key, value in values.items():
        _check(len(value) <= _LONGEST_OTHER, f"its {key}")
        _check(not _CONTROL.search(value.replace("\n", "")), f"its {key}")
    if "calibration" in values:
        try:
            kept = json.loads(values["calibration"])
            numbers = [float(kept[name]) for name in ("slope", "shift", "questions")]
        except (ValueError, KeyError, TypeError, RecursionError):
            numbers = [math.nan]
        _check(all(map(math.isfinite, numbers)) and numbers[0] > 0, "its calibration")


def find_flaw(db: Connection, document_id: str) -> str:
    """Find what keeps a document from being imported; "" when nothing does."""
    try:
        for row, part in _rows_of(db, document_id):
            check_row(row, part)
        _check_document(db, document_id)
    except (LibraryError, ValueError, TypeError, OverflowError) as error:
        return str(error)
    return ""


def check_row(row: Mapping[str, object], table: str) -> None:
    """Check types and lengths: SQLite keeps any value in any column.

    :raises LibraryError: a value is not what this program writes.
    """
    for column in tables.metadata.tables[table].columns:
        value, wanted = row[column.name], column.type.python_type
        what = f"the {column.name} of its {table}"
        if value is None:
            _check(bool(column.nullable), what)
        elif wanted is float:
            _check(isinstance(value, int | float) and 0 <= value <= _LATEST, what)
        else:
            _check(type(value) is wanted, what)
        if isinstance(value, str):
            value.encode()  # half of a surrogate pair raises
            _check(len(value) <= _LONGEST.get(column.name, _LONGEST_OTHER), what)
            _check(column.name == "text" or "\0" not in value, what)
        if isinstance(value, int) and not isinstance(column.type, BigInteger):
            _check(0 <= value < 1 << 31, what)


def _rows_of(db: Connection, document_id: str) -> Iterator[tuple[Mapping[str, object], str]]:
    for column in (
        tables.documents.c.id,
        tables.sources.c.document_id,
        tables.files.c.document_id,
        tables.chunks.c.document_id,
    ):
        part = column.table.name
        for row in db.execute(select(column.table).where(column == document_id)).mappings():
            yield dict(row), part


def _check_document(db: Connection, document_id: str) -> None:
    """Check what the columns of one row do not show."""
    documents, chunks, layouts = tables.documents, tables.chunks, tables.layouts
    own = db.execute(select(documents).where(documents.c.id == document_id)).one()
    _check(bool(_ID.fullmatch(own.id)), "its id")
    _check(bool(_HASH.fullmatch(own.content_hash)), "its digest")
    _check(bool(_DAY.fullmatch(own.date)), "its date")
    _check(own.metadata == encode_metadata(decode_metadata(own.metadata)), "its metadata")
    named = db.execute(select(tables.sources).where(tables.sources.c.document_id == own.id)).all()
    _check(bool(named) and all(row.name.strip() for row in named), "its name")
    for row in db.execute(select(chunks).where(chunks.c.document_id == own.id)):
        what = f"its chunk {row.ordinal}"
        _check(row.id == f"{own.id}:{row.ordinal}", f"the id of {what}")
        _check(row.page is None or 0 < row.page < _PAGES, f"the page of {what}")
        _check(bool(row.vector) and len(row.vector) % 4 == 0, f"the vector of {what}")
        length = float(np.linalg.norm(to_vector(row.vector)))
        _check(math.isfinite(length) and abs(length - 1) < _UNIT, f"the vector of {what}")
        asides = decode_asides(row.asides)
        _check(all(0 <= a.start < a.end <= len(row.text) for a in asides), f"the notes of {what}")
    runs = db.scalar(select(layouts.c.runs).where(layouts.c.document_id == own.id))
    if runs is not None:
        _check(isinstance(runs, bytes), "its layout")
        end = 0
        for run in Layout.decode(runs).runs:
            _check(end <= run.start and run.length >= 0 and 0 <= run.page < _PAGES, "its layout")
            end = run.start + run.length
        _check(end <= own.characters, "its layout")


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise LibraryError(f"{what} is not as citespan writes it")
