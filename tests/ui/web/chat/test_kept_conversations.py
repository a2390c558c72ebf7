"""What a browser has kept is shown or dropped, whatever somebody made of it."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from rag import Answer, Citation, Sentence, Support
from rag.types import Aside, DirectAnswer, Emphasis, Passage, TokenUsage
from ui.web.chat.conversation import Conversation, Turn, read_conversation

CITED = Citation(
    1, "d", "d:0", "/a/b.txt", "T", 2, 5, 15, "liquid hel", "h" * 64, "sheet A, row 3", 0.5
)
SAID = Sentence(
    "It is cooled by liquid hel.", (CITED,), Support("partial", 0.5, ("why",)), "\n\n- ", "",
    emphasis=(Emphasis(0, 4, "strong"),),
)  # fmt: skip
NEAR = Passage(
    "d:0", "d", "/a/b.txt", "T", "H > I", "some text", 0, 9, 2, 0.5, 1.0, 0.9, (),
    (Aside(0, 3, "note"),),
)  # fmt: skip
ANSWER = Answer(
    "q?", "q?", "answered", "It is cooled by liquid hel. [1]", (SAID,), (NEAR,), "chat:m", 0.9,
    ("n",), TokenUsage(1, 2), "", DirectAnswer("liquid", 1, "d", 5, 11, 0.7), ("e",), ("/a/b.txt",),
)  # fmt: skip
ABSTAINED = Answer(
    "q?", "q?", "abstained", "No.", (), (NEAR, NEAR), "extractive", 0.1, explanation=("x",)
)
TURNS = (Turn("q?", ANSWER, "", True), Turn("z?", ABSTAINED, "", True))
ODD: list[Any] = [
    None, -1, 0, 10**30, -(10**9), 1e308, float("nan"), float("inf"), "", " ", "\u0640", "\ud83d",
    "x" * 5000, "<b>", "[1]", "|a|b|\n|-|-|", [], {}, True, "$$\\frac", "``` `", "\0", "/", "..",
    "javascript:x", "http://[::1", "a" * 300 + "/b", "\u202e",
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


@pytest.mark.fault(120)
@pytest.mark.parametrize("seed", range(3))
def test_a_kept_conversation_that_was_changed_is_shown_or_dropped(seed: int) -> None:
    logging.disable()
    kept = json.loads(Conversation("c", TURNS).as_json())
    rng, shown = random.Random(seed), 0
    for _ in range(300):
        changed = deepcopy(kept)
        *folders, last = rng.choice(list(places(kept))[1:])
        within = changed
        for key in folders:
            within = within[key]
        within[last] = deepcopy(rng.choice(ODD))
        read = read_conversation(json.dumps(changed)).end_last_turn()
        shown += bool(read.turns)
        for message in read.messages():
            assert "<script" not in message["content"]
            message["content"].encode()
        read.as_json()
        assert read.history is not None
    logging.disable(logging.NOTSET)
    assert 0 < shown < 300


@pytest.mark.fault(120)
def test_a_name_that_is_no_address_is_shown() -> None:
    kept = Conversation("c", TURNS).as_json().replace("/a/b.txt", "http://[::1")
    assert len(read_conversation(kept).messages()) == 4
