"""Errors as the sentences that people read, and as lines of the log."""

import logging
import traceback

from rag.errors import RagError

FAILED = "Something went wrong. Please ask again; the server's log has the details."
_log = logging.getLogger(__name__)


def error_sentence(error: RagError) -> str:
    """An error of the library as a sentence."""
    message = str(error).strip()
    stop = "" if message.endswith((".", "!", "?")) else "."
    return f"{message[:1].upper()}{message[1:]}{stop}"


def tell_failure(error: Exception) -> str:
    """An error as a sentence; an unforeseen one is logged, and its message is not told."""
    if isinstance(error, RagError):
        return error_sentence(error)
    log_failure(error)
    return FAILED


def log_failure(error: BaseException) -> None:
    """Log where an unforeseen error came from, without its message: that may quote the question."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("answering failed: %s\n%s", type(error).__name__, where)
