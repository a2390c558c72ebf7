"""Paragraphs for the ingest bench, as files in a folder: of the public sets, or else of the seeds.

The sets' own rows come first, title and text: SQuAD2's, PubMedQA's, then BioASQ's, 14,127 in all.
More are made of them: the last half of one row's words, then the first half of another's, so that
lengths stay as they are and no text comes twice. Without the public data all are made so, of the
seed documents' sentences, and there are no questions.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench.quality.retrieval_sets import Asked, load
from training.data.cached import DATA

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_SETS = ("squad2-dev-half", "pubmedqa", "bioasq-7b-9b")
_SENTENCES = 5
"""In a paragraph made of the seeds."""


@dataclass(frozen=True)
class Texts:
    """A folder of paragraphs, one to a file, and what is asked of them.

    :param characters: in all of them.
    :param real: how many are rows of the sets.
    :param questions: answered by rows that are there; their gold names files without suffix.
    """

    folder: Path
    files: int
    characters: int
    real: int
    questions: list[Asked]


def write_texts(folder: Path, count: int, asked: int) -> Texts:
    """Make the folder, with ``count`` files and at most ``asked`` questions."""
    folder.mkdir(parents=True)
    rows, questions = _public() if all((DATA / name).is_dir() for name in _SETS) else ([], [])
    names = {row_id: str(place) for place, (row_id, _) in enumerate(rows[:count])}
    characters = 0
    for place, text in enumerate(islice(_texts([text for _, text in rows]), count)):
        (folder / f"{place}.txt").write_text(text, encoding="utf-8", newline="")
        characters += len(text)
    held = [
        Asked(each.id, each.text, frozenset(names[row] for row in each.gold), each.tuned_on)
        for each in questions
        if each.gold <= names.keys()
    ]
    random.Random(0).shuffle(held)
    return Texts(folder, count, characters, min(count, len(rows)), held[:asked])


def _public() -> tuple[list[tuple[str, str]], list[Asked]]:
    """All rows as id and text, and all questions."""
    sets = [load(name) for name in _SETS]
    rows = [
        (row_id, f"{title}\n\n{text}" if title else text)
        for each in sets
        for row_id, title, text in each.rows
    ]
    return rows, [asked for each in sets for asked in each.questions]


def _texts(rows: list[str]) -> Iterator[str]:
    """The rows, then ever more that are made of them."""
    yield from rows
    rng = random.Random(0)
    if rows:
        while True:
            one, other = rng.choice(rows).split(), rng.choice(rows).split()
            yield " ".join([*one[len(one) // 2 :], *other[: len(other) // 2]])
    lines = [line for file in sorted(SEEDS.glob("*.txt")) for line in file.read_text().splitlines()]
    sentences = [f"{part.strip()}." for line in lines for part in line.split(". ") if part.strip()]
    while True:
        yield " ".join(rng.sample(sentences, _SENTENCES))
