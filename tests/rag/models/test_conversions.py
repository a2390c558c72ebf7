"""Conversions: made once, never half, kept for the next process; other models are left alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import Embedder, ModelError, Settings
from rag.models.conversions import read_pooling
from rag.models.openvino_convert import PROBES, convert
from rag.models.openvino_model import ConversionError

TEXT = "How is leukemia treated?"


@pytest.fixture
def kept(embedder: Embedder, model_cache: Path) -> Path:
    """The session's conversion of the bundled model."""
    embedder.embed([TEXT])
    (manifest,) = model_cache.glob("all-MiniLM-L6-v2-*/manifest.json")
    return manifest.parent


@pytest.fixture
def converting(kept: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A converting process that copies the session's conversion; the folders it wrote to."""
    targets: list[Path] = []

    def run(command: list[Any], **_: Any) -> subprocess.CompletedProcess[bytes]:
        targets.append(Path(command[-1]))
        shutil.copytree(kept, targets[-1], dirs_exist_ok=True)
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr("rag.models.conversions.subprocess.run", run)
    return targets


def failing(returncode: int, calls: list[int]) -> Callable[..., Any]:
    """A converting process that ends with that code."""

    def run(command: list[Any], **_: Any) -> subprocess.CompletedProcess[bytes]:
        calls.append(returncode)
        return subprocess.CompletedProcess(command, returncode, b"", b"Traceback\nNo such op: Foo")

    return run


def own(cache: Path, backend: Any = "auto") -> Embedder:
    return Embedder(settings=Settings(model_cache=cache, embedding_backend=backend))


def test_probes_are_short_long_empty_and_in_other_scripts(embedder: Embedder) -> None:
    counts = embedder.count_tokens(PROBES)
    assert min(counts) == 0
    assert max(counts) > embedder.max_tokens
    assert any(not text.isascii() for text in PROBES)


def test_the_first_use_says_that_it_takes_a_while_and_the_second_does_not(
    tmp_path: Path, converting: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    own(tmp_path).embed([TEXT])
    assert "once" in caplog.text
    caplog.clear()
    own(tmp_path).embed([TEXT])
    assert len(converting) == 1
    assert not caplog.records


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: (place / "model.bin").write_bytes(
            bytes((place / "model.bin").stat().st_size)
        ),
        lambda place: os.truncate(place / "model.bin", 1000),
        lambda place: (place / "model.bin").unlink(),
        lambda place: (place / "model.xml").write_text("<net/>"),
        lambda place: (place / "manifest.json").write_text("{"),
        lambda place: (place / "manifest.json").unlink(),
        lambda place: [file.unlink() for file in place.iterdir() if file.is_file()],
    ],
)
def test_a_damaged_or_half_conversion_is_made_anew(
    tmp_path: Path, converting: list[Path], embedder: Embedder, damage: Callable[[Path], Any]
) -> None:
    own(tmp_path).embed([TEXT])
    (place,) = (path for path in tmp_path.glob("all-MiniLM-*") if path.is_dir())
    damage(place)
    assert np.allclose(own(tmp_path).embed([TEXT]), embedder.embed([TEXT]), atol=1e-6)
    assert len(converting) == 2


def test_a_conversion_that_is_killed_leaves_nothing_that_is_used(
    tmp_path: Path, converting: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def killed(file: int) -> None:
        if converting:
            raise KeyboardInterrupt
        real(file)

    with monkeypatch.context() as patch:
        patch.setattr("rag.models.conversions.os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            own(tmp_path).embed([TEXT])
    assert not converting[0].exists()
    converting[0].mkdir()  # what a kill would have left
    (converting[0] / "model.bin").write_bytes(b"half")
    assert own(tmp_path).embed([TEXT]).shape == (1, 384)
    assert not converting[0].exists()


def test_the_conversion_by_an_older_openvino_goes_when_the_new_one_is_there(
    tmp_path: Path, kept: Path, converting: list[Path]
) -> None:
    old = tmp_path / kept.name.replace("-openvino-", "-openvino-2024.0-")
    other = tmp_path / "another-model-openvino-2024.0-1"
    old.mkdir()
    other.mkdir()
    own(tmp_path).embed([TEXT])
    assert not old.exists()
    assert other.exists()


def test_two_that_start_at_once_convert_once(tmp_path: Path, converting: list[Path]) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: own(tmp_path).embed([TEXT]), range(4)))
    assert len(converting) == 1
    assert all(np.array_equal(vectors, found[0]) for vectors in found)


