"""Load an embedding model, and read what its files say of it: its prompts, and its languages.

OpenVINO runs it where that is possible, else sentence-transformers.
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

from rag.errors import ModelError
from rag.models.conversions import Changes, change_once, convert_once
from rag.models.openvino_model import ConversionError, NotConvertibleError, OpenVinoModel
from rag.models.torch_model import TorchModel
from rag.settings import Settings

_log = logging.getLogger(__name__)

_QUESTION, _PASSAGE = ("query", "question"), ("document", "passage", "corpus")
"""Names of prompts, as sentence-transformers looks for them."""
_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---", re.DOTALL)
_LANGUAGE = re.compile(r"^language:[ \t]*(.*(?:\n[ \t]*- .*)*)", re.MULTILINE)
_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]+)?\b")


def load_model(
    name: str, folder: Path | None, digest: str | None, changes: Changes | None, settings: Settings
) -> OpenVinoModel | TorchModel:
    """Load a model.

    :param folder: of the model's files; None for a name on the Hugging Face hub.
    :param digest: SHA-256 of its weights; None unless they are one file.
    :param changes: what to add to the model's own matrices.
    :raises ModelError: it cannot be loaded, or not in the way that the settings ask for.
    """
    if settings.embedding_backend == "torch":
        return TorchModel(name, folder, changes.load() if changes else {})
    try:
        if folder is None or digest is None:
            raise NotConvertibleError("it is not a folder with one file of weights")
        precision = settings.embedding_precision
        converted = convert_once(name, folder, digest, settings.model_cache, precision)
        if changes:
            converted = change_once(converted, changes, settings.model_cache)
        return OpenVinoModel(converted)
    except ConversionError as error:
        remedy = ""
        if settings.embedding_backend == "openvino":
            remedy = "CITESPAN_EMBEDDING_BACKEND=auto uses sentence-transformers instead"
        if settings.embedding_precision == "int8":
            remedy = "remove CITESPAN_EMBEDDING_PRECISION=int8, which needs OpenVINO"
        if remedy:
            raise ModelError(
                f"OpenVINO cannot run the embedding model {name!r}: {error}. {remedy}"
            ) from error
        _log.log(
            logging.INFO if isinstance(error, NotConvertibleError) else logging.WARNING,
            "sentence-transformers runs the embedding model %s, more slowly, since OpenVINO "
            "cannot: %s",
            name,
            error,
        )
        return TorchModel(name, folder, changes.load() if changes else {})


_MATTERS = (
    "embedding_model", "embedding_question_prompt", "embedding_passage_prompt",
    "embedding_backend", "embedding_precision", "model_cache",
)  # fmt: skip
"""The settings on which a loaded model depends."""
Model = TypeVar("Model")
_shared: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()
_sharing = threading.Lock()


def share(kind: Callable[..., Model], settings: Settings) -> Model:
    """Make a model of these settings, or return the one that somebody in the process uses already.

    It is let go when nobody uses it any more.

    :param kind: makes it of ``settings=``, such as :class:`rag.models.embedder.Embedder`.
    """
    key = (kind, *(getattr(settings, name) for name in _MATTERS))
    with _sharing:
        made: Model | None = _shared.get(key)
        if made is None:
            made = _shared[key] = kind(settings=settings)
        return made


class Prompts(NamedTuple):
    """What stands before a text for the model to know what it is; mostly nothing."""

    question: str = ""
    passage: str = ""


def choose_prompts(name: str, known: Mapping[str, str]) -> Prompts:
    """Choose among a model's prompts; models of the E5 family have theirs without saying so.

    :param name: of the model, or of its folder.
    :param known: the prompts of ``config_sentence_transformers.json``.
    """
    if not any(known.values()) and _E5.search(name):
        return Prompts("query: ", "passage: ")
    question, passage = (
        next((known[kind] for kind in kinds if known.get(kind)), "")
        for kinds in (_QUESTION, _PASSAGE)
    )
    return Prompts(question, passage)


def read_prompts(folder: Path) -> dict[str, str]:
    """Read the prompts of a model in a folder; none where it has no description."""
    try:
        config = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))
        return {str(name): str(text or "") for name, text in config.get("prompts", {}).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def read_languages(folder: Path) -> frozenset[str] | None:
    """Read the languages of a model in a folder, as ISO 639-1 codes, from the head of its README.

    :return: None where it names none, or says that there are many.
    """
    try:
        head = _FRONT_MATTER.match((folder / "README.md").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    named = _LANGUAGE.search(head[1]) if head else None
    if named is None or "multilingual" in named[1]:
        return None
    return frozenset(code[:2] for code in _CODE.findall(named[1])) or None
