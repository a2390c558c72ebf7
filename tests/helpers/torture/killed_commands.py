"""Kill -9 at random moments of real `citespan` commands with the real model, for `make torture`.

Each round changes a folder, starts `citespan ingest --prune` or `citespan remove` as a person does,
and kills the process at a random moment of its whole life: while it imports, plans, loads the
model, embeds, commits, indexes. Its readers must end with it, and `citespan doctor` must find
nothing wrong. Whatever is asked then is answered from a version that was committed, and the next
ingest must end in what an ingest from nothing makes.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import killed_ingests
from ingest import ingest
from ingest.reading.load import load
from ingest.reading.workers import Workers
from rag import Embedder, Rag, Settings
from rag.library.home import CATALOG

ROOT = Path(__file__).resolve().parents[3]
FILES = 600
"""In the folder, more or less: enough for three commits."""
HOMES = 8
"""Rounds with one library, before the next one begins from nothing."""
ASKED = 12
"""Questions after each kill."""
SYLLABLES = "ba do ki lu me no pa ri su te va wo xi yu zo".split()
_ROUNDING = 0.01
"""Of a coordinate, between vectors of one text in batches of different lengths, in bfloat16."""


class Animals(killed_ingests.Folder):
    """Short texts, each of an animal that no other one is about; some are HTML."""

    def __init__(self, path: Path, rng: random.Random, files: int) -> None:
        with Workers(1) as self._workers:
            super().__init__(path, rng, files, max(8, files // 3))

    def change(self) -> None:
        with Workers(1) as self._workers:
            super().change()

    def _suffix(self) -> str:
        return ".html" if self._rng.random() < 0.02 else ".txt"

    def _text(self) -> str:
        name = "".join(self._rng.choices(SYLLABLES, k=6))
        weight, hours, eggs = (self._rng.randrange(2, 900) for _ in range(3))
        return (
            f"The {name} weighs {weight} grams. It sleeps {hours} hours and lays {eggs} eggs, "
            f"and nobody but the {name} knows why."
        )

    def _wrapped(self, name: str) -> str:
        text = self.texts[name]
        if name.endswith(".html"):
            written = f"<p>{text}</p>"
            self.texts[name] = load(name, written.encode(), self._workers).text
            return written
        return text


def command(home: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """`citespan` as it is started from a shell, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli.main", *arguments],
        env=os.environ | {"CITESPAN_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def done(home: Path, *arguments: str | Path) -> str:
    """What a command says that must succeed."""
    process = command(home, *arguments)
    said = process.communicate()[0]
    assert process.returncode == 0, f"{arguments} ended with {process.returncode}: {said}"
    return said


def killed(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill a command after so many seconds; False: it was done before."""
    try:
        said = process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        return True
    assert process.returncode == 0, f"it ended by itself with {process.returncode}: {said}"
    return False


def left_running(session: int) -> str:
    """The processes of a session that are there ten seconds later."""
    deadline = time.monotonic() + 10
    while True:
        there = subprocess.run(
            ["ps", "-o", "pid=,args=", "-s", str(session)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        if not there or time.monotonic() > deadline:
            return there
        time.sleep(0.05)


def where_it_died(home: Path, before: int, pid: int) -> str:
    """What the killed command was doing, as what it left shows."""
    holder = home / "writer.pid"
    if not holder.exists() or holder.read_text() != str(pid):
        return "before it opened the library"
    return killed_ingests.where_it_died(home, before)


def wrong_answers(home: Path, folder: Animals, embedder: Embedder, rng: random.Random) -> list[str]:
    """What is wrong with answers about some documents that are there."""
    found = []
    with Rag(Settings(home=home), embedder=embedder) as rag:
        catalog = rag.library.catalog
        sources = catalog.sources()
        for name in rng.sample(sorted(sources), min(len(sources), ASKED)):
            text = catalog.text(sources[name])
            animal, weight = re.findall(r"The (\w+) weighs (\d+)", text)[0]
            answer = rag.ask(f"How many grams does the {animal} weigh?")
            if weight not in answer.text or text not in {p.text for p in answer.passages}:
                found.append(f"asked for the {animal} of {name}, it says: {answer.text}")
            for part in (*answer.citations, *answer.passages):
                quote = getattr(part, "quote", None) or part.text
                texts = folder.versions.get(part.source, ())
                if not any(text[part.start : part.end] == quote for text in texts):
                    found.append(f"{part.source} never said {quote!r}")
    return found


def checked(home: Path, folder: Animals, kept: Sequence[str]) -> list[str]:
    """Everything that is wrong with what is left."""
    if not (home / CATALOG).exists():
        return []
    done(home, "doctor")
    return killed_ingests.checked(home, folder.versions, kept)


def kills(
    number: int, files: int, seed: int, under: Path, tell: Callable[[str], None]
) -> Counter[str]:
    """Kill so many commands; how many died where.

    :raises AssertionError: something was lost, or half, or is answered wrong.
    """
    rng = random.Random(seed)
    embedder = Embedder()
    tally: Counter[str] = Counter()
    lives = {"ingest, from nothing": 8.0, "ingest": 6.0, "remove": 3.0}
    rounds = 0
    while tally.total() < number:
        place = under / f"library{rounds}"
        place.mkdir()
        folder, home = Animals(place / "folder", rng, files), place / "home"
        for _ in range(HOMES):
            before, known = killed_ingests.generation(home), killed_ingests.names_in(home)
            forget: list[str] = []
            if before and rng.random() < 0.3:
                kind, forget = "remove", rng.sample(known, len(known) // 4)
                process = command(home, kind, *forget)
            else:
                kind = "ingest" if before else "ingest, from nothing"
                if before:
                    folder.change()
                process = command(home, "ingest", folder.path, "--prune")
            started = time.monotonic()
            moment = rng.uniform(0, lives[kind])
            died = killed(process, moment)
            lives[kind] = lives[kind] * 1.05 if died else time.monotonic() - started
            where = f"round {rounds}, seed {seed}, {kind}, killed after {moment:.3f} s"
            assert not (left := left_running(process.pid)), f"{where}: it left {left}"
            ended = where_it_died(home, before, process.pid) if died else "done before"
            if died:
                tally[f"{kind}: {ended}"] += 1
            kept = [name for name in known if name in folder.texts and name not in forget]
            wrong = checked(home, folder, kept)
            if killed_ingests.names_in(home):
                wrong += wrong_answers(home, folder, embedder, rng)
            assert not wrong, f"{where}: {wrong[:5]}"
            done(home, "ingest", folder.path, "--prune")
            clean = place / "clean"
            ingest([folder.path], Settings(home=clean))
            (resumed, vectors), (expected, others) = map(killed_ingests.content, (home, clean))
            assert resumed == expected, f"{where}: not as a clean one"
            assert np.allclose(vectors, others, atol=_ROUNDING), f"{where}: other vectors"
            shutil.rmtree(clean)
            folder.settle()
            rounds += 1
            tell(f"{tally.total()} of {number} killed, round {rounds}: {kind}: {ended}")
            if tally.total() >= number:
                break
        shutil.rmtree(place)
    return tally


def main() -> None:
    """Torture, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as under:
        tally = kills(
            given.kills,
            given.files,
            given.seed,
            Path(under),
            lambda line: print(line, file=sys.stderr, flush=True),
        )
    seconds = time.monotonic() - started
    commands = "command" if given.kills == 1 else "commands"
    print(f"{tally.total()} {commands} killed in {seconds:.0f} s, seed {given.seed}:")
    for where, count in sorted(tally.items()):
        print(f"{count:6}  {where}")
    print(
        "each time doctor found nothing wrong, every answer was of a committed version, and the "
        "resumed ingest equalled a clean one"
    )


if __name__ == "__main__":
    main()