def test_a_cache_made_by_somebody_else_is_used_as_it_is(
    tmp_path: Path, converting: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    own(tmp_path).embed([TEXT])
    (made,) = tmp_path.glob("all-MiniLM-*/manifest.json")
    assert made.parent.stat().st_mode & 0o055 == 0o055 & ~umask()

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("rag.models.digests.write_whole", refuse)
    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    shutil.rmtree(tmp_path / "digests")
    assert own(tmp_path, "openvino").embed([TEXT]).shape == (1, 384)


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_cannot_be_converted_is_tried_once_and_runs_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[int] = []
    monkeypatch.setattr("rag.models.conversions.subprocess.run", failing(1, calls))
    for _ in range(2):
        caplog.clear()
        assert own(tmp_path).backend.startswith("sentence-transformers ")
        assert "No such op: Foo" in caplog.messages[-1]
    assert len(calls) == 1
    with pytest.raises(ModelError, match=r"No such op: Foo.*EMBEDDING_BACKEND=auto"):
        own(tmp_path, "openvino").embed([TEXT])


@pytest.mark.parametrize("returncode", [-9, 75])
def test_a_conversion_that_broke_off_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, returncode: int
) -> None:
    calls: list[int] = []
    monkeypatch.setattr("rag.models.conversions.subprocess.run", failing(returncode, calls))
    for _ in range(2):
        with pytest.raises(ModelError, match="was interrupted"):
            own(tmp_path, "openvino").embed([TEXT])
    assert len(calls) == 2


def test_a_cache_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(ModelError, match=r"cache cannot be used: .*EMBEDDING_BACKEND=auto"):
        own(tmp_path / "cache", "openvino").embed([TEXT])


def test_a_missing_openvino_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr("rag.models.conversions.version", missing)
    settings = Settings(embedding_backend="openvino")
    with pytest.raises(ModelError, match="pip install openvino"):
        Embedder(settings=settings).embed([TEXT])


@pytest.mark.filterwarnings("ignore")  # tracing looks at every deprecated attribute of a model
def test_a_conversion_with_other_vectors_is_refused(embedder: Embedder, tmp_path: Path) -> None:
    assert embedder.folder is not None
    with pytest.raises(ConversionError, match="gives other vectors"):
        convert(embedder.folder, "cls", "native", tmp_path)


def described(folder: Path, kinds: list[str], pooling: dict[str, Any]) -> Path:
    """A model folder's descriptions alone."""
    modules = [
        {"idx": n, "path": "" if n == 0 else f"{n}_{kind}", "type": f"sentence_transformers.{kind}"}
        for n, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    (folder / "tokenizer.json").write_text("{}")
    return folder


@pytest.mark.parametrize(
    ("pooling", "mode"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode_cls_token": True}, "cls"),
        ({"pooling_mode": "mean"}, "mean"),
        ({"pooling_mode": "cls", "include_prompt": True}, "cls"),
    ],
)
def test_the_pooling_is_what_the_model_says(
    tmp_path: Path, pooling: dict[str, Any], mode: str
) -> None:
    assert read_pooling(described(tmp_path, ["Transformer", "Pooling"], pooling)) == mode


@pytest.mark.parametrize(
    ("kinds", "pooling", "reason"),
    [
        (["StaticEmbedding"], {}, "StaticEmbedding"),
        (["Transformer", "Pooling", "Dense"], {"pooling_mode": "mean"}, "Dense"),
        (["Transformer", "Pooling"], {"pooling_mode": "max"}, "pools by max"),
        (["Transformer", "Pooling"], {"pooling_mode": ["mean", "cls"]}, "pools by"),
        (
            ["Transformer", "Pooling"],
            {"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True},
            "pools by",
        ),
        (["Transformer", "Pooling"], {"other": 1}, "pools by"),
    ],
)
def test_another_pipeline_is_not_converted(
    tmp_path: Path, kinds: list[str], pooling: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConversionError, match=reason):
        read_pooling(described(tmp_path, kinds, pooling))


def test_a_folder_without_descriptions_is_not_converted(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"modules\.json"):
        read_pooling(tmp_path)


def test_a_model_that_prompts_is_not_converted(tmp_path: Path) -> None:
    folder = described(tmp_path, ["Transformer", "Pooling"], {"pooling_mode": "mean"})
    prompts = {"prompts": {"query": "query: "}, "default_prompt_name": "query"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    with pytest.raises(ConversionError, match="prompt"):
        read_pooling(folder)
