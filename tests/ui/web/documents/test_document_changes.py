"""Documents come in through the page, go, and come back; what cannot come in says why."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from craft import pdf, words
from starlette.testclient import TestClient

from ingest import ingest
from rag import Rag, Settings
from rag.library.catalog import Catalog
from rag.library.catalog.tables import write_checksums
from rag.library.maintenance import export, import_
from ui.web.documents.document_changes import DocumentChanges
from ui.web.server import create_server_app

TEXT = b"The zorbium reactor is cooled by liquid helium. It was built in Ulm in 1987."


@pytest.fixture
def rag(tmp_path: Path) -> Iterator[Rag]:
    with Rag(Settings(home=tmp_path / "home", upload_megabytes=1, upload_files=3)) as rag:
        yield rag


@pytest.fixture
def client(rag: Rag) -> Iterator[TestClient]:
    with TestClient(create_server_app(rag), base_url="http://127.0.0.1:7860") as client:
        yield client


def send(client: TestClient, name: str, data: bytes = TEXT) -> dict[str, Any]:
    """The last line of an upload, or the refusal."""
    got = client.post("/page/documents", content=data, headers={"X-File-Name": quote(name)})
    lines = [json.loads(line) for line in got.text.splitlines()]
    return lines[-1] if got.is_success else {"status": got.status_code, **lines[0]}


def titles(client: TestClient) -> list[str]:
    return [one["title"] for one in client.get("/page/documents").json()["documents"]]


def test_an_upload_is_told_step_by_step_and_then_answers(client: TestClient, rag: Rag) -> None:
    assert titles(client) == []
    got = client.post("/page/documents", content=TEXT, headers={"X-File-Name": "Reactor%20one.txt"})
    *steps, last = map(json.loads, got.text.splitlines())
    assert {step["step"] for step in steps} == {"reading", "embedding"}
    assert last["status"] == "added"
    assert titles(client) == ["Reactor one"]
    answer = rag.ask("What is the zorbium reactor cooled by?")
    assert answer.citations[0].document_id == last["document"]
    assert send(client, "Reactor one.txt")["status"] == "unchanged"
    assert send(client, "Reactor one.txt", TEXT + b" It is blue.")["status"] == "added"
    assert titles(client) == ["Reactor one"] * 2  # two contents, one name: both are kept


def test_many_files_are_one_ingest_and_each_has_a_result(tmp_path: Path) -> None:
    with Rag(Settings(home=tmp_path / "home", upload_files=60)) as rag:
        names = [f"note {number}.txt" for number in range(58)]
        files = [("files", (name, f"{name} speaks of zorbium.".encode())) for name in names]
        files += [("files", ("tool.exe", b"MZ")), ("files", ("broken.pdf", b"%PDF-1.4 nothing"))]
        app = create_server_app(rag)
        with TestClient(app, base_url="http://127.0.0.1:7860") as client:
            got = client.post("/page/documents/batch", files=files)
            results = json.loads(got.text.splitlines()[-1])["files"]
            assert [one.get("status") for one in results] == ["added"] * 58 + [None] * 2
            assert "The format .exe is not read" in results[58]["error"]
            assert results[59]["error"]
            assert len({one["document"] for one in results[:58]}) == 58
            assert sorted(titles(client)) == sorted(f"note {number}" for number in range(58))
            assert len({one.added for one in rag.documents()}) == 1  # one commit
            assert len(list((tmp_path / "home" / "uploads").glob("*"))) == 58
            got = client.post("/page/documents/batch", files=files[:3])
            assert "the limit is 60" in json.loads(got.text.splitlines()[-1])["error"]


def test_sample_documents_are_added_like_uploads(client: TestClient, rag: Rag) -> None:
    assert client.get("/page/documents").json()["samples"] is True
    got = client.post("/page/documents/samples")
    results = json.loads(got.text.splitlines()[-1])["files"]
    assert [one["status"] for one in results] == ["added", "added"]
    assert rag.ask("What are neonatal stem cells derived from?").status == "answered"
    document = client.get("/page/documents").json()["documents"][0]["id"]
    assert client.delete(f"/page/documents/{document}").json()["returns"] is True


def test_what_is_removed_is_gone_and_comes_back(client: TestClient, rag: Rag) -> None:
    document = send(client, "reactor.txt")["document"]
    (source,) = rag.documents()[0].sources
    gone = client.delete(f"/page/documents/{document}").json()
    assert gone == {"title": "reactor", "returns": True}
    assert titles(client) == []
    assert not Path(source).exists()
    assert client.post(f"/page/documents/{document}/back").json() == {"back": True}
    assert rag.ask("What is the zorbium reactor cooled by?").status == "answered"
    again = client.post(f"/page/documents/{document}/back")
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "This document cannot be restored any more; add it again.",
    )


@pytest.mark.fault(110)
def test_a_second_server_leaves_the_undo_of_the_first_alone(client: TestClient, rag: Rag) -> None:
    document = send(client, "reactor.txt")["document"]
    client.delete(f"/page/documents/{document}")
    changes = DocumentChanges(rag)
    changes.delete_left_overs()
    assert client.post(f"/page/documents/{document}/back").json() == {"back": True}
    (source,) = rag.documents()[0].sources
    assert Path(source).read_bytes() == TEXT
    changes.close()


@pytest.mark.fault(109)
def test_what_an_interrupted_removal_left_is_deleted_by_the_next_server(
    client: TestClient, rag: Rag, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = send(client, "reactor.txt")["document"]
    (source,) = rag.documents()[0].sources

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.sources.removal.delete_own_files", die)
    with pytest.raises(KeyboardInterrupt):
        DocumentChanges(rag).remove(document)
    monkeypatch.undo()
    assert Path(source).exists()
    create_server_app(rag, read_only=True)
    assert Path(source).exists()
    create_server_app(rag)
    assert not Path(source).exists()


@pytest.mark.fault(108)
@pytest.mark.parametrize("place", ["{home}/uploads/../../victim.txt", "{victim}", "/", "C:\\x"])
def test_names_of_an_import_delete_and_read_no_file(tmp_path: Path, place: str) -> None:
    """A crafted export: its names are those of somebody's files, or of the folder above all."""
    victim = tmp_path / "victim.txt"
    victim.write_text("The password of the victim is swordfish.")
    for name, text in (("own.txt", TEXT), ("other.txt", b"Another document about gold mines.")):
        (tmp_path / name).write_bytes(text)
    theirs, ours = Settings(home=tmp_path / "theirs"), Settings(home=tmp_path / "home")
    ingest([tmp_path / "own.txt", tmp_path / "other.txt"], theirs)
    export(theirs, tmp_path / "library.citespan")
    with closing(sqlite3.connect(tmp_path / "library.citespan")) as db, db:
        own = str(tmp_path / "own.txt")
        name = place.format(home=ours.home, victim=victim)
        for table in ("sources", "files"):
            db.execute(f"update {table} set name = ? where name = ?", (name, own))
    exported = closing(Catalog(tmp_path / "library.citespan"))
    with exported as catalog, catalog._database.writing() as db:
        write_checksums(db)  # as the attacker does
    (ours.home / "uploads").mkdir(parents=True)
    import_(ours, tmp_path / "library.citespan")
    with Rag(ours) as rag:
        changes = DocumentChanges(rag)
        (document,) = (d.document_id for d in changes.documents() if name in d.sources)
        changes.remove(document)
        assert [each.title for each in changes.documents()] == ["other"]
        changes.restore(document)
        assert rag.source_text(document).startswith("The zorbium reactor")
        assert victim.read_text() == "The password of the victim is swordfish."
        assert not any("swordfish" in rag.source_text(d.document_id) for d in rag.documents())
        changes.close()


