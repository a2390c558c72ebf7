"""The confidence, corrected for a library's own questions.

The shipped probability is fitted on encyclopaedia articles and abstracts. ``citespan calibrate``
fits a slope and a shift of its log-odds (Platt scaling, Platt 1999) on questions of the user's own,
and keeps them in the library's home, where every later answer reads them.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rag.errors import LibraryError
from rag.library.home import CALIBRATION, write_kept

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Calibration:
    """``log-odds → slope · log-odds + shift``; as made here it changes nothing.

    :param slope: above 0.
    :param questions: how many it was fitted on.
    """

    slope: float = 1.0
    shift: float = 0.0
    questions: int = 0

    def apply(self, confidence: float) -> float:
        """The corrected probability, in [0, 1]."""
        return _probability(self.slope * log_odds(confidence) + self.shift)

    def undo(self, confidence: float) -> float:
        """The probability that :meth:`apply` corrects to this one."""
        return _probability((log_odds(confidence) - self.shift) / self.slope)

    @classmethod
    def of(cls, home: Path) -> Calibration:
        """The one kept in a home; one that changes nothing where there is none.

        :raises LibraryError: what is kept cannot be used.
        """
        path = home / CALIBRATION
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            slope, shift = float(kept["slope"]), float(kept["shift"])
            questions = int(kept["questions"])
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unusable(path) from error
        if not (math.isfinite(slope) and slope > 0 and math.isfinite(shift)):
            raise _unusable(path)
        return cls(slope, shift, questions)

    def keep(self, home: Path) -> Path:
        """Write it to a home, all or nothing; answers from now on use it.

        :return: the file.
        :raises LibraryError: it cannot be written.
        """
        return write_kept(home, CALIBRATION, json.dumps(asdict(self), indent=1) + "\n")

    @staticmethod
    def forget(home: Path) -> bool:
        """Go back to the shipped confidence; whether there was anything to forget."""
        path = home / CALIBRATION
        there = path.exists()
        path.unlink(missing_ok=True)
        return there


def log_odds(probability: float) -> float:
    """``log(p / (1 − p))``, kept finite."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(logit, -30.0), 30.0)))


def _unusable(path: Path) -> LibraryError:
    return LibraryError(
        f"{path} cannot be read as a calibration; run `citespan calibrate --reset`, or make it anew"
    )
