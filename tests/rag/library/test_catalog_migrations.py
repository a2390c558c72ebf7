"""Catalogs of every older format are brought up to date, all or nothing; newer ones are refused."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from rag.errors import LibraryError, NewerFormatError
from rag.library.catalog import FORMAT, Catalog, IndexState, NewChunk, NewDocument, migrations

FORMAT_1 = """
create table library (key varchar not null primary key, value varchar not null);
create table documents (id varchar not null primary key, title varchar not null,
    content_hash varchar not null, characters integer not null, chunks integer not null,
    added float not null, generation integer not null);
create index ix_documents_generation on documents (generation);
create table sources (name varchar not null primary key, document_id varchar not null,
    added float not null, foreign key(document_id) references documents (id));
create index ix_sources_document_id on sources (document_id);
create table chunks (id varchar not null primary key, document_id varchar not null,
    ordinal integer not null, start integer not null, "end" integer not null, page integer,
    heading varchar not null, text varchar not null, digest varchar not null,
    vector blob not null, foreign key(document_id) references documents (id));
create index ix_chunks_digest on chunks (digest);
create unique index chunks_in_order on chunks (document_id, ordinal);
create table removed (generation integer not null, document_id varchar not null,
    chunks integer not null, primary key (generation, document_id));
create table indexes (name varchar not null primary key, generation integer not null,
    folder varchar not null, dirty integer not null);
insert into library values ('format', '1'), ('generation', '1');
insert into documents values ('d', 'title', 'hash', 4, 1, 1.5, 1);
insert into sources values ('d.txt', 'd', 1.5);
insert into chunks values ('d:0', 'd', 0, 0, 4, null, '', 'text', 'digest', x'0000803f');
insert into indexes values ('chroma', 1, 'chroma-v1-1-aaaaaaaa', 0);
"""
FORMAT_2 = f"""
{FORMAT_1}
create table layouts (document_id varchar not null primary key, runs blob not null);
create table files (name varchar not null primary key, size integer not null,
    modified integer not null, inode integer not null, recipe varchar not null,
    digest varchar not null, document_id varchar not null, reason varchar not null);
