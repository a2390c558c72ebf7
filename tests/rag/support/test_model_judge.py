"""A cross-encoder as judge: its labels by their names, quotes longer than it reads, its errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from tiny_cross_encoder import NLI, tiny_model

from ingest import ingest
from rag import ModelError, ModelJudge, Rag, Settings, SupportJudge
from rag.support.model_judge import overlapping_runs


@pytest.mark.parametrize(
    ("labels", "logits", "verdict"),
    [
        (NLI, [0, 3, 0], "supported"),
        (("entailment", "neutral", "contradiction"), [0, 3, 0], "unsupported"),
        (("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), [3, 0, 0], "supported"),
        (("SUPPORTS", "REFUTES", "NOT ENOUGH INFO"), [1, 1, 1], "partial"),
        (("not_entailment", "entailment"), [0, 3], "supported"),
        (("entailment", "not_entailment"), [0, 3], "unsupported"),
        (("LABEL_0",), [3.0], "supported"),
        (("LABEL_0",), [-3.0], "unsupported"),
    ],
)
def test_labels_are_taken_by_their_names(
    tmp_path: Path, labels: tuple[str, ...], logits: list[float], verdict: str
) -> None:
    judge: SupportJudge = ModelJudge(tiny_model(tmp_path, labels, logits))
    judged = judge("The bridge is safe.", "The bridge is open.")
    assert judged.verdict == verdict
    assert 0 <= judged.score <= 1
    assert bool(judged.reasons) == (verdict != "supported")


def test_the_contrary_is_called_so(tmp_path: Path) -> None:
    judge = ModelJudge(tiny_model(tmp_path, NLI, [3, 0, 0]))
    judged = judge("The bridge is safe.", "The bridge is not safe.")
    assert judged.verdict == "unsupported"
    assert judged.reasons == ("the model reads the contrary in the source (0.91)",)


def test_a_quote_longer_than_the_model_reads_is_read_in_parts(tmp_path: Path) -> None:
    judge = ModelJudge(tiny_model(tmp_path, NLI, [0, 3, 0], reads=24))
    assert judge("The bridge is safe.", "The bridge is safe. " * 40).verdict == "supported"
    assert judge("The bridge is safe.", "the bridge " * 100).verdict == "supported"
    assert judge("the bridge " * 100, "The bridge is safe. " * 4).verdict == "supported"


def test_nothing_is_not_put_to_the_model() -> None:
    assert ModelJudge("no such model").__call__("", "…").verdict == "unsupported"


def test_the_settings_let_it_judge_what_a_chat_model_says(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "note.txt").write_text("The bridge is safe.", encoding="utf-8")
    judge = tiny_model(tmp_path / "judge", NLI, [3, 0, 0])
    settings = Settings(home=home, support_model=str(judge), min_confidence=0)
    ingest([tmp_path / "note.txt"], settings=settings)
    said = AIMessage("The bridge is safe [1].")
    with Rag(settings, chat_model=GenericFakeChatModel(messages=iter([said]))) as bot:
        answer = bot.ask("Is the bridge safe?")
    assert answer.answerer == "extractive"
    assert "had no support in the passages" in answer.notices[0]


def test_labels_that_say_nothing_are_an_error_with_the_remedy(tmp_path: Path) -> None:
    judge = ModelJudge(tiny_model(tmp_path, ("joy", "anger"), [0, 0]))
    with pytest.raises(ModelError, match=r"labels joy, anger.*id2label"):
        judge("The bridge is safe.", "The bridge is safe.")


def test_a_folder_without_a_model_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"the support model .* give a folder with"):
        ModelJudge(tmp_path)("The bridge is safe.", "The bridge is safe.")


@given(st.lists(st.integers(0, 20), max_size=30), st.integers(-5, 40))
def test_runs_cover_everything_and_fit(sizes: list[int], room: int) -> None:
    found = overlapping_runs(sizes, room)
    assert sorted({i for start, end in found for i in range(start, end)}) == list(range(len(sizes)))
    assert all(end == start + 1 or sum(sizes[start:end]) <= room for start, end in found)
