"""Changes that make a sentence say something else than its source; each yields what it makes."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from training.data.changes import Change, Changed, replace_match

_WORD = re.compile(r"(?<![\w-])[a-z]{6,}(?![\w-])")
_DIGITS = re.compile(r"(?<![\w.,/-])\d[\d,]*(?:\.\d+)?(?![\w-])")
_SPELLED = {"two": "five", "three": "eight", "four": "nine", "five": "two", "six": "three",
            "seven": "four", "eight": "six", "nine": "seven", "ten": "fourteen",
            "twelve": "twenty"}  # fmt: skip


def change_number(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Replace a number by one of the same shape that the paragraph does not have."""
    for match in _DIGITS.finditer(sentence):
        for _ in range(20):
            new = "".join(rng.choice("123456789") if c.isdigit() else c for c in match.group())
            if re.fullmatch(r"1[0-9]{3}|20[0-2]\d", match.group()):
                new = str(int(match.group()) + rng.choice([-37, -12, -4, -1, 1, 3, 9, 21]))
            if not re.search(rf"\b{re.escape(new)}\b", paragraph):
                yield replace_match(sentence, match, new), f"{match.group()} → {new}"
                break
    for match in re.finditer(rf"\b(?:{'|'.join(_SPELLED)})\b", sentence):
        new = _SPELLED[match.group()]
        if not re.search(rf"\b{new}\b", paragraph, re.I):
            yield replace_match(sentence, match, new), f"{match.group()} → {new}"


def use_another_number(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Replace a number by one that the paragraph has for something else."""
    others = {m.group() for m in _DIGITS.finditer(paragraph)} - {
        m.group() for m in _DIGITS.finditer(sentence)
    }
    for match in _DIGITS.finditer(sentence):
        alike = sorted(o for o in others if len(o) == len(match.group()))
        if alike:
            new = rng.choice(alike)
            yield replace_match(sentence, match, new), f"{match.group()} → {new}"


_UNITS = {
    "percent": "points", "per cent": "per mille", "years": "months", "year": "week",
    "months": "weeks", "weeks": "days", "days": "hours", "hours": "minutes", "minutes": "hours",
    "seconds": "minutes",
    "million": "billion", "billion": "trillion", "thousand": "million", "miles": "metres",
    "kilometres": "miles", "kilometers": "miles", "km": "m", "metres": "feet", "meters": "feet",
    "feet": "inches", "acres": "hectares", "hectares": "acres", "tons": "pounds",
    "tonnes": "kilograms",
    "kg": "g", "mg": "g", "g": "mg", "µg": "mg", "ml": "l", "mL": "L", "°C": "°F", "°F": "°C",
    "mm": "cm", "cm": "mm", "nm": "mm", "kDa": "Da", "kb": "bp", "bp": "kb", "Mb": "kb", "mM": "nM",
    "Hz": "kHz", "MHz": "kHz", "kW": "MW", "centuries": "decades", "decades": "centuries",
    "euros": "dollars", "dollars": "euros", "pounds": "dollars", "barrels": "gallons", "%": " mg",
    "mmHg": "kPa", "fold": "%", "men": "ships", "seats": "votes", "patients": "studies",
    "people": "households", "women": "hospitals", "species": "genera",
}  # fmt: skip
_UNIT = re.compile(
    r"(?<=\d)[\s\u00a0-]?(?:million |billion )?"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![\w/])"
)


def change_unit(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Replace a unit, or what is counted."""
    for match in _UNIT.finditer(sentence):
        new = _UNITS[match["unit"]]
        if not re.search(rf"\d\s?{re.escape(new.strip())}\b", paragraph):
            start, end = match.span("unit")
            yield sentence[:start] + new + sentence[end:], f"{match.group()} → {new}"


_TAKES_NOT = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|will|would|may|might|should|must)\b(?! not\b|n't)"
)
_PAST = re.compile(
    r"(?<=[a-z)] )(?:showed|found|reported|increased|decreased|reduced|improved|became|began|led"
    r"|included|received|produced|caused|resulted|occurred|required|contained|developed|revealed"
    r"|demonstrated|provided|used|made|took|supported|induced|inhibited|won|formed|allowed"
    r"|affected)\b(?! by\b)"
)