create index ix_files_document_id on files (document_id);
update library set value = '2' where key = 'format';
"""
FORMAT_3 = f"""
{FORMAT_2}
alter table indexes add column files varchar not null default '';
insert into library values ('id', '0123456789abcdef');
update library set value = '3' where key = 'format';
"""
FORMAT_4 = f"""
{FORMAT_3}
alter table chunks add column asides varchar not null default '';
update library set value = '4' where key = 'format';
"""
FORMAT_5 = f"""
{FORMAT_4}
alter table files add column etag varchar not null default '';
update library set value = '5' where key = 'format';
"""
FORMAT_6 = f"""
{FORMAT_5}
alter table documents add column date varchar not null default '';
insert into layouts values ('d', x'789c030000000001');
update library set value = '6' where key = 'format';
"""
FORMAT_7 = f"""
{FORMAT_6}
alter table documents add column metadata varchar not null default '';
create table fields (
    document_id varchar not null references documents (id), ordinal integer not null,
    key varchar not null, text varchar, number float, primary key (document_id, ordinal)
);
create index fields_by_text on fields (key, text);
create index fields_by_number on fields (key, number);
update library set value = '7' where key = 'format';
"""
FORMAT_8 = f"""
{FORMAT_7}
alter table documents add column checksum bigint not null default 0;
alter table sources add column checksum bigint not null default 0;
alter table chunks add column checksum bigint not null default 0;
alter table layouts add column checksum bigint not null default 0;
update documents set checksum = 622766486;
update sources set checksum = 1664914047;
update chunks set checksum = 608197741;
update layouts set checksum = 1916590160;
update library set value = '8' where key = 'format';
"""
OLDER = [FORMAT_1, FORMAT_2, FORMAT_3, FORMAT_4, FORMAT_5, FORMAT_6, FORMAT_7, FORMAT_8]


def written(path: Path, script: str) -> Path:
    db = sqlite3.connect(path)
    db.executescript(script)
    db.close()
    return path


def shape(path: Path) -> dict[str, set[str]]:
    """Each table and index with its columns."""
    db = sqlite3.connect(path)
    tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
    found = {
        table: {name for _, name, *_ in db.execute(f"pragma table_info({table})")}
        for table in tables
    }
    indexes = {name for (name,) in db.execute("select name from sqlite_master where type='index'")}
    db.close()
    return found | {"indexes of tables": {name for name in indexes if "autoindex" not in name}}


@pytest.mark.fault(79)
@pytest.mark.parametrize("older", OLDER)
def test_an_older_catalog_is_brought_up_to_date_and_loses_nothing(
    tmp_path: Path, older: str
) -> None:
    path = written(tmp_path / "catalog.sqlite", older)
    Catalog(path).close()
    catalog = Catalog(path)
    assert catalog.text("d") == "text"
    assert catalog.chunks(["d:0"])["d:0"].text == "text"  # its checksums hold
    assert catalog.sources() == {"d.txt": "d"}
    assert catalog.generation == 1
    assert catalog.files(["d.txt"]) == {}
    assert catalog.index_state("chroma") == IndexState(1, "chroma-v1-1-aaaaaaaa", dirty=False)
    one = NewChunk(0, 3, None, "", "new", "other", np.ones(1, dtype=np.float32))
    catalog.commit([NewDocument("e", "e.txt", "", "", [one])])
    catalog.close()
    Catalog(tmp_path / "fresh.sqlite", create=True).close()
    assert shape(path) == shape(tmp_path / "fresh.sqlite")


def test_there_is_an_older_catalog_for_every_step() -> None:
    assert len(OLDER) == FORMAT - 1 == len(migrations._STEPS)


def test_a_step_that_fails_leaves_the_old_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "catalog.sqlite", FORMAT_1)
    before = shape(path)

    def broken(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(migrations._STEPS, FORMAT, broken)
    with pytest.raises(KeyboardInterrupt):
        Catalog(path)
    assert shape(path) == before


@pytest.mark.fault(79)
def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = written(
        tmp_path / "catalog.sqlite",
        f"{FORMAT_2}; update library set value = '99' where key = 'format'",
    )
    with pytest.raises(NewerFormatError, match="upgrade citespan"):
        Catalog(path)


@pytest.mark.parametrize("value", ["", "three"])
def test_a_format_that_is_no_number_is_refused(tmp_path: Path, value: str) -> None:
    path = written(
        tmp_path / "catalog.sqlite",
        f"{FORMAT_2}; update library set value = '{value}' where key = 'format'",
    )
    with pytest.raises(LibraryError, match="not a number; restore it"):
        Catalog(path)


def test_processes_that_make_one_catalog_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    spawning = multiprocessing.get_context("spawn")
    barrier = spawning.Barrier(4)
    makers = [spawning.Process(target=_made, args=(path, f"d{n}", barrier)) for n in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert [maker.exitcode for maker in makers] == [0] * 4
    catalog = Catalog(path)
    assert (catalog.generation, catalog.counts()) == (4, (4, 4))
    catalog.close()


def _made(path: Path, name: str, barrier: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    catalog = Catalog(path, create=True)
    chunk = NewChunk(0, 4, None, "", "text", name, np.ones(1, dtype=np.float32))
    catalog.commit([NewDocument(name, name, "", "", [chunk])])
    catalog.close()


def test_a_document_that_had_changed_before_checksums_covered_metadata_is_still_told(
    tmp_path: Path,
) -> None:
    changed = f"{FORMAT_8}; update documents set title = 'other'"
    catalog = Catalog(written(tmp_path / "catalog.sqlite", changed))
    with pytest.raises(LibraryError, match="has changed on the disk"):
        catalog.chunks(["d:0"])
    catalog.close()
