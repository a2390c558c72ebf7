"""A bit that was turned over on the disk is found before an answer shows it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from library_documents import commit, document
from rag import Settings
from rag.errors import DamagedError, LibraryError
from rag.library.catalog import Catalog, NewDocument
from rag.library.library import Library
from rag.library.maintenance import repair
from rag.metadata import encode_metadata
from rag.text.layout import Layout, Run


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Library(tmp_path / "home", create=True)) as library, library.writing():
        plain = document("alpha")
        layout = Layout((Run(0, 5, 1, 0),)).encode()
        fields = (plain.id, plain.source, plain.title, plain.content_hash, plain.chunks, layout)
        told = encode_metadata({"team": "red"})
        library.catalog.commit([NewDocument(*fields, metadata=told)])
        library.catalog.commit([document("beta")])
    with closing(Catalog(tmp_path / "home" / "catalog.sqlite")) as catalog:
        yield catalog


@pytest.mark.fault(117)
@pytest.mark.parametrize(
    "change",
    [
        "documents set title = 'Alpha' where id = 'alpha'",
        "documents set date = '2024-01-01' where id = 'alpha'",
        """documents set metadata = '{"team": "blue"}' where id = 'alpha'""",
        "sources set name = 'alphA.txt' where document_id = 'alpha'",
        "chunks set heading = 'x' where id = 'alpha:1'",
        "chunks set page = 2 where id = 'alpha:1'",
        "chunks set text = 'alphb part1. ' where id = 'alpha:1'",
        "chunks set asides = 'n0-1' where id = 'alpha:1'",
        "chunks set vector = zeroblob(32) where id = 'alpha:1'",
        "chunks set start = 1 where id = 'alpha:1'",
    ],
)
def test_a_changed_value_is_not_shown(catalog: Catalog, change: str) -> None:
    assert len(catalog.chunks(["alpha:0", "alpha:1", "beta:1"])) == 3
    with closing(sqlite3.connect(str(catalog.address))) as db, db:
        assert db.execute(f"update {change}").rowcount == 1
    with pytest.raises(DamagedError, match="has changed on the disk"):
        catalog.chunks(["alpha:1"])
    assert set(catalog.chunks(["beta:1"])) == {"beta:1"}
    assert [id_ for id_, _ in catalog.find_incomplete() if id_ == "alpha"]


def test_a_changed_layout_is_found(catalog: Catalog) -> None:
    other = Layout((Run(0, 5, 2, 0),)).encode()
    with closing(sqlite3.connect(str(catalog.address))) as db, db:
        db.execute("update layouts set runs = ?", [other])
    assert [id_ for id_, _ in catalog.find_incomplete()] == ["alpha"]


def test_a_changed_field_of_metadata_is_found(catalog: Catalog) -> None:
    assert not list(catalog.find_incomplete())
    with closing(sqlite3.connect(str(catalog.address))) as db, db:
        assert db.execute("update fields set text = 'blue'").rowcount == 1
    assert [id_ for id_, _ in catalog.find_incomplete()] == ["alpha"]


@pytest.mark.fault(117)
@pytest.mark.parametrize("seed", range(3))
def test_no_bit_that_is_turned_over_changes_an_answer_unnoticed(tmp_path: Path, seed: int) -> None:
    """As doctor checks it; what is told is then mended."""
    commit(tmp_path / "home", "alpha")
    commit(tmp_path / "home", "beta")
    path = tmp_path / "home" / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode=delete")
    whole = path.read_bytes()
    before = shown(path)
    assert not find_all_damage(path)
    places = [place for place in range(len(whole)) if whole[place]]
    rng = random.Random(seed)
    noticed = 0
    for place in rng.sample(places, 20):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            told = find_all_damage(path)
            after = {} if told else shown(path)
        except LibraryError:
            told, after = True, {}
        assert told or after == before, f"byte {place} of {len(whole)}"
        noticed += told
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
    assert noticed


def find_all_damage(path: Path) -> bool:
    with closing(Catalog(path)) as catalog:
        return bool(catalog.find_damage() or list(catalog.find_incomplete()))


def shown(path: Path) -> dict[str, object]:
    """What answers show of a catalog."""
    with closing(Catalog(path)) as catalog:
        ids = [f"{name}:{number}" for name in ("alpha", "beta") for number in range(3)]
        return {
            id_: (c.text, c.title, c.heading, c.page, c.source, c.start, c.vector.tobytes())
            for id_, c in catalog.chunks(ids).items()
        }


def test_repair_removes_what_has_changed(catalog: Catalog) -> None:
    path = Path(str(catalog.address))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("update chunks set heading = 'x' where id = 'alpha:1'")
    said: list[str] = []
    repair(Settings(home=path.parent), said.append)
    assert any("has changed since it was written: alpha.txt; ingest it again" in s for s in said)
