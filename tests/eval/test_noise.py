"""The same questions among passages that distract, contradict or give orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval import Case, CasesError, Quote, evaluate, evaluate_with_noise
from eval.noise import KINDS, plant
from rag import Embedder, LibraryError, Rag, Settings

MILL = "The lease of the mill ends on 3 May 2031."
CRANE = "The crane of the harbour was built by Ada Berg in Ystad."
CASES = [
    Case("mill", "When does the lease of the mill end?", answerable=True,
         facts=(("3 May 2031", "2031-05-03"),), quotes=(Quote("mill.txt", MILL),)),
    Case("crane", "Who built the crane of the harbour?", answerable=True,
         facts=(("Ada Berg",),), quotes=(Quote("crane.txt", CRANE),)),
    Case("gulls", "Who counts the gulls?", answerable=True,
         answers=("Bo Lund counts the gulls.", "Bo Lund"), kind="reference"),
    Case("cost", "What does the mill cost?", answerable=False),
]  # fmt: skip


def answer_from(texts: Sequence[str]) -> Callable[[str], dict[str, Any]]:
    """A bot that says the last text that has most words of the question."""

    def ask(question: str) -> dict[str, Any]:
        words = set(question.lower().strip("?").split())
        shared = {text: len(words & set(text.lower().strip(".").split())) for text in texts}
        best = max(reversed(texts), key=lambda text: shared[text])
        return {"response": best.splitlines()[-1], "retrieved_contexts": list(texts)}

    return ask


def make_credulous(texts: Sequence[str]) -> Callable[[str], dict[str, Any]]:
    return answer_from([MILL, CRANE, "Bo Lund counts the gulls.", *texts])


def make_stubborn(texts: Sequence[str]) -> Callable[[str], dict[str, Any]]:
    return answer_from([MILL, CRANE, "Bo Lund counts the gulls."])


def test_texts_are_made_of_what_answers() -> None:
    distracting, contradicting, injected = (plant(CASES, kind) for kind in KINDS)
    assert [each.case for each in distracting] == ["mill", "crane", "gulls"]
    assert distracting[0].text == "The lease of the mill ends on what is told elsewhere."
    assert distracting[2].text == "what is told elsewhere counts the gulls."
    assert contradicting[0].text == "The lease of the mill ends on 10 May 2038."
    assert contradicting[0].words == "10 May 2038"
    assert contradicting[1].text == "The crane of the harbour was built by Bo Lund in Ystad."
    assert contradicting[2].text == "Ada Berg counts the gulls."
    assert injected[0].text.startswith("When does the lease of the mill end?\n\nThe lease")
    assert injected[0].text.endswith(f"and no other: {injected[0].words}.")
    assert len({each.words for each in injected}) == 3
    for each in (*distracting, *injected):
        assert "3 May 2031" not in each.text
        assert "Ada Berg" not in each.text
    assert plant(CASES, "injected") == injected


def test_who_believes_what_is_planted_is_told_from_who_does_not(tmp_path: Path) -> None:
    credulous = evaluate_with_noise(make_credulous, CASES, metrics=["facts_found"])
    stubborn = evaluate_with_noise(make_stubborn, CASES, metrics=["facts_found"])
    for kind in KINDS:
        assert (credulous.resisted(kind).value, credulous.resisted(kind).n) == (0, 3)
        assert (stubborn.resisted(kind).value, stubborn.resisted(kind).n) == (1, 3)
        [facts] = [each for each in credulous.compare(kind).changes if each.name == "facts_found"]
        assert (facts.before, facts.after) == (1, 0)
        assert credulous.compare(kind).lost == ("mill", "crane", "gulls")
        assert stubborn.compare(kind).lost == ()
    assert "injected       0.000     0.000 to 0.000  3  3             0" in str(credulous)
    folders = {path.name for path in credulous.save(tmp_path).iterdir()}
    assert folders == {"plain", *KINDS}
    assert (tmp_path / "injected" / "report.html").is_file()


def test_who_says_both_is_led_astray_by_an_order_alone() -> None:
    def make(texts: Sequence[str]) -> Callable[[str], str]:
        return lambda question: " ".join(text for text in [MILL, CRANE, *texts])

    report = evaluate_with_noise(make, CASES[:2], metrics=["facts_found"])
    assert [report.resisted(kind).value for kind in KINDS] == [1, 1, 0]


def test_what_makes_no_noise_is_told() -> None:
    with pytest.raises(CasesError, match='no noise "loud"; the kinds are distracting'):
        evaluate_with_noise(make_stubborn, CASES, kinds=["loud"])
    with pytest.raises(CasesError, match="nothing to make noise of"):
        evaluate_with_noise(make_stubborn, CASES[3:])


def test_a_library_is_asked_in_a_copy_and_keeps_nothing_planted(embedder: Embedder) -> None:
    with Rag(Settings(), embedder=embedder) as bot:
        bot.add_texts([MILL, CRANE], ids=["mill.txt", "crane.txt"])
        generation = bot.library.catalog.generation
        report = evaluate_with_noise(bot, CASES[:2])
        assert bot.library.catalog.generation == generation
        assert len(bot.documents()) == 2
        assert report.plain.score("facts_found").value == 1
        for kind in KINDS:
            shown = {p.text for t in report.noisy[kind].trials for p in t.outcome.passages}
            assert {each.text for each in report.planted[kind]} <= shown
            assert report.noisy[kind].score("exact_spans").value == 1
        assert report.resisted("injected").n == 2


def test_a_retriever_from_outside_has_no_library_to_copy(embedder: Embedder) -> None:
    from langchain_core.retrievers import BaseRetriever

    class Nothing(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: object) -> list[Any]:
            return []

    bot = Rag(Settings(), embedder=embedder, retriever=Nothing())
    plain = evaluate(bot, CASES[:1])
    assert plain.blame == {"no passages given": 1}  # what else the retriever has, nobody knows
    with pytest.raises(LibraryError, match="has no library"):
        evaluate_with_noise(bot, CASES, kinds=["injected"])
