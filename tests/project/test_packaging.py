"""What an installed citespan holds and needs, and the commands that its README promises."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import typer.main
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ui.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("citespan", "rag", "ingest", "ui", "eval")
SCRIPTS = ("bench", "tests", "training")
CHAT_EXTRAS = ("anthropic", "local", "ollama", "openai")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")

# Declared, and imported by name nowhere: why.
NOT_IMPORTED = {
    "accelerate": "without it `transformers serve`, which the tests ask, does not start",
    "citespan": "with its extras, for the tests of chat models",
    "hatchling": "builds the wheel in this file's tests",
    "flask": "moto's server is made of it",
    "flask-cors": "moto's server is made of it, too",
    "moto": "a server that the tests of object stores start",
    "mypy": "a command",
    "pytest-cov": "a plugin of pytest",
    "pytest-timeout": "a plugin of pytest",
    "ruff": "a command",
}

# Import names that differ from their distribution's, where `make test` does not install it.
IMPORTED_AS = {"sklearn": "scikit-learn"}


def declared(*extras: str) -> dict[str, Requirement]:
    """What the core, or the named extras alone, ask for, by distribution."""
    groups = [PROJECT["optional-dependencies"][extra] for extra in extras]
    lines = [line for group in groups for line in group] if extras else PROJECT["dependencies"]
    requirements = map(Requirement, lines)
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


@cache
def distributions_of() -> dict[str, set[str]]:
    """The installed distributions that hold each top-level import name."""
    return {
        name: {canonicalize_name(distribution) for distribution in distributions}
        for name, distributions in packages_distributions().items()
    }


@cache
def imported(folder: str) -> dict[str, set[str]]:
    """Each third-party module that a folder imports, and the distributions that may hold it."""
    files = list((ROOT / folder).rglob("*.py"))
    names = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names.add(node.module)
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                names |= {str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)}
    helpers = {name for file in files for name in (file.stem, file.parent.name)}
    ours = {*PACKAGES, *SCRIPTS, *(helpers if folder == "tests" else ())}
    third_party = {name.split(".", 1)[0] for name in names} - ours - sys.stdlib_module_names
    return {
        name: distributions_of().get(name, {canonicalize_name(IMPORTED_AS.get(name, name))})
        for name in sorted(third_party)
    }


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("eval", ()),
        ("ingest", ("ocr", "ray", "s3")),  # imported for pictures, a cluster, or an s3:// address
        ("rag", CHAT_EXTRAS),  # imported when a chat model is named that needs one
        ("ui", ("mcp",)),  # imported when there are to be tools for assistants
        ("tests", ("dev", "mcp", "ocr", "ray", "s3", *CHAT_EXTRAS)),
        ("bench", ("bench",)),
        ("training", ("bench",)),
    ],
)
def test_every_import_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    available = declared().keys() | (declared(*extras).keys() if extras else set())
    undeclared = {name for name, owners in imported(folder).items() if not owners & available}
    assert not undeclared


@pytest.mark.parametrize(
    ("extras", "folders"),
    [((), PACKAGES), (("dev",), ("tests",)), (("bench",), ("bench", "training"))],
)
def test_every_dependency_is_used(extras: tuple[str, ...], folders: tuple[str, ...]) -> None:
    used = {owner for folder in folders for owners in imported(folder).values() for owner in owners}
    unused = declared(*extras).keys() - used - NOT_IMPORTED.keys()
    assert not unused


def test_reasons_are_given_only_for_what_is_declared_and_not_imported() -> None:
    used = {
        owner for package in PACKAGES for owners in imported(package).values() for owner in owners
    }
    assert NOT_IMPORTED.keys() <= (declared() | declared("dev")).keys() - used


def pins() -> dict[str, str]:
    """The locked version of each distribution."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    locked = [line.split(" ;")[0].split("==") for line in lines if not line.startswith("#")]
    return dict(locked)


def test_the_lock_names_versions_and_nothing_of_the_machine_that_wrote_it() -> None:
    line = re.compile(r"#.*|[a-z0-9-]+==[0-9][0-9a-z.]*( ; .+)?")
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert not [text for text in lines if not line.fullmatch(text) or re.search(r"//|\+", text)]


@pytest.mark.parametrize(
    "extras", [(), CHAT_EXTRAS, ("gguf",), ("mcp",), ("ocr",), ("ray",), ("dev",), ("bench",)]
)
def test_the_lock_holds_every_dependency_in_a_version_that_fits(extras: tuple[str, ...]) -> None:
    locked = pins()
    assert not [
        str(requirement)
        for name, requirement in declared(*extras).items()
        if name != "citespan"
        if name not in locked or not requirement.specifier.contains(Version(locked[name]))
    ]


def test_the_lock_has_the_torch_that_the_makefile_asks_for() -> None:
    assert f"TORCH = torch=={pins()['torch']}\n" in MAKEFILE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


def pip(command: str, *arguments: str) -> None:
    """Run pip without an index."""
    options = ["--no-index", "--no-deps", "--no-cache-dir", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "pip", command, *options, *arguments],
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )


def test_the_wheel_holds_the_packages_and_the_seeds_alone(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    metadata = f"citespan-{PROJECT['version']}.dist-info"
    assert {name.split("/", 1)[0] for name in names} == {*PACKAGES, "seeds", metadata}
    assert not [name for name in names if name.startswith("seeds/") and name.endswith(".py")]


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    expected = {
        file.relative_to(ROOT).as_posix()
        for folder in (*PACKAGES, "seeds")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_the_wheel_installs_and_finds_its_seeds(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip("install", "--target", str(site), str(wheel))
    environment = {**os.environ, "PYTHONPATH": str(site)}
    code = (
        "import rag; from citespan import seed_cases; print(rag.__file__); print(len(seed_cases()))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert Path(shown[0]) == site / "rag" / "__init__.py"
    assert int(shown[1]) >= 70
    subprocess.run(
        [sys.executable, site / "bin" / "citespan", "--help"],
        cwd=tmp_path,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def targets() -> set[str]:
    """The Makefile's commands."""
    (phony,) = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    return set(phony.split())


def test_make_describes_each_of_its_commands() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert set(re.findall(r"^  make ([a-z-]+)  +\S", shown, re.MULTILINE)) == targets()


def commands_in_readme(program: str) -> set[str]:
    """The words that follow a program's name in the README's code."""
    readme = (ROOT / "README.md").read_text("utf-8")
    code = re.findall(r"```.*?```|`[^`\n]+`", readme, re.DOTALL)
    return {
        word
        for part in code
        for word in re.findall(rf"(?:^|[`$ ]){program} ([a-z][a-z-]*)", part, re.MULTILINE)
    }


def test_every_make_command_in_the_readme_exists() -> None:
    assert {"chat", "test"} <= commands_in_readme("make") <= targets()


def test_every_citespan_command_in_the_readme_exists() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert commands_in_readme("citespan") <= known
