"""Reads JSON and JSON lines: each record's values with their names, long ones as paragraphs."""

import json
from collections.abc import Iterator
from typing import Any

from ingest.readers import LARGEST_TEXT_FILE, Format, Source, Tell
from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import one_line, several_lines
from ingest.readers.tabular.records import fold_fields
from rag.errors import DocumentError

_SHORT = 80
"""Characters; shorter values of a record share a line."""
_TELL_EVERY = 1_000
_TITLES = ("title", "name", "heading")


class _Pairs(list[tuple[str, Any]]):
    """An object as written: in order, repeated names kept."""


def read(data: bytes, tell: Tell) -> Source:
    """Every value with the path to it."""
    text, warning = decode(data)
    try:
        document = _parse(text)
    except json.JSONDecodeError as error:
        records, bad = _parse_lines(text)
        if not records:
            raise DocumentError(f"not JSON: {error}") from error
        if bad:
            warning = f"not JSON, left out: {_list_numbers(bad)}"
        document = records
    except RecursionError:
        raise DocumentError("refused: its values are nested too deep") from None
    several = isinstance(document, list) and not isinstance(document, _Pairs)
    blocks: list[str] = []
    for number, record in enumerate(document if several else [document]):
        blocks.extend(_blocks(record))
        if number % _TELL_EVERY == 0:
            tell(number, len(document) if several else 1)
    title = "" if several else _title(document)
    return Source("\n\n".join([*blocks, ""]), title, warning, markdown=False)


def _parse(text: str) -> Any:
    """The value, numbers as they are written."""
    return json.loads(
        text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_Pairs
    )


def _parse_lines(text: str) -> tuple[list[Any], list[int]]:
    """The records of JSON lines, and the numbers of the lines that are none."""
    records, bad = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            records.append(_parse(line))
        except (json.JSONDecodeError, RecursionError):
            bad.append(number)
    return records, bad


def _list_numbers(lines: list[int]) -> str:
    more = f" and {len(lines) - 5} more" if len(lines) > 5 else ""
    return f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines[:5]))}{more}"


def _blocks(record: Any) -> Iterator[str]:
    """The paragraphs of one record, and of the records in it."""
    short: list[str] = []
    within = ""
    for owner, path, value in _values("", "", record):
        line = f"{path}: {value}" if path else value
        is_short = len(value) < _SHORT and "\n" not in value
        if not is_short or owner != within:
            yield from fold_fields(short)
            short, within = [], owner
        if is_short:
            short.append(line)
        else:
            yield line
    yield from fold_fields(short)


def _values(owner: str, path: str, value: Any) -> Iterator[tuple[str, str, str]]:
    """Each scalar with its record's path and its own; a list of scalars is one value.

    An object of several values in a list is a record.
    """
    if isinstance(value, _Pairs):
        for name, inner in value:
            name = one_line(name)
            yield from _values(owner, f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        if all(not isinstance(inner, list) for inner in value):
            words = ", ".join(filter(None, map(_scalar, value)))
            if words:
                yield owner, path, words
        else:
            for number, inner in enumerate(value, 1):
                item = f"{path}.{number}" if path else str(number)
                is_record = isinstance(inner, _Pairs) and len(inner) > 1
                yield from _values(item if is_record else owner, item, inner)
    elif words := _scalar(value):
        yield owner, path, words


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else several_lines(str(value))


def _title(document: Any) -> str:
    if isinstance(document, _Pairs):
        for wanted in _TITLES:
            for name, value in document:
                if name.lower() == wanted and isinstance(value, str):
                    return one_line(value)[:150]
    return ""


FORMAT = Format(
    name="a JSON file",
    suffixes=(".json", ".jsonl", ".ndjson", ".geojson"),
    readers=(read,),
    version=2,
    largest=LARGEST_TEXT_FILE,
)
