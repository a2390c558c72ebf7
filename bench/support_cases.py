"""Claims with quotes, for fitting and judging ``rag/support.py``.

Two sources: WiCE's labelled claims, and sentences of the public corpora, changed in one place so
that they are false, or only in ways that leave them true. The tables here were written apart from
those of ``rag/`` and hold words that those do not know, so that the judge is not asked to recognise
its own list.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cached import DATA
from public_sets import Chunk, bioasq, held_out, pubmedqa, squad

from rag.abbreviations import abbreviations
from rag.sentences import sentence_spans


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


def wice() -> list[Claim]:
    """WiCE's development claims (Kamoi et al., EMNLP 2023)."""
    claims = []
    for line in (DATA / "wice-dev" / "pairs.jsonl").read_bytes().splitlines():
        row = json.loads(line)
        sentences = row["source_sentences"]
        chosen = min((s for s in row["supporting_sentences"] if s), key=len, default=[])
        claims.append(
            Claim(
                row["id"],
                row["claim"],
                "\n\n".join(sentences),
                "\n\n".join(sentences[i] for i in chosen),
                row["label3"],
            )
        )
    return claims


Changed = tuple[str, str]
"""A changed sentence, and what was changed."""
Change = Callable[[str, str, random.Random], Iterator[Changed]]
"""From a sentence and the quote it stands in, what it can be changed to."""

_DIGITS = re.compile(r"(?<![\w.,/-])\d[\d,]*(?:\.\d+)?(?![\w-])")
_SPELLED = {"two": "five", "three": "eight", "four": "nine", "five": "two", "six": "three",
            "seven": "four", "eight": "six", "nine": "seven", "ten": "fourteen",
            "twelve": "twenty"}  # fmt: skip


