"""Run models by sentence-transformers: the only module that imports it.

It is the reference for OpenVINO, and runs the models that OpenVINO cannot. Importing it takes
seconds, so that happens when the first model is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelError
from rag.settings import BUNDLED_MODEL
from rag.types import FloatArray

if TYPE_CHECKING:
    # For the annotations of other modules too.
    from sentence_transformers import (
        CrossEncoder as CrossEncoder,  # noqa: PLC0414
        SentenceTransformer,
    )
    from tokenizers import Tokenizer


class TorchModel:
    """Any sentence-transformers model, on a GPU where PyTorch finds one.

    :param name: a name on the Hugging Face hub, unless ``folder`` is given.
    :param changes: matrices to add to the model's own, by name.
    :raises ModelError: it cannot be loaded.
    """

    streams = 1

    def __init__(
        self,
        name: str,
        folder: Path | None,
        changes: Mapping[str, FloatArray] = MappingProxyType({}),
    ) -> None:
        self._name = name
        self.model: SentenceTransformer = _load(
            "SentenceTransformer",
            str(folder or name),
            f"the embedding model {name!r}",
            f"the name of a sentence-transformers model, a folder with one, or {BUNDLED_MODEL!r}",
        )
        if changes:
            self._add_changes(changes)

    def _add_changes(self, changes: Mapping[str, FloatArray]) -> None:
        import torch

        matrices = self.model[0].auto_model.state_dict()  # type: ignore[union-attr]
        if unknown := changes.keys() - matrices.keys():
            raise ModelError(f"the model {self._name!r} has no matrix {', '.join(sorted(unknown))}")
        with torch.no_grad():
            for name, change in changes.items():
                matrices[name].add_(torch.from_numpy(change).to(matrices[name]))

    @property
    def backend(self) -> str:
        """The software that runs the model, in words."""
        versions = [f"{name} {version(name)}" for name in ("sentence-transformers", "torch")]
        return f"{' on '.join(versions)}, {self.model.device}"

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        dimension = self.model.get_embedding_dimension()
        assert dimension is not None
        return dimension

    @property
    def max_length(self) -> int:
        """Tokens the model reads, special ones included."""
        return int(self.model.max_seq_length or 512)

    @property
    def tokenizer(self) -> Tokenizer:
        """A copy of the model's tokenizer."""
        from tokenizers import Tokenizer

        return Tokenizer.from_str(self.model.tokenizer.backend_tokenizer.to_str())

    @property
    def prompts(self) -> dict[str, str]:
        """The model's own prompts, by name."""
        return {name: text or "" for name, text in self.model.prompts.items()}

    def embed(self, texts: Sequence[str], prompt: str = "") -> FloatArray:
        """Embed texts as unit vectors, ``(n, dimension) float32``.

        :param prompt: stands before each text; without one, the model's default, if it has one.
        """
        return np.asarray(
            self.model.encode(
                list(texts),
                prompt=prompt or None,
                batch_size=32,
                normalize_embeddings=True,
                show_progress_bar=False,
            ),
            dtype=np.float32,
        )

    def run_batches(
        self, batches: Iterable[Sequence[Sequence[int]]]
    ) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Run the model as :meth:`rag.models.openvino_model.OpenVinoModel.run_batches` does.

        :raises ModelError: the model has no vectors of single tokens.
        """
        import torch

        for batch in batches:
            rows = [torch.tensor(row) for row in batch]
            pad = getattr(self.model.tokenizer, "pad_token_id", None) or 0
            together = torch.nn.utils.rnn.pad_sequence
            ids = together(rows, batch_first=True, padding_value=pad)
            mask = together([torch.ones_like(row) for row in rows], batch_first=True)
            device = self.model.device
            with torch.inference_mode():
                out = self.model({"input_ids": ids.to(device), "attention_mask": mask.to(device)})
            if "token_embeddings" not in out:
                raise ModelError(
                    f"the embedding model {self._name!r} has no vectors of single tokens; use a "
                    f"transformer model, for example {BUNDLED_MODEL!r}"
                )
            pooled = torch.nn.functional.normalize(out["sentence_embedding"].float())
            yield out["token_embeddings"].float().cpu().numpy(), pooled.cpu().numpy()


def load_cross_encoder(model: str, purpose: str) -> CrossEncoder:
    """Load a model that reads two texts together.

    :param model: a folder with one, or a name on the Hugging Face hub.
    :param purpose: its name in the error.
    :raises ModelError: it cannot be loaded.
    """
    remedy = (
        "a folder with a sentence-transformers cross-encoder, or its name on the Hugging Face hub"
    )
    encoder: CrossEncoder = _load("CrossEncoder", model, f"the {purpose} {model!r}", remedy)
    return encoder


def _load(kind: str, model: str, what: str, remedy: str) -> Any:
    """Load a model, without progress bar and notes; a folder without the network."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import sentence_transformers
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    options = {"local_files_only": True} if Path(model).is_dir() else {}
    try:
        return getattr(sentence_transformers, kind)(model, **options)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"{what} cannot be loaded ({error}); give {remedy}") from error
