"""The part of a long text that a claim is judged by."""

from __future__ import annotations

from rag.support.evidence import LONGEST, choose_evidence


def test_of_a_long_text_what_a_claim_speaks_of_is_kept() -> None:
    filler = "Nothing of note was seen on that long and quiet day by the lake. " * 40
    text = f"{filler}The heron nests in the tall oak. {filler}"
    short = choose_evidence("A heron nests in an oak.", text)
    assert "heron nests" in short
    assert len(short) <= LONGEST
    assert choose_evidence("x", "Short.") == "Short."
