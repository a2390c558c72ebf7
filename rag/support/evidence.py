"""Chooses the part of a long text that a claim is judged by."""

from rag.text.sentences import sentence_spans
from rag.text.terms import terms

LONGEST = 1_400
"""Characters that are read with a claim."""


def choose_evidence(claim: str, text: str) -> str:
    """Choose the sentences that share most with a claim, each with the next, in order.

    :return: the text itself when it has at most :data:`LONGEST` characters.
    """
    if len(text) <= LONGEST:
        return text
    wanted = set(terms(claim, keep_stop_words=False))
    spans = sentence_spans(text)
    shared = [len(wanted & set(terms(text[a:b]))) for a, b in spans]
    chosen: set[int] = set()
    length = 0
    for place in sorted(range(len(spans)), key=lambda i: -shared[i]):
        if chosen and not shared[place]:
            break
        near = [i for i in (place, place + 1) if i < len(spans) and i not in chosen]
        length += sum(spans[i][1] - spans[i][0] for i in near)
        if length > LONGEST and chosen:
            break
        chosen.update(near)
    return " ".join(text[slice(*spans[i])] for i in sorted(chosen))[:LONGEST]
