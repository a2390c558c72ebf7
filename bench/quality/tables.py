"""Questions whose answer stands in a table, and some that the tables nearly answer.

``bench/tables.jsonl`` holds questions written for this by hand about six papers, ingested as PDFs
into one library; each has what the row that answers it holds, and the name of its column where the
table names columns. Three of the papers were in view when the reading of tables was made; the other
three were asked at the end. ``bench/authors.jsonl`` asks who wrote the papers, and who wrote what
is not there.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from eval.statistics import bootstrap_interval
from ingest import ingest
from rag import Answer, Rag, Settings
from training.data.cached import DATA
from training.data.public_sets import read_rows

BENCH = Path(__file__).resolve().parents[1]
IN_VIEW = ("bert", "llama", "superglue")
_PARTS = ("in view", "held out", "authors")
Case = dict[str, Any]


def shows(answer: Answer, case: Case) -> bool:
    """Whether one sentence of an answer holds all of the gold row's words."""
    return any(all(part in s.text for part in case["gold"]) for s in answer.sentences)


def names_column(answer: Answer, case: Case) -> bool:
    """Whether it holds the column's name besides, where there is one."""
    return shows(answer, case) and case["column"] in " ".join(answer.text.split())


def format_share(name: str, held: list[bool]) -> str:
    """Format a line with how many of them, and the 95 % interval of the bootstrap."""
    low, high = bootstrap_interval(held)
    return f"  {name:<36} {sum(held):>3} of {len(held):<3} [{100 * low:.0f}, {100 * high:.0f}] %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="print what is answered")
    parser.add_argument("--part", choices=_PARTS, help="ask only these")
    parser.add_argument("--home", type=Path, help="a library of the papers, made when missing")
    options = parser.parse_args()
    cases = {
        "in view": [case for case in read_cases("tables") if case["paper"] in IN_VIEW],
        "held out": [case for case in read_cases("tables") if case["paper"] not in IN_VIEW],
        "authors": read_cases("authors"),
    }
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=options.home or Path(folder))
        ingest([DATA / "pdf"], settings=settings)
        with Rag(settings) as bot:
            for part in [options.part] if options.part else cases:
                answers = [bot.ask(case["question"]) for case in cases[part]]
                print_part(part, cases[part], answers, each=options.each)


def read_cases(name: str) -> list[Case]:
    """Read the questions of a file."""
    return [{"column": ""} | row for row in read_rows(BENCH / f"{name}.jsonl")]


def print_part(part: str, cases: list[Case], answers: list[Answer], *, each: bool) -> None:
    """Print the figures of one part."""
    told = list(zip(cases, answers, strict=True))
    there = [(case, answer) for case, answer in told if case["gold"]]
    print(f"{part}: {len(there)} questions have an answer, {len(told) - len(there)} none")
    print(format_share("it is shown", [shows(a, c) for c, a in there]))
    if named := [(c, a) for c, a in there if c["column"]]:
        print(format_share("and the name of its column", [names_column(a, c) for c, a in named]))
    print(format_share("refused", [not a.sentences for _, a in there]))
    nowhere = [not answer.sentences for case, answer in told if not case["gold"]]
    print(format_share("refused that nothing answers", nowhere))
    for case, answer in told if each else ():
        right = shows(answer, case) if case["gold"] else not answer.sentences
        print(f"\n{'' if right else 'WRONG '}{case['question']} {case['gold']}")
        shown = (sentence.text[:150] for sentence in answer.sentences)
        print(f"    {answer.confidence:.2f}", *shown, sep="\n    ")


if __name__ == "__main__":
    main()
