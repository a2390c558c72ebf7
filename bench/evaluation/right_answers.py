"""How often an answer is judged right or wrong as a person judges it.

    python -m bench.evaluation.right_answers            # all sixty
    python -m bench.evaluation.right_answers --part seen

``right_answers.tsv`` has sixty questions with a reference and an answer: right paraphrases, answers
that say more, wrong numbers, negations, swaps, partial answers, refusals, yes-no questions. They
were labelled before any program read them. One half was in view while the judge was made, the other
half was held back until the end.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from eval.judges.answers import judge_answer
from eval.judges.judge import Judge, SupportJudge
from eval.responses.refusals import is_refusal

_FILE = Path(__file__).with_name("right_answers.tsv")


class Labelled(NamedTuple):
    """An answer with a person's verdict.

    :param part: ``seen`` or ``held``.
    """

    part: str
    kind: str
    is_right: bool
    question: str
    reference: str
    answer: str


def load_labelled() -> Iterator[Labelled]:
    """Load all labelled answers."""
    for line in _FILE.read_text(encoding="utf-8").splitlines()[1:]:
        part, kind, right, *texts = line.split("\t")
        yield Labelled(part, kind, right == "yes", *texts)


def is_judged_right(each: Labelled, judge: Judge) -> tuple[bool, tuple[str, ...]]:
    """Judge one answer as the evaluation does, with the reasons."""
    if is_refusal(each.answer):
        return False, ("a refusal",)
    verdict = judge_answer(each.question, (each.reference,), each.answer, judge)
    return bool(verdict.right), verdict.reasons


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=("seen", "held"))
    wanted = parser.parse_args().part
    judge = SupportJudge()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for each in load_labelled():
        if wanted in (None, each.part):
            said, reasons = is_judged_right(each, judge)
            for name in (each.part, f"{each.part}, {each.kind}"):
                right[name] += said == each.is_right
                total[name] += 1
            if said != each.is_right:
                print(
                    f"{'right' if said else 'wrong'} by the judge: {each.reference} | {each.answer}"
                )
                print(f"    {'; '.join(reasons)}")
    for name in sorted(total):
        print(f"{name:<18} {right[name]} of {total[name]} as a person judges")


if __name__ == "__main__":
    main()
