"""Several machines: a catalog in PostgreSQL, vectors on a Chroma server, one library."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from library_documents import DIMENSION, document
from rag import Settings
from rag.errors import LibraryBusyError, LibraryError, ServiceError
from rag.library.chroma_client import connect
from rag.library.library import Library
from rag.library.maintenance import export, import_, repair
from servers import PostgreSql, free_port, running_chroma

ONES = np.ones(DIMENSION, dtype=np.float32) / np.sqrt(np.float32(DIMENSION))


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_chroma(tmp_path_factory.mktemp("served") / "chroma") as address:
        yield address
        connect.cache_clear()


@pytest.fixture
def shared(postgresql: PostgreSql, chroma: str) -> dict[str, str]:
    """Settings that two machines have in common."""
    return {"catalog": postgresql.database(), "chroma": chroma}


def machine(tmp_path: Path, name: str, shared: dict[str, str]) -> Settings:
    return Settings(home=tmp_path / name, **shared)


def holds(library: Library, *names: str) -> bool:
    """Whether exactly these documents are found, by vector and by word."""
    near = [id_ for id_, _ in library.find_nearest(ONES, 100)]
    words = [id_ for name in names for id_, _ in library.lexical.search(name, 100)]
    found = ({c.document_id for c in library.catalog.chunks(ids).values()} for ids in (near, words))
    return list(found) == [set(names)] * 2


def add(settings: Settings, *names: str) -> None:
    with closing(Library.of(settings, create=True)) as library, library.writing():
        library.catalog.commit(map(document, names))


def test_what_one_machine_ingests_another_one_finds(tmp_path: Path, shared: dict[str, str]) -> None:
    one, other = (machine(tmp_path, name, shared) for name in ("one", "other"))
    add(one, "alpha", "beta")
    with closing(Library.of(other)) as reader:
        assert holds(reader, "alpha", "beta")
        with closing(Library.of(one)) as writer, writer.writing():
            writer.catalog.commit([document("gamma")])
            writer.catalog.remove(["beta.txt"])
            assert holds(reader, "alpha", "gamma")  # committed, and not indexed yet
        assert holds(reader, "alpha", "gamma")
        assert [index.find_defect() for index in reader.indexes] == ["", ""]
    assert not list((tmp_path / "one").glob("chroma*"))
    assert not list((tmp_path / "one").glob("*.sqlite"))


def test_a_shared_catalog_with_indexes_on_each_machine(
    tmp_path: Path, postgresql: PostgreSql
) -> None:
    shared = {"catalog": postgresql.database()}
    one, other = (machine(tmp_path, name, shared) for name in ("one", "other"))
    add(one, "alpha")
    with closing(Library.of(other)) as reader:
        assert holds(reader, "alpha")
        add(one, "beta")
        assert holds(reader, "alpha", "beta")
        assert len(list(other.home.glob("chroma-*"))) == 1
        assert reader.vector_index.name != Library.of(one).vector_index.name


@pytest.mark.fault(73)
def test_writers_on_two_machines_take_turns_and_are_named(
    tmp_path: Path, shared: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (machine(tmp_path, name, shared) for name in ("one", "other"))
    add(one, "alpha")
    spawning = multiprocessing.get_context("spawn")
    writers = [
        spawning.Process(target=_add, args=(settings, f"{settings.home.name}{n}"))
        for settings in (one, other)
        for n in range(2)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    monkeypatch.setattr("rag.library.library.WAIT_SECONDS", 0.1)
    with closing(Library.of(other)) as reader, closing(Library.of(one)) as library:
        assert holds(reader, "alpha", "one0", "one1", "other0", "other1")
        with (
            library.writing(),
            pytest.raises(LibraryBusyError, match=r"process \d+ on .* is writing to postgresql"),
            reader.writing(),
        ):
            pass


def _add(settings: Settings, name: str) -> None:
    add(settings, name)


def test_a_lost_collection_is_built_again(tmp_path: Path, shared: dict[str, str]) -> None:
    one = machine(tmp_path, "one", shared)
    with closing(Library.of(one, create=True)) as library, library.writing():
        library.catalog.commit(map(_whole, ("alpha", "beta")))
    with closing(Library.of(one)) as library:
        assert holds(library, "alpha", "beta")
        state = library.catalog.index_state(library.vector_index.name)
        library.vector_index._store.delete(state.folder)
        assert holds(library, "alpha", "beta")
        said: list[str] = []
        library.vector_index._store.delete(
            library.catalog.index_state(library.vector_index.name).folder
        )
    repair(one, said.append)
    assert said[0].startswith("rebuilding the ")


def test_a_library_moves_from_a_home_to_servers_and_back(
    tmp_path: Path, shared: dict[str, str]
) -> None:
    home, servers = Settings(home=tmp_path / "home"), machine(tmp_path, "one", shared)
    whole = [_whole(name) for name in ("alpha", "beta")]
    with closing(Library.of(home, create=True)) as library, library.writing():
        library.catalog.commit(whole)
    export(home, tmp_path / "file")
    assert import_(servers, tmp_path / "file") == (2, 6)
    with closing(Library.of(servers)) as library:
        assert holds(library, "alpha", "beta")
    export(servers, tmp_path / "back")
    back = Settings(home=tmp_path / "back-home")
    assert import_(back, tmp_path / "back") == (2, 6)
    with closing(Library.of(back)) as library:
        assert holds(library, "alpha", "beta")


def _whole(name: str) -> Any:
    from dataclasses import replace
    from hashlib import sha256

    made = document(name)
    text = "".join(chunk.text for chunk in made.chunks)
    return replace(made, content_hash=sha256(text.encode()).hexdigest())


def test_a_chroma_server_that_does_not_answer_is_a_sentence(
    tmp_path: Path, postgresql: PostgreSql
) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    settings = machine(tmp_path, "one", {"catalog": postgresql.database(), "chroma": address})
    with pytest.raises(ServiceError, match=rf"server at {address} fails.*check that it is running"):
        add(settings, "alpha")
    with closing(Library.of(settings)) as library:
        assert library.catalog.counts() == (1, 3)  # committed; the next ingest indexes it
        with pytest.raises(LibraryError, match="CITESPAN_CHROMA"):
            library.find_nearest(ONES, 5)


@pytest.mark.parametrize(
    ("header", "sent"), [("x-chroma-token", "sesame"), ("Authorization", "Bearer sesame")]
)
def test_the_token_goes_with_every_request_through_a_proxy(
    tmp_path: Path, postgresql: PostgreSql, chroma: str, header: str, sent: str
) -> None:
    seen: list[str | None] = []
    with ExitStack() as stack:
        address = stack.enter_context(_Proxy(chroma, header, sent, seen))
        shared = {"catalog": postgresql.database(), "chroma": address}
        settings = Settings(
            home=tmp_path / "one", chroma_token="sesame", chroma_token_header=header, **shared
        )
        assert "sesame" not in repr(settings)
        add(settings, "alpha")
        with closing(Library.of(settings)) as library:
            assert holds(library, "alpha")
        assert len(seen) > 3
        assert set(seen) == {sent}
        without = Settings(home=tmp_path / "two", **shared)
        with closing(Library.of(without)) as library, pytest.raises(ServiceError, match="TOKEN"):
            library.find_nearest(ONES, 5)


class _Proxy:
    """What stands before a Chroma server and lets in only who has the token."""

    def __init__(self, target: str, header: str, wanted: str, seen: list[str | None]) -> None:
        import httpx

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                token = self.headers.get(header)
                if token == wanted:
                    seen.append(token)
                    kind = {"Content-Type": self.headers.get("Content-Type") or "text/plain"}
                    answer = httpx.request(
                        self.command, target + self.path, content=body, headers=kind
                    )
                    status, content = answer.status_code, answer.content
                else:
                    status, content = 401, b'{"error": "Unauthorized", "message": "no token"}'
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = do_PUT = pass_on  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.mark.parametrize("address", ["localhost:8000", "http://me:secret@host", "http://host/path"])
def test_an_address_that_is_no_chroma_server_is_refused(address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(chroma=address)
    assert "secret" not in str(refused.value)
