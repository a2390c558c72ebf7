"""How the evidence fares on held-out questions: tables with intervals, risk against coverage."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from eval.metrics.answers.exact_match import squad_tokens
from eval.metrics.answers.token_f1 import overlap_f1
from eval.statistics import bootstrap_interval
from rag.answers.evidence import EvidenceRanker, find_probability, rank_candidates, view_question
from rag.answers.features import QuestionView, SentenceFeatures
from rag.answers.selection import find_antecedents, select_sentences
from rag.settings import Settings
from rag.types import STRONG_DIRECT, STRONG_MATCH
from training.data.cached import FloatArray
from training.evidence.cases import Case, holds_answer

_DRAWS = 2000
SAID = 0.5
"""Words that a direct answer shares with a known one, by F1, from which it is right."""
_THRESHOLD = Settings.model_fields["min_confidence"].default
_SENTENCES = Settings.model_fields["max_sentences"].default
_RANKED = (
    "squad", "titled", "typo", "paraphrase", "bioasq",
    "small squad", "small titled", "small bioasq", "small paraphrase", "written",
)  # fmt: skip
AGAINST = (
    ("squad", "squad impossible"), ("squad", "squad off-topic"), ("squad", "other field"),
    ("titled", "titled off-topic"),
    ("bioasq", "other field"), ("small squad", "small impossible"), ("small squad", "small near"),
    ("small squad", "small off-topic"), ("small squad", "small probe"),
    ("small squad", "small swapped"), ("small bioasq", "small off-topic"),
    ("written", "written near"),
)  # fmt: skip
_MIXES = {
    "a large library, and questions on other articles": ("squad", "squad off-topic"),
    "one to six documents, and questions near and far": (
        "small squad", "small titled", "small near", "small off-topic",
    ),
    "a large library, and adversarial questions": ("squad", "squad impossible"),
}  # fmt: skip
"""Questions of which risk-coverage curves are drawn: answerable ones, and others that are not, each
kind in the number that there is of it."""
_POINTS = 300
"""Of a curve that are drawn."""


@dataclass
class Read:
    """A case with its sentences, their features, and which of them hold the answer, ``(n,)``."""

    case: Case
    sentences: SentenceFeatures
    right: npt.NDArray[np.bool_]


def read_case(case: Case, ranker: EvidenceRanker) -> Read:
    """A case with its passages read."""
    sentences = ranker.find_sentences(case.question, case.passages, case.idf)
    if sentences.candidates:
        ranker.read(sentences)
    texts = (candidate.line.text for candidate in sentences.candidates)
    right = np.array([holds_answer(text, case.answers) for text in texts], dtype=bool)
    return Read(case, sentences, right)


def is_found(item: Read, scores: FloatArray, among: int) -> bool:
    """Whether the answer is in one of the best so many sentences."""
    return bool(item.right[np.argsort(-scores, kind="stable")[:among]].any())


def ask_product(item: Read, ranker: EvidenceRanker) -> tuple[int, bool, list[bool]]:
    """How many sentences the product shows, and whether one has the answer.

    :return: also, of each that leans on the one before it, whether that is shown.
    """
    ranked = rank_candidates(ranker.model, item.sentences).evidence
    chosen = select_sentences(item.case.question, ranked, limit=_SENTENCES)
    before = [found[0] for each in chosen if (found := find_antecedents(each, ranked))]
    right = any(holds_answer(each.text, item.case.answers) for each in chosen)
    return len(chosen), right, [each in chosen for each in before]


def score_direct(item: Read, ranker: EvidenceRanker) -> float:
    """The F1 of the words of the direct answer with a known one, in [0, 1]."""
    best = rank_candidates(ranker.model, item.sentences).evidence[0]
    if not item.case.holds or best.answer is None:
        return 0.0
    start, end = (place - best.passage.start for place in best.answer)
    said = squad_tokens(best.passage.text[start:end])
    return max((overlap_f1(said, squad_tokens(a)) for a in item.case.answers), default=0.0)


def view_case(item: Read, ranker: EvidenceRanker) -> QuestionView:
    """What the features of a case's question are computed from."""
    return view_question(item.sentences, rank_candidates(ranker.model, item.sentences))


