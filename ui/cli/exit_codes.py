"""The exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag import RagError


class Exit(IntEnum):
    """What the exit codes mean; the parser of the command line uses 2 too."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    PARTIAL = 3
    ABSTAINED = 4
    STOPPED = 130


def exit_code(error: RagError) -> Exit:
    """Tell a wrong request from a failure.

    A pipeline can so tell an evaluation that cannot be run from one with too low scores.
    """
    from eval import CasesError, JudgeError
    from eval.gates import ThresholdError
    from rag import ChatModelError, QuestionError
    from rag.chat.failures import ChatFailure

    wrong_requests = (
        CasesError, ChatFailure, ChatModelError, JudgeError, QuestionError, ThresholdError,
    )  # fmt: skip
    return Exit.USAGE if isinstance(error, wrong_requests) else Exit.FAILURE
