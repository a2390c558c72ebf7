"""How good is it, in numbers that can be trusted.

Example::

    from eval import evaluate, seed_cases
    from rag import Rag

    report = evaluate(Rag(), seed_cases())
    print(report.failures() or "good enough")

The package has the name of a builtin: write ``from eval import …``, never ``import eval``.
"""

from eval.cases import Case, CasesError, Quote, load_cases, seed_cases
from eval.metrics import Outcome
from eval.report import (
    DEFAULT_THRESHOLDS,
    CaseResult,
    Latency,
    Report,
    Score,
    ThresholdError,
    as_text,
    kind_rows,
    miss_lines,
    parse_thresholds,
    score_rows,
)
from eval.suite import Bot, evaluate

__all__ = [
    "DEFAULT_THRESHOLDS",
    "Bot",
    "Case",
    "CaseResult",
    "CasesError",
    "Latency",
    "Outcome",
    "Quote",
    "Report",
    "Score",
    "ThresholdError",
    "as_text",
    "evaluate",
    "kind_rows",
    "load_cases",
    "miss_lines",
    "parse_thresholds",
    "score_rows",
    "seed_cases",
]
