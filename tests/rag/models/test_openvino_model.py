"""The converted model: the same vectors, without PyTorch and without telemetry."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from rag import Embedder, ModelError, Rag, Settings
from rag.errors import EmbedderMismatchError
from rag.models.openvino_convert import PROBES
from rag.models.openvino_model import OpenVinoModel, import_openvino

ROOT = Path(__file__).resolve().parents[3]
TEXT = "How is leukemia treated?"


@pytest.fixture
def kept(embedder: Embedder, model_cache: Path) -> Path:
    """The session's conversion of the bundled model."""
    embedder.embed([TEXT])
    manifests = model_cache.glob("all-MiniLM-L6-v2-*/manifest.json")
    (kept,) = (each.parent for each in manifests if "-int8-" not in each.parent.name)
    return kept


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new process, which refuses every look at the network."""
    guard = (
        "import sys\n"
        "def refuse(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.gethostbyname'):\n"
        "        raise SystemExit(f'{event} {args}')\n"
        "sys.addaudithook(refuse)\n"
    )
    clean = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-c", guard + code],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_question_in_a_new_process_loads_no_torch_langchain_or_chroma(seeds_home: Path) -> None:
    done = python(
        "import json\n"
        "from rag import Rag, Settings\n"
        "bot = Rag(Settings(), once=True)\n"
        f"print(bot.ask({TEXT!r}).status, bot.embedder.backend.split()[0])\n"
        "print(json.dumps([name for name in sys.modules if sys.modules[name]]))\n",
        CITESPAN_HOME=str(seeds_home),
    )
    assert done.returncode == 0, done.stderr
    said, modules = done.stdout.splitlines()
    assert said == "answered OpenVINO"
    heavy = {"torch", "transformers", "sentence_transformers", "openvino_telemetry"}
    slow = {"langchain_core", "langsmith", "chromadb"}
    assert not (heavy | slow) & set(json.loads(modules))


def test_openvino_reports_nothing_to_anybody(tmp_path: Path, embedder: Embedder) -> None:
    embedder.embed([TEXT])
    done = python(
        f"from rag import Embedder\nprint(Embedder().embed([{TEXT!r}]).shape)\n",
        HOME=str(tmp_path),
        USERPROFILE=str(tmp_path),
    )
    assert done.stdout == "(1, 384)\n", done.stderr
    assert not (tmp_path / "intel").exists()  # where its telemetry keeps an id of the user


def test_converting_has_no_telemetry_either() -> None:
    import_openvino()
    from openvino.tools.ovc import telemetry_utils

    assert telemetry_utils.tm.__name__ == "openvino.tools.ovc.telemetry_stub"


@pytest.fixture
def pooling_by(tmp_path: Path, embedder: Embedder) -> Callable[[str], Path]:
    """Folders of the bundled model's weights, pooled another way."""

    def made(mode: str) -> Path:
        assert embedder.folder is not None
        folder = tmp_path / f"by-{mode}"
        shutil.copytree(embedder.folder, folder, copy_function=os.symlink)
        (folder / "1_Pooling" / "config.json").unlink()
        pooling = {"word_embedding_dimension": 384, f"pooling_mode_{mode}": True}
        (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
        return folder

    return made


def test_a_model_of_another_kind_runs_as_ever_without_a_warning(
    pooling_by: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    other = Embedder(str(pooling_by("max_tokens")))
    assert other.backend.startswith("sentence-transformers ")
    assert other.embed_tokens([TEXT])[0].pooled @ other.embed([TEXT])[0] > 0.9999
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.slow
def test_a_model_that_pools_by_its_first_token_is_converted_too(
    pooling_by: Callable[[str], Path], embedder: Embedder
) -> None:
    folder = pooling_by("cls_token")
    ours = Embedder(str(folder), Settings(embedding_backend="openvino"))
    theirs = Embedder(str(folder), Settings(embedding_backend="torch"))
    assert ours.embed([TEXT])[0] @ theirs.embed([TEXT])[0] > 0.999
    assert ours.embed([TEXT])[0] @ embedder.embed([TEXT])[0] < 0.99
    assert ours.identity == theirs.identity


@pytest.mark.parametrize("error", [ImportError("no openvino"), RuntimeError("cannot compile")])
def test_without_a_working_openvino_sentence_transformers_runs_the_model(
    kept: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr("rag.models.openvino_model.import_openvino", broken)
    with caplog.at_level(logging.WARNING, "rag"):
        assert Embedder().embed([TEXT]).shape == (1, 384)
    (message,) = caplog.messages
    assert str(error) in message


@pytest.mark.slow
def test_int8_has_other_vectors_near_the_same_and_a_name_of_its_own(
    embedder: Embedder, seeds_home: Path
) -> None:
    settings = Settings(home=seeds_home, embedding_precision="int8")
    ours = Embedder(settings=settings)
    assert ", int8," in ours.backend
    cosines = (ours.embed(PROBES) * embedder.embed(PROBES)).sum(axis=1)
    assert 0.98 < cosines.min() < 0.9995
    assert ours.identity == f"{embedder.identity}@int8"
    with Rag(settings) as bot, pytest.raises(EmbedderMismatchError, match="@int8"):
        bot.ask(TEXT)


def test_int8_is_openvino_s_alone(pooling_by: Callable[[str], Path]) -> None:
    with pytest.raises(ValidationError, match="only OpenVINO"):
        Settings(embedding_precision="int8", embedding_backend="torch")
    other = Embedder(str(pooling_by("max_tokens")), Settings(embedding_precision="int8"))
    with pytest.raises(ModelError, match="remove CITESPAN_EMBEDDING_PRECISION=int8"):
        other.embed([TEXT])


def test_what_was_compiled_is_kept_and_damage_to_it_is_found(kept: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(kept, folder, ignore=shutil.ignore_patterns("compiled"))

    def run() -> tuple[bool, float]:
        model = OpenVinoModel(folder)
        ((hidden, _),) = model.run_batches([[[101, 2003, 102]]])
        kept_already = bool(model._compiled.get_property("LOADED_FROM_CACHE"))
        return kept_already, float(hidden.sum())

    first, told = run()
    assert not first
    assert run() == (True, told)
    (blob,) = (folder / "compiled").glob("*.blob")
    content = blob.read_bytes()
    blob.chmod(0o600)
    blob.write_bytes(
        content[: len(content) // 2] + bytes(4096) + content[len(content) // 2 + 4096 :]
    )
    assert run() == (False, told)
    assert run() == (True, told)


def test_two_threads_that_load_a_model_leave_the_locale(kept: Path, tmp_path: Path) -> None:
    """OpenVINO sets it to "C" while it compiles; a process that has mapped a file goes on, too."""
    folder = tmp_path / "model"
    shutil.copytree(kept, folder, ignore=shutil.ignore_patterns("compiled"))
    done = python(
        "import locale, threading\n"
        "from pathlib import Path\n"
        "from rag.models.openvino_model import OpenVinoModel\n"
        "locale.setlocale(locale.LC_ALL, 'C.UTF-8')\n"
        "def load():\n"
        "    for _ in range(3):\n"
        f"        OpenVinoModel(Path({str(folder)!r})).run_batches([[[101, 2003, 102]]])\n"
        "threads = [threading.Thread(target=load) for _ in range(4)]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        "print(locale.getencoding())\n"
    )
    assert done.stdout.split() == ["UTF-8"], done.stderr
    assert len(list((folder / "compiled").glob("*.blob"))) == 1
    assert not list(folder.glob("compiling-*"))


def test_a_folder_that_cannot_be_written_to_runs_all_the_same(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(kept, folder, ignore=shutil.ignore_patterns("compiled"))
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert OpenVinoModel(folder).dimension == 384
    assert not (folder / "compiled").exists()


def test_the_converter_is_imported_when_it_is_called() -> None:
    done = python(
        "from rag.models.openvino_model import import_openvino\n"
        "openvino = import_openvino()\n"
        "print('openvino.tools.ovc' in sys.modules)\n"
        "try:\n"
        "    openvino.convert_model('/no/such/model.onnx')\n"
        "except Exception as error:\n"
        "    print(type(error).__module__.split('.')[0])\n"
        "print('openvino.tools.ovc' in sys.modules)\n"
    )
    assert done.stdout.split() == ["False", "openvino", "True"], done.stderr
