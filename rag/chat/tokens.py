"""Count the tokens of a text for a chat model.

For OpenAI's models tiktoken counts exactly, when its vocabulary is on this machine or, for a model
that runs at OpenAI itself, arrives within seconds. A local model's own tokenizer counts. For other
models :func:`estimate` errs on the high side, so that a prompt stays within its budget.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import tiktoken

_log = logging.getLogger(__name__)

Result = TypeVar("Result")
CountTokens = Callable[[str], int]

_PATIENCE = 3.0
"""Seconds that an answer waits for a vocabulary, which is then fetched in the background."""
_DENSE = re.compile(r"[\d!-/:-@\[-`{-~]")
"""ASCII digits and punctuation, as in codes, formulas and tables."""
_VOCABULARIES = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
"""The address of tiktoken's vocabularies; a vocabulary is kept under the hash of its address."""


def estimate(text: str) -> int:
    """Estimate the tokens of a text, rather too many than too few.

    One token for every ASCII digit and punctuation mark, and one for three bytes of the rest in
    UTF-8. English has four to five bytes to a token; where letters take three bytes, a token is
    seldom less than one of them.
    """
    dense = len(_DENSE.findall(text))
    return dense - (dense - len(text.encode("utf-8", "replace"))) // 3


def choose_counter(model: str, *, may_download: bool) -> tuple[CountTokens, str]:
    """Choose how to count the tokens of an OpenAI model; with a notice when it must estimate.

    :param model: the model's name at its provider; without a vocabulary in tiktoken it is
        estimated without a notice.
    :param may_download: whether a missing vocabulary may be fetched from OpenAI.
    """
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        return estimate, ""
    encoding = None
    if may_download or _on_disk(name):  # tiktoken's own request has no time-out
        encoding = call_within(_PATIENCE, lambda: tiktoken.get_encoding(name))
    if encoding is None:
        return estimate, f"tiktoken's vocabulary {name} is not here, so tokens are estimated"
    return lambda text: count(encoding, text), ""


def count(encoding: tiktoken.Encoding, text: str) -> int:
    """Count the tokens of a text in which nothing is a control token."""
    return len(encoding.encode(text.encode("utf-8", "replace").decode(), disallowed_special=()))


def _on_disk(name: str) -> bool:
    """Whether tiktoken has a vocabulary without the network."""
    from tiktoken.registry import ENCODINGS

    if name in ENCODINGS:
        return True
    told = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    folder = Path(tempfile.gettempdir(), "data-gym-cache") if told is None else Path(told)
    key = hashlib.sha1(_VOCABULARIES.format(name).encode(), usedforsecurity=False).hexdigest()
    return told != "" and (folder / key).is_file()


def call_within(seconds: float, call: Callable[[], Result]) -> Result | None:
    """Call a function that has no time-out of its own; None when it fails or is late."""
    found: list[Result] = []

    def run() -> None:
        try:
            found.append(call())
        except Exception as error:  # noqa: BLE001 - whatever the network or the disk may raise
            _log.info("nothing was fetched (%s)", type(error).__name__)

    thread = threading.Thread(target=run, name="citespan-fetching", daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None
