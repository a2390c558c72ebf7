"""Whether a quote supports a sentence.

An extractive sentence claims to be the source's own words, so it is judged as that: the same words
in the same order, white space aside.
"""

from __future__ import annotations

from rag.types import Support


def verbatim_support(sentence: str, quote: str) -> Support:
    """Supported when the sentence is the quote with its white space folded, else not at all."""
    if sentence.split() == quote.split():
        return Support("supported", 1.0)
    return Support("unsupported", 0.0, ("not the source's own words",))
