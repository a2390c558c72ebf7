"""Prepares libraries of a set's documents, and identifies all that a bot's answers depend on."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from eval.cases.sets import Text
from rag.pipeline import Rag
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.library.catalog import NewDocument
    from rag.models.embedder import Embedder

_ROOT = Path(__file__).resolve().parents[2]
_OF_ITS_OWN = {"catalog": None, "chroma": None}
"""The documents of a set are not stored in a database that others share."""
_ELSEWHERE = {"home", "model_cache", "chat_timeout", "catalog", "chroma"} | {
    f"chroma_{name}" for name in ("token", "token_header", "tenant", "database")
}
"""Settings that say only where something is, and change no answer."""
_BATCH = 512
"""Documents embedded and committed together."""

Progress = Callable[[str, int, int], None]


def prepare_library(
    documents: Sequence[Text] | Path,
    settings: Settings,
    folder: Path,
    progress: Progress | None = None,
) -> Settings:
    """Prepare a library of these documents, unless the folder has it already.

    Texts are stored without files: a file needs a name, and its name becomes a title, but the names
    of a set's documents say nothing about them.

    :param documents: texts, or a folder of files.
    :param folder: where such libraries are kept, each by its content.
    :return: settings whose home is the library.
    """
    from rag.models.embedder import Embedder

    embedder = Embedder(settings=settings)
    if isinstance(documents, Path):
        files = sorted(filter(Path.is_file, documents.iterdir()))
        content = [[file.name, hashlib.sha256(file.read_bytes()).hexdigest()] for file in files]
    else:
        content = [[each.id, each.title, each.text] for each in documents]
    recipe = [embedder.identity, settings.chunk_tokens, _code("ingest")]
    home = folder / _digest([content, recipe])[:16]
    own = settings.model_copy(update={"home": home} | _OF_ITS_OWN)
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        if isinstance(documents, Path):
            from ingest import ingest

            ingest([documents], own, progress=progress)
        else:
            _fill_library(own, documents, embedder, progress or (lambda *_: None))
        (home / "complete").touch()
    return own


def _fill_library(
    settings: Settings, documents: Sequence[Text], embedder: Embedder, progress: Progress
) -> None:
    from rag.library.library import Library

    with closing(Library(settings.home, create=True)) as library, library.writing():
        library.catalog.claim(embedder.identity)
        for done in range(0, len(documents), _BATCH):
            batch = documents[done : done + _BATCH]
            library.catalog.commit(_make_documents(batch, embedder, settings.chunk_tokens))
            progress("reading the set", done + len(batch), len(documents))


def _make_documents(
    documents: Sequence[Text], embedder: Embedder, longest: int
) -> list[NewDocument]:
    """Split the documents into chunks, as ingest does, and embed them."""
    from ingest.passages.headings import shorten_title
    from ingest.split import embedded_text, split
    from rag.library.catalog import NewChunk, NewDocument

    tokens = min(longest, embedder.max_tokens)
    cut = []
    for each in documents:
        title = shorten_title(each.title, embedder.count_tokens, tokens)
        cut.append((each, title, split(each.text, title, embedder.count_tokens, tokens)))
    read = [embedded_text(title, c.heading, c.text) for _, title, chunks in cut for c in chunks]
    vectors = iter(zip(read, embedder.embed(read), strict=True))
    return [
        NewDocument(
            _hash(json.dumps([each.id, title, each.text]))[:32],
            each.id,
            title,
            _hash(each.text),
            [
                NewChunk(
                    chunk.start, chunk.end, None, chunk.heading, chunk.text, _hash(whole), vector
                )
                for chunk, (whole, vector) in zip(chunks, vectors, strict=False)
            ],
        )
        for each, title, chunks in cut
    ]


def identity_of(bot: Rag) -> str:
    """A digest of all that a bot's answers depend on: settings, documents, calibration, code."""
    settings = bot.settings.model_dump(mode="json", exclude=_ELSEWHERE)
    documents = sorted(
        [each.document_id, each.title, each.chunks, *each.sources] for each in bot.documents()
    )
    calibration = bot.calibration
    return _digest(
        [
            settings,
            documents,
            [calibration.slope, calibration.shift],
            bot.embedder.identity,
            _code("rag"),
            _code("eval/responses"),
        ]
    )


def name_of(bot: Rag) -> str:
    """What a report calls the bot."""
    return f"citespan, {bot.settings.chat_model or 'extractive'}"


@lru_cache
def _code(part: str) -> str:
    """A digest of a package, code, words and weights: outcomes of others are not used."""
    files = sorted(
        file
        for file in (_ROOT / part).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    )
    return _digest([[file.name, hashlib.sha256(file.read_bytes()).hexdigest()] for file in files])


def _digest(value: object) -> str:
    return _hash(json.dumps(value, sort_keys=True))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
