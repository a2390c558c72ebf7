"""Compares two reports: what changed, how certain that is, and which cases flipped."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases.case import CasesError
from eval.reports.json_form import FORMAT
from eval.statistics import bootstrap_interval, ratio


@dataclass(frozen=True, slots=True)
class Change:
    """One metric in both runs, over the cases that both have.

    :param low: lower end of the 95 % interval of ``after − before``, by the paired bootstrap.
    :param n: cases that it is taken over in either run.
    :param lower_is_better: of most metrics, higher is better.
    """

    name: str
    before: float
    after: float
    low: float
    high: float
    n: int
    lower_is_better: bool = False

    @property
    def clear(self) -> str:
        """``better`` or ``worse`` if the interval does not contain 0, otherwise empty."""
        if self.low <= 0 <= self.high:
            return ""
        return "better" if (self.low > 0) != self.lower_is_better else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one report to another.

    :param gained: ids of the cases that were not right and are; what is not judged is neither.
    :param lost: ids of the cases that were right and are not.
    :param alone: ids of cases that only one of them has, or that ask something else.
    :param notes: why the two can only be compared in part, each a sentence.
    """

    changes: tuple[Change, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    alone: tuple[str, ...]
    notes: tuple[str, ...]


def load_report(path: Path) -> dict[str, Any]:
    """Load a ``report.json``.

    :raises CasesError: it cannot be read, or has another format.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CasesError(f"{path} cannot be read ({error.strerror}); name a report.json") from error
    except (ValueError, RecursionError) as error:
        raise CasesError(f"{path} is not JSON ({error}); name a report.json") from error
    if not isinstance(report, dict) or report.get("format") != FORMAT:
        raise CasesError(
            f"{path} is not a report of the format {FORMAT}; write one with "
            "`citespan eval … --out FOLDER`, as report.json"
        )
    return report


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Compare two reports, as ``load_report`` or ``Report.as_dict`` give them.

    A metric's interval is that of the difference, drawing the same cases from both runs (Efron and
    Tibshirani, 1993, chapter 8.2). It is much narrower than two intervals side by side.

    :raises CasesError: they have no case in common.
    """
    old, new = ({row["id"]: row for row in report["results"]} for report in (before, after))
    common = [
        id_ for id_ in old if id_ in new and _question_key(old[id_]) == _question_key(new[id_])
    ]
    if not common:
        raise CasesError("the two reports have no case in common; compare runs over the same cases")
    changes = []
    for name in dict.fromkeys([*before["scores"], *after["scores"]]):
        pairs = [(_share(old[id_], name), _share(new[id_], name)) for id_ in common]
        pairs = [(a, b) for a, b in pairs if a[1] or b[1]]
        first = [a[0] for a, _ in pairs], [a[1] for a, _ in pairs]
        second = [b[0] for _, b in pairs], [b[1] for _, b in pairs]
        was, now = ratio(*first), ratio(*second)
        if was is not None and now is not None:
            low, high = bootstrap_interval(*second, less=first)
            falls = after["scores"].get(name, {}).get("lower_is_better", False)
            changes.append(Change(name, was, now, low, high, len(pairs), falls))
    return Comparison(
        changes=tuple(changes),
        gained=tuple(i for i in common if new[i]["right"] and old[i]["right"] is False),
        lost=tuple(i for i in common if old[i]["right"] and new[i]["right"] is False),
        alone=tuple(sorted((old.keys() | new.keys()) - set(common))),
        notes=_notes(before, after),
    )


def worse_than(baseline: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """A sentence for each metric that is clearly worse than in the baseline; empty if none is."""
    return [
        f"{change.name} {'rose' if change.lower_is_better else 'fell'} from "
        f"{change.before:.3f} to {change.after:.3f} (95 % interval of the "
        f"difference {change.low:+.3f} to {change.high:+.3f}, n={change.n})"
        for change in compare(baseline, now).changes
        if change.clear == "worse"
    ]


def _question_key(row: Mapping[str, Any]) -> str:
    return json.dumps([row["question"], row["history"], row["answerable"], row["gold"]])


def _share(row: Mapping[str, Any], name: str) -> tuple[float, float]:
    share = row["scores"].get(name, [0.0, 0.0])
    return (share[0], share[1]) if isinstance(share, list) else (share, 1.0)


def _notes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    judges = before["judge"]["identity"], after["judge"]["identity"]
    if judges[0] != judges[1]:
        return (
            f"the reports have different judges ({judges[0]}; {judges[1]}), so faithfulness and "
            "the citation metrics cannot be compared; score both with one judge",
        )
    return ()
