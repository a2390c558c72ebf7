"""Makes pairs for questions that a program makes from sentences of the public sets.

Such questions are clumsy, but there is no limit to their number, and after them little is left to
learn from the few that people asked (Lewis et al., Unsupervised Question Answering by Cloze
Translation, 2019).
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from rag.text.terms import STOP_WORDS
from training.data.cached import CachedEmbedder
from training.data.changed_questions import Thesaurus, misspell
from training.data.public_sets import SETS, Chunk
from training.reader.cloze import ask_about, find_askable, tokenize
from training.reader.examples import Example, Span
from training.reader.sentences import Sentences, leave_out_held_out, load_pages


def make_cloze_pairs(rng: random.Random, embed: CachedEmbedder) -> list[Example]:
    """Make questions from sentences and shuffle their pairs; held-out documents are left out.

    A question is paired with its own sentence, with another one of the document that does not
    answer, and often with one of another document. With one word changed, it is paired with its
    own sentence once more, which then does not answer. Some questions are reworded or misspelt.
    """
    sources = [*(load() for load in SETS), (load_pages(), [])]
    kept = [leave_out_held_out(*source) for source in sources]
    sets = list(zip(kept, (24_000, 24_000, 20_000, 40_000), strict=True))
    thesaurus = Thesaurus((chunk.text for chunks, _ in sets for chunk in chunks), embed)
    found = [e for chunks, number in sets for e in _make_from(chunks, number, rng, thesaurus)]
    rng.shuffle(found)
    return found


def _vary(question: str, thesaurus: Thesaurus, rng: random.Random) -> str:
    """Reword or misspell some questions, and leave the others as they are."""
    draw = rng.random()
    if draw < 0.3:
        return thesaurus.reword(question, rng)
    return misspell(question, rng) if draw < 0.36 else question


class _Words:
    """The names and nouns of each document, to stand in the place of others."""

    def __init__(self, sentences: Sentences) -> None:
        self._names: dict[str, list[str]] = defaultdict(list)
        self._nouns: dict[str, list[str]] = defaultdict(list)
        for name, i in sentences.places:
            group = sentences.chunks[name].group
            for word, _, _ in tokenize(sentences.of[name][i])[1:]:
                if word[0].isupper() and len(word) > 2:
                    self._names[group].append(word)
                elif word.islower() and len(word) > 4 and word not in STOP_WORDS:
                    self._nouns[group].append(word)

    def find_like(self, word: str, group: str) -> list[str]:
        """Find those of the document that could stand for the word."""
        return (self._names if word[0].isupper() else self._nouns)[group]


def _make_from(
    chunks: Sequence[Chunk], number: int, rng: random.Random, thesaurus: Thesaurus
) -> list[Example]:
    """Make that many examples, from sentences in random order."""
    sentences = Sentences(chunks)
    words = _Words(sentences)
    todo = sentences.shuffle_places(rng)
    each = max(1, number // len(todo) // 3 + 1)
    found: list[Example] = []
    for name, i in todo:
        if len(found) >= number:
            break
        text, group = sentences.of[name][i], sentences.chunks[name].group
        for plain, span in _ask_parts(text, each, rng):
            question = _vary(plain, thesaurus, rng)
            found.append(sentences.make_example(question, name, i, answers=True, span=span))
            answer = text[slice(*span)].lower()
            found += sentences.find_beside(question, plain, (name, i), answer, rng)
            read = f"{sentences.before(name, i)} {text}"
            if changed := _change_word(question, read, partial(words.find_like, group=group), rng):
                found.append(sentences.make_example(changed, name, i))
    return found


def _ask_parts(text: str, number: int, rng: random.Random) -> Iterator[tuple[str, Span]]:
    """Ask for parts of the sentence; yield at most that many questions, each with its part."""
    tokens = tokenize(text)
    by_kind: dict[str, list[tuple[int, int]]] = {}
    for first, last, kind in find_askable(tokens):
        by_kind.setdefault(kind, []).append((first, last))
    for _ in range(number if by_kind else 0):
        kind = rng.choice(list(by_kind))
        first, last = rng.choice(by_kind[kind])
        question = ask_about(tokens, first, last, kind, rng)
        if len(question.split()) >= 4:
            yield question, (tokens[first][1], tokens[last - 1][2])


def _change_word(
    question: str, read: str, like: Callable[[str], Sequence[str]], rng: random.Random
) -> str:
    """Replace a word by one of the document that was not read; no text where none can be."""
    words, known = question.rstrip("?").split(), read.lower()
    own = [
        i
        for i, word in enumerate(words)
        if i > 1 and word.lower() in known and word.lower() not in STOP_WORDS and len(word) > 3
    ]
    if own:
        at = rng.choice(own)
        if new := [word for word in like(words[at]) if word.lower() not in known]:
            return " ".join([*words[:at], rng.choice(new), *words[at + 1 :]]) + "?"
    return ""
