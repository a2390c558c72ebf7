"""Changes after which a sentence still says the same; each yields what it makes."""

import random
import re
from collections.abc import Iterator

from rag.text.abbreviations import find_abbreviations
from training.data.changes import Change, Changed, replace_match


def keep(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Leave the sentence as it is."""
    yield sentence, ""


def change_typography(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Change white space, quotation marks and dashes, and drop the full stop."""
    new = sentence.rstrip(".").replace("–", "-").replace('"', "“").replace("'", "’")
    yield "  ".join(new.split(" ")), "typography"


def swap_percent(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Write the percent sign for the word, or the word for the sign."""
    if re.search(r"\d\s?%", sentence):
        yield re.sub(r"(?<=\d)\s?%", " percent", sentence), "% → percent"
    elif re.search(r"\d (?:percent|per cent)\b", sentence):
        yield re.sub(r"(?<=\d) (?:percent|per cent)\b", "%", sentence), "percent → %"


_FIGURES = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
            "eight": "8", "nine": "9", "ten": "10", "twelve": "12"}  # fmt: skip


def swap_figures(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Write numbers in figures or in words, and thousands with or without a comma."""
    spelled = re.search(
        rf"(?<![\w-])(?<!and )(?<!ty )(?:{'|'.join(_FIGURES)})\b"
        r"(?![ -](?:hundred|thousand|million|of\b|and\b|\w+(?:th|rd)s\b))",
        sentence,
    )
    if spelled:
        yield replace_match(sentence, spelled, _FIGURES[spelled.group()]), "word → figure"
    digits = re.search(rf"(?<![\w.,-])(?:{'|'.join(_FIGURES.values())})(?= [a-z]{{3}})", sentence)
    if digits:
        words = {v: k for k, v in _FIGURES.items()}
        yield replace_match(sentence, digits, words[digits.group()]), "figure → word"
    if re.search(r"\d,\d{3}", sentence):
        yield re.sub(r"(?<=\d),(?=\d{3})", "", sentence), "1,000 → 1000"
    million = re.search(r"(?<![\w.,])(\d+)(?:\.(\d))? million\b", sentence)
    if million:
        full = f"{int(million[1]) * 1_000_000 + int(million[2] or 0) * 100_000:,}"
        yield replace_match(sentence, million, full), "million → zeros"


def shorten(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Leave out what only adds something: parentheses, a last clause (``which …``), an opening."""
    bare = re.sub(r"\s\([^()]*\)", "", sentence)
    if bare != sentence and len(bare.split()) > 6:
        yield bare, "without parentheses"
    tail = re.search(r", (?:which|who|where|while|although|whereas) [^,]+\.$", sentence)
    if tail and tail.start() > 40:
        yield sentence[: tail.start()] + ".", "without its last clause"
    opening = re.match(
        r"(?:However|Moreover|Furthermore|In addition|Thus|Therefore|Additionally|For example"
        r"|Finally|In [12]\d{3}|As a result), (?=\w)",
        sentence,
    )
    if opening:
        rest = sentence[opening.end() :]
        yield rest[0].upper() + rest[1:], "without its opening"


def abbreviate(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Write the short form for the long one, or the reverse, where the paragraph defines it."""
    for short, long in find_abbreviations(paragraph).items():
        both = re.search(rf"{re.escape(long)} \({re.escape(short)}\)(?![\w/-])", sentence)
        if both:
            yield replace_match(sentence, both, short), f"{long} → {short}"
            yield replace_match(sentence, both, long), f"without ({short})"
        elif long not in sentence and re.search(
            rf"(?<![\w/-]){re.escape(short)}(?![\w/-])", sentence
        ):
            new = re.sub(rf"(?<![\w/-]){re.escape(short)}(?![\w/-])", long, sentence, count=1)
            yield new, f"{short} → {long}"


def reorder(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Put the members of a list in another order."""
    match = re.search(r"([\w-]+), ([\w-]+), (and|or) ([\w-]+)(?=[.;])", sentence)
    if match:
        one, two, link, three = match.groups()
        yield replace_match(sentence, match, f"{three}, {one} {link} {two}"), "list turned"
    pair = re.search(r"\b(?:both|between) (\w+) and (\w+)\b", sentence)
    if pair:
        turned = f"{pair.group().split()[0]} {pair[2]} and {pair[1]}"
        yield replace_match(sentence, pair, turned), "pair turned"


def inflect(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Change small words, tense and number, and between British and American spelling."""
    swaps = {"has been": "was", "have been": "were", "because of": "due to", "such as": "like",
             "in order to": "to", "approximately": "about", "also ": "", "color": "colour",
             "center": "centre", "tumor": "tumour", "organized": "organised", "centre": "center",
             "colour": "color", "tumour": "tumor", "organised": "organized",
             "behavior": "behaviour", "recognized": "recognised"}  # fmt: skip
    for old, new in swaps.items():
        match = re.search(rf"\b{old}", sentence)
        if match:
            yield replace_match(sentence, match, new), f"{old} → {new}"


_SYNONYMS = """
showed demonstrated|show demonstrate|found discovered|began started|started began
large big|big large
small little|help assist|helps assists|helped assisted|used employed|use utilize|using utilizing
many numerous|important significant|people persons|children kids|buy purchase|often frequently
frequently often|quickly rapidly|rapidly quickly|method technique|methods techniques|study trial
obtained got|received got|required needed|requires needs|nearly almost|almost nearly|entire whole
allowed permitted|allows permits|caused led to|causes leads to|due because|usually generally
investigated examined|examined investigated|assessed evaluated|evaluated assessed|common widespread
illness disease|disease illness|physicians doctors|city town|war conflict|job work|build construct
built constructed|ended finished|main principal|major chief|region area|area region
famous well-known|difficult hard|aim goal|purpose goal|reported described|described reported
suggest indicate
suggests indicates|indicate suggest|performed conducted|conducted performed|identified recognized
created made|made produced|believed thought|said stated|called named|kill slay|answer reply
"""
_LIKE = dict(pair.split(" ", 1) for pair in re.split(r"[|\n]", _SYNONYMS.strip()))


def use_synonym(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Replace a word by another that means nearly the same."""
    for match in re.finditer(rf"\b(?:{'|'.join(_LIKE)})\b", sentence):
        new = _LIKE[match.group()]
        if new not in paragraph:
            yield replace_match(sentence, match, new), f"{match.group()} → {new}"


_DID_IT = re.compile(
    r"(?P<who>[A-Z]\w+(?: (?:[A-Z]\w+|of|the|and)){0,4}) (?P<did>\w{3,}ed|built|won|sold|led|bought"
    r"|held|found|made) (?P<what>(?:the|a|an) [a-z][\w-]+(?: [a-z][\w-]+)?|[A-Z]\w+(?: [A-Z]\w+)*)"
    r"(?P<rest>(?: (?:in|on|at|for|from|during|after|before|with|by|to) [^.;]+)?)\."
)
"""Somebody, what was done, and to what."""


def make_passive(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Say what was done by whom in place of who did what."""
    match = _DID_IT.fullmatch(sentence)
    if match and not re.search(r"\b(?:and|who|which)$", match["who"]):
        what = match["what"][0].upper() + match["what"][1:]
        yield f"{what} was {match['did']} by {match['who']}{match['rest']}.", "passive"


TRUE: dict[str, Change] = {
    "same": keep, "typography": change_typography, "percent": swap_percent,
    "figures": swap_figures, "shortened": shorten, "abbreviated": abbreviate,
    "reordered": reorder, "inflected": inflect,
}  # fmt: skip
