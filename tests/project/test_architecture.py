"""The house stays as drawn in docs/architecture.md: who may import whom, and what loads when."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "rag": {"rag"},
    "ingest": {"ingest", "rag"},
    "eval": {"eval", "ingest", "rag"},
    "ui": {"ui", "eval", "ingest", "rag"},
}
FLOORS = {
    "rag": (
        "metadata names forms types errors settings_file files processes settings",
        "english",
        "languages",
        "text",
        "models",
        "library",
        "questions",
        "retrieval",
        "support",
        "answers",
        "chat",
        "records requests",
        "suggestions",
        "interfaces",
        "components",
        "pipeline api __init__",
    ),
    "ingest": (
        "readers",
        "passages",
        "split references",
        "reading",
        "sources",
        "planning pages",
        "parse report",
        "embedding",
        "cluster",
        "stages",
        "index",
        "given",
        "watch __init__",
    ),
    "eval": (
        "cache_file statistics cases",
        "outcome",
        "judges",
        "metrics responses",
        "blame",
        "results",
        "gates scoring outputs asking calibrate",
        "reports",
        "suite",
        "noise",
        "__init__",
    ),
    "ui": (
        "__init__ answer_json escape failures person",
        "work_queue",
        "metrics",
        "answering",
        "api",
        "web",
        "cli",
    ),
    "ui/web": ("__init__ theme security", "views", "documents", "routes chat", "server"),
}
"""The folders of a package or a folder and the modules beside them, from the lowest up: a module
imports from its own line or from those above it here."""
MOST_FILES = 14
"""In a folder, beside its sub-folders."""
HOME_OF = {
    "chromadb": {"rag/library/chroma_client.py"},
    "sqlalchemy": {"rag/library/catalog/"},
    "sentence_transformers": {"rag/models/torch_model.py"},
    "torch": {"rag/models/torch_model.py", "rag/models/openvino_convert.py"},
    "openvino": {"rag/models/openvino_model.py"},
    "transformers": {"rag/models/torch_model.py", "rag/chat/local.py"},
    "rapidocr": {"ingest/readers/ocr/engine.py"},
    "tantivy": {"rag/library/bm25_index.py"},
    "langchain": {"rag/chat/models.py"},
    "langchain_huggingface": {"rag/chat/models.py", "rag/chat/local.py"},
    "ollama": {"rag/chat/models.py"},
    "tiktoken": {"rag/chat/tokens.py"},
    "python_calamine": {"ingest/readers/tabular/spreadsheet.py"},
    "gradio": {"ui/"},
    "mcp": {"ui/api/mcp_server.py"},
    "ray": {"ingest/cluster.py"},
    "rich": {"ui/cli/terminal.py"},
}
HEAVY = {
    "chromadb",
    "gradio",
    "onnxruntime",
    "openvino",
    "pandas",
    "ray",
    "scipy",
    "sentence_transformers",
    "tantivy",
    "torch",
    "transformers",
}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the four packages, by its path from the root."""
    files = sorted(file for package in MAY_IMPORT for file in (ROOT / package).rglob("*.py"))
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_bytes()) for file in files}


def imported(path: str) -> Iterator[str]:
    """The top-level names that a module imports, anywhere in it, for types only or not."""
    for node in ast.walk(modules()[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".", 1)[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = path.replace("/", ".") if node.level else node.module or ""
            yield module.split(".", 1)[0]


def module_of(name: str) -> str | None:
    """The path of the module or package that has this dotted name, if it is one of ours."""
    path = name.replace(".", "/")
    return next((p for p in (f"{path}.py", f"{path}/__init__.py") if p in modules()), None)


@cache
def ours(path: str) -> frozenset[str]:
    """The modules of the four packages that a module imports, anywhere in it, for types too."""
    names: set[str] = set()
    for node in ast.walk(modules()[path]):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                names.add(inner if module_of(inner) else node.module)
    return frozenset(found for name in names if (found := module_of(name))) - {path}


def circles() -> list[list[str]]:
    """The groups of modules that import each other (Tarjan, Depth-first search, 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(path: str) -> None:
        order[path] = low[path] = len(order)
        stack.append(path)
        for other in sorted(ours(path)):
            if other not in order:
                visit(other)
                low[path] = min(low[path], low[other])
            elif other in stack:
                low[path] = min(low[path], order[other])
        if low[path] == order[path]:
            place = stack.index(path)
            if len(stack) - place > 1:
                found.append(stack[place:])
            del stack[place:]

    for path in modules():
        if path not in order:
            visit(path)
    return found


def floor_of(path: str, house: str) -> int:
    """The line of :data:`FLOORS` on which a module or its folder stands in a package or folder."""
    room = path.removeprefix(f"{house}/").split("/")[0].removesuffix(".py")
    return next(i for i, floor in enumerate(FLOORS[house]) if room in floor.split())


def calls_of(name: str, path: str) -> list[int]:
    """The lines where a module calls the function of that name."""
    return [
        node.lineno
        for node in ast.walk(modules()[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_between_packages_go_one_way(package: str) -> None:
    upwards = {
        f"{path} imports {name}"
        for path in modules()
        if path.startswith(f"{package}/")
        for name in imported(path)
        if name in MAY_IMPORT and name not in MAY_IMPORT[package]
    }
    assert not upwards


@pytest.mark.parametrize("house", FLOORS)
def test_a_folder_imports_only_what_stands_below_it(house: str) -> None:
    upwards = {
        f"{path} imports {other}"
        for path in modules()
        if path.startswith(f"{house}/")
        for other in ours(path)
        if other.startswith(f"{house}/") and floor_of(other, house) > floor_of(path, house)
    }
    assert not upwards


def test_no_modules_import_each_other() -> None:
    assert not circles()


def test_no_folder_is_a_drawer() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    count = Counter(str(Path(name).parent) for name in kept.stdout.splitlines())
    assert not {folder: files for folder, files in count.items() if files > MOST_FILES}


@pytest.mark.parametrize("library", HOME_OF)
def test_a_heavy_or_replaceable_library_has_one_home(library: str) -> None:
    strangers = {
        path
        for path in modules()
        if library in imported(path) and not path.startswith(tuple(HOME_OF[library]))
    }
    assert not strangers


def test_packages_do_not_import_tests_benchmarks_or_training() -> None:
    assert not [path for path in modules() if {"tests", "bench", "training"} & set(imported(path))]


def test_only_the_command_line_prints() -> None:
    assert {path for path in modules() if calls_of("print", path)} == {"ui/cli/terminal.py"}


@pytest.mark.parametrize(
    "statement",
    ["import rag", "from rag import Rag, Settings, ask", "import ingest", "import eval"],
)
def test_importing_loads_no_heavy_library(statement: str) -> None:
    code = f"import json, sys\n{statement}\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = HEAVY & set(json.loads(done.stdout))
    assert not loaded
