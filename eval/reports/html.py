"""Renders a report as one HTML file: figures, plots, and every case, with pages and filters.

The file loads nothing from a network, and a Content-Security-Policy enforces that: only its own
script and style may run, each by its hash. All text from documents, questions, answers and judges
is escaped here or inserted as text by the script. One line, that of the element ``times``, holds
all that differs between equal runs.
"""

import base64
import hashlib
import json
from html import escape
from importlib import resources
from typing import Any

from eval.reports.figures import Figures, count_line
from eval.reports.plots import draw_bars, draw_curve, draw_histogram
from eval.reports.text_report import blame_rows, chat_line, judge_line, right_line
from eval.results import CaseResult

_DISTRIBUTIONS = ("faithfulness", "citation_precision", "fact_recall", "token_f1", "ndcg@10")


def render_html(report: Figures) -> str:
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"{report.cases or 'Evaluation'}: {report.name or 'a bot'}"
    values = report.as_dict()
    lower = " ".join(metric.name for metric in report.metrics if metric.lower_is_better)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<main data-lower-is-better="{escape(lower)}">
<h1>{escape(title)}</h1>
<p class="soft">{len(report.trials)} cases, {count_line(report)}. A
failed case has the worst score in every figure; intervals are 95 %, by bootstrap over cases.</p>
{_scores(report)}
{_chat(report)}
<p><strong>The judge:</strong> {escape(judge_line(report))}</p>
{_blame(report)}
{_plots(report)}
{_CASES}
</main>
<script type="application/json" id="cases">{_inline(values["results"])}</script>
<script type="application/json" id="times">{_inline(report.times_as_dict())}</script>
<script>{script}</script>
</body>
</html>
"""


def _chat(report: Figures) -> str:
    line = chat_line(report)
    return f"<p><strong>{escape(line)}</strong></p>" if line else ""


def _blame(report: Figures) -> str:
    """Which stage lost the answers that are not right, and what is not judged."""
    line = right_line(report)
    told = f"<p><strong>Right answers:</strong> {escape(line)}.</p>" if line else ""
    rows = "".join(
        f'<tr><td>{escape(stage)}</td><td class="number">{count}</td><td>{escape(ids)}</td></tr>'
        for stage, count, ids in blame_rows(report)
    )
    if not rows:
        return told
    head = '<tr><th>stage</th><th class="number">cases</th><th>such as</th></tr>'
    table = f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
    return f"{told}<h2>Where wrong answers were lost</h2>{table}"


def _scores(report: Figures) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(score.name)}</code></td><td>{escape(score.label)}</td>"
        f'<td class="number">{score.value:.3f}</td>'
        f'<td class="number">{score.low:.3f} to {score.high:.3f}</td>'
        f'<td class="number">{score.n}</td><td class="number">{score.failed}</td></tr>'
        for score in report.scores
        if score.value is not None
    )
    return (
        '<div class="scroll"><table><thead><tr><th>metric</th><th>what it is</th>'
        '<th class="number">value</th><th class="number">95 % interval</th>'
        '<th class="number">n</th><th class="number">failed</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _plots(report: Figures) -> str:
    figures = []
    bars = [(kind, k.right, k.n - k.unjudged) for kind, k in report.kinds.items()]
    if judged := [bar for bar in bars if bar[2]]:
        drawn = draw_bars(judged, "right by kind")
        figures.append(_figure("Right answers and right refusals by kind", drawn))
    if report.risk_coverage:
        figures.append(
            _figure(
                "Risk and coverage: wrong answers if only the most confident are given",
                draw_curve(report.risk_coverage, "questions answered", "wrong answers"),
            )
        )
    confidences = [t.outcome.confidence for t in report.trials if t.outcome.confidence is not None]
    if confidences:
        figures.append(_figure("Confidence", draw_histogram(confidences, 1.0, "confidence")))
    figures += [
        _figure(f"{name}, by case", draw_histogram(values, 1.0, name))
        for name in _DISTRIBUTIONS
        if (values := [_value(r, name) for r in report.results if name in r.shares])
    ]
    figures.append(_figure("Seconds to an answer", '<p id="latency"></p><svg id="seconds"></svg>'))
    return f'<h2>Plots</h2><div class="plots">{"".join(figures)}</div>'


def _figure(title: str, drawing: str) -> str:
    return f"<figure><h3>{escape(title)}</h3>{drawing}</figure>"


def _value(result: CaseResult, name: str) -> float:
    numerator, denominator = result.shares[name]
    return numerator / denominator if denominator else 0.0


def _inline(value: Any) -> str:
    """Write JSON on one line, so that it cannot end the element that contains it."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _asset(name: str) -> str:
    return resources.files("eval.reports").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _options(*pairs: tuple[str, str]) -> str:
    return "".join(f'<option value="{value}">{label}</option>' for value, label in pairs)


_VERDICTS = _options(
    ("", "any"),
    ("supported", "a supported sentence"),
    ("partial", "a partly supported sentence"),
    ("unsupported", "an unsupported sentence"),
    ("failed", "a sentence on which the judge failed"),
)
_ORDERS = _options(
    ("worst", "worst first"),
    ("file", "in the order of the file"),
    ("slowest", "slowest first"),
    ("unsure", "least confident first"),
    ("sure", "most confident first"),
)
_WHICH = _options(("", "all"), ("wrong", "wrong"), ("right", "right"), ("unjudged", "not judged"))
_CASES = f"""<h2>Cases</h2>
<div class="controls">
<label>Words <input id="words" type="search" size="24"></label>
<label>Show <select id="which">{_WHICH}
</select></label>
<label>Kind <select id="kind"><option value="">all</option></select></label>
<label>Status <select id="status">
{_options(("", "all"), ("answered", "answered"), ("abstained", "refused"), ("failed", "failed"))}
</select></label>
<label>Verdict <select id="verdict">{_VERDICTS}</select></label>
<label>Order <select id="order">{_ORDERS}</select></label>
</div>
<div id="list"></div>
<div class="pager"><button id="back" type="button">Back</button>
<button id="on" type="button">Next</button><span id="count" class="soft" aria-live="polite"></span>
</div>"""
