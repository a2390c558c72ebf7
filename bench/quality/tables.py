"""Questions whose answer stands in a table, and some that the tables nearly answer.

``tables.jsonl`` holds questions written for this by hand about six papers, ingested as PDFs into
one library; each has what the row that answers it holds, and the name of its column where the table
names columns. The reading of tables was made with three of the papers in view, the other three were
asked at the end. ``authors.jsonl`` asks who wrote the papers, and who wrote what is not there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench.quality.retrieval_cases import interval
from ingest import ingest
from rag import Answer, Rag, Settings
from training.data.cached import DATA

IN_VIEW = ("bert", "llama", "superglue")
_PARTS = ("in view", "held out", "authors")
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
    """Print how the questions of each part fare; with --each, every answer too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="print what is answered")
    parser.add_argument("--part", choices=_PARTS, help="ask only these")
    parser.add_argument(
        "--home", type=Path, help="a library of the papers, made when it is missing"
    )
    options = parser.parse_args()
    cases = {
        "in view": [case for case in asked("tables") if case["paper"] in IN_VIEW],
        "held out": [case for case in asked("tables") if case["paper"] not in IN_VIEW],
        "authors": asked("authors"),
    }
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=options.home or Path(folder))
        ingest([DATA / "pdf"], settings=settings)
        with Rag(settings) as bot:
            for part in [options.part] if options.part else cases:
                answers = [bot.ask(case["question"]) for case in cases[part]]
                report(part, cases[part], answers, each=options.each)


def asked(name: str) -> list[Case]:
    """The questions of a file."""
    lines = (
        Path(__file__).parent.with_name(f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    )
    return [{"column": ""} | json.loads(line) for line in lines]


def report(part: str, cases: list[Case], answers: list[Answer], *, each: bool) -> None:
    """The figures of one part."""
    told = list(zip(cases, answers, strict=True))
    there = [(case, answer) for case, answer in told if case["gold"]]
    print(f"{part}: {len(there)} questions have an answer, {len(told) - len(there)} none")
    print(share("it is shown", [shows(a, c) for c, a in there]))
    if named := [(c, a) for c, a in there if c["column"]]:
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
