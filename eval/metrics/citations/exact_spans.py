"""The share of citations that open the exact characters they quote.

``citations with source_text[start:end] == quote / citations``, averaged over all cases. For a bot
that gives quotes without places, those count that stand word for word in a retrieved passage. A
refusal that cites nothing scores 1, as a refusal should cite nothing; an answer that cites nothing
opens no span and scores 0. Citespan's own measure, after the quote checks of Menick et al.,
"Teaching language models to support answers with verified quotes" (GopherCite), 2022.
"""

from eval.metrics.metric import Metric, every_case, share_of
from eval.outcome import Trial


def exact_share(trial: Trial) -> float:
    if trial.refused and not trial.outcome.citations:
        return 1.0
    return share_of(cited.exact for cited in trial.outcome.citations)


EXACT_SPANS = Metric(
    "exact_spans", "citations that open their exact characters", every_case, exact_share
)
