"""Questions whose answer stands in a table, and some that the tables nearly answer.

``bench/tables.jsonl`` holds questions written for this by hand about six papers, ingested as PDFs
into one library; each has what the row that answers it holds, and the name of its column where the
table names columns. Three of the papers were in view when the reading of tables was made; the other
three were asked at the end. ``bench/authors.jsonl`` asks who wrote the papers, and who wrote what
is not there. ``--reports`` asks for cells of annual reports instead: TAT-QA's test questions that
one cell of their table answers, its other questions, and all of them of another report.
"""

import argparse
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.statistics import bootstrap_interval
from ingest import ingest
from rag import Answer, Rag, Settings
from rag.records.lookup import NamedRows, choose
from training.data.cached import DATA
from training.data.public_sets import read_rows, read_train

BENCH = Path(__file__).resolve().parents[1]
IN_VIEW = ("bert", "llama", "superglue")
_PARTS = ("in view", "held out", "authors")
_NO_DIGIT = re.compile(r"[^\d.]")
_FAR = 400
"""Questions on, another report is asked about."""
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
    parser.add_argument("--reports", action="store_true", help="ask for cells of annual reports")
    options = parser.parse_args()
    if options.reports:
        print_reports(read_reports(), each=options.each)
        return
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


@dataclass(frozen=True)
class CellQuestion:
    """A question about a table of a report; ``value``: the cell's digits, "" if no cell answers."""

    question: str
    rows: NamedRows
    value: str


def read_reports() -> list[CellQuestion]:
    """Read TAT-QA's test questions that have an answer, each with the text of its report."""
    found = []
    for row in read_train("tatqa", "test"):
        if not row["answers"]:
            continue
        begin = row.get("table_start", len(row["context"]))
        prose, table = row["context"][:begin], row["context"][begin:]
        rows = (" | ".join(map(str.strip, line.split("|"))) for line in table.split("\n"))
        text = "\n".join([prose, "", *(f"| {cells} |" for cells in rows)])
        first, *others = row["answers"]
        is_cell = not others and first["start"] >= begin
        digits = _NO_DIGIT.sub("", first["text"]) if is_cell else ""
        found.append(CellQuestion(row["question"], NamedRows(text), digits))
    return found


def print_reports(asked: list[CellQuestion], *, each: bool) -> None:
    """Print how often a cell is given, and the right one."""
    told = [(one, choose(one.rows.look_up(one.question, ""))) for one in asked]
    elsewhere = [
        choose(other.rows.look_up(one.question, ""))
        for one, other in zip(asked, asked[_FAR:] + asked[:_FAR], strict=True)
    ]
    right = [one.value == _NO_DIGIT.sub("", cell.value) for one, cell in told if one.value and cell]
    print(format_share("a cell answers: one is given", [bool(c) for one, c in told if one.value]))
    print(format_share("and it is the right one", right))
    print(format_share("no cell answers: one is given", [bool(c) for o, c in told if not o.value]))
    print(format_share("another report: one is given", [bool(cell) for cell in elsewhere]))
    for one, cell in told if each else ():
        if cell:
            print(f"{one.question}\n   {cell.value}, expected {one.value or 'none'}")


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
