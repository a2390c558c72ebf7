"""Reads the files that are attached to a mail, each by the readers of its own format."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ingest.readers import Source, Tell, format_of, formats
from rag.errors import DocumentError

_DEEPEST = 3
"""Mails in mails."""
_depth: ContextVar[int] = ContextVar("depth", default=0)
"""How many mails the one that is being read is in; a reader is given bytes alone."""


@contextmanager
def attached_depth() -> Iterator[None]:
    """What is read within is attached to a mail.

    :raises DocumentError: mails are nested too deep.
    """
    if _depth.get() == _DEEPEST:
        raise DocumentError(f"mails are nested more than {_DEEPEST} deep")
    token = _depth.set(_depth.get() + 1)
    try:
        yield
    finally:
        _depth.reset(token)


def read_file(name: str, data: bytes, tell: Tell) -> Source | None:
    """The text of an attached file; None if no reader knows its format, or it is empty.

    :raises DocumentError: it is damaged, and why.
    """
    module = format_of(name)
    if module is None or not data.strip():
        return None
    why = ""
    for reader in formats()[module].readers:
        try:
            return reader(data, tell)
        except DocumentError:
            raise
        except RecursionError:
            why = "it is nested too deep"
        except Exception as error:  # noqa: BLE001 - a parser raises anything on a damaged file
            why = f"{type(error).__name__}: {error}"[:200]
    raise DocumentError(f"cannot be read as {formats()[module].name}: {why}")
