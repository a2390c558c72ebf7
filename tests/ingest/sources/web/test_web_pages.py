"""Web addresses as documents, from a real server on this machine."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest
from craft import pdf, words
from typer.testing import CliRunner

from ingest import IngestReport, ingest, plan, remove
from ingest.pages import page_image
from ingest.sources.web import network, pages
from ingest.watch import watch
from rag import Embedder, Rag, Settings
from rag.errors import DocumentError
from rag.library.library import Library
from ui.cli.main import app

PAGE = """<!doctype html><html><head><title>Herons</title>{head}</head><body>
<nav><a href="/">Home</a> <a href="/about">About</a> <a href="/login">Log in</a></nav>
<main><h1>Herons</h1><p>{text}</p></main></body></html>"""
TEXT = "The grey heron builds its nest of sticks in the tops of tall trees."

Serve = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """A request; each path has a function that answers."""

    paths: dict[str, Serve]
    seen: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        with suppress(OSError):
            self.paths.get(self.path, gone(404))(self)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Site:
    """A web server whose pages a test sets."""

    def __init__(self, server: ThreadingHTTPServer, handler: type[Request]) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.port = server.server_port
        self.paths = handler.paths
        self.seen = handler.seen

    def __truediv__(self, path: str) -> str:
        return f"{self.url}/{path}"


def page(text: str = TEXT, *, head: str = "", **headers: str) -> Serve:
    body = PAGE.format(text=text, head=head).encode()
    return lambda request: request.answer(200, body, Content_Type="text/html", **headers)


def versioned(**version: str) -> Serve:
    """A page that is answered with 304 when it is known."""

    def serve(request: Request) -> None:
        known = {
            "ETag": request.headers.get("If-None-Match"),
            "Last_Modified": request.headers.get("If-Modified-Since"),
        }
        if any(known[name] == value for name, value in version.items()):
            request.answer(304)
        else:
            page(**version)(request)

    return serve


def gone(status: int) -> Serve:
    return lambda request: request.answer(status)


def moved(to: str, status: int = 302) -> Serve:
    return lambda request: request.answer(status, Location=to)


@pytest.fixture
def site(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site; the model is loaded once for all tests."""
    monkeypatch.setattr("ingest.index.Embedder", lambda **_: embedder)
    handler = type("Own", (Request,), {"paths": {}, "seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(server, handler)
        server.shutdown()


def read(*addresses: str, **options: Any) -> IngestReport:
    return ingest(addresses, allow_private_addresses=True, **options)


def refusal(address: str, **options: Any) -> str:
    """Why an address is not read."""
    report = ingest([address], **{"allow_private_addresses": True} | options)
    ((name, why),) = report.failed
    assert name == address
    assert not report.added
    return why


def test_a_page_is_a_document_without_its_menu(site: Site, embedder: Embedder) -> None:
    site.paths["/herons"] = page()
    assert read(site / "herons#nests").added == (site / "herons",)
    with Rag(Settings(), embedder=embedder) as rag:
        answer = rag.ask("Where does the grey heron build its nest?")
        (cited, *_) = answer.citations
        assert (cited.source, cited.title) == (site / "herons", "Herons")
        text = rag.source_text(cited)
        assert text[cited.start : cited.end] == cited.quote
        assert TEXT in text
        assert "Log in" not in text
    ((path, headers),) = site.seen
    assert path == "/herons"
    assert not {"cookie", "authorization", "referer"} & headers.keys()
    assert remove(f"{site.url}/") == (site / "herons",)


def test_a_bot_reads_addresses_within_the_same_limits(site: Site, embedder: Embedder) -> None:
    site.paths |= {"/herons": page(), "/away": moved("http://169.254.169.254/"), "/old": gone(404)}
    with Rag(Settings(), embedder=embedder) as bot:
        refused = bot.ingest(site / "herons")
        assert "not on the public internet" in refused.failed[0][1]
        addresses = [site / "herons", site / "away", site / "old"]
        report = bot.ingest(addresses, allow_private_addresses=True, metadata={"team": "birds"})
        assert report.added == (site / "herons",)
        why = dict(report.failed)
        assert "not on the public internet" in why[site / "away"]
        assert set(why) == {site / "away", site / "old"}
        [citation, *_] = bot.ask("Where does the grey heron build its nest?").citations
        assert (citation.source, citation.metadata) == (site / "herons", {"team": "birds"})
        assert bot.source_text(citation)[citation.start : citation.end] == citation.quote
        assert bot.delete(site / "herons") == [site / "herons"]


def test_the_type_gives_the_reader(site: Site) -> None:
    served = {
        "/report": ("application/pdf", pdf([words("Herons nest in trees.", 100, 700)])),
        "/download?id=7": ("application/octet-stream", pdf([words("Storks on roofs.", 100, 700)])),
        "/birds.csv": ("text/plain", b"bird,nest\nheron,tree\n"),
        "/notes": ("text/plain; charset=iso-8859-1", "Über Reiher: Sie nisten.".encode("latin-1")),
        "/index.php": ("text/html", PAGE.format(text="Rye is a grain.", head="").encode()),
        "/untyped": ("", PAGE.format(text="Oats are a grain.", head="").encode()),
    }
    for path, (kind, body) in served.items():
        headers = {"Content_Type": kind} if kind else {}
        site.paths[path] = lambda request, b=body, h=headers: request.answer(200, b, **h)
    site.paths["/photo"] = lambda request: request.answer(200, b"RIFF", Content_Type="video/mp4")
    report = read(*[f"{site.url}{path}" for path in [*served, "/photo"]])
    assert [name.removeprefix(site.url) for name in report.added] == list(served)
    ((name, why),) = report.failed
    assert name == site / "photo"
    assert "video/mp4" in why
    with closing(Library(Settings().home)) as library:
        catalog = library.catalog
        texts = {name: catalog.text(own) for name, own in catalog.sources().items()}
    assert "Über Reiher" in texts[site / "notes"]
    assert "heron" in texts[site / "birds.csv"]
    assert texts[site / "index.php"].startswith("# Herons")


def test_redirects_and_the_page_itself_give_the_name(site: Site) -> None:
    site.paths["/old"] = moved("/middle", 301)
    site.paths["/middle"] = moved(site / "new?utm=1#x", 308)
    site.paths["/new?utm=1"] = page(head='<link rel="canonical" href="/new">')
    site.paths["/bob"] = page("Rye.", head='<link rel="canonical" href="/new">')
    assert read(site / "old", site / "bob").added == (site / "new", site / "bob")
    assert read(site / "old").unchanged == (site / "new",)


def test_two_pages_that_claim_one_address_keep_their_own(site: Site) -> None:
    head = '<link rel="canonical" href="/list">'
    site.paths["/list?page=1"] = page("Herons nest in trees.", head=head)
    site.paths["/list?page=2"] = page("Storks nest on roofs.", head=head)
    report = read(site / "list?page=1", site / "list?page=2")
    assert report.added == (site / "list", site / "list?page=2")


@pytest.mark.parametrize(
    ("version", "sent"),
    [
        ({"ETag": '"one"'}, ("if-none-match", '"one"')),
        (
            {"Last_Modified": "Mon, 01 Jan 2024 10:00:00 GMT"},
            ("if-modified-since", "Mon, 01 Jan 2024 10:00:00 GMT"),
        ),
    ],
)
def test_an_unchanged_page_is_not_sent_again(
    site: Site, version: dict[str, str], sent: tuple[str, str]
) -> None:
    name, value = sent
    site.paths["/herons"] = versioned(**version)
    assert read(site / "herons").added
    assert read(site / "herons").unchanged == (site / "herons",)
    assert [headers.get(name) for _, headers in site.seen] == [None, value]
    assert read(site / "herons", checksum=True).unchanged == (site / "herons",)
    assert site.seen[-1][1].get(name) is None
    remove(site / "herons")
    assert read(site / "herons").added == (site / "herons",)
    assert site.seen[-1][1].get(name) is None
    site.paths["/herons"] = page("Herons eat fish.", ETag='"two"')
    assert read(site / "herons").changed == (site / "herons",)


def test_a_plan_changes_nothing(site: Site) -> None:
    site.paths["/herons"] = page()
    for _ in range(2):
        assert plan(site / "herons", allow_private_addresses=True).new == (site / "herons",)


@pytest.mark.fault(107)
@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_has_gone_is_told_like_a_file(site: Site, status: int) -> None:
    site.paths["/herons"] = page()
    read(site / "herons")
    site.paths["/herons"] = gone(status)
    kept = read(site / "herons")
    assert (kept.gone, kept.failed) == ((site / "herons",), ())
    assert read(site / "herons", prune=True).removed == (site / "herons",)
    assert "no such page" in refusal(site / "herons")


@pytest.mark.fault(107)
def test_a_server_in_trouble_changes_nothing(site: Site) -> None:
    site.paths["/herons"] = page()
    read(site / "herons")
    for status, why in ((500, "try again later"), (403, "login"), (304, "304"), (418, "418")):
        site.paths["/herons"] = gone(status)
        report = read(site / "herons", prune=True)
        assert report.removed == ()
        assert why in report.failed[0][1]


def test_a_pdf_is_drawn_from_a_copy_and_no_server_is_asked(site: Site) -> None:
    body = pdf([words("Herons nest in trees.", 100, 700)])
    site.paths["/a.pdf"] = lambda request: request.answer(200, body)
    site.paths["/herons"] = page()
    read(site / "a.pdf", site / "herons")
    asked = len(site.seen)
    home = Settings().home
    with closing(Library(home)) as library:
        document_id = library.catalog.sources()[site / "a.pdf"]
        assert page_image(library.catalog, document_id, 0, 6, home=home).boxes
    assert len(site.seen) == asked
    assert len(list((home / "web").glob("*/*"))) == 1  # the text of a page is enough
    remove(site / "a.pdf")
    assert not list((home / "web").glob("*"))


# --- what a server does to us


@pytest.mark.fault(105)
def test_this_machine_is_not_read_unless_that_is_allowed(site: Site) -> None:
    site.paths["/herons"] = page()
    why = refusal(site / "herons", allow_private_addresses=False)
    assert "not on the public internet" in why
    assert "--allow-private-addresses" in why
    assert site.seen == []


@pytest.mark.fault(105)
@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("http://169.254.169.254/latest/meta-data/", "not on the public internet"),
        ("http://[::ffff:169.254.169.254]/", "not on the public internet"),
        ("http://0.0.0.0:22/", "not on the public internet"),
        ("http://2852039166/", "usual form"),
        ("file:///etc/passwd", "only http and https"),
        ("//ann:secret@127.0.0.1/", "name or a password"),
        ("gopher://127.0.0.1:6379/_x", "only http and https"),
        ("/round", "more than 5 times"),
    ],
)
def test_a_redirect_is_checked_like_an_address(site: Site, to: str, why: str) -> None:
    site.paths["/a"] = moved(to)
    site.paths["/round"] = moved("/round")
    assert why in refusal(site / "a")


