"""Texts embedded per second: citespan beside plain LangChain, same model, in one process.

Both embed the same paragraphs by turns, then single questions; the table gives the medians. Where
other work shares the machine, processor time tells more than the clock. Paragraphs come from JSONL
files with a field ``text``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from langchain_huggingface import HuggingFaceEmbeddings

from rag import Embedder
from training.data.cached import DATA

FILES = [DATA / name / "corpus.jsonl" for name in ("squad2-dev-half", "bioasq-7b-9b")]
Vectors = np.ndarray | list[list[float]]
Embed = Callable[[list[str]], Vectors]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()

    rows = [row for file in given.files for row in read_paragraphs(file)]
    texts = list(islice(rows, given.texts))
    random.Random(0).shuffle(texts)
    questions = [text.split(". ")[0][:80] for text in texts[: given.questions]]

    ours = Embedder()
    theirs = HuggingFaceEmbeddings(model_name=str(ours.folder))
    sides: dict[str, Embed] = {"citespan": ours.embed, "LangChain": theirs.embed_documents}
    for embed in sides.values():
        embed(texts[:64])  # warm
    bulk, found = measure(sides, [texts], given.rounds)
    single, _ = measure(sides, [[question] for question in questions], given.rounds)
    cosines = (np.array(found["citespan"]) * np.array(found["LangChain"])).sum(axis=1)
    tokens = sum(ours.count_tokens(texts)) / len(texts)
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores; {ours.backend}; {len(texts)} texts of "
        f"{tokens:.0f} tokens on average; medians of {given.rounds}; load {os.getloadavg()[0]:.1f}",
        f"cosine to LangChain's vectors: lowest {cosines.min():.6f}",
        "",
        f"{'':<34}{'citespan':>10}{'LangChain':>11}{'ratio':>8}",
        format_row("texts per second", bulk, 0, lambda spent: len(texts) / spent),
        format_row("texts per second of processor time", bulk, 1, lambda spent: len(texts) / spent),
        format_row(
            "milliseconds per question", single, 0, lambda spent: 1000 * spent / len(questions)
        ),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def read_paragraphs(file: Path) -> list[str]:
    """The texts of a JSONL file, on one line each, as LangChain embeds them."""
    with file.open(encoding="utf-8") as rows:
        return [json.loads(row)["text"].replace("\n", " ") for row in rows]


def measure(
    sides: dict[str, Embed], calls: Sequence[list[str]], rounds: int
) -> tuple[dict[str, list[tuple[float, float]]], dict[str, Vectors]]:
    """Seconds by the clock and of processor time for all the calls, round by round.

    :return: with what the last call gave.
    """
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    found: dict[str, Vectors] = {}
    for _ in range(rounds):
        for name, embed in sides.items():
            clock, processor = time.perf_counter(), time.process_time()
            for call in calls:
                found[name] = embed(call)
            spent[name].append((time.perf_counter() - clock, time.process_time() - processor))
    return spent, found


def format_row(
    what: str,
    spent: dict[str, list[tuple[float, float]]],
    which: int,
    value: Callable[[float], float],
) -> str:
    """One row of the table; the ratio says how many times faster citespan is."""
    medians = {name: statistics.median(run[which] for run in runs) for name, runs in spent.items()}
    cells = f"{value(medians['citespan']):>10.1f}{value(medians['LangChain']):>11.1f}"
    return f"{what:<34}{cells}{medians['LangChain'] / medians['citespan']:>8.2f}"


if __name__ == "__main__":
    main()
