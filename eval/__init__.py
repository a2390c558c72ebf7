"""How good is it, in numbers that can be trusted.

Example::

    from eval import evaluate, seed_cases
    from rag import Rag

    report = evaluate(Rag(), seed_cases())
    print(report.failures() or "good enough")

The package has the name of a builtin: write ``from eval import …``, never ``import eval``.
"""

from eval.cases.case import Case, CasesError, Quote, load_cases, seed_cases
from eval.cases.sets import CaseSet, load_set, seed_set
from eval.judges.judge import Judge, JudgeError
from eval.judges.judge_check import JudgeCheck, check_judge, load_pairs
from eval.judges.named import judge_of
from eval.outcome import Outcome, Trial
from eval.reports.compare import Change, Comparison, compare, load_report, worse_than
from eval.reports.report import CaseResult, Latency, Report, Score
from eval.reports.tables import as_text
from eval.reports.thresholds import DEFAULT_THRESHOLDS, ThresholdError, parse_thresholds
from eval.stored import load_outputs
from eval.suite import Bot, evaluate, score

__all__ = [
    "DEFAULT_THRESHOLDS",
    "Bot",
    "Case",
    "CaseResult",
    "CaseSet",
    "CasesError",
    "Change",
    "Comparison",
    "Judge",
    "JudgeCheck",
    "JudgeError",
    "Latency",
    "Outcome",
    "Quote",
    "Report",
    "Score",
    "ThresholdError",
    "Trial",
    "as_text",
    "check_judge",
    "compare",
    "evaluate",
    "judge_of",
    "load_cases",
    "load_outputs",
    "load_pairs",
    "load_report",
    "load_set",
    "parse_thresholds",
    "score",
    "seed_cases",
    "seed_set",
    "worse_than",
]
