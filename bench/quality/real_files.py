"""What people ask of real files: whether it is answered, and what stands beside the answer.

``real_files.jsonl`` holds a check for each question of the libraries in ``realfiles`` of the public
data, by its number there: what an answer contains (``|`` between alternatives), that it is a
refusal, or that either will do. An answer that contains it is right when no more than two of its
sentences have nothing of it, and buried otherwise. The checks are strings, so that a right answer
in other words counts as wrong: the figures are a lower bound.

    python -m bench.quality.real_files [--each] [--library NAME] [--homes FOLDER]
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from eval.statistics import bootstrap_interval
from ingest import ingest
from rag import Answer, Rag, Settings
from training.data.cached import DATA
from training.data.public_sets import read_rows

CHECKS = Path(__file__).resolve().parents[1] / "real_files.jsonl"
_BESIDE = 2
"""Sentences beside the answer that do not bury it."""
_OUTCOMES = ("right", "buried", "wrong", "wrongly answered", "wrongly refused", "rightly refused")


def judge(answer: Answer, check: dict[str, Any]) -> str:
    """What an answer is, one of ``_OUTCOMES``."""
    if answer.status == "abstained":
        return "rightly refused" if check.get("refuse") else "wrongly refused"
    if "contains" not in check:
        return "wrongly answered"
    wanted = [part.casefold().split("|") for part in check["contains"]]

    def holds(text: str, parts: list[list[str]]) -> list[bool]:
        folded = " ".join(text.split()).casefold()
        return [any(part in folded for part in alternatives) for alternatives in parts]

    if not all(holds(answer.text, wanted)):
        return "wrong"
    beside = [sentence for sentence in answer.sentences if not any(holds(sentence.text, wanted))]
    return "buried" if len(beside) > _BESIDE else "right"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="print what is answered")
    parser.add_argument("--library", help="ask only this one")
    parser.add_argument("--homes", type=Path, help="keep the libraries here")
    options = parser.parse_args()
    checks = [c for c in read_rows(CHECKS) if options.library in (None, c["library"])]
    found: list[tuple[str, Answer]] = []
    with tempfile.TemporaryDirectory() as temporary:
        for library in dict.fromkeys(check["library"] for check in checks):
            folder = DATA / "realfiles" / library
            asked = read_rows(folder / "questions.jsonl")
            settings = Settings(home=(options.homes or Path(temporary)) / library)
            ingest([folder / "files"], settings=settings)
            with Rag(settings) as bot:
                for check in (c for c in checks if c["library"] == library):
                    row = asked[check["number"]]
                    answer = bot.ask(row["question"])
                    found.append((judge(answer, check), answer))
                    if options.each:
                        print_answer(row, *found[-1])
    print_outcomes(found)


def print_answer(row: dict[str, Any], outcome: str, answer: Answer) -> None:
    """Print a question and what was answered."""
    print(f"\n{outcome.upper()} {answer.confidence:.2f} | {row['question']} | {row['expected']}")
    if answer.direct:
        print(f"   ** {answer.direct.text} ({answer.direct.probability:.2f})")
    for sentence in answer.sentences:
        print("   -", sentence.text[:160])


def print_outcomes(found: list[tuple[str, Answer]]) -> None:
    """Print how many were what, and the shares with their intervals."""
    counts = Counter(outcome for outcome, _ in found)
    print(f"\n| {' | '.join(_OUTCOMES)} |\n|{' --- |' * len(_OUTCOMES)}")
    print(f"| {' | '.join(str(counts[outcome]) for outcome in _OUTCOMES)} |\n")
    good = [float(outcome in ("right", "rightly refused")) for outcome, _ in found]
    bad = ("wrong", "wrongly answered")
    strong = [float(outcome in bad) for outcome, answer in found if answer.match == "strong"]
    for name, shares in (
        ("right or rightly refused", good),
        ("wrong, of those called a strong match", strong),
    ):
        if shares:
            low, high = bootstrap_interval(shares)
            mean = sum(shares) / len(shares)
            print(f"{name}: {mean:.1%} [{low:.1%}, {high:.1%}] of {len(shares)}")
    shown = [len(answer.sentences) for _, answer in found if answer.sentences]
    print(f"sentences shown: {sum(shown) / max(len(shown), 1):.1f}")


if __name__ == "__main__":
    main()
