"""How good is it, in numbers that can be trusted.

Example::

    from eval import evaluate, seed_cases
    from rag import Rag

    report = evaluate(Rag(), seed_cases())
    print(report.failures() or "good enough")

The package has the name of a builtin: write ``from eval import …``, never ``import eval``.
"""

from eval.cases import Case, CasesError, Quote, load_cases, seed_cases
from eval.compare import Change, Comparison, compare, load_report, worse_than
from eval.judge_check import JudgeCheck, check_judge, load_pairs
from eval.judges import judge_of
from eval.judging import Judge, JudgeError
from eval.outcome import Outcome, Trial
from eval.report import CaseResult, Latency, Report, Score
from eval.sets import CaseSet, load_set, seed_set
from eval.stored import load_outputs
from eval.suite import Bot, evaluate, score
from eval.tables import as_text
from eval.thresholds import DEFAULT_THRESHOLDS, ThresholdError, parse_thresholds

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
