"""An ingest on a Ray cluster: several nodes on this machine, of which one is killed."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from ingest import cluster, ingest
from ingest.embedding import EmbeddedBatch
from ingest.parse import ParsedFile
from ingest.sources.scan import FoundFile
from ingest.split import Chunk
from rag import Settings
from rag.errors import EmptyLibraryError, LibraryError, MissingExtraError, ServiceError
from rag.library.catalog import FileState, StoredChunk
from rag.library.library import Library
from servers import PostgreSql, free_port, running_chroma, running_s3
from ui.cli.main import app

FILES = 40
ROOT = Path(__file__).resolve().parents[2]
WORDS = """heron nests tall tree river bank winter reed fish water feather colony egg young
flight marsh morning light shallow stone grass wind summer bird island salt tide moor""".split()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An object store that this process, and what it starts, asks for s3:// addresses."""
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed: citespan[s3]")
    with running_s3(tmp_path_factory.mktemp("s3")) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", url)
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        client = boto3.client("s3", region_name="us-east-1")
        yield client
        client.close()


@pytest.fixture(scope="module")
def nodes(store: Any) -> Iterator[Any]:
    """A head without processors, and two nodes that work."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'citespan[ray]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_worker_niceness", "0")  # or a busy machine lets them wait for ever
        patch.setenv("RAY_health_check_period_ms", "1000")  # a lost node is soon known to be lost
        patch.setenv("RAY_health_check_failure_threshold", "3")
        from ray.cluster_utils import Cluster

        started = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **node()})
        try:
            for _ in range(2):
                started.add_node(num_cpus=1, **node())
            yield started
        finally:
            started.shutdown()


def node() -> dict[str, Any]:
    """A node without what is not needed here; given its ports, it need not wait to be told them."""
    ports = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port")
    return {
        "include_dashboard": False,
        "include_log_monitor": False,
        "no_monitor": True,
        "object_store_memory": 80_000_000,
        **{name: free_port() for name in (*ports, "runtime_env_agent_port")},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Texts of several formats, one of them twice, and a file that cannot be read."""
    folder = tmp_path / "docs"
    folder.mkdir()
    rng = random.Random(8)
    for number in range(FILES):
        sentences = [" ".join(rng.choices(WORDS, k=12)).capitalize() for _ in range(80)]
        text = ". ".join(sentences) + "."
        name = f"{number:02}"
        (folder / f"{name}.txt").write_text(text)
        if number % 8 == 0:
            (folder / f"{name}.html").write_text(f"<title>{name}</title><p>{text[:900]}</p>")
    (folder / "00-copy.txt").write_text((folder / "00.txt").read_text())
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7 and no more")
    return folder


@contextmanager
def command(
    folder: Path | str, address: str, settings: Settings
) -> Iterator[subprocess.Popen[str]]:
    """`citespan ingest --ray`, in a process of its own."""
    given = {"HOME": str(settings.home), "CATALOG": settings.catalog, "CHROMA": settings.chroma}
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli.main", "ingest", folder, "--ray", address, "--json"],
        env=os.environ
        | {f"CITESPAN_{name}": value for name, value in given.items() if value}
        | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def wait_for_a_commit(settings: Settings, running: subprocess.Popen[str]) -> None:
    while running.poll() is None:
        try:
            with closing(Library.of(settings)) as library:
                if library.catalog.generation:
                    return
        except EmptyLibraryError:
            pass
        time.sleep(0.1)


