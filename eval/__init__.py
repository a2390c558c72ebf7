"""Evaluates a bot: asks it cases, scores its answers, reports. The door is :func:`evaluate`.

Example::

    from eval import evaluate, seed_cases
    from rag import Rag

    report = evaluate(Rag(), seed_cases())
    print(report.failures() or "all thresholds are met")

The package has the name of a builtin function: write ``from eval import …``, never ``import eval``.
"""

from eval.asking import Bot
from eval.cases.case import Case, CasesError, Quote, load_cases, seed_cases
from eval.cases.sets import CaseSet, load_set, seed_set
from eval.gates import DEFAULT_THRESHOLDS, ThresholdError, parse_thresholds
from eval.judges.by_name import judge_of
from eval.judges.judge import Judge, JudgeError
from eval.judges.judge_check import JudgeCheck, check_judge, load_pairs
from eval.metrics import CaseMetric, Metric, MetricError
from eval.noise import NoiseReport, Planted, evaluate_with_noise
from eval.outcome import Outcome, Trial
from eval.outputs import load_outputs, read_test_cases
from eval.reports.compare import Change, Comparison, compare, load_report, worse_than
from eval.reports.report import Report
from eval.reports.text_report import as_text
from eval.results import CaseResult, Latency, Score
from eval.suite import evaluate, score

__all__ = [
    "DEFAULT_THRESHOLDS",
    "Bot",
    "Case",
    "CaseMetric",
    "CaseResult",
    "CaseSet",
    "CasesError",
    "Change",
    "Comparison",
    "Judge",
    "JudgeCheck",
    "JudgeError",
    "Latency",
    "Metric",
    "MetricError",
    "NoiseReport",
    "Outcome",
    "Planted",
    "Quote",
    "Report",
    "Score",
    "ThresholdError",
    "Trial",
    "as_text",
    "check_judge",
    "compare",
    "evaluate",
    "evaluate_with_noise",
    "judge_of",
    "load_cases",
    "load_outputs",
    "load_pairs",
    "load_report",
    "load_set",
    "parse_thresholds",
    "read_test_cases",
    "score",
    "seed_cases",
    "seed_set",
    "worse_than",
]
