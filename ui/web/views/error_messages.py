"""Errors in the words of the page: no commands and no paths of the server."""

import logging
import re

from rag import errors
from ui.failures import error_sentence, tell_failure
from ui.work_queue import BusyError

NO_DOCUMENTS = "There are no documents yet. Add some, then ask again."
UNUSABLE = (
    "The library cannot be used at the moment. The person who runs it finds the reason in its log."
)
_FOR_EVERYBODY = (
    BusyError, errors.DocumentError, errors.GoneError, errors.LibraryBusyError,
    errors.QuestionError,
)  # fmt: skip
"""Errors that are about the person's own question or file, or that pass by themselves."""
_FOR_OWNER = re.compile(r"`(?:citespan|pip|ollama|python|make)\b|\bCITESPAN_")
"""A command or a setting of the server in a clause."""
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")
logger = logging.getLogger(__name__)


def page_sentence(error: Exception) -> str:
    """An error as a sentence for the browser; what only the owner can repair is logged."""
    if not isinstance(error, errors.RagError):
        return tell_failure(error)
    sentence = error_sentence(error)
    if isinstance(error, errors.EmptyLibraryError):
        return NO_DOCUMENTS
    if isinstance(error, _FOR_EVERYBODY):
        return keep_for_page(sentence) or UNUSABLE
    logger.error("%s", sentence)
    return UNUSABLE


def keep_for_page(message: str) -> str:
    """Drop the clauses of a message that only the person who runs the server can act on."""
    kept = []
    for sentence in _SENTENCE_END.split(message.strip()):
        clauses = [part for part in sentence.split("; ") if not _FOR_OWNER.search(part)]
        if clauses:
            words = "; ".join(clauses)
            kept.append(words if words.endswith((".", "!", "?")) else f"{words}.")
    return " ".join(kept)
