"""Makes claims with quotes, on which ``rag/support/judge.py`` is fitted and judged.

Two sources: WiCE's labelled claims, and sentences of the public corpora, changed in one place so
that they are false, or only in ways that leave them true. The tables of changes were written apart
from those of ``rag/`` and hold words that those do not know, so that the judge is not asked to
recognise its own list.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text.sentences import sentence_spans
from training.data.cached import DATA
from training.data.changes import Change
from training.data.false_changes import FALSE, HARDER, Entities, Vocabulary
from training.data.public_sets import SETS, Chunk, is_held_out, read_rows
from training.data.true_changes import TRUE, use_synonym


@dataclass(frozen=True)
class Pair:
    """A sentence and what it cites.

    :param family: what was done to the sentence.
    :param true: whether the quote supports it.
    :param length: ``"own"`` when the quote is the sentence alone as it was, ``"long"`` when that
        stands among others.
    :param detail: what was changed, for looking at what went wrong.
    """

    family: str
    true: bool
    length: str
    held_out: bool
    sentence: str
    quote: str
    detail: str = ""


@dataclass(frozen=True)
class Claim:
    """A labelled claim of WiCE with the whole cited page, and the sentences annotators chose."""

    name: str
    text: str
    page: str
    chosen: str
    label: str


def load_wice() -> list[Claim]:
    """Load WiCE's development claims (Kamoi et al., EMNLP 2023)."""
    claims = []
    for row in read_rows(DATA / "wice-dev" / "pairs.jsonl"):
        sentences = row["source_sentences"]
        chosen = min((s for s in row["supporting_sentences"] if s), key=len, default=[])
        page, shown = "\n\n".join(sentences), "\n\n".join(sentences[i] for i in chosen)
        claims.append(Claim(row["id"], row["claim"], page, shown, row["label3"]))
    return claims


ANOTHER_WORD = ("synonym", "other word")


def make_pairs(rng: random.Random, most: int) -> list[Pair]:
    """Make pairs of changed and unchanged sentences of all corpora.

    :param most: of a family and corpus, in the held-out documents and again in the others.
    """
    made: list[Pair] = []
    for load in SETS:
        chunks = [chunk for chunk in load()[0] if 80 < len(chunk.text) < 4000]
        rng.shuffle(chunks)
        texts = [chunk.text for chunk in chunks]
        false = FALSE | {"entity": Entities(texts).replace} | HARDER
        false |= {"other word": Vocabulary(texts).replace}
        for family, change in (false | TRUE | {"synonym": use_synonym}).items():
            made += _make_pairs(chunks, family, change, family not in false, most, rng)
    return made


def _make_pairs(
    chunks: Sequence[Chunk], family: str, change: Change, true: bool, most: int, rng: random.Random
) -> Iterator[Pair]:
    """Make a pair from each paragraph; the quote is the sentence alone or the whole paragraph."""
    count: Counter[bool] = Counter()
    details: Counter[tuple[bool, str]] = Counter()
    for chunk in chunks:
        out = is_held_out(chunk.group)
        if count[out] >= most:
            continue
        long = family in HARDER or rng.random() < 0.6
        found = []
        for start, end in sentence_spans(chunk.text):
            sentence = " ".join(chunk.text[start:end].split())
            quote = chunk.text if long else sentence
            if 6 <= len(sentence.split()) <= 60 and sentence[-1] == ".":
                found += [(quote, *new) for new in change(sentence, quote, rng)]
        rng.shuffle(found)
        for quote, new, detail in found:
            limit = most // 15 if family in ("direction", "synonym") else most
            if details[out, detail] >= limit or (new in chunk.text and not true):
                continue
            details[out, detail] += 1
            count[out] += 1
            yield Pair(family, true, "long" if long else "own", out, new, quote, detail)
            break
