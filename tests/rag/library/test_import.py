"""An export that somebody crafted is refused as a whole, or does no harm."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from library_documents import DIMENSION
from rag import Settings
from rag.errors import LibraryError
from rag.library.catalog import Catalog, FileState, NewChunk, NewDocument
from rag.library.catalog.tables import write_checksums
from rag.library.library import Library
from rag.library.maintenance import ExportSummary, export, import_
from rag.metadata import encode_metadata
from rag.text.layout import Layout, Run
from rag.types import Aside, Filter


def document(name: str) -> NewDocument:
    from hashlib import sha256

    text = f"{name} has one part. "
    vector = np.ones(DIMENSION, dtype=np.float32) / np.sqrt(np.float32(DIMENSION))
    digest = sha256(text.encode()).hexdigest()
    chunk = NewChunk(0, len(text), 1, "Part", text, digest, vector, asides=(Aside(0, 3, "note"),))
    state = FileState(f"/docs/{name}.txt", 1, 2, 3, "r", digest, name)
    layout = Layout((Run(0, len(text), 1, 0),)).encode()
    return NewDocument(name, state.name, name, digest, [chunk], layout, state, date="2024-03-05")


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    settings = Settings(home=tmp_path / "theirs")
    with closing(Library.of(settings, create=True)) as library, library.writing():
        library.catalog.claim("some model")
        library.catalog.commit(map(document, ("alpha", "beta")))
    export(settings, tmp_path / "library.citespan")
    return tmp_path / "library.citespan"


def change(file: Path, script: str, *given: object) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        if given:
            db.execute(script, given)
        else:
            db.executescript(script)


def stamp(file: Path) -> None:
    """Give the rows the checksums of what they are now, as an attacker would."""
    with suppress(Exception), closing(Catalog(file)) as catalog, catalog._database.writing() as db:
        write_checksums(db)


def test_what_was_exported_is_taken(exported: Path, tmp_path: Path) -> None:
    assert import_(Settings(home=tmp_path / "ours"), exported) == (2, 2)


def test_metadata_come_along_and_conditions_look_at_what_is_shown(tmp_path: Path) -> None:
    theirs, ours = (Settings(home=tmp_path / name) for name in ("theirs", "ours"))
    told = {"team": "red", "year": 2024}
    with closing(Library.of(theirs, create=True)) as library, library.writing():
        library.catalog.claim("some model")
        library.catalog.commit([replace(document("alpha"), metadata=encode_metadata(told))])
    file = tmp_path / "library.citespan"
    export(theirs, file)
    change(file, "update fields set text = 'blue' where key = 'team'")
    assert import_(ours, file) == (1, 1)
    with closing(Library.of(ours)) as library:
        red, blue = (Filter(metadata={"team": team}) for team in ("red", "blue"))
        (found,) = library.catalog.documents(red)
        assert found.metadata == told
        assert library.catalog.documents(blue) == []
        (again,) = library.catalog.read_document(found.document_id)
        assert again.metadata == encode_metadata(told)


LONE = b"\xed\xa0\xbd"


@pytest.mark.fault(112)
@pytest.mark.parametrize(
    ("script", "given"),
    [
        ("create trigger t after update on library begin delete from library; end", ()),
        ("create view v as select * from chunks", ()),
        ("create table other (x)", ()),
        ("update documents set metadata = '[' where id = 'beta'", ()),
        ("create virtual table documents_fts using fts5(x)", ()),
        ("update documents set title = cast(? as text) where id = 'beta'", (LONE,)),
        ("update documents set title = ? where id = 'beta'", ("x" * 5000,)),
        ("update documents set title = ? where id = 'beta'", (b"bytes",)),
        ("update documents set added = ? where id = 'beta'", (1e300,)),
        ("update documents set added = ? where id = 'beta'", ("today",)),
        ("update documents set date = ? where id = 'beta'", ("<b>today</b>",)),
        ("update documents set content_hash = ? where id = 'beta'", ("no hash",)),
        ("update chunks set page = ? where document_id = 'beta'", (-1,)),
        ("update chunks set page = ? where document_id = 'beta'", (1 << 40,)),
        ("update chunks set page = ? where document_id = 'beta'", ("one",)),
        ("update chunks set heading = ? where document_id = 'beta'", ("h" * 30_000,)),
        ("update chunks set text = ? where document_id = 'beta'", (7,)),
        ("update chunks set asides = ? where document_id = 'beta'", ("n0-9999",)),
        ("update chunks set vector = ? where document_id = 'beta'", (b"",)),
        ("update chunks set vector = ? where document_id = 'beta'", (b"\0" * 32,)),
        ("update chunks set vector = ? where document_id = 'beta'", (b"\0\0\xc0\x7f" * 8,)),
        ("update chunks set vector = ? where document_id = 'beta'", ("text",)),
        ("update chunks set id = ? where document_id = 'beta'", ("alpha:9",)),
        ("update sources set name = ? where document_id = 'beta'", ("n" * 9000,)),
        ("update sources set name = ? where document_id = 'beta'", (" ",)),
        ("update sources set name = ? where document_id = 'beta'", (b"bytes",)),
        ("delete from sources where document_id = ?", ("beta",)),
        ("update layouts set runs = ? where document_id = 'beta'", (b"nothing",)),
        ("update layouts set runs = ? where document_id = 'beta'", ("text",)),
        (
            "update layouts set runs = ? where document_id = 'beta'",
            (Layout((Run(0, 9999, 1, 0),)).encode(),),
        ),
        ("update files set digest = ? where document_id = 'beta'", ("d" * 3000,)),
        ("insert into library values ('calibration', ?)", ("{}",)),
        ("insert into library values ('calibration', ?)", ('{"slope": NaN}',)),
        ("update library set value = ? where key = 'embedder'", ("e\x1b[2J",)),
    ],
)  # fmt: skip
def test_what_no_export_holds_is_refused_and_nothing_changes(
    exported: Path, tmp_path: Path, script: str, given: tuple[object, ...]
) -> None:
    ours = Settings(home=tmp_path / "ours")
    with closing(Library.of(ours, create=True)) as library, library.writing():
        library.catalog.commit([document("own")])
    change(exported, script, *given)
    stamp(exported)
    with pytest.raises(LibraryError, match="not an intact export of citespan; nothing was changed"):
        import_(ours, exported, replace=True)
    with closing(Library.of(ours)) as library:
        assert list(library.catalog.sources()) == ["/docs/own.txt"]


def test_an_object_of_s3_is_not_contacted_since_an_import_names_it(
    exported: Path, tmp_path: Path
) -> None:
    name = "s3://somebody/a.pdf"
    change(exported, "update files set name = ? where document_id = 'beta'", name)
    ours = Settings(home=tmp_path / "ours")
    import_(ours, exported)
    with closing(Library.of(ours)) as library:
        assert library.catalog.files_of("beta") == []
        assert len(library.catalog.files_of("alpha")) == 1


def test_what_a_file_holds_is_shown_before_it_replaces_anything(
    exported: Path, tmp_path: Path
) -> None:
    ours = Settings(home=tmp_path / "ours")
    with closing(Library.of(ours, create=True)) as library, library.writing():
        library.catalog.commit([document("own")])
    shown: list[ExportSummary] = []

    def refuse(summary: ExportSummary) -> bool:
        shown.append(summary)
        return False

    assert import_(ours, exported, replace=True, confirm=refuse) == (1, 1)
    names = ("/docs/alpha.txt", "/docs/beta.txt")
    assert shown == [ExportSummary(2, 2, names, "some model")]


@pytest.mark.fault(112)
@pytest.mark.parametrize("seed", range(3))
def test_any_value_in_any_column_is_imported_or_refused_with_a_sentence(
    exported: Path, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    values = [
        None,
        -1,
        0,
        1 << 62,
        1e308,
        "",
        "x",
        "x" * 3000,
        b"",
        b"\xff" * 9,
        "\0",
        "../..",
        "/",
    ]
    data = exported.read_bytes()
    ours = Settings(home=tmp_path / "ours")
    taken = 0
    columns = columns_of(exported)
    for _ in range(20):
        exported.write_bytes(data)
        table, column = rng.choice(columns)
        try:
            change(exported, f'update {table} set "{column}" = ?', rng.choice(values))
        except sqlite3.IntegrityError:
            continue
        stamp(exported)
        try:
            import_(ours, exported, replace=True)
        except LibraryError:
            continue
        taken += 1
        use(ours)
    assert 0 < taken < 20


def columns_of(file: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(file)) as db:
        tables = ["library", "documents", "sources", "chunks", "layouts", "files"]
        return [
            (table, column[1])
            for table in tables
            for column in db.execute(f"pragma table_info({table})")
        ]


def use(settings: Settings) -> None:
    """Read all that an answer would."""
    with closing(Library.of(settings)) as library:
        catalog = library.catalog
        catalog.documents()
        catalog.names()
        for info in catalog.documents():
            text = catalog.text(info.document_id)
            catalog.place_of(info.document_id, 0, len(text))
            catalog.read_document(info.document_id)
        library.find_nearest(np.ones(DIMENSION, dtype=np.float32) / DIMENSION**0.5, 5)
        library.lexical.search("part", 5)
