"""Writes reports, comparisons and checks of a judge as plain text."""

from collections import Counter

from eval.judges.judge_check import JudgeCheck
from eval.reports.compare import Comparison
from eval.reports.figures import Figures

Row = tuple[str, ...]
_NAMED = 5
"""Cases that are named for each stage that lost answers."""


def score_rows(report: Figures) -> list[Row]:
    """A row per measured metric: name, label, value, interval, n, failed; then times and tokens."""
    rows: list[Row] = []
    for score in report.scores:
        if score.value is not None:
            interval = f"{score.low:.3f} to {score.high:.3f}"
            value = f"{score.value:.3f}"
            rows.append((score.name, score.label, value, interval, str(score.n), str(score.failed)))
    latency, tokens = report.latency, report.tokens
    timed, counted = ("{:.3f} s", latency.n, str(report.failed)), ("{:.0f}", tokens.n, "")
    for name, label, mean, (form, n, failed) in (
        ("latency_p50", "seconds to an answer (median)", latency.p50, timed),
        ("latency_p95", "seconds to an answer (95th percentile)", latency.p95, timed),
        ("tokens_in", "tokens read by the chat model", tokens.input, counted),
        ("tokens_out", "tokens written by it", tokens.output, counted),
    ):
        if mean is not None:
            rows.append((name, label, form.format(mean), "", str(n), failed))
    return rows


def kind_rows(report: Figures) -> list[Row]:
    """A row per kind of case: its name, how many were right, refused and failed."""
    rows: list[Row] = []
    for kind, count in report.kinds.items():
        judged = count.n - count.unjudged
        right = f"{count.right} / {judged}" if judged else "–"
        rows.append((kind, right, str(count.refused), str(count.failed)))
    return rows


def miss_lines(report: Figures) -> list[str]:
    """A line per case that is not right: its id, its question and what is wrong with the answer."""
    return [
        f"{result.trial.case.id}: {result.trial.case.question} — {result.verdict}"
        for result in report.results
        if result.right is False
    ]


def blame_rows(report: Figures) -> list[Row]:
    """A row per stage that lost answers: its name, how many, and the first of these cases."""
    rows: list[Row] = []
    for stage, count in report.blame.items():
        ids = [r.trial.case.id for r in report.results if r.blame and r.blame.stage == stage]
        more = ", …" if count > _NAMED else ""
        rows.append((stage, str(count), f"{', '.join(ids[:_NAMED])}{more}"))
    return rows


def right_line(report: Figures) -> str:
    """How answers were told right by a reference, and how many cases nothing is known of."""
    told = ""
    if any(trial.verdict for trial in report.trials):
        told = "answers with a reference are right by the judge's comparison with it; "
        if agreement := report.agreement:
            n, agreed = agreement["n"], agreement["agreed"]
            told += f"on {n} answers that a person labelled, it agreed with {agreed}"
        else:
            told += "this judge was not compared with people's labels of answers"
    unjudged = sum(result.right is None for result in report.results)
    if unjudged:
        cases = f"{unjudged} of {len(report.trials)} cases"
        told += f"{'; ' if told else ''}{cases} are not judged: nothing says whether they are right"
    return told


def judge_line(report: Figures) -> str:
    """Which judge judged the sentences, and how good it is."""
    broken = report.failed_sentences
    failed = f" It failed on {broken} sentences, which count as not supported." if broken else ""
    quality = (
        f"{'; '.join(check.sentence for check in report.checks)}."
        if report.checks
        else "it has not been checked here; check it with citespan eval check-judge pairs.jsonl."
    )
    return f"judged by {report.judge}: {quality}{failed}"


def chat_line(report: Figures) -> str:
    """What became of a chat model's sentences, and why it did not write all answers to the end."""
    problems = Counter(t.outcome.chat_problem for t in report.trials if t.outcome.chat_problem)
    handled = Counter(
        sentence.handling
        for trial in report.trials
        for sentence in trial.outcome.sentences
        if sentence.handling
    )
    told = ""
    if replies := report.replies:
        fates = ", ".join(f"{count} {fate}" for fate, count in replies.items())
        told = f"The chat model's replies: {fates}{_total_tokens(report)}. "
    if handled:
        told += (
            f"Of the chat model's {handled.total()} sentences {handled['kept']} were kept as they "
            f"were, {handled['cited']} were given their source, and {handled['flagged']} flagged. "
        )
    if not problems:
        return told.strip()
    reasons = "; ".join(f"{problem} ({count})" for problem, count in problems.most_common(3))
    return told + (
        f"{problems.total()} answers were not written by the chat model, or not to the end "
        f"({reasons}). The documents' own sentences replace them."
    )


def _total_tokens(report: Figures) -> str:
    """What the run has cost; the mean times its number, since not every reply is counted."""
    mean = report.tokens
    if mean.input is None or mean.output is None:
        return ""
    read, written = (round(each * mean.n) for each in (mean.input, mean.output))
    return f"; {read:,} tokens read and {written:,} written in all"


def as_text(report: Figures, *, misses: int = 20) -> str:
    """The whole report as plain text.

    :param misses: how many of the cases that are not right are listed.
    """
    header = ("metric", "what it is", "value", "95 % interval", "n", "failed")
    kinds = ("kind", "right", "refused", "failed")
    parts = [
        align_columns([header, *score_rows(report)]),
        *filter(None, [chat_line(report)]),
        judge_line(report),
        *filter(None, [right_line(report)]),
        align_columns([kinds, *kind_rows(report)]),
    ]
    if rows := blame_rows(report):
        parts.append(align_columns([("lost where", "cases", "such as"), *rows]))
    if lines := miss_lines(report):
        more = f"  … and {len(lines) - misses} more" if len(lines) > misses else ""
        listed = [f"  {line}" for line in lines[:misses]]
        parts.append("\n".join(["not right:", *listed, *filter(None, [more])]))
    return "\n\n".join(parts)


def change_table(comparison: Comparison) -> str:
    """The changes from one report to another, a row for each metric."""
    rows: list[Row] = [("metric", "before", "after", "change", "95 % interval", "n", "")]
    rows += [
        (
            change.name,
            f"{change.before:.3f}",
            f"{change.after:.3f}",
            f"{change.after - change.before:+.3f}",
            f"{change.low:+.3f} to {change.high:+.3f}",
            str(change.n),
            change.clear,
        )
        for change in comparison.changes
    ]
    return align_columns(rows)


def check_text(check: JudgeCheck) -> str:
    """How good a judge is, and for its scores, what share people labelled as supported."""
    accuracy = f"{check.balanced_accuracy_low:.3f} to {check.balanced_accuracy_high:.3f}"
    rows: list[Row] = [("mean score", "supported by the labels", "n")]
    rows += [(f"{b.score:.2f}", f"{b.supported / b.n:.2f}", str(b.n)) for b in check.bins]
    return f"""\
{check.judge}, {check.n} pairs, {check.supported} supported, {check.failed} failed
AUROC              {check.auroc:.3f}  {check.auroc_low:.3f} to {check.auroc_high:.3f}
balanced accuracy  {check.balanced_accuracy:.3f}  {accuracy}
Brier score        {check.brier:.3f}  0 is best
calibration error  {check.calibration_error:.3f}  0 is best

{align_columns(rows)}"""


def align_columns(rows: list[Row]) -> str:
    """Write rows as lines, with columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
