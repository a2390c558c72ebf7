"""Errors in the words of the page: no commands and no paths of the server."""

import logging
import re

from rag import errors
from ui.failures import error_sentence, tell_failure
from ui.work_queue import BusyError

NO_DOCUMENTS = "There are no documents yet. Add some under Documents."
UNUSABLE = "The library cannot be used at the moment. The server's log says why."
_FOR_EVERYBODY = (
    BusyError, errors.DocumentError, errors.GoneError, errors.LibraryBusyError,
    errors.QuestionError,
)  # fmt: skip
"""Errors that are about the person's own question or file, or that pass by themselves."""
_COMMAND = re.compile(r"; [^;]*`(?:citespan|pip) [^;]*")
logger = logging.getLogger(__name__)


def page_sentence(error: Exception) -> str:
    """An error as a sentence for the browser; what only the owner can repair is logged."""
    if not isinstance(error, errors.RagError):
        return tell_failure(error)
    sentence = error_sentence(error)
    if isinstance(error, errors.EmptyLibraryError):
        return NO_DOCUMENTS
    if isinstance(error, _FOR_EVERYBODY):
        return _COMMAND.sub(".", sentence)
    logger.error("%s", sentence)
    return UNUSABLE
