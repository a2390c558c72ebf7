"""Convert models for OpenVINO, once on each machine, and keep what was converted.

A model can be converted when its pipeline is a transformer, mean or first-token pooling, and
optional normalisation. ``rag.models.openvino_convert`` does it in a process of its own. Its files
are kept per model, OpenVINO version and format; their digests are checked before each use.
"""

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import uuid4

from rag.models.digests import file_digest
from rag.models.openvino_model import (
    CONVERTED,
    MANIFEST,
    ConversionError,
    NotConvertibleError,
    save_changed,
)
from rag.types import FloatArray

_log = logging.getLogger(__name__)

FORMAT = 2
"""Raised when the converted files change, so that older conversions are replaced."""

TRY_AGAIN = 75
"""Exit code of a conversion that may succeed another time (EX_TEMPFAIL of BSD's sysexits)."""
_DESCRIPTIONS = (
    "modules.json",
    "config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
"""Besides the weights and the pooling, these files determine the vectors."""

_CONVERT = (sys.executable, "-P", "-m", "rag.models.openvino_convert")
_LEGACY_POOLING = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""The pooling modes as sentence-transformers before version 6 writes them."""


@dataclass(frozen=True)
class Changes:
    """What is added to a model's matrices, so that it does another task.

    :param file: the weights, which :attr:`load` reads.
    :param load: reads the matrices, by PyTorch's names for them.
    """

    file: Path
    load: Callable[[], dict[str, FloatArray]]


def read_pooling(folder: Path) -> str:
    """Read the pooling, ``"mean"`` or ``"cls"``, of a model folder that can be converted.

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


def convert_once(name: str, folder: Path, weights: str, cache: Path, precision: str) -> Path:
    """Convert a model unless this machine has done so before.

    Killed at any moment, this leaves either the whole conversion or nothing that is used.

    :param name: of the model, for the folder's name and for messages.
    :param weights: SHA-256 of the model's weight file.
    :param precision: ``"native"`` or ``"int8"``.
    :return: the folder of the conversion.
    :raises ConversionError: it cannot be converted, or the converted model gives other vectors.
    """
    pooling = read_pooling(folder)
    try:
        made_by = f"openvino-{version('openvino')}-{FORMAT}"
        model = f"{Path(name).name}-{_digest_description(folder, weights, pooling)}"
        if precision != "native":
            model += f"-{precision}"
        place = cache / f"{model}-{made_by}"
        _make_once(place, cache, lambda part: _convert(name, folder, pooling, precision, part))
        manifest = _json(place / MANIFEST)
    except PackageNotFoundError as error:
        raise ConversionError("it is not installed: pip install openvino") from error
    except OSError as error:
        raise ConversionError(f"{cache} cannot be used: {error.strerror or error}") from error
    if "refused" in manifest:
        raise ConversionError(f"{manifest['refused']}; to try again, remove {place}")
    return place


def change_once(base: Path, changes: Changes, cache: Path) -> Path:
    """Add changes to a converted model unless this machine has done so before.

    :param base: the folder of its conversion.
    :return: the folder of the changed model.
    :raises ConversionError: the model has no matrix of such a name.
    """
    try:
        made_of = f"{(base / MANIFEST).read_text()} {file_digest(changes.file, cache / 'digests')}"
        digest = hashlib.sha256(made_of.encode()).hexdigest()[:16]
        place = cache / "changed" / f"{changes.file.stem}-{digest}"
        _make_once(place, cache, lambda part: save_changed(base, changes.load(), part))
    except OSError as error:
        raise ConversionError(f"{cache} cannot be used: {error.strerror or error}") from error
    return place


def _make_once(place: Path, cache: Path, make: Callable[[Path], None]) -> None:
    """Make a folder unless it is there and intact: a new one, renamed when it is complete."""
    from filelock import FileLock

    if _is_intact(place, cache):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{place}.lock"):
        if _is_intact(place, cache):  # another process has made it
            return
        part = place.with_name(f"{place.name}.{uuid4().hex}.part")
        part.mkdir()
        try:
            make(part)
            for file in filter(Path.is_file, part.iterdir()):
                with file.open("rb+") as written:
                    os.fsync(written.fileno())
            if place.exists():
                shutil.rmtree(place)
            part.rename(place)
        finally:  # delete the parts of this process and of killed ones, and what is older
            for other in place.parent.glob(f"{_name_without_version(place)}*"):
                if other.is_dir() and other != place:
                    shutil.rmtree(other, ignore_errors=True)


def _name_without_version(place: Path) -> str:
    """What the names of a model's older conversions, and of unfinished ones, begin with."""
    head, made_by, _ = place.name.partition("-openvino-")
    return head + made_by if made_by else place.name.rpartition("-")[0] + "-"


def _digest_description(folder: Path, weights: str, pooling: str) -> str:
    """Digest everything that determines the vectors."""
    digest = hashlib.sha256(f"{weights} {pooling}".encode())
    for name in _DESCRIPTIONS:
        file = folder / name
        digest.update(f"\0{name}\0".encode() + (file.read_bytes() if file.is_file() else b""))
    return digest.hexdigest()[:16]


def _is_intact(place: Path, cache: Path) -> bool:
    """Whether there is an undamaged conversion, or the note that the model cannot be converted."""
    try:
        manifest = _json(place / MANIFEST)
        return "refused" in manifest or all(
            file_digest(place / name, cache / "digests") == manifest["files"][name]
            for name in CONVERTED
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _convert(name: str, folder: Path, pooling: str, precision: str, part: Path) -> None:
    """Convert in a new process."""
    _log.warning(
        "preparing the embedding model %s for this machine: once, for about half a minute", name
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own code
        [*_CONVERT, folder, pooling, precision, part],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if done.returncode < 0 or done.returncode == TRY_AGAIN:
        raise ConversionError(f"its conversion was interrupted: {last or done.returncode}")
    if done.returncode:
        (part / MANIFEST).write_text(json.dumps({"refused": last}), "utf-8")


def _environment() -> dict[str, str]:
    """The converting process gets this one's modules, no hub, and no warnings as errors."""
    paths = [str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]
    own = {"PYTHONPATH": os.pathsep.join(paths), "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
    return os.environ | own


def _json(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}
