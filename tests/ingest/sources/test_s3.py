"""Objects behind s3:// addresses, on a real server of that protocol on this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from craft import pdf, words
from typer.testing import CliRunner

from ingest import Plan, ingest, plan, remove
from ingest.pages import page_image
from ingest.readers import formats
from ingest.sources import s3
from ingest.watch import watch
from rag import Embedder, Rag, Settings
from rag.errors import DocumentError, MissingExtraError
from rag.library.library import Library
from servers import free_port, running_s3
from ui.cli.main import app

CELLS = "Stem cells divide. They renew themselves for as long as the heron lives."
RYE = "Rye is a grain that grows where wheat does not."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_s3(tmp_path_factory.mktemp("s3")) as url:
        yield url


class Bucket:
    """A bucket of its own for a test."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name
        client.create_bucket(Bucket=name)

    def __truediv__(self, key: str) -> str:
        return f"s3://{self.name}/{key}"

    def put(self, key: str, text: str | bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=text)

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=key)


@pytest.fixture
def bucket(
    server: str, embedder: Embedder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Bucket]:
    """Two texts in it; the model is loaded once for all tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr("ingest.index.Embedder", lambda **_: embedder)
    s3._client.cache_clear()
    made = Bucket(boto3.client("s3", region_name="us-east-1"), f"docs-{os.urandom(6).hex()}")
    made.put("papers/cells.txt", CELLS)
    made.put("papers/grain/rye.txt", RYE)
    yield made
    made.client.close()
    s3._client.cache_clear()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of objects that were read."""
    found: list[str] = []
    real = s3.read

    def read(address: str, *limits: int) -> bytes:
        found.append(address)
        return real(address, *limits)

    monkeypatch.setattr(s3, "read", read)
    return found


def test_objects_are_documents_by_their_addresses(bucket: Bucket, embedder: Embedder) -> None:
    bucket.put("elsewhere.txt", "Nobody asked for this.")
    report = ingest(bucket / "papers")
    assert report.added == (bucket / "papers/cells.txt", bucket / "papers/grain/rye.txt")
    with Rag(Settings(), embedder=embedder) as rag:
        answer = rag.ask("What is rye?")
        (citation, *_) = answer.citations
        assert citation.source == bucket / "papers/grain/rye.txt"
        assert rag.source_text(citation)[citation.start : citation.end] == citation.quote
    assert remove(bucket / "papers/grain/") == (bucket / "papers/grain/rye.txt",)


def test_a_quote_is_shown_on_the_page_of_an_object(bucket: Bucket) -> None:
    bucket.put("birds.pdf", pdf([words("Herons nest in trees.", 100, 700)]))
    ingest(bucket / "birds.pdf")
    with closing(Library(Settings().home)) as library:
        catalog = library.catalog
        (document_id,) = catalog.sources().values()
        assert page_image(catalog, document_id, 0, 6).boxes
        bucket.put("birds.pdf", pdf([words("Storks nest on roofs.", 100, 700)]))
        with pytest.raises(DocumentError, match="gone or has changed"):
            page_image(catalog, document_id, 0, 6)


def test_what_is_unchanged_is_not_read_again(bucket: Bucket, opened: list[str]) -> None:
    ingest(bucket / "papers")
    opened.clear()
    bucket.put("papers/cells.txt", CELLS)  # the same bytes at another time
    assert len(ingest(bucket / "papers/").unchanged) == 2
    assert len(ingest(f"s3://{bucket.name}").unchanged) == 2
    assert ingest(bucket / "papers/cells.txt").unchanged == (bucket / "papers/cells.txt",)
    assert opened == []


def test_a_folder_of_objects_is_kept_in_step(bucket: Bucket, opened: list[str]) -> None:
    papers = bucket / "papers"
    ingest(papers)
    opened.clear()
    bucket.put("papers/cells.txt", "Stem cells rest.")
    bucket.put("papers/new.txt", "Barley is another one.")
    bucket.put("papers/photo.heic", b"\xff\xd8\xff")
    bucket.delete("papers/grain/rye.txt")
    expected = Plan(
        new=(bucket / "papers/new.txt",),
        changed=(bucket / "papers/cells.txt",),
        gone=(bucket / "papers/grain/rye.txt",),
        skipped=(bucket / "papers/photo.heic",),
    )
    assert plan(papers) == expected
    kept = ingest(papers)
    assert (kept.added, kept.changed, kept.gone) == (expected.new, expected.changed, expected.gone)
    assert sorted(opened) == [*expected.changed, *expected.new]
    assert ingest(papers, prune=True).removed == expected.gone
    with closing(Library(Settings().home)) as library:
        assert set(library.catalog.sources()) == {*expected.new, *expected.changed}


