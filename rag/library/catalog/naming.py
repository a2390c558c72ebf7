"""Finds the documents that names, folders and patterns mean."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from glob import escape, has_magic
from pathlib import Path, PurePath

from sqlalchemy import Connection, or_, select

from rag.library.catalog.tables import sources
from rag.names import is_address, make_absolute


def find_named(db: Connection, names: Sequence[str]) -> dict[str, set[str]]:
    """Find the ids of the documents that each name means; none for a name of nothing.

    A name is what the library calls a document, or a folder that stands for all below it; a path
    is relative to the current folder, as at ingest. What is neither is searched for in all names:
    ``contracts/2023`` in ``/srv/contracts/2023/lease.md``, or the pattern ``contracts/*.md``, in
    the syntax of a .gitignore.
    """
    found = {name: _find_path(db, name) for name in names}
    unknown = [name for name, held in found.items() if name.strip() and not held]
    if unknown:
        stored = [(_plain(row.name), row.document_id) for row in db.execute(select(sources))]
        for name in unknown:
            found[name] = _find_within(stored, name)
    return found


def _find_path(db: Connection, name: str) -> set[str]:
    """Find a document by its whole name, or the documents of a folder."""
    if not name.strip():
        return set()
    places = {name.rstrip("/"), make_absolute(name).rstrip("/")}
    named = or_(
        sources.c.name.in_(places),
        *(sources.c.name.startswith(f"{place}/", autoescape=True) for place in places),
    )
    return set(db.scalars(select(sources.c.document_id).where(named)))


def _find_within(stored: Iterable[tuple[str, str]], name: str) -> set[str]:
    """Find documents by a pattern, or by some of the folders of their names."""
    for matches in _make_matchers(_plain(name)):
        if held := {document_id for source, document_id in stored if matches(source)}:
            return held
    return set()


def _make_matchers(name: str) -> Iterator[Callable[[str], bool]]:
    """Make what tells whether a source is meant, the nearest meaning first."""
    rooted = PurePath(name).is_absolute() or is_address(name.replace(":/", "://", 1))
    if has_magic(name):
        from pathspec import GitIgnoreSpec

        here = "" if rooted else f"{escape(_plain(str(Path.cwd())))}/"
        patterns = [f"/{here.lstrip('/')}{name.lstrip('/')}"]
        patterns += [] if rooted else [f"**/{name}"]
        for pattern in patterns:
            yield GitIgnoreSpec.from_lines([pattern]).match_file
    elif not rooted and (part := name.removeprefix("./").strip("/")):
        yield lambda source: f"/{part}/" in f"/{source}/"


def _plain(name: str) -> str:
    """A name with single slashes alone."""
    return name.replace("\\", "/").replace("://", ":/")
