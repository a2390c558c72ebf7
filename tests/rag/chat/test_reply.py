"""What is kept of a reply, whether enough of it holds, and why it may not be whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag import Answer, Passage, Sentence, Support
from rag.chat.call import End
from rag.chat.prompt import ABSTENTION
from rag.chat.reply import Reply
from rag.chat.reply_reader import ReplySentence
from rag.chat.resolver import Resolver

PASSAGE = Passage("c", "d", "/a.txt", "", "", "x", 0, 1, None, 0.5, 1.0, 1.0)
DRAFT = Answer(
    question="Why?",
    standalone_question="Why?",
    status="abstained",
    text=ABSTENTION,
    sentences=(),
    passages=(PASSAGE, PASSAGE),
    answerer="chat:fake",
    confidence=0.9,
)


class ByFirstWord(Resolver):
    """Believes what begins with "True"."""

    def __init__(self) -> None:
        """Nothing to resolve with."""

    def resolve(self, sentence: ReplySentence) -> Sentence:
        verdict = "supported" if sentence.text.startswith("True") else "unsupported"
        return Sentence(sentence.text, (), Support(verdict, 1.0))


def heard(*texts: str, strict: bool = False, reason: str = "stop", tells: bool = True) -> Reply:
    reply = Reply(DRAFT, "fake:model", tells, strict)
    for text in texts:
        reply.add(ReplySentence(text), ByFirstWord())
    reply.end = End(reason)
    return reply


def test_a_whole_reply_is_the_answer() -> None:
    reply = heard("True one.", "True two.", "False three.")
    assert not reply.problem
    assert reply.answer.status == "answered"
    assert [sentence.text for sentence in reply.answer.sentences] == [
        "True one.", "True two.", "False three.",
    ]  # fmt: skip
    assert "False three. [not supported]" in reply.answer.text


def test_strict_leaves_out_and_counts() -> None:
    reply = heard("True one.", "True two.", "False three.", strict=True)
    assert len(reply.answer.sentences) == 2
    assert reply.answer.notices == ("1 sentence left out as not supported.",)
    assert not reply.problem


@pytest.mark.parametrize(
    ("texts", "enough"),
    [
        (["True one."], True),
        (["True one.", "False two."], True),
        (["True one.", "False two.", "False three."], False),
        (["False one."], False),
        ([], False),
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_half_of_it_has_to_hold(texts: list[str], enough: bool, strict: bool) -> None:
    reply = heard(*texts, strict=strict)
    assert reply.is_supported == enough
    assert bool(reply.problem) != enough


@pytest.mark.parametrize(
    ("reason", "tells", "problem"),
    [
        ("stop", True, ""),
        ("end_turn", True, ""),
        ("", False, ""),
        ("", True, "broke off"),
        ("length", True, "CITESPAN_CHAT_REPLY_TOKENS"),
        ("max_tokens", False, "CITESPAN_CHAT_REPLY_TOKENS"),
        ("content_filter", True, "declined"),
        ("refusal", True, "declined"),
    ],
)
def test_how_it_ended_decides_whether_it_is_whole(reason: str, tells: bool, problem: str) -> None:
    found = heard("True one.", reason=reason, tells=tells).problem
    assert problem in found
    assert bool(problem) == bool(found)


@pytest.mark.parametrize(
    ("last", "reason", "tells", "whole"),
    [
        ("Herons nest.", "", True, True),
        ("Herons nest", "stop", True, True),
        ("Herons nest", "", True, False),
        ("Herons nest", "length", True, False),
        ("Herons nest", "", False, True),
        ("Herons “nest.”", "", False, True),
        ("サギは巣を作る。", "", False, True),
    ],
)
def test_a_last_sentence_is_kept_when_it_is_whole(
    last: str, reason: str, tells: bool, whole: bool
) -> None:
    reply = heard("True one.", reason=reason, tells=tells)
    assert reply.finish(last) == whole
    if not whole:
        assert reply.problem


@pytest.mark.parametrize(
    "text",
    [
        ABSTENTION,
        "The documents do not seem to answer the question.",
        "the documents don't seem to answer this question",
        "The passages do not seem to answer this question.",
    ],
)
def test_the_abstention_is_known_in_other_words_too(text: str) -> None:
    reply = heard(text)
    assert reply.abstained
    assert reply.answer.status == "abstained"
    assert not reply.answer.sentences


@pytest.mark.parametrize(
    "text", ["The documents answer this question.", "Documents seem true.", "True one."]
)
def test_a_statement_is_no_abstention(text: str) -> None:
    assert not heard(text).abstained


def test_an_abstention_after_an_answer_is_dropped() -> None:
    reply = heard("True one.", ABSTENTION)
    assert not reply.abstained
    assert len(reply.answer.sentences) == 1
    assert not reply.problem


def test_a_reply_that_turns_in_circles_is_said_once() -> None:
    assert len(heard("True one.", "True two.", *["True one."] * 50).answer.sentences) == 2


def test_passages_left_out_are_told_with_the_reason_for_guessing() -> None:
    reply = heard("True one.")
    best = reply.draft.passages[0]
    reply.note_passages((best,), "tokens are estimated")
    (notice,) = reply.answer.notices
    assert notice.startswith("Only 1 of 2 passages fitted")
    assert "(tokens are estimated)" in notice
    assert reply.answer.passages == (best,)


def test_the_passages_that_the_model_read_are_told() -> None:
    reply = heard("True one.")
    best, other = reply.draft.passages
    further = replace(other, chunk_id="further")
    reply.note_passages((best, other, further), "")
    assert not reply.answer.notices
    assert reply.answer.passages == (best, other, further)
    reply.note_passages((best, other), "")  # the prompt was too long, and is sent again
    assert not reply.answer.notices


def test_what_stands_above_a_sentence_that_is_left_out_stays() -> None:
    reply = Reply(DRAFT, "fake:model", tells_end=True, strict=True)
    columns = "| Bird | Time |\n| --- | --- |\n"
    for text, lead in (("| False | night |", columns), ("| True | day |", "\n")):
        reply.add(ReplySentence(text, (1,), lead=lead), ByCell())
    assert reply.answer.text == f"{columns}| True | day |"


class ByCell(ByFirstWord):
    """Believes rows with "True" in them."""

    def resolve(self, sentence: ReplySentence) -> Sentence:
        verdict = "supported" if "True" in sentence.text else "unsupported"
        return Sentence(sentence.text, (), Support(verdict, 1.0))


def test_code_with_backquotes_stays_within_its_fence() -> None:
    reply = Reply(DRAFT, "fake:model", tells_end=True, strict=False)
    reply.add(ReplySentence("True\n```\nx", (1,), code=True), ByFirstWord())
    reply.add(ReplySentence("True then.", (1,), lead="\n\n"), ByFirstWord())
    assert reply.answer.text == "````\nTrue\n```\nx\n````\n\n\nTrue then."


@pytest.mark.parametrize(
    ("texts", "abstained", "shown"),
    [
        (["The passages do not say."], True, []),
        (["The passages do not say.", "False one."], True, []),
        (["The passages do not say.", "True one."], False, ["True one."]),
        (["True one.", "The passages do not say.", "False a.", "False b."], False, ["True one."]),
        (["True one, but the passages do not say why."], False, ["True one."]),
    ],
)
def test_an_absence_is_no_claim_and_hides_none(
    texts: list[str], abstained: bool, shown: list[str]
) -> None:
    reply = heard(*texts)
    assert reply.abstained == abstained
    assert [sentence.text for sentence in reply.answer.sentences] == shown
    assert abstained or not reply.problem


def test_a_reply_that_is_cut_is_no_abstention() -> None:
    reply = heard("The passages do not say.", reason="length")
    assert not reply.abstained
    assert reply.problem
