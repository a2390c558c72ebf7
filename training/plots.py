"""The plots of the documentation, as SVG."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

_COLOURS = ("#2563eb", "#15803d", "#c2410c")


@contextmanager
def drawn(file: Path, width: float, height: float) -> Iterator[Figure]:
    """A figure, written when all of it is drawn; equal figures are equal files."""
    with mpl.rc_context({"svg.hashsalt": "citespan", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure
        figure.savefig(file, format="svg", metadata={"Date": None})


def risk_coverage(
    file: Path,
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    dots: Mapping[str, tuple[float, float]],
) -> None:
    """Risk against coverage, each in [0, 1], a curve for each mix of questions and a dot on it."""
    with drawn(file, 6.4, 3.8) as figure:
        axes = figure.subplots()
        for (mix, (coverage, risk)), colour in zip(curves.items(), _COLOURS, strict=True):
            axes.plot(_percent(coverage), _percent(risk), color=colour, label=mix)
            axes.plot(*_percent(dots[mix]), "o", color=colour)
        axes.set(xlabel="questions answered, %", ylabel="of those wrong, %", xlim=(0, 100))
        _plain(axes)
        axes.legend(frameon=False)


def growth(file: Path, rows: Mapping[int, Mapping[str, float]]) -> None:
    """What grows with the chunks of a library: size in chunks → figures by name."""
    panels = {
        "a question, ms": {"p50": "all p50 ms", "p95": "all p95 ms"},
        "memory of the process, MB": {"": "memory MB"},
        "disk, MB": {"": "size MB"},
        "opening and first question, s": {"": "open s"},
    }
    with drawn(file, 8.0, 5.0) as figure:
        for axes, (title, lines) in zip(figure.subplots(2, 2).flat, panels.items(), strict=True):
            for (label, name), colour in zip(lines.items(), _COLOURS, strict=False):
                sizes = [size for size, figures in rows.items() if name in figures]
                values = [rows[size][name] for size in sizes]
                axes.plot(sizes, values, "o-", color=colour, label=label)
            axes.set(title=title, xscale="log", xlabel="chunks")
            _plain(axes)
            if len(lines) > 1:
                axes.legend(frameon=False)


def _percent(shares: Sequence[float]) -> list[float]:
    return [100 * share for share in shares]


def _plain(axes: Any) -> None:
    axes.grid(color="#ddd")
    axes.set_ylim(0, 1.05 * axes.get_ylim()[1])
    axes.spines[["top", "right"]].set_visible(False)
