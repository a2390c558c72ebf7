"""What callers know of a document beside its text, and conditions on it.

Conditions have the form that Chroma and LangChain's vector stores use: ``{"team": "red"}``,
``{"year": {"$gte": 2020, "$lt": 2024}}``, ``{"kind": ["letter", "memo"]}`` and
``{"$or": [{…}, {…}]}``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, Literal, TypeAlias

Scalar = str | int | float | bool
Comparison = Literal["in", "nin", "gt", "gte", "lt", "lte"]
Metadata: TypeAlias = Mapping[str, Any]
"""Names and JSON values; conditions look at texts, numbers, truth values and lists of these."""

_ALL, _ANY = "$and", "$or"
_RANGES: dict[str, Comparison] = {"$gt": "gt", "$gte": "gte", "$lt": "lt", "$lte": "lte"}
_MANY: dict[str, Comparison] = {"$in": "in", "$nin": "nin"}
_ONE: dict[str, Comparison] = {"$eq": "in", "$ne": "nin"}
_LONGEST = 1_000
"""Bits of a whole number; a float holds no larger ones."""
_FORM = 'metadata is filtered by conditions such as {"team": "red", "year": {"$gte": 2020}}'


def encode_metadata(given: Metadata | None) -> str:
    """Encode metadata as JSON, equal for equal metadata; "" for none.

    Dates become text in ISO's form, paths text, and entries that are None are left out.

    :raises TypeError: it is no mapping, or a value has no JSON form.
    """
    if given is None:
        return ""
    if not isinstance(given, Mapping):
        raise TypeError(f"metadata is a mapping, such as {{'team': 'red'}}, not {given!r}")
    plain = {_check_key(key): _plain(value, key) for key, value in given.items()}
    held = {key: value for key, value in plain.items() if value is not None}
    return json.dumps(held, sort_keys=True, ensure_ascii=False) if held else ""


def decode_metadata(encoded: str) -> dict[str, Any]:
    """Decode what :func:`encode_metadata` encoded."""
    return json.loads(encoded) if encoded else {}


def list_fields(metadata: Metadata) -> list[tuple[str, Scalar]]:
    """List what conditions can look at: each key with each of its values."""
    return [
        (key, each)
        for key, value in metadata.items()
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, str | int | float)
    ]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one key.

    ``in`` and the ranges hold when one of the key's values fits; ``nin`` when none is among the
    values, so that it also holds without the key. Ranges compare numbers with numbers and texts
    with texts.
    """

    key: str
    comparison: Comparison
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions of which all, or any, must hold."""

    parts: tuple[Condition | Conditions, ...]
    any_of: bool = False


def read_conditions(given: object) -> Conditions:
    """Read conditions as callers write them.

    :raises TypeError: they have another form.
    """
    if isinstance(given, Conditions):
        return given
    if not isinstance(given, Mapping) or not given:
        raise TypeError(f"{_FORM}, not {given!r}")
    parts: list[Condition | Conditions] = []
    for key, wanted in given.items():
        if key in (_ALL, _ANY):
            if not isinstance(wanted, Sequence) or isinstance(wanted, str) or not wanted:
                raise TypeError(f"{key} takes a list of conditions, not {wanted!r}")
            parts.append(Conditions(tuple(map(read_conditions, wanted)), key == _ANY))
        else:
            parts += _read_one(_check_key(key), wanted)
    return Conditions(tuple(parts))


def _read_one(key: str, wanted: object) -> list[Condition]:
    """The conditions on one key; those of ``{"$gte": 1, "$lt": 3}`` must all hold."""
    if key.startswith("$"):
        known = ", ".join((_ALL, _ANY))
        raise TypeError(f"{key} stands within a key, or is not known ({known} are); {_FORM}")
    if isinstance(wanted, list | tuple | set | frozenset):
        return [Condition(key, "in", _scalars(wanted, key))]
    if not isinstance(wanted, Mapping):
        return [Condition(key, "in", _scalars([wanted], key))]
    found = []
    for operator, value in wanted.items():
        if operator in _MANY:
            if not isinstance(value, list | tuple | set | frozenset):
                raise TypeError(f"{operator} takes a list of values, not {value!r}")
            found.append(Condition(key, _MANY[operator], _scalars(value, key)))
        elif comparison := (_ONE | _RANGES).get(str(operator)):
            found.append(Condition(key, comparison, _scalars([value], key)))
        else:
            known = ", ".join((*_ONE, *_MANY, *_RANGES))
            raise TypeError(f"{operator!r} is no comparison of {key}; these are: {known}")
    if not found:
        raise TypeError(f"no condition is given for {key}; {_FORM}")
    return found


def _scalars(values: Any, key: str) -> tuple[Scalar, ...]:
    plain = [_plain(value, key) for value in values]
    if wrong := [value for value in plain if not isinstance(value, str | int | float)]:
        raise TypeError(f"{key} is compared with texts and numbers, not with {wrong[0]!r}")
    return tuple(sorted(plain, key=repr))


def _check_key(key: object) -> str:
    if not isinstance(key, str) or not key:
        raise TypeError(f"a key of metadata is a text, not {key!r}")
    return key


def _plain(value: Any, key: object) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, str | int | float):
        if isinstance(value, float) and not math.isfinite(value):
            raise TypeError(f"the metadata {key} is {value}, which is no number; leave it out")
        if isinstance(value, int) and value.bit_length() > _LONGEST:
            raise TypeError(f"the metadata {key} is too large a number; give it as text")
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return {_check_key(inner): _plain(each, inner) for inner, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        listed = [_plain(each, key) for each in value]
        return sorted(listed, key=repr) if isinstance(value, set | frozenset) else listed
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a number of NumPy's
        return _plain(value.item(), key)
    raise TypeError(f"the metadata {key} is a {type(value).__name__}; give texts, numbers or dates")
