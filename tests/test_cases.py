"""Small libraries that fail as users' files did, a folder of ``cases`` for each kind of fault.

``case.json`` holds what is asked: ``expect_contains`` (all of it is shown, case and white space
aside), ``expect_lacks`` (none of it is), ``expect_abstain``, ``cited_file``, ``max_characters`` of
a sentence and ``max_sentences``. A case stands for its kind: what mends it knows none of its words.
``known_failures.json`` names those that still fail.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest
from rag import Answer, Rag, Settings

FOLDER = Path(__file__).parent / "cases"
KINDS = sorted(path.parent.name for path in FOLDER.glob("*/case.json"))
KNOWN: dict[str, list[str]] = json.loads((FOLDER / "known_failures.json").read_text("utf-8"))


def load(kind: str) -> list[dict[str, Any]]:
    """The cases of a kind."""
    cases: list[dict[str, Any]] = json.loads((FOLDER / kind / "case.json").read_text("utf-8"))
    return cases


def find_faults(answer: Answer, case: dict[str, Any]) -> list[str]:
    """What is wrong with an answer."""
    if case.get("expect_abstain"):
        return ["answered, should abstain"] if answer.status == "answered" else []
    if answer.status != "answered":
        return ["abstained"]
    shown = " ".join(answer.text.split()).casefold()
    faults = [f"lacks {w!r}" for w in case["expect_contains"] if w.casefold() not in shown]
    faults += [f"shows {w!r}" for w in case.get("expect_lacks", ()) if w.casefold() in shown]
    longest = max(len(sentence.text) for sentence in answer.sentences)
    if longest > case.get("max_characters", longest):
        faults.append(f"a sentence of {longest} characters")
    if len(answer.sentences) > case.get("max_sentences", len(answer.sentences)):
        faults.append(f"{len(answer.sentences)} sentences")
    cited = {Path(cited.source).name for cited in answer.citations}
    if "cited_file" in case and cited != {case["cited_file"]}:
        faults.append(f"cites {', '.join(sorted(cited))}")
    return faults


@pytest.fixture(scope="module", params=KINDS)
def shelf(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Rag]]:
    kind = request.param
    settings = Settings(home=tmp_path_factory.mktemp("shelf"))
    ingest(
        [path for path in sorted((FOLDER / kind).iterdir()) if path.name != "case.json"], settings
    )
    with Rag(settings) as bot:
        yield kind, bot


def test_a_kind_of_fault_is_mended_but_for_what_is_known(shelf: tuple[str, Rag]) -> None:
    kind, bot = shelf
    failed = {}
    for case in load(kind):
        history: list[tuple[str, str]] = []
        for question in case.get("history", ()):
            history.append((question, bot.ask(question, history).text))
        if faults := find_faults(bot.ask(case["question"], history), case):
            failed[case["question"]] = faults
    known = set(KNOWN.get(kind, ()))
    assert failed.keys() - known == set(), failed