@pytest.mark.parametrize(
    "patterns",
    [
        {},
        {"include": ["*.md"]},
        {"exclude": ["grain/"]},
        {"include": ["/drafts/"], "exclude": ["old*"]},
    ],
)
def test_the_same_is_left_out_as_of_a_folder_on_disk(
    bucket: Bucket, tmp_path: Path, patterns: dict[str, Any]
) -> None:
    texts = {
        "cells.txt": CELLS,
        "grain/rye.txt": RYE,
        "grain/.hidden.txt": RYE,
        ".git/config.txt": RYE,
        "node_modules/readme.md": RYE,
        "drafts/.citespanignore": "secret*\n!secret-no-more.txt\n/deep/",
        "drafts/secret.txt": RYE,
        "drafts/secret-no-more.txt": RYE,
        "drafts/old notes.md": RYE,
        "drafts/deep/one.txt": RYE,
        "drafts/deeper/deep/one.txt": RYE,
        "ünï+%20 (1).md": RYE,
        "photo.heic": RYE,
    }
    for name, text in texts.items():
        file = tmp_path / "papers" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        bucket.put(f"papers/{name}", text)
    bucket.put("papers/grain/", "")  # as programs mark a folder
    made = {
        root: (
            [name.removeprefix(root) for name in found.new],
            [name.removeprefix(root) for name in found.skipped],
        )
        for root in (str(tmp_path / "papers"), bucket / "papers")
        for found in [plan(root, **patterns)]
    }
    on_disk, in_bucket = made.values()
    assert in_bucket == on_disk
    assert on_disk[0]


def test_odd_keys_are_read_by_their_own_addresses(bucket: Bucket) -> None:
    keys = ["ünï+%20 (1).txt", "a//b.txt", "a#b?c=d&e.txt", "..up.txt", "日本/語.txt"]
    for number, key in enumerate(keys):
        bucket.put(f"odd/{key}", f"Heron number {number} nests here.")
    report = ingest(bucket / "odd")
    assert sorted(report.added) == sorted(bucket / f"odd/{k}" for k in keys if k[0] != ".")
    assert ingest(bucket / "odd/..up.txt").added == (bucket / "odd/..up.txt",)
    assert len(plan(bucket / "odd").unchanged) == len(keys) - 1


def test_an_object_that_changes_after_the_plan_is_taken_as_it_is_when_read(
    bucket: Bucket, opened: list[str]
) -> None:
    address = bucket / "papers/cells.txt"
    report = ingest(address, planned=lambda _: bucket.put("papers/cells.txt", "Cells rest."))
    assert report.added == (address,)
    with closing(Library(Settings().home)) as library:
        catalog = library.catalog
        assert catalog.text(catalog.sources()[address]) == "Cells rest."
    for reads in (2, 2):  # its new mark is learnt once
        assert ingest(address).unchanged == (address,)
        assert len(opened) == reads


