"""What is new in a mail, and what it quotes."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ingest.readers.mail.history import divide

DIVIDED = [
    ("Only new.\n", "Only new.", ""),
    ("New.\n\n> Old.\n", "New.", "Old."),
    (
        "New.\n\nOn Mon, 2 Mar 2026, Bob <b@x.org>\nwrote:\n\n> Old.\n",
        "New.",
        "On Mon, 2 Mar 2026, Bob <b@x.org>\nwrote:\n\nOld.",
    ),
    ("Neu.\n\nAm 2.3. schrieb Bob:\n> Alt.\n", "Neu.", "Am 2.3. schrieb Bob:\n\nAlt."),
    ("Bob wrote:\n> Old.\n\nNew.\n", "\nNew.", "Bob wrote:\n\nOld."),
    ("New.\n> Old.\n-- \nAnn\n", "New.\n-- \nAnn", "Old."),
    ("New.\n> A.\n>> B.\n>>> C.\n", "New.", "A.\n\nB.\n\nC."),
    (
        "New.\n\n-----Original Message-----\nFrom: Bob\nSent: Monday\nSubject: x\n\nOld.\n",
        "New.",
        "-----Original Message-----\nFrom: Bob\nSent: Monday\nSubject: x\n\nOld.",
    ),
    (
        "New.\n________________________________\nFrom: Bob\nSent: Monday\nTo: Ann\n\nOld.\n",
        "New.",
        "________________________________\nFrom: Bob\nSent: Monday\nTo: Ann\n\nOld.",
    ),
    (
        "See below.\n\n---------- Forwarded message ---------\nFrom: Bob\n\nOld.\n",
        "See below.",
        "---------- Forwarded message ---------\nFrom: Bob\n\nOld.",
    ),
    (
        "New.\n02.04.2012 14:20 Bob\nschrieb:\n\n> Old.\n",
        "New.",
        "02.04.2012 14:20 Bob\nschrieb:\n\nOld.",
    ),
    ("New.\n\nOn Monday Bob wrote:\n\nOld.\n", "New.", "On Monday Bob wrote:\n\nOld."),
    ("From: here to there is far.\n", "From: here to there is far.", ""),
    ("On Monday I wrote: come.\n", "On Monday I wrote: come.", ""),
    ("Hi.\n> Tea?\nYes.\n", "Hi.\n> Tea?\nYes.", ""),
]


@pytest.mark.parametrize(("text", "new", "earlier"), DIVIDED)
def test_a_text_is_divided(text: str, new: str, earlier: str) -> None:
    found = divide(text)
    assert (found[0].strip("\n"), found[1]) == (new.strip("\n"), earlier)


@given(st.text(alphabet="a>: \n-", max_size=80) | st.sampled_from([text for text, *_ in DIVIDED]))
def test_no_word_is_lost(text: str) -> None:
    new, earlier = divide(text)
    assert sorted(f"{new}\n{earlier}".replace(">", "").split()) == sorted(
        text.replace(">", "").split()
    )
