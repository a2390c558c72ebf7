"""Measures a judge: compares its verdicts with labels that people gave.

A file of pairs is JSON Lines, each with a sentence, the quote to compare it with, and a label::

    {"sentence": "Storks breed here.", "quote": "Herons breed here.", "label": "unsupported"}

``claim`` is read as ``sentence``, ``source`` or a list ``source_sentences`` as ``quote``; a label
is ``supported``, ``partial`` or ``unsupported`` (WiCE's ``partially_supported`` and
``not_supported`` too), true or false, 1 or 0.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.cases.case import CasesError, json_lines
from eval.judges.judge import Judge, JudgeError
from eval.statistics import RESAMPLES, percentile
from rag.files import write_whole

FILE = "judge-checks.json"
_BINS = 10
_LABELS = {
    "supported": True, "true": True, "1": True, "entailment": True,
    "partial": False, "partially_supported": False, "unsupported": False, "not_supported": False,
    "false": False, "0": False, "neutral": False, "contradiction": False,
}  # fmt: skip

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, a quote, and whether a person says that the quote supports the sentence."""

    sentence: str
    quote: str
    supported: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The pairs whose scores are between two tenths.

    :param score: their mean score.
    :param supported: how many of them people labelled as supported.
    """

    score: float
    supported: int
    n: int


@dataclass(frozen=True, slots=True)
class JudgeCheck:
    """How good a judge is, on pairs that people labelled.

    AUROC and balanced accuracy are of supported against the rest. A pair on which the judge failed
    counts as unsupported with score 0.

    :param pairs: the file's name.
    :param digest: SHA-256 of its content.
    :param auroc: probability that a supported pair scores higher than another; 0.5 is guessing.
    :param auroc_low: lower end of its 95 % bootstrap interval.
    :param balanced_accuracy: mean of two shares: of the supported pairs, and of the others, those
        whose verdict is right.
    :param brier: mean squared difference of score and label; 0 is best.
    :param calibration_error: mean difference of a bin's mean score and its share of supported
        pairs, weighted by its size: the expected calibration error of Guo et al., ICML 2017, in
        ten bins.
    :param failed: pairs on which the judge failed.
    """

    judge: str
    pairs: str
    digest: str
    n: int
    supported: int
    failed: int
    auroc: float
    auroc_low: float
    auroc_high: float
    balanced_accuracy: float
    balanced_accuracy_low: float
    balanced_accuracy_high: float
    brier: float
    calibration_error: float
    bins: tuple[Bin, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return asdict(self) | {"bins": [asdict(each) for each in self.bins]}

    @property
    def sentence(self) -> str:
        """What a report says about the judge, beside the figures that depend on it."""
        return (
            f"on {self.n} pairs labelled by people ({self.pairs}) this judge has AUROC "
            f"{self.auroc:.3f} ({self.auroc_low:.3f} to {self.auroc_high:.3f}) and balanced "
            f"accuracy {self.balanced_accuracy:.3f}"
            + (f"; it failed on {self.failed}" if self.failed else "")
        )


def load_pairs(path: Path) -> tuple[Pair, ...]:
    """Read a file of labelled pairs.

    :raises CasesError: it cannot be read, a line is not a pair, or only one label occurs.
    """
    pairs = []
    for number, row in json_lines(path):
        try:
            pairs.append(_read_pair(row))
        except CasesError as error:
            raise CasesError(f"{path}, line {number}: {error}") from error
    if len({pair.supported for pair in pairs}) < 2:
        raise CasesError(
            f"{path} must hold pairs that are supported and pairs that are not; add the others"
        )
    return tuple(pairs)


def check_judge(
    judge: Judge,
    pairs: Sequence[Pair],
    name: str,
    progress: Callable[[int, int], None] | None = None,
) -> JudgeCheck:
    """Measure a judge on labelled pairs.

    :param name: of the file.
    :param progress: called after each pair with how many are done, and of how many.
    """
    import numpy as np

    scores, verdicts, failed = [], [], 0
    for pair in pairs:
        try:
            support = judge(pair.sentence, pair.quote)
            scores.append(support.score)
            verdicts.append(support.verdict == "supported")
        except JudgeError:
            failed += 1
            scores.append(0.0)
            verdicts.append(False)
        if progress:
            progress(len(scores), len(pairs))
    truth = np.array([pair.supported for pair in pairs])
    points, said = np.array(scores), np.array(verdicts)
    generator = np.random.default_rng(0)
    aurocs, accuracies = [], []
    for _ in range(RESAMPLES):
        draw = generator.integers(0, len(pairs), len(pairs))
        if 0 < truth[draw].sum() < len(pairs):
            aurocs.append(auroc(points[draw], truth[draw]))
            accuracies.append(balanced_accuracy(said[draw], truth[draw]))
    content = json.dumps([[p.sentence, p.quote, p.supported] for p in pairs])
    bins = _fill_bins(points, truth)
    return JudgeCheck(
        judge=judge.identity,
        pairs=name,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        n=len(pairs),
        supported=int(truth.sum()),
        failed=failed,
        auroc=round(auroc(points, truth), 6),
        auroc_low=round(percentile(aurocs, 0.025), 6),
        auroc_high=round(percentile(aurocs, 0.975), 6),
        balanced_accuracy=round(balanced_accuracy(said, truth), 6),
        balanced_accuracy_low=round(percentile(accuracies, 0.025), 6),
        balanced_accuracy_high=round(percentile(accuracies, 0.975), 6),
        brier=round(float(((points - truth) ** 2).mean()), 6),
        calibration_error=round(
            sum(abs(b.score - b.supported / b.n) * b.n for b in bins) / len(pairs), 6
        ),
        bins=bins,
    )


def auroc(scores: Any, truth: Any) -> float:
    """The area under the ROC curve: Mann and Whitney's U over all pairs of both kinds.

    Ties count half. Hanley and McNeil, "The Meaning and Use of the Area under a ROC Curve", 1982.

    :param scores: ``(n,) float``.
    :param truth: ``(n,) bool``, some true and some not.
    """
    import numpy as np

    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    # tied scores have the mean of their ranks
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    good = int(truth.sum())
    rest = len(truth) - good
    return float((ranks[truth].sum() - good * (good + 1) / 2) / (good * rest))


def balanced_accuracy(said: Any, truth: Any) -> float:
    """Mean of sensitivity and specificity: Brodersen et al., ICPR 2010."""
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def keep_check(home: Path, check: JudgeCheck) -> Path:
    """Write the check beside the others of its judge, in place of one on the same pairs."""
    path = home / FILE
    known = _load_file(path)
    others = [each for each in _list_of(known, check.judge) if each["digest"] != check.digest]
    checks = known | {check.judge: [*others, check.as_dict()]}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(checks, indent=1, sort_keys=True))
    return path


def load_checks(home: Path, judge: str) -> tuple[JudgeCheck, ...]:
    """Load the judge's checks, the one on most pairs first; none if it has not been checked.

    The default judge comes with a check of our own, which stands beside yours: one on three pairs
    takes the place of none on hundreds.
    """
    found: dict[str, JudgeCheck] = {}
    for path in (Path(__file__).with_name(FILE), home / FILE):
        for row in _list_of(_load_file(path), judge):
            check = JudgeCheck(**row | {"bins": tuple(Bin(**each) for each in row["bins"])})
            found[check.digest] = check
    return tuple(sorted(found.values(), key=lambda check: -check.n))


def _list_of(checks: Mapping[str, Any], judge: str) -> list[dict[str, Any]]:
    """The checks of a judge that can be read; earlier files have one instead of a list."""
    rows = checks.get(judge) or []
    fields = JudgeCheck.__dataclass_fields__.keys()
    listed = rows if isinstance(rows, list) else [rows]
    return [row for row in listed if isinstance(row, dict) and row.keys() == fields]


def _load_file(path: Path) -> dict[str, Any]:
    try:
        checks = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        _log.warning("%s cannot be read and is ignored; check the judge again", path)
        return {}
    return checks if isinstance(checks, dict) else {}


def _fill_bins(scores: Any, truth: Any) -> tuple[Bin, ...]:
    """Group the pairs by tenths of their scores; a tenth without pairs is left out."""
    import numpy as np

    tenth = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    return tuple(
        Bin(round(float(scores[inside].mean()), 6), int(truth[inside].sum()), int(inside.sum()))
        for inside in (tenth == each for each in range(_BINS))
        if inside.any()
    )


def _read_pair(row: dict[str, Any]) -> Pair:
    sentence = row.get("sentence", row.get("claim"))
    quote = row.get("quote", row.get("source", row.get("source_sentences")))
    if isinstance(quote, list) and all(isinstance(part, str) for part in quote):
        quote = "\n".join(quote)
    label = str(row.get("label")).lower()
    if not isinstance(sentence, str) or not isinstance(quote, str) or label not in _LABELS:
        raise CasesError(
            'write a pair as {"sentence": …, "quote": …, "label": "supported" | "partial" | '
            '"unsupported"}'
        )
    return Pair(sentence, quote, _LABELS[label])
