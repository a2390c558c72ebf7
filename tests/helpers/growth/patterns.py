"""Every regular expression of the packages, as it is used: anywhere in a text, or at its start."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import ingest
import rag
import ui

PASSAGE = 2_000
"""Characters that a pattern is tried on, as many as a passage has at most. Those that read more are
tried with more by the functions that use them."""
_PACKAGES = (rag, ingest, ui)
_ANCHORED = {"match", "fullmatch"}
_METHODS = "search|match|fullmatch|split|findall|finditer|subn?"


def find_searches() -> dict[str, Callable[[str], object]]:
    """Find the compiled patterns that modules hold, each as the search that the code does."""
    sources = [
        path.read_text(encoding="utf-8")
        for package in _PACKAGES
        for path in Path(package.__path__[0]).rglob("*.py")
    ]
    found: dict[re.Pattern[str], tuple[str, Callable[[str], object]]] = {}
    for package in _PACKAGES:
        for listed in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(listed.name)
            own = Path(module.__file__ or "").read_text(encoding="utf-8")
            importing = [text for text in sources if f"from {module.__name__} import" in text]
            source = "\n".join([own, *importing])
            for name, pattern in _patterns_of(module):
                bare = name.partition("[")[0]
                each = re.findall(rf"\bfor (\w+) in [^\n]*\b{bare}\b", source)
                called = "|".join([bare, *each])
                methods = set(
                    re.findall(rf"\b(?:{called})(?:\[[^\]\n]*\])?\.({_METHODS})\(", source)
                )
                # a table that no loop is seen over is searched
                anchored = methods <= _ANCHORED and (bare == name or bool(methods))
                search = pattern.match if anchored else pattern.search
                found.setdefault(pattern, (f"{module.__name__}.{name}", search))
    return dict(found.values())


def _patterns_of(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in vars(module).items():
        for number, pattern in enumerate(_walk(value)):
            yield name if pattern is value else f"{name}[{number}]", pattern


def _walk(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, Mapping):
        for inner in list(value.values()):
            yield from _walk(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _walk(inner)
