"""Ingest, the questions after it, and what they cost: citespan beside plain LangChain.

Both sides get the same folder of paragraphs (``bench/speed/texts.py``) and the same model, each in
processes of its own (``bench/speed/sides.py``), in turn. LangChain is the usual recipe: its
RecursiveCharacterTextSplitter (800 characters, 100 of overlap), HuggingFaceEmbeddings and
``Chroma.from_documents``. Characters per second are those of the paragraphs, in the time after
imports and loading the model. ``make bench ARGS=speed`` runs it; ``--quick`` is for trying the
bench itself.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import describe_machine
from bench.quality.retrieval_sets import ndcg
from bench.speed.clocks import Figures
from bench.speed.sides import MEASURED, QUESTIONS, RANKINGS
from bench.speed.texts import Texts, write_texts
from eval.statistics import bootstrap_interval
from training.data.cached import DATA

ROOT = Path(__file__).resolve().parents[2]
STAGES = ("plan", "read", "parse", "split", "embed", "commit", "indexes", "Chroma", "tantivy")
BESIDE = ("read", "parse", "split")
"""Stages that go on in the background, by processor time; storing and indexing go on while the next
texts are embedded, by the clock, so that all shares together may be more than the whole."""
INT8 = "in int8"
"""citespan once more, with ``CITESPAN_EMBEDDING_PRECISION=int8``."""
PASSAGES = "What is written about this?"
"""Asked where there are no questions."""


@dataclass
class Side:
    """What one side's processes said about one size, run by run."""

    ingest: list[Figures] = field(default_factory=list)
    ask: list[Figures] = field(default_factory=list)
    disk: float = 0.0
    rankings: dict[str, list[list[str]]] = field(default_factory=dict)

    def median(self, figure: str) -> float:
        """Of the ingests."""
        return statistics.median(run[figure] for run in self.ingest)

    def asked(self, figure: str) -> float:
        """The median of the questions."""
        return statistics.median(run[figure] for run in self.ask)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=[2000], help="paragraphs")
    parser.add_argument("--repeat", type=int, default=3, help="ingests of sizes up to 5,000")
    parser.add_argument("--questions", type=int, default=1000, help="for nDCG@10")
    parser.add_argument("--quick", action="store_true", help="200 paragraphs, once")
    parser.add_argument("--alone", action="store_true", help="citespan without LangChain")
    parser.add_argument("--int8", action="store_true", help="citespan in int8 too")
    parser.add_argument("--measured", choices=sorted(MEASURED), help=argparse.SUPPRESS)
    parser.add_argument("--texts", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measured:
        print(json.dumps(MEASURED[given.measured](given.texts, given.home)))
        return
    if given.quick:
        given.sizes, given.repeat, given.questions = [200], 1, 50
    with tempfile.TemporaryDirectory() as work:
        run_sizes(Path(work), given)


def run_sizes(work: Path, given: argparse.Namespace) -> None:
    """Every size in its own folder, then what does not depend on the size."""
    os.environ["CITESPAN_MODEL_CACHE"] = str(work / "models")
    os.environ["HF_HUB_OFFLINE"] = "1"
    once = run_measured("citespan once", work, work)
    if given.int8:
        run_measured(f"{INT8} once", work, work)
    print(describe_machine())
    print(f"converting the model, once for a machine: {once['convert the model']:.1f} s")
    for size in given.sizes:
        texts = write_texts(work / "texts", size, given.questions)
        print(f"\n{texts.files:,} paragraphs, {texts.characters:,} characters; ", end="")
        print(f"{texts.real:,} are rows of public sets", flush=True)
        measure_size(work, texts, given)
        shutil.rmtree(texts.folder)
    if (DATA / "pdf").is_dir():
        figures = run_measured("papers", DATA / "pdf", work)
        print(
            f"\n{figures['files']:.0f} PDFs, {figures['chunks']:,.0f} chunks: "
            f"parse {figures['parse']:.2f} s, split {figures['split']:.2f} s, "
            f"embed {figures['embed']:.2f} s; parsing is "
            f"{figures['parse'] / figures['embed']:.3f} of embedding, and of processor time "
            f"{figures['parse processor'] / figures['embed processor']:.3f}"
        )


def measure_size(work: Path, texts: Texts, given: argparse.Namespace) -> None:
    """One size: ingest in turn, ask, ingest again, and print."""
    names = ["citespan", *([INT8] if given.int8 else []), *([] if given.alone else ["langchain"])]
    sides = {name: Side() for name in names}
    questions = [asked.text for asked in texts.questions] or [PASSAGES]
    for _ in range(given.repeat if texts.files <= 5000 else 1):
        for name, side in sides.items():
            home = work / name
            shutil.rmtree(home, ignore_errors=True)
            side.ingest.append(run_measured(f"{name} ingest", texts.folder, home))
    for name, side in sides.items():
        home = work / name
        side.disk = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
        (home / QUESTIONS).write_text(json.dumps(questions))
        for question in questions[: given.repeat]:
            (home / QUESTIONS).write_text(json.dumps([question]))
            if name == "langchain":
                side.ask.append(run_measured("langchain ask", texts.folder, home))
            else:
                command = [sys.executable, "-m", "ui.cli.main", "ask", question]
                command += ["--home", str(home)]
                side.ask.append(measure_cost(command, "int8" if name == INT8 else "native")[0])
        if texts.questions:
            (home / QUESTIONS).write_text(json.dumps(questions))
            run_measured(f"{name} search", texts.folder, home)
            side.rankings = json.loads((home / RANKINGS).read_text())
    print_sides(texts, sides)
    for name in (name for name in names if name != "langchain"):
        print_stages(name, sides[name].ingest[-1])
    unchanged = run_measured("citespan again", texts.folder, work / "citespan")
    edited = texts.folder / "0.txt"
    edited.write_text(f"{edited.read_text()}\nOne sentence is new.\n", encoding="utf-8")
    changed = run_measured("citespan again", texts.folder, work / "citespan")
    first = sides["citespan"].median("ingest")
    print(
        f"\nunchanged, ingested again: {unchanged['ingest']:.2f} s, {unchanged['embedded']:.0f} "
        f"texts embedded, {first / unchanged['ingest']:.0f} times faster than first\n"
        f"one document edited: {changed['ingest']:.2f} s, {changed['changed']:.0f} changed, "
        f"{changed['chunks']:.0f} chunks stored, {changed['embedded']:.0f} texts embedded"
    )


def print_sides(texts: Texts, sides: dict[str, Side]) -> None:
    """Both sides next to each other, and how good what they find is."""
    rows: list[tuple[str, int, Callable[[Side], float]]] = [
        ("characters per second", 0, lambda s: texts.characters / s.median("ingest")),
        ("  of processor time", 0, lambda s: texts.characters / s.median("ingest processor")),
        ("seconds, ingest", 2, lambda s: s.median("ingest")),
        ("seconds, whole process", 2, lambda s: s.median("whole")),
        ("peak MB", 0, lambda s: s.median("peak MB")),
        ("chunks", 0, lambda s: s.median("chunks")),
        ("memory, bytes per chunk", 0, lambda s: 1e6 * s.median("peak MB") / s.median("chunks")),
        ("disk, bytes per chunk", 0, lambda s: s.disk / s.median("chunks")),
        ("a question, new process: seconds", 2, lambda s: s.asked("answered")),
        ("a question, new process: peak MB", 0, lambda s: s.asked("peak MB")),
    ]
    print(f"{'':<34}{''.join(f'{name:>12}' for name in sides)}{'ratio to the last':>20}")
    for what, digits, compute in rows:
        values = [compute(side) for side in sides.values()]
        cells = "".join(f"{value:>12,.{digits}f}" for value in values)
        pairs = [(value, values[-1]) for value in values[:-1]]
        ratios = "".join(f"{max(pair) / min(pair):>10.2f}" for pair in pairs)
        print(f"{what:<34}{cells}{ratios}")
    if texts.questions:
        print_quality(texts, sides)


def print_quality(texts: Texts, sides: dict[str, Side]) -> None:
    """nDCG@10 of every way of ranking, each beside LangChain's where that was measured."""
    print(f"\nnDCG@10, {len(texts.questions):,} questions answered by the rows")
    theirs = None
    for name, side in reversed(sides.items()):
        for way, rankings in side.rankings.items():
            found = ndcg(texts.questions, rankings)
            line = f"  {name + ', ' + way:<20}{100 * found.mean():>8.2f}"
            if theirs is not None:
                low, high = bootstrap_interval((found - theirs).tolist())
                line += f"  difference {100 * (found - theirs).mean():+.2f}"
                line += f" (95 %: {100 * low:+.2f} to {100 * high:+.2f})"
            print(line)
        if name == "langchain":
            theirs = found


def print_stages(name: str, figures: Figures) -> None:
    """Where citespan's time went in one ingest."""
    whole = figures["ingest"]
    print(f"\n{f'seconds of the ingest, {name}':<34}{whole:>12.2f}")
    for stage in STAGES:
        seconds = figures.get(f"stage {stage}", 0.0)
        note = "processor time in the background" if stage in BESIDE else ""
        inner = "  of which " if stage in ("Chroma", "tantivy") else ""
        print(f"  {inner + stage:<32}{seconds:>12.2f}{seconds / whole:>8.1%}  {note}")


def run_measured(name: str, texts: Path, home: Path) -> Figures:
    """The figures of one measured process, with its whole time and memory from the outside."""
    function = name.replace(INT8, "citespan")
    command = [sys.executable, "-m", "bench.speed.ingest_and_ask"]
    command += ["--measured", function, "--texts", str(texts), "--home", str(home)]
    outside, output = measure_cost(command, "int8" if INT8 in name else "native")
    return outside | json.loads(output.splitlines()[-1])


def measure_cost(command: list[str], precision: str) -> tuple[Figures, str]:
    """Seconds to a process's first line and to its end, peak memory, and the output."""
    started = time.perf_counter()
    environment = {"PYTHONPATH": str(ROOT), "CITESPAN_EMBEDDING_PRECISION": precision}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | environment
    ) as process:
        assert process.stdout
        output = process.stdout.readline()
        answered = time.perf_counter()
        output += process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 4):  # 4: the question was not answered, which costs as much
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return {
        "answered": answered - started,
        "whole": time.perf_counter() - started,
        "peak MB": used.ru_maxrss / 1000,
    }, output


if __name__ == "__main__":
    main()