def report(items: Sequence[Read], ranker: EvidenceRanker, plot: Path | None = None) -> None:
    """Print the tables of sentences, abstention and risk, and draw the risk-coverage curves."""
    families: dict[str, list[Read]] = defaultdict(list)
    for item in items:
        families[item.case.family].append(item)
    print("\n| answer in, % | questions | @1 | @3 | what is shown | sentences ", end="")
    print("| beside what they lean on | F1 of the direct answer |")
    print(f"|{' --- |' * 8}")
    for family in _RANKED:
        known = [item for item in families[family] if item.case.answers and item.case.exact]
        find_chances = ranker.model.sentence.probability
        best = [
            np.array([is_found(i, find_chances(i.sentences), among) for i in known])
            for among in (1, 3)
        ]
        numbers, hits, beside = zip(*(ask_product(item, ranker) for item in known), strict=True)
        cells = [*map(percent, [*best, np.array(hits)]), f"{np.mean(numbers):.1f}"]
        cells.append(f"{100 * np.mean([*chain(*beside)]):.0f}")
        direct = [score_direct(item, ranker) for item in known]
        cells.append(f"{100 * np.mean(direct):.1f}")
        print(f"| {family} | {len(known)} | {' | '.join(cells)} |")
    chance = {
        family: np.array(
            [find_probability(ranker.model.answerable, view_case(item, ranker)) for item in members]
        )
        for family, members in families.items()
    }
    print("\n| confidence | questions | mean | refused, % |\n| --- | --- | --- | --- |")
    for family, values in chance.items():
        refused = percent(values < _THRESHOLD)
        print(f"| {family} | {len(values)} | {values.mean():.2f} | {refused} |")
    print("\n| answerable or not | AUROC |\n| --- | --- |")
    for yes, no in AGAINST:
        print(f"| {yes} against {no} | {auroc(chance[yes], chance[no])} |")
    print_matches(families, chance, ranker)
    print_direct([item for name in _RANKED for item in families[name]], ranker)
    curves = {}
    for mix, names in _MIXES.items():
        members = [item for name in names for item in families[name]]
        found = [i.case.holds and is_found(i, find_chances(i.sentences), 3) for i in members]
        sure = np.concatenate([chance[name] for name in names])
        curves[mix] = risk_coverage(~np.array(found), sure)
    print_risks(curves)
    if plot:
        from training import plots  # the tests have no matplotlib

        lines = {}
        for mix, curve in curves.items():
            shown = np.linspace(0, len(curve.risk) - 1, _POINTS).astype(int)
            lines[mix] = curve.coverage[shown], curve.risk[shown]
        dots = {mix: at(curve, _THRESHOLD) for mix, curve in curves.items()}
        plots.risk_coverage(plot, lines, dots)


def print_matches(
    families: Mapping[str, Sequence[Read]], chance: Mapping[str, FloatArray], ranker: EvidenceRanker
) -> None:
    """Print of how many strong and possible matches the documents hold the answer."""
    print("\n| questions | strong matches | they hold the answer, % | possible | they hold it, % |")
    print(f"|{' --- |' * 5}")
    for mix, names in _MIXES.items():
        members = [item for name in names for item in families[name]]
        holds = np.array([item.case.holds for item in members])
        sure = np.concatenate([chance[name] for name in names])
        strong = (sure >= STRONG_MATCH) & (find_direct(members, ranker) >= STRONG_DIRECT)
        possible = (sure >= _THRESHOLD) & ~strong
        cells = (f"{part.sum()} | {percent(holds[part])}" for part in (strong, possible))
        print(f"| {mix} | {' | '.join(cells)} |")


def print_direct(items: Sequence[Read], ranker: EvidenceRanker) -> None:
    """Print how many direct answers of a probability are right."""
    known = [item for item in items if item.case.exact]
    sure = find_direct(known, ranker)
    right = np.array([score_direct(item, ranker) >= SAID for item in known])
    print("\n| probability of the direct answer | questions | right, % |\n| --- | --- | --- |")
    for low in np.arange(0.3, 1.0, 0.1):
        part = (sure >= low) & (sure < low + 0.1)
        if part.any():
            print(f"| {low:.1f} to {low + 0.1:.1f} | {part.sum()} | {percent(right[part])} |")


def find_direct(items: Sequence[Read], ranker: EvidenceRanker) -> FloatArray:
    """The probability of the direct answer of each case, ``(n,) float32``."""
    model = ranker.model.direct
    return np.array([find_probability(model, view_case(i, ranker)) for i in items], np.float32)


def percent(hits: npt.NDArray[np.bool_]) -> str:
    """A share in percent, with its interval."""
    low, high = bootstrap_interval(hits.astype(float).tolist())
    return f"{100 * hits.mean():.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def auroc(yes: FloatArray, no: FloatArray) -> str:
    """The area under the curve, with the interval of a bootstrap over both kinds of questions."""
    rng = np.random.default_rng(0)
    labels = np.repeat([1, 0], [len(yes), len(no)])
    draws = [
        roc_auc_score(labels, np.concatenate([rng.choice(yes, len(yes)), rng.choice(no, len(no))]))
        for _ in range(_DRAWS // 4)
    ]
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"{roc_auc_score(labels, np.concatenate([yes, no])):.3f} [{low:.3f}, {high:.3f}]"


@dataclass(frozen=True)
class Curve:
    """For each threshold, the surest first: the share answered, and the share of those wrong."""

    threshold: FloatArray
    coverage: FloatArray
    risk: FloatArray


def risk_coverage(wrong: npt.NDArray[np.bool_], sure: FloatArray) -> Curve:
    """What is risked when only the surest questions are answered (El-Yaniv & Wiener, 2010).

    :param wrong: whether an answer to the question would be wrong.
    """
    order = np.argsort(-sure, kind="stable")
    asked = np.arange(1, len(sure) + 1)
    return Curve(sure[order], asked / len(sure), np.cumsum(wrong[order]) / asked)


def at(curve: Curve, threshold: float) -> tuple[float, float]:
    """Coverage and risk when questions of at least this confidence are answered."""
    last = max(int(np.searchsorted(-curve.threshold, -threshold, side="right")) - 1, 0)
    return float(curve.coverage[last]), float(curve.risk[last])


def print_risks(curves: Mapping[str, Curve]) -> None:
    """Print the curves at round thresholds."""
    print("\n| threshold |" + "".join(f" {mix}: answered, % | wrong, % |" for mix in curves))
    print("| --- |" + " --- | --- |" * len(curves))
    for threshold in np.arange(0.1, 1.0, 0.1):
        pairs = [at(curve, threshold) for curve in curves.values()]
        cells = "".join(f" {100 * share:.1f} | {100 * risk:.1f} |" for share, risk in pairs)
        print(f"| {threshold:.1f} |{cells}")
