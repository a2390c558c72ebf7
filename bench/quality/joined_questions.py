"""Questions that ask for two things: what is shown when they are asked whole, and part by part.

Each joins two questions of one article of SQuAD2 that nothing is fitted on, which different
paragraphs answer, by *and*. The library holds all articles.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bench.quality.retrieval_sets import load, open_library
from eval.statistics import bootstrap_interval
from rag.answers.calibration import Calibration
from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import EvidenceModel
from rag.answers.extractive import ExtractiveAnswerer, Found
from rag.answers.finding import EvidenceFinder, Findings
from rag.models.reader import Reader
from rag.questions.scope.narrowing import Narrowed
from rag.retrieval.search import PassageSearch
from rag.settings import Settings
from rag.types import EVERYTHING, Answer
from training.data.cached import CachedEmbedder
from training.data.public_sets import is_held_out, read_set

_SET = "squad2-dev-half"
_NUMBER = 150
_ASKS = ("what", "when", "where", "who", "which", "how", "why")


@dataclass(frozen=True)
class Joined:
    """A question for two things, and the answers to each, any of which is right."""

    question: str
    answers: tuple[tuple[str, ...], tuple[str, ...]]


def make_questions() -> Iterator[Joined]:
    """Join questions of the same article."""
    by_article = defaultdict(list)
    for row in read_set(_SET)[1]:
        article = row["para"].rpartition("-")[0]
        if is_held_out(article) and row["answers"]:
            by_article[article].append(row)
    rng = random.Random(1)
    pairs = []
    for rows in by_article.values():
        rng.shuffle(rows)
        pairs += [
            (first, second)
            for first, second in zip(rows[::2], rows[1::2], strict=False)
            if first["para"] != second["para"] and second["text"].lower().startswith(_ASKS)
        ]
    for first, second in rng.sample(pairs, _NUMBER):
        begins, rest = second["text"].strip()[0].lower(), second["text"].strip()[1:]
        question = f"{first['text'].strip().rstrip('?')} and {begins}{rest}"
        yield Joined(question, (tuple(first["answers"]), tuple(second["answers"])))


def main() -> None:
    embedder, settings = CachedEmbedder(), Settings()
    library = open_library(load(_SET), embedder)
    least = settings.min_confidence
    finder = EvidenceFinder(
        library,
        PassageSearch(library, embedder, settings.passages),
        EvidenceRanker(EvidenceModel.load(), embedder, embedder, Reader()),
        Calibration(),
        least,
        settings.passages,
    )
    answerer = ExtractiveAnswerer(library.catalog, least, settings.max_sentences)

    def show(found: Findings) -> list[str]:
        draft = Answer(
            question=found.scope.question,
            standalone_question=found.scope.question,
            status="abstained",
            text="",
            sentences=(),
            passages=tuple(found.passages),
            answerer=answerer.name,
            confidence=found.confidence,
        )
        parts = [(each.scope.question, each.ranked.evidence) for each in found.parts]
        ranked = found.ranked
        chosen = answerer.chosen(Found(draft, ranked.evidence, ranked.direct, parts=parts))
        return [each.text for each in chosen]

    asked = [*make_questions()]
    for name, find in (("whole", finder.find_whole), ("part by part", finder.find)):
        shown = [show(find(Narrowed(each.question, EVERYTHING))) for each in asked]
        held = [
            [any(a.lower() in " ".join(texts).lower() for a in answers) for answers in each.answers]
            for each, texts in zip(asked, shown, strict=True)
        ]
        for told, rates in (
            ("both answers shown", [float(all(each)) for each in held]),
            ("at least one", [float(any(each)) for each in held]),
            ("refused", [float(not texts) for texts in shown]),
        ):
            low, high = bootstrap_interval(rates)
            mean = 100 * sum(rates) / len(rates)
            print(f"{name:<14}{told:<20}{mean:5.1f} % [{100 * low:.0f}, {100 * high:.0f}]")
        print(f"{name:<14}{sum(map(len, shown)) / len(shown):.1f} sentences")
    library.close()
    embedder.save()


if __name__ == "__main__":
    main()
