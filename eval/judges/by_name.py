"""Makes a judge by its name."""

from pathlib import Path

from eval.judges.judge import CachedJudge, CrossEncoderJudge, Judge, JudgeError, SupportJudge
from rag.settings import Settings


def judge_of(name: str, settings: Settings, cache: Path | None = None) -> Judge:
    """The judge of this name.

    :param name: ``support``, ``nli:`` with a cross-encoder's name or folder, or ``chat:`` with a
        chat model as in ``Settings.chat_model``.
    :param cache: a file that keeps the verdicts of models.
    :raises JudgeError: there is no such judge, or its model cannot be called.
    """
    kind, _, model = name.partition(":")
    if name == "support":
        return SupportJudge()
    judge: Judge
    if kind == "nli" and model:
        judge = CrossEncoderJudge(model)
    elif kind == "chat" and model:
        judge = _make_chat_judge(model, settings)
    else:
        raise JudgeError(
            f'there is no judge "{name}"; the judges are support, nli:MODEL (a cross-encoder) and '
            "chat:PROVIDER:MODEL"
        )
    return CachedJudge(judge, cache) if cache else judge


def _make_chat_judge(model: str, settings: Settings) -> Judge:
    from eval.judges.chat_judge import ChatJudge
    from rag.chat.failures import ChatFailure
    from rag.chat.models import open_chat_model

    # The same verdict for the same pair, as far as the provider allows.
    chosen = settings.model_copy(update={"chat_model": model, "chat_temperature": 0.0})
    try:
        return ChatJudge(open_chat_model(chosen), settings.chat_timeout)
    except ChatFailure as failure:
        raise JudgeError(f"the judge cannot be used: {failure.what}") from failure
