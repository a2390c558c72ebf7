"""Turns labelled claims into rows of token ids with their labels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.models.claim_reader import CLAIM, EVIDENCE
from rag.models.model_tokens import Tokens
from rag.models.reader import HEADING
from rag.models.tuned_model import arrange
from training.support.claims import LABELS, LabelledClaim


@dataclass(frozen=True, slots=True)
class Row:
    """What is read at once, and what should be found.

    :param label: the place in :data:`training.support.claims.LABELS`.
    :param wrong: for each token of the claim, which begins at place 1, whether the evidence lacks
        it: 1 or 0; empty where that is not known.
    """

    ids: list[int]
    label: int
    wrong: list[int]


def make_rows(claims: Iterable[LabelledClaim], tokens: Tokens) -> Iterator[Row]:
    """Make a row of each claim."""
    for each in claims:
        claim = tokens.encodings([each.claim])[0]
        heading = tokens.ids([each.heading], HEADING)[0] if each.heading else []
        evidence = tokens.ids([each.evidence], EVIDENCE)[0]
        ids, _ = arrange(tokens, claim.ids[:CLAIM], heading, evidence)
        wrong = []
        if each.wrong is not None:
            wrong = [
                int(any(a < end and start < b for a, b in each.wrong))
                for start, end in claim.offsets[:CLAIM]
            ]
        yield Row(ids, LABELS.index(each.label), wrong)
