"""A judge by its name."""

from __future__ import annotations

from pathlib import Path

from eval.judges.judge import CrossEncoderJudge, Judge, JudgeError, KeptVerdicts, SupportJudge
from rag.settings import Settings


def judge_of(name: str, settings: Settings, kept: Path | None = None) -> Judge:
    """The judge of this name.

    :param name: ``support``, ``nli:`` with a cross-encoder's name or folder, or ``chat:`` with a
        chat model as in ``Settings.chat_model``.
    :param kept: a file in which the verdicts of models are kept.
    :raises JudgeError: there is no such judge, or its model cannot be called.
    """
    kind, _, model = name.partition(":")
    if name == "support":
        return SupportJudge()
    judge: Judge
    if kind == "nli" and model:
        judge = CrossEncoderJudge(model)
    elif kind == "chat" and model:
        judge = _chat(model, settings)
    else:
        raise JudgeError(
            f'there is no judge "{name}"; name support, nli:MODEL with a cross-encoder, or '
            "chat:PROVIDER:MODEL"
        )
    return KeptVerdicts(judge, kept) if kept else judge


def _chat(model: str, settings: Settings) -> Judge:
    from eval.judges.chat_judge import ChatJudge
    from rag.chat.failures import ChatFailure
    from rag.chat.models import open_chat_model

    # The same verdict for the same pair, as far as the provider can promise it.
    asked = settings.model_copy(update={"chat_model": model, "chat_temperature": 0.0})
    try:
        return ChatJudge(open_chat_model(asked), settings.chat_timeout)
    except ChatFailure as failure:
        raise JudgeError(f"the judge cannot be called: {failure.what}") from failure
