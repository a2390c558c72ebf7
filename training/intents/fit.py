"""Fits ``rag/questions/intent_weights.npz``, and reports phrases and questions it has not seen.

    python -m training.intents.fit           # fit, write the weights, print the tables
    python -m training.intents.fit --check   # print the tables for the weights as they are

``phrases.jsonl`` holds what people type to such a bot, with what they want, written for this by a
chat model; a fifth of it is never fitted on. Plain questions are those of SQuAD's, BioASQ's and the
other public sets, of documents that are not held out; half of them set the threshold, at which at
most two in a thousand get something else than an answer. Needs the ``bench`` extra.
"""

import argparse
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from rag.questions.intent import INTENTS, IntentModel, split_into_runs, split_into_words
from rag.requests.finding import ABOUT_DOCUMENTS
from rag.text.terms import fold
from rag.types import Intent
from training.data.cached import CachedEmbedder
from training.data.public_sets import SETS, is_held_out, is_reserved, load_written, read_train
from training.reader.questions import load_spans

_PHRASES = Path(__file__).with_name("phrases.jsonl")
_MOST_OF_SET = 4_000
"""Plain questions of a set that are read."""
_MOST_WRONG = 0.002
"""The share of plain questions that may be taken for something else."""
_LEAST = 0.4
"""The lowest threshold."""
_FEWEST = 3
"""Phrases that have a word or a run of words that counts."""
_SCALE = 8.0
"""What the embedding counts beside the words."""

Phrase = tuple[str, Intent]


def load_phrases() -> list[Phrase]:
    """Load what people type, with what they want."""
    rows = map(json.loads, _PHRASES.read_text(encoding="utf-8").splitlines())
    return [(row["text"], row["intent"]) for row in rows]


def is_kept_apart(text: str) -> bool:
    """Whether a phrase is only asked for the report."""
    return hashlib.sha256(fold(text).encode()).digest()[0] % 5 == 0


def load_questions(*, held_out: bool) -> Iterator[list[str]]:
    """Load plain questions, set by set: of documents that are held out, or of the others."""
    for load in SETS:
        asked = load()[1]
        yield [each.text for each in asked if is_held_out(each.group) == held_out]
    yield [each.text for each in load_written()[1] if is_reserved(each.group) == held_out]
    for name in ("squad1-train", "qed-train", "tatqa", "friendsqa"):
        spans = load_spans(name)
        yield [each.question for each in spans if is_reserved(each.group) == held_out]
    for name in ("nf-cats", "emanual"):
        texts = {str(row["question"]) for row in read_train(name)}
        yield sorted(text for text in texts if is_reserved(text) == held_out)


def draw_questions(*, held_out: bool, most: int) -> list[str]:
    """Draw at most so many questions of each set, in no order."""
    rng = random.Random(1)
    found = [
        text
        for texts in load_questions(held_out=held_out)
        for text in rng.sample(texts, min(most, len(texts)))
    ]
    rng.shuffle(found)
    return found


def fit(phrases: Sequence[Phrase], questions: Sequence[str], embed: CachedEmbedder) -> IntentModel:
    """Fit the weights on phrases and on half of the questions, the threshold on the others."""
    half = len(questions) // 2
    texts = [text for text, _ in phrases] + list(questions[:half])
    words = Counter(
        word for text, intent in phrases if intent != "answer" for word in {*split_into_words(text)}
    )
    vocabulary = frozenset(word for word, count in words.items() if count >= _FEWEST)
    counts = Counter(run for text, _ in phrases for run in split_into_runs(text, vocabulary))
    runs = [run for run, count in counts.items() if count >= _FEWEST]
    found = IntentModel(
        vocabulary,
        {run: row for row, run in enumerate(runs)},
        np.zeros((0, len(INTENTS)), dtype=np.float32),
        np.zeros(len(INTENTS), dtype=np.float32),
        0.0,
    )
    labels = [INTENTS.index(intent) for _, intent in phrases] + [0] * half
    model = LogisticRegression(C=1.0, max_iter=3000)
    model.fit(make_matrix(found, texts, embed), labels)
    assert list(model.classes_) == list(range(len(INTENTS)))
    weights = model.coef_.T.astype(np.float32)
    weights[len(runs) :] *= _SCALE
    found = replace(found, weights=weights, bias=model.intercept_.astype(np.float32))
    rest = questions[half:]
    chances = found.find_chances(rest, embed.embed(list(rest)))
    taken = chances[:, [INTENTS.index(intent) for intent in sorted(ABOUT_DOCUMENTS)]].max(axis=1)
    threshold = float(np.quantile(taken, 1 - _MOST_WRONG))
    return replace(found, threshold=round(max(_LEAST, threshold), 3))


def make_matrix(model: IntentModel, texts: Sequence[str], embed: CachedEmbedder) -> csr_matrix:
    """The features of texts: which runs of words each has, and its embedding."""
    rows = [model.find_rows(text) for text in texts]
    places = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    columns = np.concatenate([np.array(row, dtype=int) for row in rows])
    shape = (len(texts), len(model.runs))
    known = csr_matrix((np.ones(len(columns)), (places, columns)), shape)
    return hstack([known, csr_matrix(embed.embed(list(texts)) * _SCALE)]).tocsr()


def report(
    model: IntentModel, phrases: Sequence[Phrase], questions: Sequence[str], embed: CachedEmbedder
) -> None:
    """Print how many of each intent are found, and what plain questions are taken for."""
    print(f"threshold {model.threshold:.2f}")
    for wanted in INTENTS:
        texts = [text for text, intent in phrases if intent == wanted]
        found = [model.find_intent(text, embed)[0] for text in texts]
        right = sum(each == wanted for each in found)
        print(f"{wanted:<10} {right} of {len(texts)} right", end="  ")
        wrong = [(t, f) for t, f in zip(texts, found, strict=True) if f != wanted]
        print("; ".join(f"{text!r} → {each}" for text, each in wrong[:4]))
    embed.embed(questions)
    taken = [(text, model.find_intent(text, embed)[0]) for text in questions]
    wrong = [(text, intent) for text, intent in taken if intent in ABOUT_DOCUMENTS]
    share = 100 * len(wrong) / len(taken)
    print(f"plain questions: {len(wrong)} of {len(taken)} ({share:.2f} %) get no answer")
    for text, intent in wrong[:20]:
        print(f"  {text!r} → {intent}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of the intents.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    options = parser.parse_args()
    phrases, embed = load_phrases(), CachedEmbedder()
    if not options.check:
        questions = draw_questions(held_out=False, most=_MOST_OF_SET)
        fit([each for each in phrases if not is_kept_apart(each[0])], questions, embed).save()
        IntentModel.load.cache_clear()
    kept_apart = [each for each in phrases if is_kept_apart(each[0])]
    report(IntentModel.load(), kept_apart, draw_questions(held_out=True, most=_MOST_OF_SET), embed)
    embed.save()


if __name__ == "__main__":
    main()