def test_a_file_of_the_persons_own_stays_where_it_is(rag: Rag, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_bytes(TEXT)
    ingest([own], rag.settings)
    with TestClient(create_server_app(rag), base_url="http://127.0.0.1:7860") as client:
        document = client.get("/page/documents").json()["documents"][0]["id"]
        client.delete(f"/page/documents/{document}")
        assert titles(client) == []
        assert own.read_bytes() == TEXT
        client.post(f"/page/documents/{document}/back")
        assert titles(client) == ["own"]


@pytest.mark.fault(97)
def test_what_cannot_come_in_says_why_and_leaves_nothing(client: TestClient, rag: Rag) -> None:
    assert "The format .exe is not read" in send(client, "tool.exe")["detail"]
    assert "larger than 1 MB" in send(client, "long.txt", b"x" * 1_000_001)["detail"]
    assert "empty" in send(client, "blank.txt", b"  ")["error"].lower()
    assert "looks like" in send(client, "fake.pdf", b"\x89PNG not a PDF")["error"]
    uploads = rag.settings.home / "uploads"
    assert [path for path in uploads.rglob("*") if path.is_file()] == []
    for number in range(3):
        assert send(client, f"{number}.txt", TEXT + bytes([65 + number]))["status"] == "added"
    assert "the limit is 3" in send(client, "4.txt")["detail"]


@pytest.mark.fault(98)
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\win.txt", "win.txt"),
        ("/tmp/absolute.txt", "absolute.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\x00b\u202e<img src=x>.txt", "abimg src=x.txt"),
        ("ü" * 300 + ".txt", "ü" * 100 + ".txt"),
        ("Ordner/Ünïcode 文.txt", "Ünïcode 文.txt"),
    ],
)
def test_a_name_leads_nowhere_but_into_the_uploads(
    client: TestClient, rag: Rag, name: str, kept: str
) -> None:
    assert send(client, name)["status"] == "added"
    (path,) = (path for path in (rag.settings.home / "uploads").rglob("*") if path.is_file())
    assert path.name == kept
    assert path.parent.parent == rag.settings.home / "uploads"


def test_a_read_only_page_changes_nothing(bot: Rag) -> None:
    app = create_server_app(bot, read_only=True)
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        assert client.get("/page/documents").json()["writable"] is False
        assert client.post("/page/documents", headers={"X-File-Name": "a.txt"}).is_client_error
        document = bot.documents()[0].document_id
        assert client.delete(f"/page/documents/{document}").is_client_error
        assert len(titles(client)) == 2


def test_the_page_of_a_pdf_is_drawn_with_the_quote_boxed(client: TestClient, rag: Rag) -> None:
    document = send(
        client, "two.pdf", pdf([words("One page.", 50, 700)], [words(TEXT.decode(), 50, 700)])
    )["document"]
    start = rag.source_text(document).index("liquid helium")
    place = f"/page/source/{document}/{start}/{start + 13}"
    view = client.get(place).json()
    assert (view["page"], view["pages"]) == (2, 2)
    page = client.get(f"{place}/page/2").json()
    assert page["image"].startswith("data:image/png;base64,")
    assert len(page["boxes"]) == 1
    assert client.get(f"{place}/page/1").json()["boxes"] == []
    assert client.get(f"{place}/page/9").status_code == 404