def negate(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Put a ``not`` in, or take it out."""
    for match in _TAKES_NOT.finditer(sentence):
        yield replace_match(sentence, match, f"{match.group()} not"), f"{match.group()} + not"
    for match in _PAST.finditer(sentence):
        yield replace_match(sentence, match, f"never {match.group()}"), f"never {match.group()}"
    for match in re.finditer(r"\b(?:not (?!only|just)|no (?=[a-z])|never |n't\b)", sentence):
        new = "a " if match.group() == "no " else ""
        yield replace_match(sentence, match, new), f"− {match.group()}"
    for match in re.finditer(r"\bwithout\b", sentence):
        yield replace_match(sentence, match, "with"), "without → with"


_DIRECTIONS = """
increased decreased|increase decrease|increases decreases|increasing decreasing|higher lower
more fewer|more less|greater smaller|rise fall|rose fell|risen fallen|grew shrank|growth decline
gained lost|gain loss|improved worsened|improve worsen|improvement deterioration|better worse
best worst|highest lowest|largest smallest|longer shorter|long short|faster slower|fast slow
early late|earlier later|before after|first last|older younger|oldest youngest|old new
north south|northern southern|east west|eastern western|above below|upper lower|inside outside
internal external|left right|positive negative|positively negatively|activated inhibited
activation inhibition|activates inhibits|inhibits stimulates|promotes suppresses|promoted suppressed
induced prevented|enhanced impaired|enhances impairs
strong weak|stronger weaker|strengthened weakened
major minor|majority minority|most least|maximum minimum|common rare|frequently rarely|often seldom
always never|success failure|successful unsuccessful|succeeded failed|accepted rejected
included excluded|includes excludes|allowed forbade|allows forbids
supported opposed|support opposition
agreed disagreed|approved vetoed|added removed|created destroyed|founded dissolved|began ended
begins ends|start end|started stopped|opened closed|entered left|arrived departed|joined quit
won lost|victory defeat|attack defence|buy sell|sold bought|export import|rich poor|cheap expensive
public private|legal illegal|guilty innocent|presence absence|present absent|visible invisible
hot cold|warm cool|wet dry|light dark|hard soft|male female|men women
same different|similar dissimilar
true false|correct incorrect|natural artificial|direct indirect|permanent temporary|parent child
active inactive|stable unstable|able unable|likely unlikely|known unknown|significant insignificant
sensitive resistant|acute chronic|benign malignant|mild severe|alive dead|birth death|born died
upstream downstream|upregulated downregulated|upregulation downregulation|agonist antagonist
aerobic anaerobic|dominant recessive|soluble insoluble|symmetric asymmetric|primary secondary
expanded contracted|expansion contraction|accelerated slowed|widened narrowed|raised lowered
tightened loosened|promoted demoted|advanced retreated|praised condemned|friendly hostile
loyal rebellious|thriving struggling|wealth poverty|war peace|inward outward|clockwise anticlockwise
appeared disappeared|appearance disappearance|emerged vanished|remembered forgotten|hired fired
outdoor indoor|heavy light|thick thin|deep shallow|wide narrow|tall short|sharp blunt|clean dirty
ascending descending|forward backward|vertical horizontal|domestic foreign|married divorced
optimistic pessimistic|voluntary compulsory|victorious defeated|superior inferior|ahead behind
"""
_CONTRARY: dict[str, list[str]] = defaultdict(list)
for _pair in re.split(r"[|\n]", _DIRECTIONS.strip()):
    _one, _other = _pair.split()
    _CONTRARY[_one].append(_other)
    _CONTRARY[_other].append(_one)


def reverse(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Replace a word of direction, order or kind by its contrary."""
    for match in re.finditer(r"[A-Za-z]+", sentence):
        word = match.group()
        if word.lower() in _CONTRARY and not (word[0].isupper() and match.start()):
            new = rng.choice(_CONTRARY[word.lower()])
            new = new.capitalize() if word[0].isupper() else new
            yield replace_match(sentence, match, new), f"{word} → {new}"


_NAME = re.compile(
    r"(?<=[a-z,] )(?:[A-Z][a-z]{2,}(?: (?:of |de |the )?[A-Z][a-z]{2,}){0,2}"
    r"|[A-Z]{2,}[A-Za-z]*-?\d*|[a-z]?[A-Z]+\d+[A-Za-z]*|p\d\d)\b(?!-)"
)


class Entities:
    """Names of a corpus, by shape; each can stand in the place of another."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(m.group() for text in texts for m in _NAME.finditer(text))
        self.by_shape: dict[str, list[str]] = defaultdict(list)
        for name in sorted(counts):
            self.by_shape[_shape(name)].append(name)

    def replace(self, sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
        """Replace a name by one of the corpus, of which no word is in the paragraph."""
        for match in _NAME.finditer(sentence):
            for _ in range(20):
                new = rng.choice(self.by_shape[_shape(match.group())])
                if not any(part.lower() in paragraph.lower() for part in new.split()):
                    yield replace_match(sentence, match, new), f"{match.group()} → {new}"
                    break


def use_another_name(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Replace a name by one that the paragraph has elsewhere."""
    others = sorted({m.group() for m in _NAME.finditer(paragraph)})
    for match in _NAME.finditer(sentence):
        alike = [
            o for o in others
            if _shape(o) == _shape(match.group()) and o not in sentence and match.group() not in o
        ]  # fmt: skip
        if alike:
            new = rng.choice(alike)
            yield replace_match(sentence, match, new), f"{match.group()} → {new}"


def _shape(name: str) -> str:
    if any(c.isdigit() for c in name):
        return "code"
    return "short" if name.isupper() else f"name {len(name.split())}"


class Vocabulary:
    """Frequent words of a corpus, by their endings; each can stand in the place of another."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        self.by_ending: dict[str, list[str]] = defaultdict(list)
        for word, _ in counts.most_common(3000):
            self.by_ending[word[-2:]].append(word)

    def replace(self, sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
        """Replace an ordinary word by one that shares nothing with it but its ending."""
        for match in _WORD.finditer(sentence):
            alike = self.by_ending[match.group()[-2:]]
            new = rng.choice(alike) if alike else ""
            if new and new[:4] not in paragraph and new[:4] != match.group()[:4]:
                yield replace_match(sentence, match, new), f"{match.group()} → {new}"


def swap_names(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Let two names of the sentence change places, as who does it to whom."""
    found = list(_NAME.finditer(sentence))
    for one, other in pairwise(found):
        between = sentence[one.end() : other.start()]
        if one.group() == other.group() or re.fullmatch(r",? (?:and|or|&) |, |\s", between):
            continue
        swapped = f"{sentence[: one.start()]}{other.group()}{between}{one.group()}"
        yield swapped + sentence[other.end() :], f"{one.group()} ↔ {other.group()}"


def swap_numbers(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Let two numbers of the sentence change places: from 18 to 12 for from 12 to 18."""
    found = list(_DIGITS.finditer(sentence))
    for one, other in pairwise(found):
        between = sentence[one.end() : other.start()]
        if one.group() == other.group() or re.fullmatch(r"\W*(?:and|or)?\W*", between):
            continue
        swapped = f"{sentence[: one.start()]}{other.group()}{between}{one.group()}"
        yield swapped + sentence[other.end() :], f"{one.group()} ↔ {other.group()}"


_QUANTITIES = {
    "some": "all", "many": "all", "most of": "all of", "Most": "All", "several": "all",
    "few": "most", "often": "always",
    "usually": "always", "sometimes": "always", "rarely": "often", "nearly": "exactly",
    "at least": "at most", "up to": "more than", "more than": "less than", "only": "not only",
    "half": "most", "part of": "all of", "mainly": "only", "all": "few", "every": "hardly any",
    "both": "neither of", "majority": "whole", "almost": "exactly", "generally": "always",
}  # fmt: skip
_HEDGES = {
    "may": "will", "might": "will", "could": "will", "can": "must", "probably": "certainly",
    "possibly": "certainly", "likely": "certain", "suggests": "proves", "suggest": "prove",
    "suggested": "proved", "appears to": "is known to", "seems to": "is known to",
    "is thought to": "is proven to", "are thought to": "are proven to", "believed": "proven",
    "associated with": "caused by", "estimated": "measured", "should": "need not",
    "planned": "completed", "proposed": "adopted", "alleged": "proven", "reportedly": "certainly",
}  # fmt: skip


def change_quantity(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Say it of all in place of some, or of few in place of all."""
    yield from _replace_words(sentence, _QUANTITIES)


def harden(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Say as a fact what the sentence says with a reservation."""
    yield from _replace_words(sentence, _HEDGES)


def _replace_words(sentence: str, table: dict[str, str]) -> Iterator[Changed]:
    for match in re.finditer(rf"\b(?:{'|'.join(table)})\b", sentence):
        new = table[match.group()]
        yield replace_match(sentence, match, new), f"{match.group()} → {new}"


_COMPARED = re.compile(
    r"(?P<one>(?:[\w'’%-]+ ){1,6})(?P<than>(?:is|are|was|were|had|has|have|grew|rose|fell) "
    r"(?:[\w-]+ ){0,2}?(?:\w+er|more|less|fewer)(?: \w+){0,2} than )"
    r"(?P<other>(?:in |on |at |of )?[\w'’%-]+(?: [\w'’%-]+){0,3})(?=[.,;]| and\b| but\b)"
)
"""Two things that are compared."""


def turn_comparison(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Let what is compared and what it is compared with change places."""
    match = _COMPARED.search(sentence)
    if match:
        one, than, other = match["one"].strip(), match["than"], match["other"]
        if match.start() == 0 and one.split()[0] in ("The", "A", "An", "In", "This", "These"):
            one, other = one[0].lower() + one[1:], other[0].upper() + other[1:]
        yield replace_match(sentence, match, f"{other} {than}{one}"), f"{one} ↔ {other}"


def drop_condition(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Leave out the condition under which the sentence holds."""
    for match in re.finditer(
        r",? \b(?:if|unless|provided that|except|as long as|only (?:if|when|in|for|after|with))"
        r" [^,.;]{8,80}(?=[,.;])",
        sentence,
    ):
        rest = sentence[: match.start()] + sentence[match.end() :]
        if len(rest.split()) >= 5:
            yield rest, f"− {match.group().strip(' ,')}"


FALSE: dict[str, Change] = {
    "number": change_number, "unit": change_unit, "negation": negate, "direction": reverse,
}  # fmt: skip
HARDER: dict[str, Change] = {
    "number of another thing": use_another_number, "name of another thing": use_another_name,
}  # fmt: skip
OTHERWISE: dict[str, Change] = {
    "roles": swap_names, "order": swap_numbers, "quantity": change_quantity, "hedge": harden,
    "condition": drop_condition, "comparison": turn_comparison,
}  # fmt: skip
"""Changes that leave every word of the source in its place or nearly so."""