def test_an_object_that_vanishes_or_is_too_large_is_told_and_the_others_go_on(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(formats(), "text", replace(formats()["text"], largest=1000))
    bucket.put("papers/big.txt", "word " * 1000)
    report = ingest(bucket / "papers", planned=lambda _: bucket.delete("papers/cells.txt"))
    assert report.added == (bucket / "papers/grain/rye.txt",)
    assert dict(report.failed).keys() == {bucket / "papers/big.txt", bucket / "papers/cells.txt"}
    assert dict(report.failed)[bucket / "papers/cells.txt"] == "it has vanished"
    assert dict(report.failed)[bucket / "papers/big.txt"].startswith("larger than")


def denied(bucket: Bucket, _: pytest.MonkeyPatch) -> str:
    """It may be listed, and not read."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": "arn:aws:s3:::*"}]}
    bucket.client.put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(policy))
    return bucket / "papers"


def unreachable(bucket: Bucket, patch: pytest.MonkeyPatch) -> str:
    patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    return bucket / "papers"


def no_endpoint(bucket: Bucket, patch: pytest.MonkeyPatch) -> str:
    patch.setenv("AWS_ENDPOINT_URL", "not an address")
    return bucket / "papers"


def no_profile(bucket: Bucket, patch: pytest.MonkeyPatch) -> str:
    patch.setenv("AWS_PROFILE", "nobody")
    return bucket / "papers"


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda *_: "s3://nobody-has-this", "there is no bucket nobody-has-this at http"),
        (lambda *_: "s3://", "write an address as s3://BUCKET"),
        (lambda *_: "s3://no bucket/papers", "cannot be reached: .*Invalid bucket name"),
        (lambda bucket, _: bucket / "papers/nothing", "there is no such object or folder"),
        (denied, "access is denied"),
        (unreachable, "cannot be reached: Could not connect.*127.0.0.1.*check AWS_ENDPOINT_URL"),
        (no_endpoint, "cannot be reached: Invalid endpoint"),
        (no_profile, "cannot be reached: .*nobody"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, made: Any, why: str
) -> None:
    address = made(bucket, monkeypatch)
    s3._client.cache_clear()
    said = CliRunner().invoke(app, ["ingest", address])
    assert said.exit_code == 1, said.output
    assert isinstance(said.exception, SystemExit)
    output = " ".join(said.output.split())
    assert address in output
    assert re.search(why, output), output


def test_without_credentials_a_public_bucket_is_asked(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "papers/cells.txt"
    bucket.client.put_object_acl(Bucket=bucket.name, Key=key, ACL="public-read")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    s3._client.cache_clear()
    report = ingest(bucket / "papers")
    assert report.added == (bucket / key,)
    ((name, why),) = report.failed
    assert name == bucket / "papers/grain/rye.txt"
    assert "AWS_PROFILE" in why


class Odd(BaseHTTPRequestHandler):
    """An object store with one object, which it breaks off or keeps to itself."""

    broken = 0
    """How often the object still breaks off."""
    refusal = ""
    """The code with which everything is refused."""

    def do_GET(self) -> None:
        size = len(CELLS)
        if Odd.refusal:
            body = f"<Error><Code>{Odd.refusal}</Code><Message>Go.</Message></Error>".encode()
            self._answer(403, body, len(body))
        elif "list-type" in self.path:
            item = f"<Key>cells.txt</Key><ETag>1</ETag><Size>{size}</Size>"
            body = f"<ListBucketResult><Contents>{item}</Contents></ListBucketResult>".encode()
            self._answer(200, body, len(body))
        else:
            self._answer(200, CELLS.encode()[: 10 if Odd.broken > 0 else size], size)
            Odd.broken -= 1

    def _answer(self, status: int, body: bytes, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def odd(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Odd]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as store:
        threading.Thread(target=store.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{store.server_port}")
        s3._client.cache_clear()
        yield Odd
        store.shutdown()


@pytest.mark.parametrize("times", [2, 9])
def test_what_breaks_off_is_asked_for_again_and_never_taken_for_whole(
    odd: type[Odd], monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(odd, "broken", times)
    report = ingest("s3://some/cells.txt")
    if times == 2:
        assert report.added == ("s3://some/cells.txt",)
    else:
        ((name, why),) = report.failed
        assert name == "s3://some/cells.txt"
        assert "cannot be reached" in why


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("AccessDenied", "access is denied"),
        ("InvalidAccessKeyId", "the credentials are refused"),
        ("SlowDownForever", "access is denied (SlowDownForever)"),
    ],
)
def test_a_bucket_that_may_not_be_listed_forgets_nothing(
    odd: type[Odd], monkeypatch: pytest.MonkeyPatch, code: str, why: str
) -> None:
    ingest("s3://some/cells.txt")
    monkeypatch.setattr(odd, "refusal", code)
    report = ingest("s3://some", prune=True)
    assert report.removed == ()
    ((name, said),) = report.failed
    assert name == "s3://some"
    assert why in said


def test_without_boto3_the_remedy_is_named(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'citespan\[s3\]'"):
        ingest(bucket / "papers")


def test_following_changes_is_not_for_addresses(bucket: Bucket) -> None:
    with pytest.raises(DocumentError, match="ingest it again"):
        watch(bucket / "papers", done=lambda _: None)


def test_folders_do_without_boto3(tmp_path: Path) -> None:
    (tmp_path / "cells.txt").write_text(CELLS)
    code = (
        "import sys; from ingest import plan; made = plan([sys.argv[1]]); "
        "print(len(made.new), *sorted({'boto3', 'botocore'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1"]
