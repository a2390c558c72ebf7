"""What each dependency weighs in this environment, and what would be left without some.

    python -m bench.speed.weight
    python -m bench.speed.weight --without torch transformers sentence-transformers gradio

For each direct dependency: the megabytes of its own files, and of everything that is installed for
it alone. Sizes are those of the files that its packages list, compiled modules included.
"""

import argparse
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", nargs="+", default=[], metavar="PACKAGE")
    left_out = set(parser.parse_args().without)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    direct = list(_names(project["dependencies"]))
    every = _close(direct, set())
    print(f"all: {_weigh(every):,.0f} MB in {len(every)} packages\n")
    print(f"{'package':<22}{'own MB':>8}{'for it alone':>14}")
    alone = {
        name: _weigh(every - _close([other for other in direct if other != name], set()))
        for name in direct
    }
    for name in sorted(direct, key=lambda each: -max(alone[each], _weigh([each]))):
        if max(alone[name], _weigh([name])) >= 1:
            print(f"{name:<22}{_weigh([name]):>8.0f}{alone[name]:>14.0f}")
    if left_out:
        rest = _close([name for name in direct if name not in left_out], left_out)
        print(f"\nwithout {', '.join(sorted(left_out))}: {_weigh(rest):,.0f} MB in {len(rest)}:")
        largest = sorted(rest, key=lambda name: -_weigh([name]))[:12]
        print(", ".join(f"{name} {_weigh([name]):.0f}" for name in largest))


def _names(requirements: Iterable[str]) -> Iterable[str]:
    for line in requirements:
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield canonicalize_name(wanted.name)


def _close(names: Iterable[str], left_out: set[str]) -> set[str]:
    """These packages and all that they need, as far as that is installed and not left out."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen or name in left_out or _size(name) is None:
            continue
        seen.add(name)
        waiting += _names(distribution(name).requires or ())
    return seen


@cache
def _size(name: str) -> int | None:
    """Bytes of a package's files; None if it is not installed."""
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:
        return None
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in paths if path.is_file())


def _weigh(names: Iterable[str]) -> float:
    return sum(_size(name) or 0 for name in names) / 1e6


if __name__ == "__main__":
    main()
