"""Draws small plots as SVG text, which takes its colours from the page."""

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT = 420, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 20, 12, 38
_INNER_WIDTH, _INNER_HEIGHT = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM


def draw_histogram(values: Sequence[float], top: float, label: str, bins: int = 20) -> str:
    """Draw how often values occur between 0 and ``top``."""
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(bins * value / top) if top else 0)] += 1
    most = max(counts, default=0) or 1
    width = _INNER_WIDTH / bins
    bars = "".join(
        f'<rect class="bar" x="{_LEFT + place * width + 1:.1f}" y="{_y(count / most):.1f}" '
        f'width="{width - 2:.1f}" height="{_INNER_HEIGHT * count / most:.1f}">'
        f"<title>{top * place / bins:.2f} to {top * (place + 1) / bins:.2f}: {count}</title></rect>"
        for place, count in enumerate(counts)
        if count
    )
    marks = [(share, f"{top * share:.3g}") for share in (0, 0.25, 0.5, 0.75, 1)]
    return _draw_axes(label, bars, marks, [(0, "0"), (1, str(most))])


def draw_curve(points: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """Draw a line through points with both coordinates in [0, 1]."""
    highest = max((y for _, y in points), default=0.0)
    top = next(limit for limit in (0.05, 0.1, 0.2, 0.5, 1.0) if highest <= limit)
    path = " ".join(f"{_x(x):.1f},{_y(y / top):.1f}" for x, y in points)
    line = f'<polyline class="line" points="{path}"/>'
    return _draw_axes(
        f"{up} by {across}",
        line,
        [(share, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)],
        [(share, f"{top * share:.1%}") for share in (0, 0.5, 1)],
        across,
    )


def draw_bars(rows: Sequence[tuple[str, int, int]], label: str) -> str:
    """Draw a bar for each name: how many of how many, at least one."""
    step, left, right = 26, 150, 80
    height = step * len(rows) + 8
    bars = []
    for place, (name, part, whole) in enumerate(rows):
        y = 4 + place * step
        room = _WIDTH - left - right
        short = name if len(name) <= 20 else f"{name[:19]}…"
        bars.append(
            f'<text class="name" x="{left - 8}" y="{y + 16}" text-anchor="end">{escape(short)}'
            f"<title>{escape(name)}</title></text>"
            f'<rect class="track" x="{left}" y="{y + 4}" width="{room}" height="16"/>'
            f'<rect class="bar" x="{left}" y="{y + 4}" height="16" '
            f'width="{room * part / whole:.1f}"/>'
            f'<text x="{left + room + 8}" y="{y + 16}">{part} / {whole}</text>'
        )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">'
        f"{''.join(bars)}</svg>"
    )


def _draw_axes(
    label: str,
    inside: str,
    across: Sequence[tuple[float, str]],
    up: Sequence[tuple[float, str]],
    below: str = "",
) -> str:
    bottom = _y(0)
    lines = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_y(share):.1f}" '
        f'y2="{_y(share):.1f}"/><text x="{_LEFT - 6}" y="{_y(share) + 4:.1f}" '
        f'text-anchor="end">{escape(text)}</text>'
        for share, text in up
    )
    marks = "".join(
        f'<text x="{_x(share):.1f}" y="{bottom + 16:.1f}" text-anchor="middle">'
        f"{escape(text)}</text>"
        for share, text in across
    )
    title = (
        f'<text x="{_x(0.5):.1f}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(below)}</text>'
        if below
        else ""
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{lines}{inside}{marks}{title}</svg>"
    )


def _x(share: float) -> float:
    return _LEFT + share * _INNER_WIDTH


def _y(share: float) -> float:
    return _TOP + (1 - share) * _INNER_HEIGHT
