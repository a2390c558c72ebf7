"""Questions in Japanese and Portuguese about paragraphs in the same language, and some about none.

The sets are those of ``training/data/other_languages.py``, the part that nothing was fitted on.
``bench/languages.jsonl`` holds small texts in eight languages, written for this, all in one
library, with questions about each; some have no answer.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.machine import describe_machine
from eval.statistics import bootstrap_interval
from ingest import ingest
from rag import Answer, Passage, Rag, Settings
from training.data.other_languages import Asked, shows_answer, write_library
from training.data.public_sets import read_rows

BENCH = Path(__file__).resolve().parents[1]
SETS = ("jaquad", "faquad")
_PLACES = (1, 3, 8)


def write_small(folder: Path) -> list[Asked]:
    """Write the small texts as files; return their questions."""
    found = []
    for row in read_rows(BENCH / "languages.jsonl"):
        file = f"{row['language']}.txt"
        (folder / file).write_text(row["text"], encoding="utf-8")
        for text, answer in row["questions"]:
            answers = (answer,) if answer else ()
            found.append(Asked(text, file if answer else "", on_topic=True, answers=answers))
    return found


def place_of(asked: Asked, passages: Sequence[Passage]) -> int:
    """Which of the documents found answers, counting from 1; 1000 when none does."""
    sources = list(dict.fromkeys(Path(passage.source).name for passage in passages))
    return sources.index(asked.source) + 1 if asked.source in sources else 1000


def shows(answer: Answer, asked: Asked) -> bool:
    """Whether one sentence of an answer holds the answer, from the document that answers."""
    return any(
        shows_answer(sentence.text, asked)
        and Path(sentence.citations[0].source).name == asked.source
        for sentence in answer.sentences
    )


def format_shares(asked: Sequence[Asked], bot: Rag) -> Iterator[str]:
    """Ask and format a line for each figure, with the 95 % interval of the bootstrap."""
    there = [each for each in asked if each.source]
    nowhere = [(bot.ask(each.text), each.on_topic) for each in asked if not each.source]
    places = [place_of(each, bot.search(each.text)) for each in there]
    answers = [bot.ask(each.text) for each in there]
    shown = [shows(answer, each) for answer, each in zip(answers, there, strict=True)]
    for most in _PLACES:
        yield _share(f"its paragraph among the first {most}", [p <= most for p in places])
    yield _share("the answer is shown", shown)
    wrong = [bool(a.sentences) and not s for a, s in zip(answers, shown, strict=True)]
    yield _share("answered without showing it", wrong)
    yield _share("refused", [not answer.sentences for answer in answers])
    for kind, on_topic in (("on its topics", True), ("off its topics", False)):
        own = [not answer.sentences for answer, on in nowhere if on == on_topic]
        yield _share(f"nothing answers, {kind}: refused", own)
    sure = [(a.confidence, 1) for a in answers] + [(a.confidence, 0) for a, _ in nowhere]
    yield f"  {'AUROC of the confidence':<38} {_auroc(sure):.2f}"


def _auroc(sure: Sequence[tuple[float, int]]) -> float:
    """How often a question with an answer has the higher confidence of two, ties half."""
    yes, no = ([c for c, kind in sure if kind == k] for k in (1, 0))
    wins = sum((a > b) + (a == b) / 2 for a in yes for b in no)
    return wins / max(1, len(yes) * len(no))


def _share(name: str, held: Sequence[bool]) -> str:
    if not held:
        return f"  {name:<38}   none"
    low, high = bootstrap_interval(held)
    share = 100 * sum(held) / len(held)
    interval = f"[{100 * low:.0f}, {100 * high:.0f}]"
    return f"  {name:<38} {sum(held):>3} of {len(held):<4} {share:3.0f} % {interval}"


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
            of_set = name in SETS
            asked = write_library(name, "test", texts) if of_set else write_small(texts)
            settings = Settings(home=(options.home or Path(scratch)) / name)
            assert not ingest([texts], settings, prune=True).failed
            with Rag(settings) as bot:
                some = random.Random(0).sample(asked, min(options.n, len(asked)))
                print(f"{name}: {len(some)} questions, {len(bot.documents())} documents")
                print(*format_shares(some, bot), sep="\n", flush=True)


if __name__ == "__main__":
    main()
