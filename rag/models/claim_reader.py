"""The claim reader: reads a claim and its evidence together, and says whether that supports it.

It is all-MiniLM-L6-v2, fine-tuned, with a linear head of four logits per token. At the first token
they say that the evidence supports the claim, that it does not speak of it, and that it says
otherwise; at a token of the claim, the last one says that the evidence lacks it.
``training/support/tune.py`` writes the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.models.reader import HEADING, Page
from rag.models.tuned_model import TunedModel, arrange
from rag.settings import Settings
from rag.types import FloatArray

WEIGHTS = Path(str(resources.files("rag.models").joinpath("claim_reader_weights.npz")))
CLAIM, EVIDENCE = 96, 352
"""Tokens of claim and evidence that are read."""


@dataclass(frozen=True)
class ClaimReading:
    """What the reader says of a claim and its evidence.

    :param supported: probability that the evidence says so; ``absent``: that it does not speak of
        it; ``contradicted``: that it says otherwise. They add up to 1.
    :param offsets: ``(t, 2) int64``, each token's ``[start, end)`` in the claim.
    :param lacking: ``(t,) float32``, the probability of each that the evidence lacks it.
    """

    supported: float
    absent: float
    contradicted: float
    offsets: npt.NDArray[np.int64]
    lacking: FloatArray


class ClaimReader:
    """Reads claims with their evidence; may be used from several threads at once.

    Nothing is loaded before the first use.

    :param weights: the file with the changes and the head.
    :raises ModelError: on first use, when the bundled model is not there.
    """

    def __init__(self, settings: Settings | None = None, weights: Path = WEIGHTS) -> None:
        self._model = TunedModel(settings, weights)

    def __call__(self, pairs: Sequence[tuple[str, Page]]) -> list[ClaimReading]:
        """Read claims, each with its evidence."""
        tokens = self._model.tokens
        claims = tokens.encodings([claim for claim, _ in pairs])
        rows = []
        for encoded, (_, (heading, text)) in zip(claims, pairs, strict=True):
            above = tokens.ids([heading], HEADING)[0]
            rows.append(
                arrange(tokens, encoded.ids[:CLAIM], above, tokens.ids([text], EVIDENCE)[0])[0]
            )
        found: list[ClaimReading | None] = [None] * len(rows)
        first = len(tokens.before)
        for place, logits in self._model.run(rows):
            odds = np.exp(logits[0, :3] - logits[0, :3].max())
            supported, absent, contradicted = (odds / odds.sum()).tolist()
            offsets = np.array(claims[place].offsets[:CLAIM], dtype=np.int64).reshape(-1, 2)
            odds_of = np.exp(-logits[first : first + len(offsets), 3])
            lacking = np.asarray(1 / (1 + odds_of), dtype=np.float32)
            found[place] = ClaimReading(supported, absent, contradicted, offsets, lacking)
        return [reading for reading in found if reading is not None]
