"""Makes a judge of a plain function, and tries it before it is needed."""

from collections.abc import Callable
from typing import cast

from eval.judges.judge import Judge, JudgeError, SupportJudge
from rag.support.judge import verdict
from rag.types import Support

JudgeFunction = Callable[[str, str], Support | bool | float]
"""Says of a sentence and a quote whether the quote supports the sentence."""
_SENTENCE = "Water boils at 100 degrees."
"""What a function is tried on."""


class FunctionJudge:
    """A judge that asks a function, and has its name."""

    def __init__(self, function: JudgeFunction) -> None:
        self.identity = getattr(function, "__name__", type(function).__name__)
        self._function = function

    def __call__(self, sentence: str, quote: str) -> Support:
        """Judge by the function.

        :raises JudgeError: it raises, or returns something else than a verdict.
        """
        try:
            said: object = self._function(sentence, quote)
        # a judge that fails on one sentence is a result about that sentence
        except Exception as error:
            raise JudgeError(f"{self.identity} raised {type(error).__name__}: {error}") from error
        if isinstance(said, Support):
            return said
        if isinstance(said, int | float) and 0 <= said <= 1:
            return Support(verdict(float(said)), float(said))
        raise JudgeError(
            f"{self.identity} returned {said!r}; return true or false, a number from 0 to 1, or a "
            "rag.Support"
        )


def adapt_judge(judge: Judge | JudgeFunction | None) -> Judge:
    """Return the judge, the default one, or one made of a function, which is tried first.

    :raises JudgeError: the function raises, or returns no verdict.
    """
    if judge is None:
        return SupportJudge()
    if hasattr(judge, "identity"):
        return cast("Judge", judge)
    made = FunctionJudge(judge)
    made(_SENTENCE, _SENTENCE)
    return made
