"""Every benchmark in one go, each in a process of its own.

    make bench                      # all; some hours on two idle cores
    make bench ARGS="speed page"    # some

What one prints goes to ``build/bench/NAME.txt``, under the machine and the command. Plots go to
``docs/images``. Those marked with data need the public sets (``CITESPAN_BENCH_DATA``).
"""

import argparse
import shlex
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from bench.machine import describe_machine
from training.data.cached import DATA

HERE = Path(__file__).parent
RESULTS = HERE.parent / "build" / "bench"
IMAGES = HERE.parent / "docs" / "images"

BENCHES = {
    "speed": "bench.speed.ingest_and_ask 2000 20000 --int8",
    "page": "bench.speed.page",
    "load": "bench.speed.load",
    "office": "bench.speed.office",
    "weight": "bench.speed.weight",
    "follow-ups": "bench.quality.follow_ups",
}
OF_DATA = {
    "retrieval": "bench.quality.retrieval score",
    "scale": f"bench.speed.scale 10000 20000 100000 --plot {IMAGES / 'scale.svg'}",
    "reader": "training.reader.fit --check",
    "answers": f"training.evidence.fit --check --plot {IMAGES / 'risk-coverage.svg'}",
    "support": "bench.quality.support",
    "tables": "bench.quality.tables",
    "real-files": "bench.quality.real_files",
    "requests": "bench.quality.requests",
    "languages": "bench.quality.languages",
    "systems": f"bench.quality.systems {DATA / 'squad2-dev-half'} {DATA / 'bioasq-7b-9b'}",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    every = BENCHES | OF_DATA
    parser.add_argument("names", nargs="*", choices=[*every, []], metavar="|".join(every))
    names = parser.parse_args().names or [*BENCHES, *(OF_DATA if DATA.is_dir() else ())]
    RESULTS.mkdir(parents=True, exist_ok=True)
    console, failed = Console(), []
    for name in names:
        module, *options = shlex.split(every[name])
        file, started = RESULTS / f"{name}.txt", time.monotonic()
        with console.status(f"{name}: {every[name]}"), file.open("w", encoding="utf-8") as out:
            out.write(f"{describe_machine()}\n$ python -m {every[name]}\n\n")
            out.flush()
            command = [sys.executable, "-m", module, *options]
            done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            failed.append(name)
        outcome = f"failed ({done.returncode})" if done.returncode else "done"
        console.print(f"{name}: {outcome} in {time.monotonic() - started:,.0f} s, {file}")
    if not DATA.is_dir():
        console.print(f"no public sets in {DATA}: {', '.join(OF_DATA)} were left out")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
