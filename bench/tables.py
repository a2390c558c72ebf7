"""Questions whose answer stands in a table, and some that the tables nearly answer.

``tables.jsonl`` holds questions written for this by hand about six papers, ingested as PDFs into
one library; each has what the row that answers it holds, and the name of its column where the table
names columns. The reading of tables was made with three of the papers in view, the other three were
asked at the end.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from cached import DATA
from retrieval_cases import interval

from ingest import ingest
from rag import Answer, Rag, Settings

IN_VIEW = ("bert", "llama", "superglue")
Case = dict[str, Any]


def shows(answer: Answer, case: Case) -> bool:
    """Whether one sentence of an answer holds all of the gold row's words."""
    return any(all(part in s.text for part in case["gold"]) for s in answer.sentences)


def names_column(answer: Answer, case: Case) -> bool:
    """Whether it holds the column's name besides, where there is one."""
    return shows(answer, case) and case["column"] in " ".join(answer.text.split())


def share(name: str, held: list[bool]) -> str:
    """A line with how many of them, and the 95 % interval of the bootstrap."""
    low, high = interval(np.array(held, dtype=np.float32))
    return f"  {name:<36} {sum(held):>3} of {len(held):<3} [{100 * low:.0f}, {100 * high:.0f}] %"


def main() -> None:
    """Print how the questions of either half fare; with --each, every answer too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="print what is answered")
    parser.add_argument("--half", choices=["in view", "held out"], help="ask only these")
    parser.add_argument(
        "--home", type=Path, help="a library of the papers, made when it is missing"
    )
    options = parser.parse_args()
    lines = Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    cases: list[Case] = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=options.home or Path(folder))
        ingest([DATA / "pdf"], settings=settings)
        with Rag(settings) as bot:
            for half in [options.half] if options.half else ["in view", "held out"]:
                chosen = [c for c in cases if (c["paper"] in IN_VIEW) == (half == "in view")]
                answers = [bot.ask(case["question"]) for case in chosen]
                report(half, chosen, answers, each=options.each)


def report(half: str, cases: list[Case], answers: list[Answer], *, each: bool) -> None:
    """The figures of one half."""
    told = list(zip(cases, answers, strict=True))
    there = [(case, answer) for case, answer in told if case["gold"]]
    print(f"{half}: a row answers {len(there)} questions, none {len(told) - len(there)}")
    print(share("the row is shown", [shows(a, c) for c, a in there]))
    named = [(c, a) for c, a in there if c["column"]]
    print(share("and the name of its column", [names_column(a, c) for c, a in named]))
    print(share("refused", [not a.sentences for _, a in there]))
    print(
        share("refused that nothing answers", [not a.sentences for c, a in told if not c["gold"]])
    )
    for case, answer in told if each else ():
        right = shows(answer, case) if case["gold"] else not answer.sentences
        print(f"\n{'' if right else 'WRONG '}{case['question']} {case['gold']}")
        print(
            f"    {answer.confidence:.2f}", *(s.text[:150] for s in answer.sentences), sep="\n    "
        )


if __name__ == "__main__":
    main()
