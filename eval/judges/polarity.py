"""Tells whether two statements say opposite things: by yes and no, negation, antonyms, order."""

import re
from collections.abc import Sequence

from rag.english.words import load_words, match_any
from rag.support.alignment import align_statements
from rag.support.antonyms import are_alike, are_antonyms, list_antonyms
from rag.support.contradictions import find_denials, find_reversals
from rag.support.statements import Statement, Word, read_statement

_YES = re.compile(r"\W*(?:yes|yeah|yep|correct|true|indeed|that is right)\b[\s,.;:!]*", re.I)
_NO = re.compile(
    r"\W*(?:no|nope|false|incorrect)\b(?! (?:\w+ )?(?:information|mention|one)\b)[\s,.;:!]*", re.I
)
_ASKS = re.compile(
    rf"\W*{match_any(load_words('closed/auxiliaries', 'finite'))}(?:n['’]t)?\b\s+", re.I
)
_DECLINES = re.compile(
    r"\b(?:(?:would |did |will )?(?:refuse[sd]?|decline[sd]?|fail(?:s|ed)?) to)\b", re.I
)
_MOST_BETWEEN = 6
"""Words between two that may have changed places."""


def read_claim(text: str) -> Statement:
    """Read a statement, with ``refused to`` as the negation that it is, and minus as a sign."""
    text = re.sub(r"\b(?:minus|negative) (?=\d)", "-", text)
    return read_statement(" ".join(_DECLINES.sub("did not", text).split()))


def drop_yes_or_no(text: str) -> str:
    """The text without a yes or no that it begins with."""
    for pattern in (_YES, _NO):
        if found := pattern.match(text):
            return text[found.end() :]
    return text


def is_yes_no(question: str) -> bool:
    """Whether a question asks for yes or no."""
    return _ASKS.match(question) is not None and " or " not in question


def find_polarity(question: str, text: str) -> int:
    """Whether a text answers a yes-no question with yes or with no: 1 or −1, or 0 if neither.

    By its first word; otherwise by whether it denies what the question asks.
    """
    if _YES.match(text):
        return 1
    if _NO.match(text):
        return -1
    asked, said = read_claim(_ASKS.sub("", question, count=1)), read_claim(text)
    shared = {word.term for word in asked.content} & {word.term for word in said.content}
    if find_conflicts(asked, said) or _forbids(asked, said):
        return -1
    return 1 if shared else 0


def _forbids(asked: Statement, said: Statement) -> bool:
    """Whether a text forbids what a question asks for without a word such as "allowed"."""
    forbidding = list_antonyms("allow")
    return not any(
        are_alike(word.term, "allow") or word.term in forbidding for word in asked.words
    ) and any(word.term in forbidding and not word.negated for word in said.content)


def find_conflicts(first: Statement, second: Statement) -> list[str]:
    """Find where two statements about one thing say the opposite; as reasons for a reader."""
    if not first.words or not second.words:
        return []
    turned, is_undone = _compare_roles(first, second)
    found = [*([] if is_undone else find_one_sided(first, second)), *turned]
    return list(dict.fromkeys(found))


def find_one_sided(first: Statement, second: Statement) -> list[str]:
    """Find negations and antonyms that only one of two statements has."""
    aligned = align_statements(first, second)
    back = align_statements(second, first)
    reversals = [*find_reversals(first, [second], aligned), *find_reversals(second, [first], back)]
    denials = [*find_denials(first, [second], aligned), *find_denials(second, [first], back)]
    denials = denials or _find_denied_numbers(first, second)
    # "not allowed" and "forbidden" say the same: a negation and an antonym undo each other
    opposed = [
        (one, other)
        for one in first.content
        for other in second.content
        if are_antonyms(one.term, other.term)
    ]
    if any(one.negated != other.negated for one, other in opposed):
        return []
    if reversals or denials:
        return [*denials, *reversals]
    apart = [(one, other) for one, other in opposed if not _stands_in(one, second, other, first)]
    shares = any(one.term == other.term for one in first.content for other in second.content)
    return [f"“{one.text}” against “{other.text}”" for one, other in apart] if shares else []


def _stands_in(one: Word, second: Statement, other: Word, first: Statement) -> bool:
    """Whether one of two antonyms stands in the other's statement too."""
    return second.count(one.term) > 0 or first.count(other.term) > 0


def _find_denied_numbers(first: Statement, second: Statement) -> list[str]:
    """Find a number that both have and only one negates: ``It was not 12 percent``."""
    return [
        f"“{quantity.text}” is denied"
        for quantity in first.quantities
        for other in second.quantities
        if quantity.means(other)
        and _is_denied(first, quantity.start, quantity.end)
        != _is_denied(second, other.start, other.end)
    ]


def _is_denied(statement: Statement, start: int, end: int, most: int = 1) -> bool:
    """Whether a negation just before them reaches the characters."""
    inside = [word for word in statement.words if start <= word.start < end]
    if not inside or not inside[0].negated or inside[0].loosely:
        return False
    cue = max(inside[0].negations)
    between = [word for word in statement.words[cue + 1 :] if word.end <= start]
    return sum(word.weight > 0 for word in between) <= most


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is denied by a negation that stands directly before it."""
    return _is_denied(read_statement(text), start, end, most=0)


def _compare_roles(first: Statement, second: Statement) -> tuple[list[str], bool]:
    """Compare who does what to whom, by two names or things with the same words between them.

    Their order, a passive and an antonym each turn the roles; two of these undo each other.

    :return: the pairs whose roles are turned, and whether two turns undo each other somewhere.
    """
    named = {word.term for each in (first, second) for word in each.words if _is_name(word)}
    things = [word for word in first.words if word.weight or word.term in named]
    found, is_undone = [], False
    for place, one in enumerate(things):
        for other in things[place + 1 :]:
            ours = _list_between(first, one, other)
            same, swapped = (
                _find_order(second, *terms)
                for terms in ((one.term, other.term), (other.term, one.term))
            )
            theirs = same if swapped is None else swapped
            if one.term == other.term or theirs is None or (same is None) == (swapped is None):
                continue
            if not _say_alike(ours, theirs):
                continue
            turns = [swapped is not None, _is_passive(ours) != _is_passive(theirs)]
            turns.append(_have_antonyms(ours, theirs))
            is_undone = is_undone or sum(turns) == 2
            if sum(turns) % 2 and not turns[2]:
                found.append(f"“{one.text}” and “{other.text}” have changed places")
    return found, is_undone


def _say_alike(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Whether what stands between two words is the same statement, as far as its words show."""
    mine, others = ({w.term for w in each if w.weight} for each in (ours, theirs))
    if not mine or not others or max(len(ours), len(theirs)) > _MOST_BETWEEN:
        return False
    return mine == others or _have_antonyms(ours, theirs)


def _is_passive(between: Sequence[Word]) -> bool:
    return any(word.text.lower() == "by" for word in between)


def _have_antonyms(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    return any(are_antonyms(one.term, other.term) for one in ours for other in theirs)


def _is_name(word: Word) -> bool:
    return word.named or (len(word.text) == 1 and word.text.isupper())


def _find_order(statement: Statement, before: str, after: str) -> Sequence[Word] | None:
    """List the words between two terms; None unless they stand in this order."""
    for start in statement.places.get(before, []):
        for end in statement.places.get(after, []):
            if start < end:
                return statement.words[start + 1 : end]
    return None


def _list_between(statement: Statement, one: Word, other: Word) -> Sequence[Word]:
    return [word for word in statement.words if one.end <= word.start and word.end <= other.start]
