"""Questions in Japanese and Portuguese about paragraphs in the same language, and some about none.

JaQuAD and FaQuAD ask about paragraphs of Wikipedia and of a university. Every paragraph of four
fifths of the articles is a document of one library; the questions on the other articles have no
answer in it. ``bench/languages.jsonl`` holds small texts in nine languages, written for this, all in
one library with the seeds, with a question of each kind; some have no answer.
"""

import argparse
import hashlib
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import describe_machine
from eval.statistics import bootstrap_interval
from ingest import ingest
from rag import Answer, Passage, Rag, Settings
from training.data.public_sets import read_rows, read_train

BENCH = Path(__file__).resolve().parents[1]
SETS = {"jaquad": ("dev",), "faquad": ()}
_PLACES = (1, 3, 8)
_LEFT_OUT = 5
"""One article in so many is not in the library."""


@dataclass(frozen=True)
class Asked:
    """A question.

    :param source: the name of the document that answers it; none does when it is empty.
    :param answers: strings of which one is in a sentence that answers.
    """

    text: str
    source: str
    answers: tuple[str, ...]


def write_set(name: str, folder: Path) -> list[Asked]:
    """Write the paragraphs of a set as files; return its questions."""
    asked, files = [], dict[str, str]()
    for row in read_train(name, *SETS[name]):
        there = int(hashlib.sha256(row["title"].encode()).hexdigest(), 16) % _LEFT_OUT > 0
        file = files.setdefault(row["context"], f"{len(files):04}.txt")
        if there:
            (folder / file).write_text(row["context"], encoding="utf-8")
        answers = tuple(answer["text"] for answer in row["answers"])
        asked.append(Asked(row["question"].strip(), file if there else "", answers))
    return asked


def write_small(folder: Path) -> dict[str, list[Asked]]:
    """Write the small texts as files; return the questions of each language."""
    found: dict[str, list[Asked]] = {}
    for row in read_rows(BENCH / "languages.jsonl"):
        file = f"{row['language']}.txt"
        (folder / file).write_text(row["text"], encoding="utf-8")
        found[row["language"]] = [
            Asked(text, file if answer else "", (answer,) if answer else ())
            for text, answer in row["questions"]
        ]
    return found


def place_of(asked: Asked, passages: Sequence[Passage]) -> int:
    """Which of the documents found answers, counting from 1; 1000 when none does."""
    sources = list(dict.fromkeys(Path(passage.source).name for passage in passages))
    return sources.index(asked.source) + 1 if asked.source in sources else 1000


def shows(answer: Answer, asked: Asked) -> bool:
    """Whether one sentence of an answer holds the answer, from the document that answers."""
    return any(
        _squeeze(gold) in _squeeze(sentence.text)
        and Path(sentence.citations[0].source).name == asked.source
        for sentence in answer.sentences
        for gold in asked.answers
    )


def _squeeze(text: str) -> str:
    return "".join(text.split()).casefold()


def format_shares(asked: Sequence[Asked], bot: Rag) -> Iterator[str]:
    """Ask and format a line for each figure, with the 95 % interval of the bootstrap."""
    there = [each for each in asked if each.source]
    nowhere = [bot.ask(each.text) for each in asked if not each.source]
    places = [place_of(each, bot.search(each.text)) for each in there]
    answers = [bot.ask(each.text) for each in there]
    shown = [shows(answer, each) for answer, each in zip(answers, there, strict=True)]
    for most in _PLACES:
        yield _share(f"its paragraph among the first {most}", [p <= most for p in places])
    yield _share("the answer is shown", shown)
    wrong = [bool(a.sentences) and not s for a, s in zip(answers, shown, strict=True)]
    yield _share("answered without showing it", wrong)
    yield _share("refused", [not answer.sentences for answer in answers])
    yield _share("refused that nothing answers", [not answer.sentences for answer in nowhere])
    sure = [(a.confidence, 1) for a in answers] + [(a.confidence, 0) for a in nowhere]
    yield f"  {'AUROC of the confidence':<36} {_auroc(sure):.2f}"


def _auroc(sure: Sequence[tuple[float, int]]) -> float:
    """How often a question with an answer has the higher confidence of two, ties half."""
    yes, no = ([c for c, kind in sure if kind == k] for k in (1, 0))
    wins = sum((a > b) + (a == b) / 2 for a in yes for b in no)
    return wins / max(1, len(yes) * len(no))


def _share(name: str, held: Sequence[bool]) -> str:
    if not held:
        return f"  {name:<36}   none"
    low, high = bootstrap_interval(held)
    share = 100 * sum(held) / len(held)
    return f"  {name:<36} {sum(held):>3} of {len(held):<4} {share:3.0f} % [{100 * low:.0f}, {100 * high:.0f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", choices=[*SETS, "small"], dest="sets")
    parser.add_argument("-n", type=int, default=400, help="questions of a set, at most")
    parser.add_argument("--home", type=Path, help="a folder for the libraries, kept")
    options = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.sets or [*SETS, "small"]:
            texts = Path(scratch) / f"{name}-texts"
            texts.mkdir()
            asked = {"": write_set(name, texts)} if name in SETS else write_small(texts)
            settings = Settings(home=(options.home or Path(scratch)) / name)
            report = ingest([texts], settings)
            assert not report.failed
            with Rag(settings) as bot:
                for language, questions in asked.items():
                    some = random.Random(0).sample(questions, min(options.n, len(questions)))
                    print(f"{name} {language}: {len(some)} questions, {len(report.added)} documents")
                    print(*format_shares(some, bot), sep="\n", flush=True)


if __name__ == "__main__":
    main()