def number(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Another number of the same shape, one that the paragraph does not have."""
    for match in _DIGITS.finditer(sentence):
        for _ in range(20):
            new = "".join(rng.choice("123456789") if c.isdigit() else c for c in match.group())
            if re.fullmatch(r"1[0-9]{3}|20[0-2]\d", match.group()):
                new = str(int(match.group()) + rng.choice([-37, -12, -4, -1, 1, 3, 9, 21]))
            if not re.search(rf"\b{re.escape(new)}\b", paragraph):
                yield _put(sentence, match, new), f"{match.group()} → {new}"
                break
    for match in re.finditer(rf"\b(?:{'|'.join(_SPELLED)})\b", sentence):
        new = _SPELLED[match.group()]
        if not re.search(rf"\b{new}\b", paragraph, re.I):
            yield _put(sentence, match, new), f"{match.group()} → {new}"


def number_of_another(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """A number that the paragraph has, of something else."""
    others = {m.group() for m in _DIGITS.finditer(paragraph)} - {
        m.group() for m in _DIGITS.finditer(sentence)
    }
    for match in _DIGITS.finditer(sentence):
        alike = sorted(o for o in others if len(o) == len(match.group()))
        if alike:
            new = rng.choice(alike)
            yield _put(sentence, match, new), f"{match.group()} → {new}"


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


def unit(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """The same number of something else."""
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


def negation(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """A ``not`` put in, or taken out."""
    for match in _TAKES_NOT.finditer(sentence):
        yield _put(sentence, match, f"{match.group()} not"), f"{match.group()} + not"
    for match in _PAST.finditer(sentence):
        yield _put(sentence, match, f"never {match.group()}"), f"never {match.group()}"
    for match in re.finditer(r"\b(?:not (?!only|just)|no (?=[a-z])|never |n't\b)", sentence):
        new = "a " if match.group() == "no " else ""
        yield _put(sentence, match, new), f"− {match.group()}"
    for match in re.finditer(r"\bwithout\b", sentence):
        yield _put(sentence, match, "with"), "without → with"


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


def direction(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """A word of direction, order or kind turned into its contrary."""
    for match in re.finditer(r"[A-Za-z]+", sentence):
        word = match.group()
        if word.lower() in _CONTRARY and not (word[0].isupper() and match.start()):
            new = rng.choice(_CONTRARY[word.lower()])
            new = new.capitalize() if word[0].isupper() else new
            yield _put(sentence, match, new), f"{word} → {new}"


_NAME = re.compile(
    r"(?<=[a-z,] )(?:[A-Z][a-z]{2,}(?: (?:of |de |the )?[A-Z][a-z]{2,}){0,2}"
    r"|[A-Z]{2,}[A-Za-z]*-?\d*|[a-z]?[A-Z]+\d+[A-Za-z]*|p\d\d)\b(?!-)"
)


class Entities:
    """Names of a corpus, by shape, to be put in one another's place."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(m.group() for text in texts for m in _NAME.finditer(text))
        self.by_shape: dict[str, list[str]] = defaultdict(list)
        for name in sorted(counts):
            self.by_shape[_shape(name)].append(name)

    def another(self, sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
        """A name of the corpus, of which no word is in the paragraph."""
        for match in _NAME.finditer(sentence):
            for _ in range(20):
                new = rng.choice(self.by_shape[_shape(match.group())])
                if not any(part.lower() in paragraph.lower() for part in new.split()):
                    yield _put(sentence, match, new), f"{match.group()} → {new}"
                    break


def name_of_another(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """A name that the paragraph has elsewhere."""
    others = sorted({m.group() for m in _NAME.finditer(paragraph)})
    for match in _NAME.finditer(sentence):
        alike = [
            o for o in others
            if _shape(o) == _shape(match.group()) and o not in sentence and match.group() not in o
        ]  # fmt: skip
        if alike:
            new = rng.choice(alike)
            yield _put(sentence, match, new), f"{match.group()} → {new}"


def _shape(name: str) -> str:
    if any(c.isdigit() for c in name):
        return "code"
    return "short" if name.isupper() else f"name {len(name.split())}"


def _put(sentence: str, match: re.Match[str], new: str) -> str:
    return sentence[: match.start()] + new + sentence[match.end() :]


# ways of writing that leave a sentence true


def same(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """The sentence as it is."""
    yield sentence, ""


def typography(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Other white space, quotation marks and dashes, no full stop."""
    new = sentence.rstrip(".").replace("–", "-").replace('"', "“").replace("'", "’")
    yield "  ".join(new.split(" ")), "typography"


def percent(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """A percent sign for the word or the word for the sign."""
    if re.search(r"\d\s?%", sentence):
        yield re.sub(r"(?<=\d)\s?%", " percent", sentence), "% → percent"
    elif re.search(r"\d (?:percent|per cent)\b", sentence):
        yield re.sub(r"(?<=\d) (?:percent|per cent)\b", "%", sentence), "percent → %"


_FIGURES = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
            "eight": "8", "nine": "9", "ten": "10", "twelve": "12"}  # fmt: skip


def figures(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Numbers in figures for words, and the thousands set apart otherwise."""
    spelled = re.search(
        rf"(?<![\w-])(?<!and )(?<!ty )(?:{'|'.join(_FIGURES)})\b"
        r"(?![ -](?:hundred|thousand|million|of\b|and\b|\w+(?:th|rd)s\b))",
        sentence,
    )
    if spelled:
        yield _put(sentence, spelled, _FIGURES[spelled.group()]), "word → figure"
    digits = re.search(rf"(?<![\w.,-])(?:{'|'.join(_FIGURES.values())})(?= [a-z]{{3}})", sentence)
    if digits:
        words = {v: k for k, v in _FIGURES.items()}
        yield _put(sentence, digits, words[digits.group()]), "figure → word"
    if re.search(r"\d,\d{3}", sentence):
        yield re.sub(r"(?<=\d),(?=\d{3})", "", sentence), "1,000 → 1000"
    million = re.search(r"(?<![\w.,])(\d+)(?:\.(\d))? million\b", sentence)
    if million:
        full = f"{int(million[1]) * 1_000_000 + int(million[2] or 0) * 100_000:,}"
        yield _put(sentence, million, full), "million → zeros"


def shortened(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Without what only adds something: parentheses, a last clause (``which …``), an opening."""
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


def abbreviated(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """A short form for the long one or the other way round, where the paragraph defines it."""
    for short, long in abbreviations(paragraph).items():
        both = re.search(rf"{re.escape(long)} \({re.escape(short)}\)(?![\w/-])", sentence)
        if both:
            yield _put(sentence, both, short), f"{long} → {short}"
            yield _put(sentence, both, long), f"without ({short})"
        elif long not in sentence and re.search(
            rf"(?<![\w/-]){re.escape(short)}(?![\w/-])", sentence
        ):
            yield (
                re.sub(rf"(?<![\w/-]){re.escape(short)}(?![\w/-])", long, sentence, count=1),
                f"{short} → {long}",
            )


def reordered(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """The members of a list in another order."""
    match = re.search(r"([\w-]+), ([\w-]+), (and|or) ([\w-]+)(?=[.;])", sentence)
    if match:
        one, two, link, three = match.groups()
        yield _put(sentence, match, f"{three}, {one} {link} {two}"), "list turned"
    pair = re.search(r"\b(?:both|between) (\w+) and (\w+)\b", sentence)
    if pair:
        yield (
            _put(sentence, pair, f"{pair.group().split()[0]} {pair[2]} and {pair[1]}"),
            "pair turned",
        )


def inflected(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """Small words, tense and number changed; British spelling for American and the other way."""
    swaps = {"has been": "was", "have been": "were", "because of": "due to", "such as": "like",
             "in order to": "to", "approximately": "about", "also ": "", "color": "colour",
             "center": "centre", "tumor": "tumour", "organized": "organised", "centre": "center",
             "colour": "color", "tumour": "tumor", "organised": "organized",
             "behavior": "behaviour", "recognized": "recognised"}  # fmt: skip
    for old, new in swaps.items():
        match = re.search(rf"\b{old}", sentence)
        if match:
            yield _put(sentence, match, new), f"{old} → {new}"


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


def synonym(sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
    """One word for another that means nearly the same."""
    for match in re.finditer(rf"\b(?:{'|'.join(_LIKE)})\b", sentence):
        new = _LIKE[match.group()]
        if new not in paragraph:
            yield _put(sentence, match, new), f"{match.group()} → {new}"


class Vocabulary:
    """The frequent words of a corpus, by their endings, to be put in one another's place."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        self.by_ending: dict[str, list[str]] = defaultdict(list)
        for word, _ in counts.most_common(3000):
            self.by_ending[word[-2:]].append(word)

    def another(self, sentence: str, paragraph: str, rng: random.Random) -> Iterator[Changed]:
        """An ordinary word turned into one that has nothing to do with it but its ending."""
        for match in _WORD.finditer(sentence):
            alike = self.by_ending[match.group()[-2:]]
            new = rng.choice(alike) if alike else ""
            if new and new[:4] not in paragraph and new[:4] != match.group()[:4]:
                yield _put(sentence, match, new), f"{match.group()} → {new}"


_WORD = re.compile(r"(?<![\w-])[a-z]{6,}(?![\w-])")

FALSE: dict[str, Change] = {
    "number": number, "unit": unit, "negation": negation, "direction": direction,
}  # fmt: skip
HARDER: dict[str, Change] = {
    "number of another thing": number_of_another, "name of another thing": name_of_another,
}  # fmt: skip
TRUE: dict[str, Change] = {
    "same": same, "typography": typography, "percent": percent, "figures": figures,
    "shortened": shortened, "abbreviated": abbreviated, "reordered": reordered,
    "inflected": inflected,
}  # fmt: skip


ANOTHER_WORD = ("synonym", "other word")


def pairs(rng: random.Random, most: int) -> list[Pair]:
    """Changed and unchanged sentences of all corpora.

    :param most: of a family and corpus, in the held-out documents and again in the others.
    """
    made: list[Pair] = []
    for load in (squad, bioasq, pubmedqa):
        chunks = [chunk for chunk in load()[0] if 80 < len(chunk.text) < 4000]
        rng.shuffle(chunks)
        texts = [chunk.text for chunk in chunks]
        false = FALSE | {"entity": Entities(texts).another} | HARDER
        false |= {"other word": Vocabulary(texts).another}
        for family, change in (false | TRUE | {"synonym": synonym}).items():
            made += _made(chunks, family, change, family not in false, most, rng)
    return made


def _made(
    chunks: Sequence[Chunk], family: str, change: Change, true: bool, most: int, rng: random.Random
) -> Iterator[Pair]:
    """One pair of a paragraph, each paragraph with its own sentence or whole as the quote."""
    count: Counter[bool] = Counter()
    details: Counter[tuple[bool, str]] = Counter()
    for chunk in chunks:
        out = held_out(chunk.group)
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