def actors(node: Any) -> str:
    """What works on a node, by the names that Ray gives its processes."""
    (raylet,) = node.all_processes["raylet"]
    return subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(raylet.process.pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def held(library: Library) -> tuple[dict[str, str], dict[str, StoredChunk]]:
    """The sources with their documents, and every chunk."""
    with library.catalog.changes(0) as changes:
        chunks = {chunk.id: chunk for some in changes.added for chunk in some}
    return library.catalog.sources(), chunks


@pytest.mark.slow
def test_a_cluster_that_loses_a_node_makes_the_library_that_one_machine_makes(
    nodes: Any, folder: Path, tmp_path: Path, postgresql: PostgreSql
) -> None:
    alone = Settings(home=tmp_path / "alone")
    expected = ingest(folder, alone)
    with running_chroma(tmp_path / "chroma") as chroma:
        shared = Settings(home=tmp_path / "shared", catalog=postgresql.database(), chroma=chroma)
        with command(folder, nodes.address, shared) as running:
            wait_for_a_commit(shared, running)
            victim = next(node for node in nodes.worker_nodes if "_Embed" in actors(node))
            nodes.remove_node(victim, allow_graceful=False)
            assert running.poll() is None, "it was over before the node died"
            said, complaint = running.communicate()
        report = json.loads(said)
        assert running.returncode == 3, complaint  # the damaged file
        assert sorted(report["added"]) == sorted(expected.added)
        assert report["failed"] == dict(expected.failed)
        assert report["chunks"] == expected.chunks

        with closing(Library.of(alone)) as one, closing(Library.of(shared)) as other:
            (sources, chunks), (others, found) = held(one), held(other)
            assert others == sources
            assert found.keys() == chunks.keys()
            for id_, chunk in chunks.items():
                twin = found[id_]
                assert (twin.start, twin.end, twin.page, twin.heading, twin.text, twin.digest) == (
                    chunk.start, chunk.end, chunk.page, chunk.heading, chunk.text, chunk.digest,
                )  # fmt: skip
                assert np.dot(twin.vector, chunk.vector) > 0.999
            assert [index.find_defect() for index in one.indexes] == ["", ""]
            assert [index.find_defect() for index in other.indexes] == ["", ""]

        with command(folder, nodes.address, shared) as again:
            report = json.loads(again.communicate()[0])
        assert len(report["unchanged"]) == len(sources)
        assert (report["added"], report["changed"], report["chunks"]) == ([], [], 0)


@pytest.mark.slow
def test_a_cluster_reads_objects_by_itself(nodes: Any, store: Any, tmp_path: Path) -> None:
    store.create_bucket(Bucket="docs")
    for number in range(6):
        text = f"Heron number {number} nests in the tall tree."
        store.put_object(Bucket="docs", Key=f"birds/{number}.txt", Body=text)
    expected = [f"s3://docs/birds/{number}.txt" for number in range(6)]
    settings = Settings(home=tmp_path / "home")
    with command("s3://docs/birds", nodes.address, settings) as running:
        said, complaint = running.communicate()
    assert running.returncode == 0, complaint
    assert sorted(json.loads(said)["added"]) == expected
    assert ingest("s3://docs/birds", settings).unchanged == tuple(expected)


@pytest.mark.parametrize(
    ("address", "why"),
    [("127.0.0.1:{port}", "refused"), ("[::1]:{port}", ""), ("auto", "HOST:PORT")],
)
def test_a_cluster_that_is_not_there_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    """Ray itself would wait a minute, and then end the process."""
    monkeypatch.setattr(cluster, "find_spec", lambda _: True)
    with pytest.raises(ServiceError, match=rf"cannot be joined .*{why}.* check that it is running"):
        ingest(folder, ray=address.format(port=free_port()))


def test_without_ray_the_remedy_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'citespan\[ray\]'"):
        ingest(folder, ray="localhost:6379")


@pytest.mark.parametrize(
    ("machines", "processors", "complaint"), [(2, 4, "CITESPAN_CATALOG"), (1, 0, "no processors")]
)
def test_a_cluster_that_cannot_do_it_is_told_before_the_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, machines: int, processors: int, complaint: str
) -> None:
    """A catalog in a file is out of reach for other machines."""
    ended: list[str] = []
    ray = SimpleNamespace(
        init=lambda *_, **__: None,
        shutdown=lambda: ended.append("shutdown"),
        nodes=lambda: [
            {"Alive": True, "NodeManagerAddress": f"10.0.0.{n}", "Resources": {"CPU": processors}}
            for n in range(machines)
        ],
    )
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setitem(sys.modules, "ray.data", SimpleNamespace())
    monkeypatch.setattr(cluster, "find_spec", lambda _: True)
    with (
        socket.create_server(("127.0.0.1", 0)) as head,
        pytest.raises(LibraryError, match=complaint),
    ):
        ingest(folder, ray=f"127.0.0.1:{head.getsockname()[1]}")
    assert ended == ["shutdown"]


def test_content_that_two_nodes_read_at_once_is_a_copy_the_second_time() -> None:
    def done(*names: str) -> cluster.GroupResult:
        files = [
            ParsedFile(
                FileState(name, 0, 0, 0, "", "", document_id=name[0]),
                content_hash="whole",
                chunks=[Chunk(0, 1, name, "")],
                warning=name,
            )
            for name in names
        ]
        return cluster.GroupResult((), EmbeddedBatch(files, [[name] for name in names], {}))

    results = cluster._drop_copies([done("a1", "b1"), done("b2", "c1"), done("a2")])
    kept = [each.embedded for each in results]
    chunks = [[[c.text for c in file.chunks] for file in each.files] for each in kept]
    assert chunks == [[["a1"], ["b1"]], [[], ["c1"]], [[]]]
    assert [each.digests for each in kept] == [[["a1"], ["b1"]], [(), ["c1"]], [()]]
    assert [file.content_hash for each in kept for file in each.files] == [
        "whole", "whole", "", "whole", "",
    ]  # fmt: skip
    assert [file.warning for each in kept for file in each.files] == ["a1", "b1", "b2", "c1", "a2"]


def test_following_changes_is_not_for_a_cluster(folder: Path) -> None:
    asked = CliRunner().invoke(app, ["ingest", str(folder), "--watch", "--ray", "head:6379"])
    assert asked.exit_code == 2
    assert "cannot be combined with --ray" in asked.output


@pytest.mark.parametrize(
    ("sizes", "nodes", "groups"),
    [
        ([10] * 16, 2, [2] * 8),
        ([10] * 3, 4, [1] * 3),
        ([10] * 1000, 1, [32] * 31 + [8]),
        ([3 << 20, 3 << 20, 10, 9 << 20, 10], 1, [1, 2, 1, 1]),
    ],
)
def test_files_go_in_small_groups_that_every_node_gets_some_of(
    sizes: list[int], nodes: int, groups: list[int]
) -> None:
    files = [FoundFile(f"/{n}", f"/{n}", size, 0, n, "plain") for n, size in enumerate(sizes)]
    made = list(cluster._group_files(files, nodes))
    assert [len(group.members) for group in made] == groups
    assert [found for group in made for found in group.members] == files
