"""The values of metadata in columns that conditions are compared with."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from rag.library.catalog.tables import documents, fields
from rag.metadata import Condition, Conditions, Scalar, decode_metadata, list_fields

_EXACT = 2**53
"""From which on a float does not tell whole numbers apart."""


def make_fields(document_id: str, metadata: str) -> list[dict[str, Any]]:
    """Make the rows of a document's metadata."""
    return [
        {"document_id": document_id, "ordinal": ordinal, "key": key, **_columns(value)}
        for ordinal, (key, value) in enumerate(list_fields(decode_metadata(metadata)))
    ]


def find_documents(db: Connection, conditions: Conditions) -> set[str]:
    """Find the ids of the documents whose metadata meet conditions."""
    return set(db.scalars(select(documents.c.id).where(_express(conditions))))


def _express(condition: Condition | Conditions) -> ColumnElement[bool]:
    if isinstance(condition, Conditions):
        join = or_ if condition.any_of else and_
        return join(*map(_express, condition.parts))
    values = condition.values
    fits = (
        _is_one_of(values)
        if condition.comparison in ("in", "nin")
        else _is_beyond(condition.comparison, values[0])
    )
    held = documents.c.id.in_(
        select(fields.c.document_id).where(fields.c.key == condition.key, fits)
    )
    return ~held if condition.comparison == "nin" else held


def _is_one_of(values: Sequence[Scalar]) -> ColumnElement[bool]:
    rows = [_columns(value) for value in values]
    texts = [row["text"] for row in rows if row["number"] is None]
    numbers = [row["number"] for row in rows if row["text"] is None]
    large = [
        and_(fields.c.text == row["text"], fields.c.number == row["number"])
        for row in rows
        if None not in row.values()
    ]
    return or_(
        and_(fields.c.text.in_(texts), fields.c.number.is_(None)),
        and_(fields.c.number.in_(numbers), fields.c.text.is_(None)),
        *large,
    )


def _is_beyond(comparison: str, value: Scalar) -> ColumnElement[bool]:
    is_text = isinstance(value, str)
    column: Any = fields.c.text if is_text else fields.c.number
    value = value if is_text else float(value)
    compared: ColumnElement[bool] = {
        "gt": column > value,
        "gte": column >= value,
        "lt": column < value,
        "lte": column <= value,
    }[comparison]
    return and_(compared, fields.c.number.is_(None)) if is_text else compared


def _columns(value: Scalar) -> dict[str, Any]:
    """A value as its columns; a number that no float tells from its neighbours is a text too."""
    if isinstance(value, str):
        return {"text": value, "number": None}
    large = isinstance(value, int) and abs(value) > _EXACT
    return {"text": str(value) if large else None, "number": float(value)}
