"""The embedding model run by OpenVINO: converted once, kept, checked, and run without PyTorch.

A model folder whose pipeline is a transformer, mean or first-token pooling, and optional
normalisation is converted by ``rag.models.openvino_convert`` in a process of its own. What it
writes is kept per model, OpenVINO version and format; its digests are checked before it is used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from rag.models.digests import file_digest

if TYPE_CHECKING:
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

FORMAT = 2
"""Raised when what is written changes, so that older conversions are made anew."""

MANIFEST = "manifest.json"
CONVERTED = ("model.xml", "model.bin")
_TRACED = "self.transformer."
"""What the names of a converted model's matrices begin with."""
_DESCRIPTIONS = (
    "modules.json",
    "config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
"""What, besides the weights and the pooling, decides what a text's vector is."""

_LEGACY_POOLING = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""How sentence-transformers before version 6 writes the pooling modes."""

_first_inference = threading.Lock()

TRY_AGAIN = 75
"""Exit code of a conversion that may succeed another time (EX_TEMPFAIL of BSD's sysexits)."""


class ConversionError(Exception):
    """The model cannot be run by OpenVINO here; the message is the reason."""


class NotConvertibleError(ConversionError):
    """The model is of a kind that is not converted: nothing is wrong."""


class OpenVinoModel:
    """A converted model, ready to run; may be used from several threads at once.

    :param folder: of a conversion, from :func:`converted`.
    :param changes: what is added to its matrices, by the names that PyTorch has for them.
    :raises ConversionError: OpenVINO cannot be imported or cannot compile the model.
    """

    def __init__(self, folder: Path, changes: Mapping[str, NDArray[np.float32]]) -> None:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        self.dimension: int = manifest["dimension"]
        self.max_length: int = manifest["max_length"]
        self._pooling: str = manifest["pooling"]
        self._pad: int = manifest["pad"]
        try:
            openvino = import_openvino()
            core, graph = openvino.Core(), folder / CONVERTED[0]
            self._compiled = core.compile_model(
                _changed(core.read_model(graph), changes) if changes else graph,
                "CPU",
                # one core or few per text instead of all for one: no waiting for each other;
                # unpinned, so that two processes do not insist on the same core
                {
                    "PERFORMANCE_HINT": "THROUGHPUT",
                    "ENABLE_CPU_PINNING": False,
                    **manifest.get("properties", {}),
                },
            )
        except (ImportError, RuntimeError) as error:
            raise ConversionError(str(error).strip() or type(error).__name__) from error
        self.streams = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        precision = manifest.get(
            "precision", self._compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        )
        self.backend = f"OpenVINO {version('openvino')}, {precision}, {self.streams} streams"
        self._requests = threading.local()
        self._workers = ThreadPoolExecutor(self.streams, thread_name_prefix="embed")
        # OpenVINO's binding sets itself up at the first inference, and when two threads come first
        # each can wait for what the other holds, for ever (seen with 2026.4): so one goes ahead.
        with _first_inference:
            self._pass([[self._pad]])

    def passes(
        self, batches: Iterable[Sequence[Sequence[int]]]
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """The model over batches of token ids, special ones included, several at a time.

        :return: for each batch of ``n`` texts, the longest of ``t`` tokens: the last hidden states,
            ``(n, t, d)``, and the unit vectors, ``(n, d)``.
        """
        given = list(batches)
        if len(given) == 1:
            return iter([self._pass(given[0])])
        return self._workers.map(self._pass, given)

    def _pass(
        self, batch: Sequence[Sequence[int]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        lengths = np.array([len(row) for row in batch])
        mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
        ids = np.full(mask.shape, self._pad, dtype=np.int64)
        ids[mask == 1] = [token for row in batch for token in row]
        try:
            request = self._requests.own
        except AttributeError:
            request = self._requests.own = self._compiled.create_infer_request()
        hidden: NDArray[np.float32] = request.infer([ids, mask], share_inputs=True)[0]
        if self._pooling == "cls":
            pooled = hidden[:, 0]
        else:  # a sum points where the mean does
            pooled = np.einsum("ntd,nt->nd", hidden, mask.astype(np.float32))
        norms = np.linalg.norm(pooled, axis=1, keepdims=True)
        return hidden, pooled / np.maximum(norms, np.finfo(np.float32).tiny)


def _changed(graph: Any, changes: Mapping[str, NDArray[np.float32]]) -> Any:
    """The graph with something added to its matrices, in place.

    :raises ConversionError: it has no matrix of such a name.
    """
    left = dict(changes)
    for node in graph.get_ordered_ops():
        name = node.get_friendly_name().removeprefix(_TRACED).removesuffix("_compressed")
        if node.get_type_name() == "Constant" and name in left:
            matrix = node.data
            added = (matrix + left.pop(name)).astype(matrix.dtype)
            node.output(0).replace(import_openvino().opset13.constant(added).output(0))
    if left:
        raise ConversionError(f"its converted form has no matrix {', '.join(left)}")
    return graph


def import_openvino() -> Any:
    """OpenVINO without its telemetry.

    ``import openvino`` reports the import to Google Analytics unless the user has opted out. It
    goes on without a word when the package that does so is missing, and None in ``sys.modules``
    says that it is.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def pooling_of(folder: Path) -> str:
    """``"mean"`` or ``"cls"``, for a model folder that can be converted.

    :raises NotConvertibleError: the pipeline is another one, or a part of it is missing.
    """
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        kinds = [module["type"].rsplit(".", 1)[-1] for module in modules]
        if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
            raise NotConvertibleError(f"its pipeline is {', '.join(kinds)}")
        pooling = _json(folder / modules[1]["path"] / "config.json")
        legacy = [name for name, on in pooling.items() if name in _LEGACY_POOLING and on]
        modes = [_LEGACY_POOLING[name] for name in legacy]
        mode = pooling.get("pooling_mode", modes[0] if len(modes) == 1 else modes)
        if mode not in ("mean", "cls"):
            raise NotConvertibleError(f"it pools by {mode}")
        if _json(folder / "config_sentence_transformers.json").get("default_prompt_name"):
            raise NotConvertibleError("it puts a prompt before each text")
        if not (folder / "tokenizer.json").is_file():
            raise NotConvertibleError("it has no tokenizer.json")
        return str(mode)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotConvertibleError(f"its description cannot be read ({error})") from error


def converted(name: str, folder: Path, weights: str, cache: Path, precision: str) -> Path:
    """The folder's model for OpenVINO, made at the first call on this machine.

    Killed at any moment, this leaves either the whole conversion or nothing that is used.

    :param name: of the model, for people to read.
    :param weights: SHA-256 of the model's weight file.
    :param precision: ``"native"`` or ``"int8"``.
    :raises ConversionError: it cannot be converted, or what was converted gives other vectors.
    """
    from filelock import FileLock

    pooling = pooling_of(folder)
    try:
        made_by = f"openvino-{version('openvino')}-{FORMAT}"
        model = f"{Path(name).name}-{_fingerprint(folder, weights, pooling)}"
        if precision != "native":
            model += f"-{precision}"
        place = cache / f"{model}-{made_by}"
        if not _sound(place, cache):
            cache.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{place}.lock"):
                if not _sound(place, cache):  # else another process made it meanwhile
                    _make(name, folder, pooling, precision, place)
        manifest = _json(place / MANIFEST)
    except PackageNotFoundError as error:
        raise ConversionError("it is not installed: pip install openvino") from error
    except OSError as error:
        raise ConversionError(f"{cache} cannot be used: {error.strerror or error}") from error
    if "refused" in manifest:
        raise ConversionError(f"{manifest['refused']}; to try again, remove {place}")
    return place


def _fingerprint(folder: Path, weights: str, pooling: str) -> str:
    digest = hashlib.sha256(f"{weights} {pooling}".encode())
    for name in _DESCRIPTIONS:
        file = folder / name
        digest.update(f"\0{name}\0".encode() + (file.read_bytes() if file.is_file() else b""))
    return digest.hexdigest()[:16]


def _sound(place: Path, cache: Path) -> bool:
    """Whether a conversion, or the note that there can be none, is there and undamaged."""
    try:
        manifest = _json(place / MANIFEST)
        return "refused" in manifest or all(
            file_digest(place / name, cache / "digests") == manifest["files"][name]
            for name in CONVERTED
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _make(name: str, folder: Path, pooling: str, precision: str, place: Path) -> None:
    """Convert in a new process, into a new folder that takes its name when it is complete."""
    _log.warning(
        "preparing the embedding model %s for this machine: once, for half a minute or so",
        name,
    )
    part = place.with_name(f"{place.name}.{uuid4().hex}.part")
    part.mkdir()
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own code
            [
                sys.executable,
                "-P",
                "-m",
                "rag.models.openvino_convert",
                folder,
                pooling,
                precision,
                part,
            ],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        if done.returncode < 0 or done.returncode == TRY_AGAIN:
            raise ConversionError(f"its conversion broke off: {last or done.returncode}")
        if done.returncode:
            (part / MANIFEST).write_text(json.dumps({"refused": last}), "utf-8")
        for file in part.iterdir():
            with file.open("rb+") as written:
                os.fsync(written.fileno())
        if place.exists():
            shutil.rmtree(place)
        part.rename(place)
    finally:  # this one's, those of processes that were killed, and those of an older OpenVINO
        same_model = place.name.split("-openvino-", 1)[0]
        for other in place.parent.glob(f"{same_model}-openvino-*"):
            if other.is_dir() and other != place:
                shutil.rmtree(other, ignore_errors=True)


def _environment() -> dict[str, str]:
    """For the converting process: this one's modules, no hub, and no warning made an error."""
    paths = [str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]
    own = {"PYTHONPATH": os.pathsep.join(paths), "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
    return os.environ | own


def _json(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}
