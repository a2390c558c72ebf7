"""Every regular expression of the packages."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from types import ModuleType

import ingest
import rag
import ui

_PACKAGES = (rag, ingest, ui)


def find_patterns() -> dict[str, re.Pattern[str]]:
    """Find the compiled patterns for text that modules hold, by module and name."""
    found: dict[str, re.Pattern[str]] = {}
    for package in _PACKAGES:
        for listed in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(listed.name)
            found.update(_patterns_of(module))
    by_pattern = {pattern: name for name, pattern in reversed(found.items())}
    return {name: pattern for pattern, name in by_pattern.items()}


def _patterns_of(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in vars(module).items():
        for number, pattern in enumerate(_walk(value)):
            yield f"{module.__name__}.{name}" + f"[{number}]" * bool(number), pattern


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
