"""Damaged exports for ``make fuzz``: an import takes what can be used, or changes nothing."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import numpy as np

from library_documents import DIMENSION, document
from rag import Settings
from rag.errors import LibraryError
from rag.library.catalog import Catalog
from rag.library.catalog.tables import write_checksums
from rag.library.library import Library
from rag.library.maintenance import export, import_

_NUMBERS = (None, -1, 0, 1, 1 << 62, 1e308, float("inf"))


class DamagedExports:
    """Exports with one to three values or some bytes changed, imported into one library.

    :param folder: an empty folder.
    :param text: makes an odd text.
    :param damaged: damages bytes.
    """

    def __init__(
        self,
        folder: Path,
        text: Callable[[random.Random], str],
        damaged: Callable[[bytes, random.Random], bytes],
    ) -> None:
        self._text, self._damaged = text, damaged
        self._file, self._ours = folder / "x.citespan", Settings(home=folder / "ours")
        theirs = Settings(home=folder / "theirs")
        with closing(Library.of(theirs, create=True)) as library, library.writing():
            library.catalog.claim("some model")
            library.catalog.commit(map(document, ("alpha", "beta")))
        export(theirs, self._file)
        self._whole = self._file.read_bytes()
        with closing(sqlite3.connect(self._file)) as db:
            tables = [row[0] for row in db.execute("select name from sqlite_master")]
            self._columns = [
                (table, column[1])
                for table in tables
                for column in db.execute(f'pragma table_info("{table}")')
            ]
        import_(self._ours, self._file)

    def import_one(self, rng: random.Random) -> str:
        """Damage the export and import it; how it went."""
        before = self._read()
        self._file.write_bytes(self._whole)
        if rng.random() < 0.3:
            self._file.write_bytes(self._damaged(self._whole, rng))
        else:
            self._change(rng)
        try:
            import_(self._ours, self._file, replace=True)
        except LibraryError as error:
            sentence = str(error).strip()
        else:
            sentence = "taken"
        now = self._read()
        assert sentence, "refused without a word"
        if sentence != "taken":
            assert now == before, "refused, and something has changed"
            return "import refused"
        return "import taken"

    def _change(self, rng: random.Random) -> None:
        """Set some values, with the checksums that belong to them, as an attacker would."""
        with suppress(sqlite3.Error, UnicodeEncodeError), closing(self._connect()) as db, db:
            for _ in range(rng.choice((1, 1, 3))):
                table, column = rng.choice(self._columns)
                odd = self._text(rng)
                value = rng.choice((*_NUMBERS, odd, odd.encode("utf-8", "replace"), "../../x"))
                rows = rng.choice(("", " where rowid = 1"))
                db.execute(f'update "{table}" set "{column}" = ?{rows}', (value,))
        # a catalog that cannot be opened any more keeps its checksums
        with (
            suppress(Exception),
            closing(Catalog(self._file)) as catalog,
            catalog._database.writing() as db,
        ):
            write_checksums(db)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file)

    def _read(self) -> list[tuple[str, str]]:
        """Read all that an answer would: names and texts."""
        with closing(Library.of(self._ours)) as library:
            catalog = library.catalog
            found = [(info.title, catalog.text(info.document_id)) for info in catalog.documents()]
            for info in catalog.documents():
                catalog.read_document(info.document_id)
            library.find_nearest(np.ones(DIMENSION, dtype=np.float32) / DIMENSION**0.5, 5)
        return found
