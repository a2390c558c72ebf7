"""docs/faults.md names every fault that a test covers, and no other."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "faults.md"


def covered() -> dict[int, set[str]]:
    """Fault number → the test files that carry its mark, from tests/."""
    found: dict[int, set[str]] = defaultdict(set)
    for file in TESTS.rglob("test_*.py"):
        for numbers in re.findall(r"mark\.fault\(([\d, ]+)\)", file.read_text(encoding="utf-8")):
            for number in numbers.split(","):
                found[int(number)].add(file.relative_to(TESTS).as_posix())
    return found


def test_the_page_of_faults_tells_what_the_tests_cover() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    told = {int(number): set(re.findall(r"[\w/]*test_\w+\.py", files)) for number, files in rows}
    assert told == covered()
