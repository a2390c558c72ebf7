"""Reads, splits and embeds files on a Ray cluster; this process commits the results.

Two stages of Ray Data, each with one actor on every node that has processors. If a node is lost,
Ray gives its work to the others. Each result arrives here once, and only this process writes. The
nodes read the files themselves, so folders must have the same path on all of them.
"""

import os
import platform
import socket
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from typing import Any, Generic, TypeVar

from ingest.embedding import EmbeddedBatch, Embedding
from ingest.parse import ParsedFile, Parser
from ingest.planning import Recipes
from ingest.reading.workers import THREADS, Workers
from ingest.sources.scan import FoundFile
from rag.errors import LibraryError, ModelError, RagError, ServiceError, missing_extra
from rag.library.catalog import Catalog
from rag.library.home import CATALOG
from rag.models.embedder import Embedder
from rag.settings import Settings

_SHARED = set(
    "home catalog embedding_model embedding_question_prompt embedding_passage_prompt "
    "embedding_backend embedding_precision chunk_tokens".split()
)
"""Settings that all nodes have in common; the others are each node's own."""
_GROUP_FILES = 32
_GROUP_BYTES = 4 << 20
"""Of the files that go through the stages together, and are done again if a node is lost."""
_SHARE = 0.1
"""Processors that an actor asks Ray for. It uses all of its node's, since a node has one actor of
each kind; with a small share, the actors of a lost node fit on any other node."""
_ANSWERS = 10.0
"""Seconds within which a cluster must accept a connection."""

Member = TypeVar("Member")


