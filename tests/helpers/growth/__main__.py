"""The growth gate in long: every reader and every pattern, with every bait, up to a megabyte.

    PYTHONPATH=tests/helpers python -m growth --minutes 30 --seed 0

``make fuzz`` runs it. Pairs are drawn in another order with each seed, so that a run that is
shorter than all of them (some hours) sees a share of each. Exit code 1: some work grows too fast.
"""

import argparse
import contextlib
import gc
import random
import sys
import time
from collections.abc import Callable

from growth.baits import BAITS
from growth.doors import DOORS
from growth.measure import Limits, find_growth
from growth.patterns import PASSAGE, find_searches
from rag.errors import RagError


def quiet(read: Callable[[str], object]) -> Callable[[str], object]:
    """Make a reader for which a refusal is an end like any other."""

    def call(bait: str) -> None:
        with contextlib.suppress(RagError):
            read(bait)

    return call


def main() -> int:
    """Measure until the time is up; 1 when something grows too fast."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "names", nargs="*", help="readers to measure; default: all, and the patterns"
    )
    given = parser.parse_args()
    limits = Limits()
    works = {name: (quiet(door.read), limits.within(door.largest)) for name, door in DOORS.items()}
    if given.names:
        works = {name: works[name] for name in given.names}
    else:
        searches = find_searches()
        works |= {name: (search, limits.within(PASSAGE)) for name, search in searches.items()}
    pairs = [(name, bait) for name in works for bait in BAITS]
    random.Random(given.seed).shuffle(pairs)
    gc.collect()
    gc.freeze()
    end = time.monotonic() + 60 * given.minutes
    measured, broken = 0, 0
    for name, bait in pairs:
        if time.monotonic() > end:
            break
        work, within = works[name]
        measured += 1
        try:
            growth = find_growth(work, BAITS[bait], within)
        except Exception as error:  # noqa: BLE001 - whatever is raised is a finding
            growth = f"{type(error).__name__}: {error}"[:300]
        if growth:
            broken += 1
            print(f"{name}, {bait}: {growth}", flush=True)
    print(f"{measured:>9,} of {len(pairs):,} pairs measured\n{broken:>9,} grow too fast")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
