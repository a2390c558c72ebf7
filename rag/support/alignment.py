"""Aligns a sentence with one of its source: which words stand in the same order, what differs."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.support.quantities import Quantity
from rag.support.statements import Statement, Word

COPY = 0.6
"""Share of a claim's words, by weight, that a sentence has in the same order; with more, the claim
is a copy with changes, and another word in the same place says something else."""
_LONGEST_SWAP = 4
"""Tokens; a longer difference is another wording, not another word in the same place."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a quantity of a statement; equal keys are aligned."""

    key: str
    word: Word | None = None
    quantity: Quantity | None = None


def list_tokens(statement: Statement) -> list[Token]:
    """List words and quantities in their order."""
    measured = {
        q.start: Token(f"#{q.value * q.factor:g} {q.dimension}", quantity=q)
        for q in statement.quantities
    }
    in_numbers = {place for q in statement.quantities for place in range(q.start, q.end)}
    plain = {
        w.start: Token(w.term, word=w)
        for w in statement.words
        if in_numbers.isdisjoint(range(w.start, w.end))
    }
    together = measured | plain
    return [together[start] for start in sorted(together)]


@dataclass(frozen=True, slots=True)
class Swap:
    """Tokens of a claim that stand where the source has others.

    :param counted: whether a quantity stands before them, so that they are what is counted.
    """

    in_claim: tuple[Token, ...]
    in_source: tuple[Token, ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim aligned with a source sentence.

    :param placed: where the claim's words start that the sentence has in the same order.
    :param share: of the claim's content words, by weight, in [0, 1]: how nearly it is a copy.
    :param swaps: what differs between words that are the same; one side is empty where the other
        has something more.
    """

    placed: frozenset[int]
    share: float
    swaps: tuple[Swap, ...]


def align_statements(claim: Statement, other: Statement) -> Alignment:
    """Align a claim with a source sentence."""
    mine, theirs = list_tokens(claim), list_tokens(other)
    matcher = SequenceMatcher(
        None, [token.key for token in mine], [token.key for token in theirs], autojunk=False
    )
    placed: set[int] = set()
    swaps = []
    codes = matcher.get_opcodes()
    for place, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            placed.update(token.word.start for token in mine[i1:i2] if token.word)
        elif i2 - i1 <= _LONGEST_SWAP:
            if i2 == len(mine):  # the source goes on where the claim ends
                j2 = min(j2, j1 + i2 - i1)
            elif i1 == 0:
                j1 = max(j1, j2 - i2)
            if j2 - j1 > _LONGEST_SWAP:
                continue
            around = [codes[k] for k in (place - 1, place + 1) if 0 <= k < len(codes)]
            if all(code[0] == "equal" for code in around) and sum(c[2] - c[1] for c in around) > 1:
                counted = i1 > 0 and mine[i1 - 1].quantity is not None
                swaps.append(Swap(tuple(mine[i1:i2]), tuple(theirs[j1:j2]), counted))
    total = sum(word.weight for word in claim.content)
    same = sum(word.weight for word in claim.content if word.start in placed)
    return Alignment(frozenset(placed), same / total if total else 1.0, tuple(swaps))
