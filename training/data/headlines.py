"""Titles as papers and articles have them, made from what their paragraphs say."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from rag.text.terms import STOP_WORDS, terms
from training.data.public_sets import Chunk


def add_headlines(chunks: Sequence[Chunk], words: int = 6) -> list[Chunk]:
    """Give chunks titles that name the topic and what is said about it.

    Wikipedia's titles have one or two words. A headline adds the words that most paragraphs of an
    article have and few others do, so that many sentences repeat what the title says.

    :param words: how many words are added.
    """
    groups: dict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        groups[chunk.group].append(chunk)
    spread = Counter(term for chunk in chunks for term in set(terms(chunk.text)))
    titles = {}
    for group, members in groups.items():
        known = set(terms(members[0].title)) | STOP_WORDS
        written = {
            term: word.lower()
            for chunk in members
            for word in re.findall(r"[^\W\d_]{3,}", chunk.text)
            for term in terms(word, keep_stop_words=False)
            if term not in known
        }
        counts = Counter(
            term for chunk in members for term in set(terms(chunk.text)) & written.keys()
        )
        telling = sorted(counts, key=lambda term: (-(counts[term] ** 2) / spread[term], term))
        titles[group] = f"{members[0].title}: {' '.join(written[term] for term in telling[:words])}"
    return [replace(chunk, title=titles[chunk.group]) for chunk in chunks]