@dataclass(frozen=True, slots=True)
class _Group(Generic[Member]):
    """Files that go through the stages together."""

    members: Sequence[Member]


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A group after the stages, with the files that could not be read."""

    refused: Sequence[ParsedFile]
    embedded: EmbeddedBatch


def embed_on_cluster(
    files: Sequence[FoundFile], address: str, settings: Settings, recipes: Recipes
) -> Generator[GroupResult, None, None]:
    """Embed files in groups, in the order in which the cluster finishes them.

    A group must be committed before the next one is taken.

    :param address: of the cluster, as ``ray start`` prints it: ``host:port``.
    :raises RagError: the cluster cannot be used, or the library or the model on one of its nodes.
    """
    # Ray prints on stdout that a node is lost, but stdout is for reports
    with redirect_stdout(sys.stderr), _join(address, settings) as (ray, nodes):
        groups = list(_group_files(files, nodes))
        given = settings.model_dump(include=_SHARED)
        stage = {
            "compute": ray.data.ActorPoolStrategy(size=min(nodes, len(groups))),
            "fn_constructor_args": (given, recipes),
            "num_cpus": _SHARE,
        }
        dataset = ray.data.from_items(groups, override_num_blocks=len(groups))
        rows = dataset.map(_Parse, **stage).map(_Embed, **stage).iter_rows()
        yield from _drop_copies(row["item"] for row in _explain_errors(rows, address))


class _Stage:
    """What an actor keeps while it lives.

    It is made with the first group and not with the actor, so that its errors are handled like all
    others.
    """

    def __init__(self, given: Mapping[str, Any], recipes: Recipes) -> None:
        self._given = given
        self._recipes = recipes

    @cached_property
    def _settings(self) -> Settings:
        return Settings(**self._given)

    @cached_property
    def _catalog(self) -> Catalog:
        return Catalog(self._settings.catalog or self._settings.home / CATALOG)

    @cached_property
    def _embedder(self) -> Embedder:
        embedder = Embedder(settings=self._settings)
        if embedder.identity != self._recipes.model:
            raise ModelError(
                f"the embedding model is {self._recipes.model} here and {embedder.identity} on a "
                f"node of the cluster ({platform.node()}); put the same one on all of them"
            )
        return embedder


class _Parse(_Stage):
    """Files → their chunks."""

    @cached_property
    def _workers(self) -> Workers:
        return Workers(THREADS)

    def __call__(self, row: dict[str, _Group[FoundFile]]) -> dict[str, _Group[ParsedFile]]:
        count = self._embedder.count_tokens
        # its own parser: a group that is done a second time must not look like a copy of the first
        parser = Parser(self._catalog, self._recipes, count, self._workers, THREADS)
        with parser.over(row["item"].members) as results:
            return {"item": _Group(list(results))}


class _Embed(_Stage):
    """Chunks → their vectors."""

    @cached_property
    def _embedding(self) -> Embedding:
        return Embedding(self._embedder, self._catalog, lambda *_: None)

    def __call__(self, row: dict[str, _Group[ParsedFile]]) -> dict[str, GroupResult]:
        files = row["item"].members
        read = [parsed for parsed in files if not parsed.file.reason]
        refused = [parsed for parsed in files if parsed.file.reason]
        batch = self._embedding.begin(read, None)
        return {"item": GroupResult(refused, self._embedding.finish(batch))}


@contextmanager
def _join(address: str, settings: Settings) -> Iterator[tuple[Any, int]]:
    """Join the cluster; yields Ray, and how many nodes have processors."""
    if find_spec("ray") is None:
        raise missing_extra("ray")
    _check_address(address)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray
    import ray.data

    try:
        ray.init(address, log_to_driver=False, logging_level="ERROR")
    except (OSError, RuntimeError, ValueError) as error:
        raise _join_error(address, error) from error
    try:
        alive = [node for node in ray.nodes() if node["Alive"]]
        if settings.catalog is None and len({node["NodeManagerAddress"] for node in alive}) > 1:
            raise LibraryError(
                "the catalog is a file on this machine, which the other nodes of the cluster "
                "cannot read; use one in PostgreSQL on all of them: CITESPAN_CATALOG=postgresql+psycopg://…"
            )
        nodes = sum(node["Resources"].get("CPU", 0) > 0 for node in alive)
        if not nodes:
            raise ServiceError(f"the Ray cluster at {address} has no processors; start more nodes")
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield ray, nodes
    finally:
        ray.shutdown()


def _check_address(address: str) -> None:
    """Raise if no cluster is there; Ray would wait a minute and then end the process."""
    host, _, port = address.rpartition(":")
    try:
        if not port.isdecimal():
            raise OSError("write the address as HOST:PORT, as `ray start` prints it")
        socket.create_connection((host.strip("[]"), int(port)), _ANSWERS).close()
    except OSError as error:
        raise _join_error(address, error) from error


def _join_error(address: str, error: Exception) -> ServiceError:
    return ServiceError(
        f"the Ray cluster at {address} cannot be joined ({error}); check that it is running "
        "with the same versions of Python and Ray, and that this machine is one of its nodes"
    )


def _group_files(files: Sequence[FoundFile], nodes: int) -> Iterator[_Group[FoundFile]]:
    """Group the files, so that every node gets some groups."""
    most = min(_GROUP_FILES, -(-len(files) // (4 * nodes)))
    group: list[FoundFile] = []
    for found in files:
        if group and (len(group) == most or sum(f.size for f in [*group, found]) > _GROUP_BYTES):
            yield _Group(group)
            group = []
        group.append(found)
    yield _Group(group)


def _drop_copies(results: Iterable[GroupResult]) -> Iterator[GroupResult]:
    """The results; content that two nodes read at once becomes a copy the second time."""
    seen: set[str] = set()
    for done in results:
        files: list[ParsedFile] = []
        digests: list[Sequence[str]] = []
        for parsed, own in zip(done.embedded.files, done.embedded.digests, strict=True):
            is_new = parsed.file.document_id not in seen
            files.append(parsed if is_new else ParsedFile(parsed.file, warning=parsed.warning))
            digests.append(own if is_new else ())
        seen.update(parsed.file.document_id for parsed in files if parsed.content_hash)
        yield replace(done, embedded=EmbeddedBatch(files, digests, done.embedded.vectors))


def _explain_errors(rows: Iterator[dict[str, Any]], address: str) -> Iterator[dict[str, Any]]:
    """The rows; an error on a node is raised as if it were raised here."""
    from ray.exceptions import RayError

    try:
        yield from rows
    except RayError as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, RagError):
            cause = getattr(cause, "cause", None) or cause.__cause__
        if cause is not None:
            raise cause from None
        raise ServiceError(
            f"the Ray cluster at {address} failed ({error}); what was committed is safe: when it "
            "runs again, the same command continues from there"
        ) from error
