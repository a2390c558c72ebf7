"""Run an embedding model by OpenVINO, without PyTorch: the only module that imports OpenVINO.

:mod:`rag.models.conversions` converts models and keeps what was converted.
"""

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from rag.files import write_whole
from rag.models.digests import file_digest, sha256
from rag.types import FloatArray

MANIFEST = "manifest.json"
CONVERTED = ("model.xml", "model.bin")
_DIGESTS = "digests.json"
_COMPILING = "compiling-"
_DAY = 24 * 60 * 60
_TRACED = "self.transformer."
"""The prefix of the matrices' names in a converted model."""
_CONVERTER = "openvino.tools.ovc"
_one_at_a_time = threading.Lock()
"""Held while OpenVINO reads, compiles or saves a model, and at a first inference.

It sets the locale of the process to "C" meanwhile: two threads at once would leave it there, and
Python would read other programs' UTF-8 as ASCII. Its binding initialises at the first inference:
two threads at once can block each other for ever. (Both seen with 2026.4.)
"""


class ConversionError(Exception):
    """The model cannot be run by OpenVINO here; the message is the reason."""


class NotConvertibleError(ConversionError):
    """Models of this kind are not converted; nothing is wrong."""


class OpenVinoModel:
    """A converted model, ready to run; may be used from several threads at once.

    :param folder: of a conversion, from :mod:`rag.models.conversions`.
    :param keep: whether what OpenVINO compiles is kept in the folder for the next process.
    :raises ConversionError: OpenVINO cannot be imported or cannot compile the model.
    """

    def __init__(self, folder: Path, *, keep: bool = True) -> None:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        self.dimension: int = manifest["dimension"]
        self.max_length: int = manifest["max_length"]
        self._pooling: str = manifest["pooling"]
        self._pad: int = manifest["pad"]
        try:
            openvino = import_openvino()
            keeping = keep_compiled(folder) if keep else nullcontext[dict[str, str]]({})
            with _one_at_a_time, keeping as kept:
                self._compiled = openvino.Core().compile_model(
                    folder / CONVERTED[0],
                    "CPU",
                    # a few cores per text instead of all for one, so that they need not wait for
                    # each other; unpinned, so that two processes do not compete for the same cores
                    {
                        "PERFORMANCE_HINT": "THROUGHPUT",
                        "ENABLE_CPU_PINNING": False,
                        **manifest.get("properties", {}),
                        **kept,
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
        with _one_at_a_time:
            self._run([[self._pad]])

    def run_batches(
        self, batches: Iterable[Sequence[Sequence[int]]]
    ) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Run the model over batches of token ids, special ones included, several at a time.

        :return: for each batch of ``n`` texts, the longest of ``t`` tokens: the last hidden states,
            ``(n, t, d)``, and the unit vectors, ``(n, d)``.
        """
        given = list(batches)
        if len(given) == 1:
            return iter([self._run(given[0])])
        return self._workers.map(self._run, given)

    def _run(self, batch: Sequence[Sequence[int]]) -> tuple[FloatArray, FloatArray]:
        lengths = np.array([len(row) for row in batch])
        mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
        ids = np.full(mask.shape, self._pad, dtype=np.int64)
        ids[mask == 1] = [token for row in batch for token in row]
        try:
            request = self._requests.own
        except AttributeError:
            request = self._requests.own = self._compiled.create_infer_request()
        hidden: FloatArray = request.infer([ids, mask], share_inputs=True)[0]
        if self._pooling == "cls":
            pooled = hidden[:, 0]
        else:  # a sum points where the mean does
            pooled = np.einsum("ntd,nt->nd", hidden, mask.astype(np.float32))
        norms = np.linalg.norm(pooled, axis=1, keepdims=True)
        return hidden, pooled / np.maximum(norms, np.finfo(np.float32).tiny)


@contextmanager
def keep_compiled(folder: Path) -> Iterator[dict[str, str]]:
    """Give the property by which OpenVINO keeps what it compiles, and takes it from there.

    OpenVINO writes in place what other processes may have mapped, which would end them. So it is
    given a folder of its own, with links to those kept files that are as they were written, and
    what it adds there is moved. A folder that cannot be written to keeps nothing.
    """
    place, records = folder / "compiled", folder.parent / "digests"
    if not os.access(folder, os.W_OK):
        yield {}
        return
    known: dict[str, str] = {}
    with suppress(OSError, ValueError, AttributeError):
        known = dict(json.loads((place / _DIGESTS).read_text("utf-8")))
    with TemporaryDirectory(dir=folder, prefix=_COMPILING, ignore_cleanup_errors=True) as own:
        for blob in place.glob("*.blob"):
            with suppress(OSError):
                if known.get(blob.name) == file_digest(blob, records):
                    Path(own, blob.name).symlink_to(blob.absolute())
        yield {"CACHE_DIR": own}
        added = [blob for blob in Path(own).glob("*.blob") if not blob.is_symlink()]
        with suppress(OSError):
            if added:
                _keep(added, place, known)


def _keep(added: Iterable[Path], place: Path, known: dict[str, str]) -> None:
    """Move what was compiled to its place; remove what processes left that were killed at it."""
    place.mkdir(exist_ok=True)
    for blob in added:
        known[blob.name] = sha256(blob)
        blob.replace(place / blob.name)
    write_whole(place / _DIGESTS, json.dumps(known))
    for left in place.parent.glob(f"{_COMPILING}*"):
        if left.stat().st_mtime < time.time() - _DAY:
            shutil.rmtree(left, ignore_errors=True)


def save_changed(folder: Path, changes: Mapping[str, FloatArray], target: Path) -> None:
    """Add matrices to those of a converted model, and save it with its manifest.

    :param changes: by PyTorch's names for the matrices.
    :raises ConversionError: it has no matrix of such a name.
    """
    openvino, left = import_openvino(), dict(changes)
    with _one_at_a_time:
        graph = openvino.Core().read_model(folder / CONVERTED[0])
    for node in graph.get_ordered_ops():
        name = node.get_friendly_name().removeprefix(_TRACED).removesuffix("_compressed")
        if node.get_type_name() == "Constant" and name in left:
            matrix = node.data
            added = (matrix + left.pop(name)).astype(matrix.dtype)
            node.output(0).replace(openvino.opset13.constant(added).output(0))
    if left:
        raise ConversionError(f"its converted form has no matrix {', '.join(left)}")
    with _one_at_a_time:
        openvino.save_model(graph, target / CONVERTED[0], compress_to_fp16=True)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest["files"] = {name: sha256(target / name) for name in CONVERTED}
    (target / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def import_openvino() -> Any:
    """Import OpenVINO without its telemetry, and without its converter until that is called.

    ``import openvino`` reports the import to Google Analytics unless the user has opted out. It
    imports silently without the package that does so, and None in ``sys.modules`` makes that
    package missing. The converter takes as long as all the rest, and only a conversion needs it.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    if "openvino" not in sys.modules and _CONVERTER not in sys.modules:
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]
        try:
            import openvino
        finally:
            del sys.modules[_CONVERTER]
        openvino.convert_model = _convert_model
    import openvino

    return openvino


def _convert_model(*arguments: Any, **options: Any) -> Any:
    """Stand in for ``openvino.convert_model``: import the converter when it is called."""
    from openvino.tools.ovc import convert_model  # type: ignore[import-untyped]

    return convert_model(*arguments, **options)