@pytest.mark.fault(105)
@pytest.mark.parametrize("to", ["127.0.0.1", "localhost", "10.0.0.1", "[::1]", "inside.example"])
@pytest.mark.parametrize("allowed", [True, False])
def test_a_public_server_does_not_lead_to_this_machine(
    site: Site, monkeypatch: pytest.MonkeyPatch, to: str, allowed: bool
) -> None:
    """The server passes for a public one: its name has a public number, which leads to it."""
    site.paths["/a"] = moved(f"http://{to}:{site.port}/secret")
    site.paths["/secret"] = page("Secret.")
    real = httpcore.SyncBackend.connect_tcp
    names = {"public.example": "93.184.216.34", "inside.example": "192.168.0.1"}

    def resolve(host: str, port: int) -> list[str]:
        return [names[host]] if host in names else network.resolve(host, port)

    def connect(
        self: httpcore.SyncBackend, host: str, *rest: Any, **named: Any
    ) -> httpcore.NetworkStream:
        assert host == "93.184.216.34"
        return real(self, "127.0.0.1", *rest, **named)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    monkeypatch.setattr(
        pages,
        "CheckedNetwork",
        lambda seconds, **given: network.CheckedNetwork(seconds, resolve=resolve, **given),
    )
    address = f"http://public.example:{site.port}/a"
    assert "not on the public internet" in refusal(address, allow_private_addresses=allowed)
    assert [(path, headers["host"]) for path, headers in site.seen] == [
        ("/a", f"public.example:{site.port}")
    ]


