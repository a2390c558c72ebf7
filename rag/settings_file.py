"""Settings from a TOML file, and variables that are no setting.

A ``citespan.toml`` in the current folder may have come with somebody's documents. So it may not
name what questions and documents are sent to, or what is downloaded; a file that
``CITESPAN_CONFIG`` names may.
"""

import logging
import os
import tomllib
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.errors import LibraryError

_log = logging.getLogger(__name__)

CONFIG = "CITESPAN_CONFIG"
FILE_NAME = "citespan.toml"
PREFIX = "CITESPAN_"
_REACHING_OUT = ("chat_", "catalog", "chroma", "embedding_model", "reranker", "support_model")
"""How the settings begin that name other machines, or models that a hub may have."""
_OTHERS = frozenset("CONFIG AUTH BENCH_DATA BENCH_CACHE TORTURE TEST_LLM".split())
"""Variables that are no settings: of this module, of the server, of benchmarks and tests."""


def read_settings_file() -> dict[str, Any]:
    """Read the settings of the file that is named, or of the one in the current folder.

    :return: none where there is no file.
    :raises LibraryError: the named file cannot be read, or a file is no TOML.
    """
    named = os.environ.get(CONFIG, "").strip()
    path = Path(named).expanduser() if named else Path(FILE_NAME)
    if not named and not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise LibraryError(
            f"the settings in {path} cannot be read ({error.strerror}); {CONFIG} names a file"
        ) from error
    except ValueError as error:
        raise LibraryError(f"the settings in {path} are no TOML: {error}") from error
    if named:
        return values
    kept = {key: value for key, value in values.items() if not key.startswith(_REACHING_OUT)}
    _warn_of_refused(str(path.absolute()), tuple(sorted(values.keys() - kept.keys())))
    return kept


def warn_of_unknown_variables(settings: frozenset[str]) -> None:
    """Warn of ``CITESPAN_*`` variables that are no setting, once for each.

    :param settings: the names of all settings.
    """
    for variable in os.environ:
        if variable.startswith(PREFIX):
            _warn_of_unknown(variable, settings)


@lru_cache
def _warn_of_unknown(variable: str, settings: frozenset[str]) -> None:
    known = [f"{PREFIX}{name.upper()}" for name in settings] + [f"{PREFIX}{n}" for n in _OTHERS]
    if variable.upper() in known:
        return
    nearest = get_close_matches(variable.upper(), known, 1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    _log.warning("%s is no setting of citespan%s", variable, hint)


@lru_cache
def _warn_of_refused(path: str, keys: tuple[str, ...]) -> None:
    if keys:
        _log.warning(
            "%s may not set %s, since it may have come with documents; if it is yours, set %s=%s",
            path, ", ".join(keys), CONFIG, path,
        )  # fmt: skip
