"""How English questions ask for rows of a table."""

import re
from typing import Literal

Direction = Literal["max", "min"]
Comparison = Literal["<", "<=", ">", ">=", "in"]

PLAIN_SUPERLATIVES: dict[str, Direction] = {
    "most": "max", "highest": "max", "largest": "max", "biggest": "max", "greatest": "max",
    "maximum": "max", "least": "min", "fewest": "min", "lowest": "min", "smallest": "min",
    "minimum": "min",
}  # fmt: skip
"""Words that take the name of their column with them: ``the most berths``."""
_DATE = "date time"
SUPERLATIVES: dict[str, tuple[Direction, str]] = {
    "oldest": ("min", "born birth built founded made date"),
    "youngest": ("max", "born birth built founded date"),
    "newest": ("max", "built founded made added date"), "latest": ("max", _DATE),
    "earliest": ("min", _DATE), "first": ("min", _DATE), "last": ("max", _DATE),
    "cheapest": ("min", "price cost fee rate"), "dearest": ("max", "price cost fee rate"),
    "longest": ("max", "length duration distance"), "shortest": ("min", "length duration distance"),
    "tallest": ("max", "height"), "heaviest": ("max", "weight mass"),
    "lightest": ("min", "weight mass"), "fastest": ("max", "speed"), "slowest": ("min", "speed"),
    "deepest": ("max", "depth"), "widest": ("max", "width"), "warmest": ("max", "temperature"),
    "hottest": ("max", "temperature"), "coldest": ("min", "temperature"),
}  # fmt: skip
"""Words that mean a column themselves, with what such columns are called."""
IN_TIME = frozenset("oldest youngest newest latest earliest first last".split())
"""Those that mean a date where no column has such a name."""
ASKED_MEASURES = {
    "how long": "length duration", "how tall": "height", "how high": "height",
    "how heavy": "weight mass", "how fast": "speed", "how deep": "depth", "how wide": "width",
    "when": f"{_DATE} *", "how expensive": "price cost fee",
    "cost": "price cost fee", "costs": "price cost fee",
}  # fmt: skip
"""Words that ask for a column, with what such columns are called."""
COUNT = re.compile(r"\bhow many\b|\bnumber of\b|\bcount(?: of)?\b")
SUM = re.compile(
    r"\b(?:(?:in|the|grand) )?total(?: of)?\b|\bsum(?: of)?\b|\baltogether\b|\bin all\b"
)
MEAN = re.compile(r"\b(?:on )?average(?: of)?\b|\bmean\b")
CHOOSES = re.compile(r"\s*(?:which|who|list|show|what are|name)\b")
"""The beginning of a question for the rows that fit."""
HEAD_NOUN = re.compile(
    r"\b(?:which|how many|number of|list(?: all)?|show(?: all)?)\s+(?:the\s+)?(\w+)"
)
NEGATION = re.compile(r"\b(?:not|never|no|without)\b|n't\b")
_LITERAL_AHEAD = r"(?=[^\s\d]{0,3}\s?\d|[a-z]+ \d{4})"
_COMPARING: tuple[tuple[str, Comparison], ...] = (
    ("no more than|at most|up to|until|not more than", "<="),
    ("at least|no less than|not less than|since", ">="),
    ("more than|greater than|over|above|after|later than|larger than|higher than", ">"),
    ("less than|fewer than|under|below|before|earlier than|lower than|smaller than", "<"),
    ("in|during|on|of", "in"),
)
COMPARISONS = tuple(
    (re.compile(rf"\b(?:{words})\s+{_LITERAL_AHEAD}"), sign) for words, sign in _COMPARING
)
"""Words before a number or a date, with what they compare; ``in 2024`` means a part of time."""
FREE_WORDS = frozenset(
    """a an the of in on at for from to with is are was were be been being has have had having do
    does did there what whats which who whom when where that those these and please me show list
    give tell all it its they their i we our my you your much many how get gets got any name here
    by made item items row rows entry entries record records column columns field sheet worksheet
    table document file""".split()
)
"""Words that choose nothing."""
MEASURES = frozenset("price prices value values amount amounts number numbers figure level".split())
"""Nouns that choose nothing after the name of a column: ``the closing price``."""
CHANGES = frozenset(
    """increase decrease change growth decline difference cause percentage percent share
    ratio""".split()
)
"""Words of a question for what no single cell says."""
PERIODS = frozenset("fiscal year years ended ending end".split())
"""Words beside a year that choose nothing."""
ASKS_FOR_YEAR = re.compile(
    r"\b(?:(?:in|for|during)\s+)?(?:which|what)\s+(?:(?:fiscal|financial)\s+)?(?:year|fy)\b", re.I
)
EXTREMES = {word: 1 if end == "max" else -1 for word, end in PLAIN_SUPERLATIVES.items()} | {
    "higher": 1, "larger": 1, "bigger": 1, "greater": 1, "lower": -1, "smaller": -1, "fewer": -1,
}  # fmt: skip
"""Words for the highest and the lowest value of a row."""
ORDINALS = frozenset("second third fourth fifth next last than".split())
"""Words beside them that mean another one."""
WHOLE = frozenset("total consolidated overall group".split())
"""Words over rows for all together, which a question may leave out."""
DAYS = frozenset("day days date dates".split())
"""Nouns for a column of dates, whatever it is called."""
SCALES = {"thousand": 3, "k": 3, "million": 6, "mn": 6, "billion": 9, "bn": 9}
"""Words after a number, with the zeros that they stand for."""
REFUSED_WORDS = frozenset(
    """or per each every except other than versus vs difference compare ratio percent percentage
    median why should if because only second third again another both neither either but also still
    without between""".split()
)
"""Words of a question that asks for more than is done here."""
TOTAL_ROW = re.compile(
    r"(?:grand |sub-?)?totals?\b|sum\b|average\b|mean\b|overall\b|summe\b|gesamt\b", re.I
)
"""The beginning of a row that sums up others."""
TRUE, FALSE = frozenset("true yes y x ✓ ✔ ja".split()), frozenset("false no n nein ✗ ✘".split())
CURRENCIES = {
    "euro": "€", "euros": "€", "eur": "€", "dollar": "$", "dollars": "$", "usd": "$", "pound": "£",
    "pounds": "£", "gbp": "£",
}  # fmt: skip
