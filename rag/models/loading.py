"""Load an embedding model: by OpenVINO where that is possible, else by sentence-transformers."""

import logging
from collections.abc import Mapping
from pathlib import Path

from rag.errors import ModelError
from rag.models.conversions import convert_once
from rag.models.openvino_model import ConversionError, NotConvertibleError, OpenVinoModel
from rag.models.torch_model import TorchModel
from rag.settings import Settings
from rag.types import FloatArray

_log = logging.getLogger(__name__)


def load_model(
    name: str,
    folder: Path | None,
    digest: str | None,
    changes: Mapping[str, FloatArray],
    settings: Settings,
) -> OpenVinoModel | TorchModel:
    """Load a model.

    :param folder: of the model's files; None for a name on the Hugging Face hub.
    :param digest: SHA-256 of its weights; None unless they are one file.
    :param changes: matrices to add to the model's own, by name.
    :raises ModelError: it cannot be loaded, or not in the way that the settings ask for.
    """
    if settings.embedding_backend == "torch":
        return TorchModel(name, folder, changes)
    try:
        if folder is None or digest is None:
            raise NotConvertibleError("it is not a folder with one file of weights")
        precision = settings.embedding_precision
        converted = convert_once(name, folder, digest, settings.model_cache, precision)
        return OpenVinoModel(converted, changes)
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
        return TorchModel(name, folder, changes)