@pytest.mark.fault(106)
def test_a_server_that_sends_drop_by_drop_is_given_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SECONDS", 0.5)
    stopped = threading.Event()

    def drip(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        request.end_headers()
        while not stopped.wait(0.05):
            request.wfile.write(b"a")

    def wait(_: Request) -> None:
        stopped.wait(60)

    def drip_headers(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not stopped.wait(0.05):
            request.wfile.write(b"X-A: b\r\n")

    site.paths |= {"/body": drip, "/headers": drip_headers, "/nothing": wait}
    try:
        for path in ("body", "headers", "nothing"):
            assert "took more than" in refusal(site / path)
    finally:
        stopped.set()


@pytest.mark.fault(106)
def test_what_is_too_large_is_refused_before_it_fills_the_memory(site: Site) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    assert len(bomb) < 50_000
    settings = Settings(upload_megabytes=1)

    def endless(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(bytes(100_000))

    site.paths["/bomb"] = lambda request: request.answer(200, bomb, Content_Encoding="gzip")
    site.paths["/endless"] = endless
    for path in ("bomb", "endless"):
        assert "larger than 1 MB" in refusal(site / path, settings=settings)


@pytest.mark.fault(106)
def test_what_is_packed_is_unpacked_and_damage_is_told(site: Site) -> None:
    packed = gzip.compress(PAGE.format(text=TEXT * 40_000, head="").encode())
    html = {"Content_Type": "text/html"}
    site.paths["/whole"] = lambda request: request.answer(
        200, packed, Content_Encoding="gzip", **html
    )
    site.paths["/cut"] = lambda request: request.answer(
        200, packed[:-9], Content_Encoding="gzip", **html
    )
    site.paths["/wrong"] = lambda request: request.answer(
        200, b"plain", Content_Encoding="gzip", **html
    )
    site.paths["/odd"] = lambda request: request.answer(200, packed, Content_Encoding="br", **html)
    assert "ends too early" in refusal(site / "cut")
    assert "cannot be unpacked" in refusal(site / "wrong")
    assert "encoding br" in refusal(site / "odd")
    assert plan(site / "whole", allow_private_addresses=True).new == (site / "whole",)


@pytest.mark.fault(107)
def test_a_connection_that_breaks_is_a_sentence(site: Site) -> None:
    def short(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"a")

    site.paths["/short"] = short

    def junk(request: Request) -> None:
        request.wfile.write(b"\x00\x01junk\r\n\r\n")

    site.paths["/junk"] = junk
    for path in ("short", "junk"):
        assert "the server cannot be read from" in refusal(site / path)
    assert "cannot be read from" in refusal("http://127.0.0.1:1/")


def test_the_proxy_and_the_login_of_the_environment_are_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ann password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    cookie = {"Set_Cookie": "a=b"}
    site.paths["/a"] = lambda request: request.answer(302, Location="/b", **cookie)
    site.paths["/b"] = page()
    assert read(site / "a").added == (site / "b",)
    assert not any({"cookie", "authorization"} & headers.keys() for _, headers in site.seen)


# --- the command line


def test_the_command_line_reads_an_address(site: Site) -> None:
    site.paths["/herons"] = page()
    refused = CliRunner().invoke(app, ["ingest", site / "herons"])
    assert refused.exit_code == 1
    assert "not on the public internet" in " ".join(refused.output.split())
    said = CliRunner().invoke(app, ["ingest", "--allow-private-addresses", site / "herons"])
    assert said.exit_code == 0, said.output
    listed = CliRunner().invoke(app, ["list"])
    assert site / "herons" in listed.output
    removed = CliRunner().invoke(app, ["remove", f"{site / 'herons'}#part"])
    assert f"removed {site / 'herons'}" in removed.output


def test_addresses_are_not_watched_and_not_read_by_a_cluster(site: Site) -> None:
    with pytest.raises(DocumentError, match="ingest it again"):
        watch(site / "herons", done=lambda _: None)
    with pytest.raises(DocumentError, match="--ray"):
        ingest(site / "herons", ray="127.0.0.1:1")
    assert site.seen == []
