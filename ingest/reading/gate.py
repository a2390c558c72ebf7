"""The gate that every value of a reader passes: it can be stored and shown, and it has a bound.

A reader gives what a file says, and a file may say anything: half a character, a title of a
megabyte, a place beyond the text. What has passed can be encoded, is as long as it may be, and lies
where it says.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.readers import LONGEST_TEXT, Source, too_long_error
from rag.text.asides import merge_asides
from rag.text.characters import replace_surrogates
from rag.text.layout import Layout, Run
from rag.types import Aside

_LONGEST_LINE = 500
"""Characters of a title, a warning, or the name of a sheet or a part."""
_MOST_NAMES = 100_000
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_PAGES = 1 << 31
_LARGEST_INDEX = 1 << 66
"""The largest number that :mod:`rag.text.picture_words` makes."""


def check_source(source: Source) -> Source:
    """Return a source whose values all hold what their types promise.

    :raises DocumentError: its text is too long.
    """
    if len(source.text) > LONGEST_TEXT:
        raise too_long_error()
    text = replace_surrogates(source.text).replace("\0", "\ufffd")
    return Source(
        text,
        check_line(source.title),
        check_line(source.warning),
        source.markdown,
        _check_layout(source.layout, len(text)) if source.layout else None,
        _check_asides(source.asides, len(text)),
        source.date if _DATE.fullmatch(source.date) else "",
    )


def check_line(text: str, most: int = _LONGEST_LINE) -> str:
    """Return a line of text as it can be stored and shown, cut where it is too long.

    :param most: characters.
    """
    line = replace_surrogates(text[: most + 1]).replace("\0", "\ufffd")
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _check_names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(check_line(name) for name in names[:_MOST_NAMES])


def _check_layout(layout: Layout, length: int) -> Layout:
    runs = tuple(_check_runs(layout.runs, length))
    sheets, parts = _check_names(layout.sheets), _check_names(layout.parts)
    return replace(layout, runs=runs, sheets=sheets, parts=parts)


def _check_runs(runs: Iterable[Run], length: int) -> Iterator[Run]:
    """Yield the runs that are in the text, in its order and on a page."""
    end = 0
    for run in runs:
        placed = 0 <= run.page < _MOST_PAGES and -1 <= run.index <= _LARGEST_INDEX
        if placed and end <= run.start < length and run.length > 0:
            inside = min(run.length, length - run.start)
            end = run.start + inside
            yield run if inside == run.length else replace(run, length=inside)


def _check_asides(asides: Iterable[Aside], length: int) -> tuple[Aside, ...]:
    return merge_asides(
        Aside(max(0, aside.start), min(aside.end, length), aside.kind) for aside in asides
    )
