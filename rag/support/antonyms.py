"""Pairs of words that say the opposite of each other, in general English.

Each row of the table is one way in which things can be contrary: a word and one of the other side
exclude each other when they are said of the same thing. Besides the table, a prefix makes an
opposite (``stable``, ``unstable``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from rag.text.terms import terms

_TABLE = """
increase increasing rise rising rose risen grow grew grown growth gain climb raise elevate elevation
  boost surge soar expand expansion enlarge escalate accumulate upregulate upregulation upward
  higher greater enhance amplify augment multiply swell double triple heighten
  / decrease decreasing reduce reduction fall falling fell fallen decline drop lower shrink shrank
  shrunk diminish lessen cut plummet dwindle contract contraction deplete depletion downregulate
  downregulation downward smaller attenuate halve lose losing lost loss weaken subside suppress
  slump plunge
high highest tall peak maximum maximal maximize maximise
  / low lowest minimum minimal minimize minimise
top / bottom
more / less fewer
most majority / least minority
many numerous / few
large larger largest big bigger biggest huge / small smaller smallest little tiny
long longer longest prolong lengthen extend / short shorter shortest shorten
tall taller / short shorter
wide wider widen broad broader broaden / narrow narrower
thick thicker thicken / thin thinner
deep deeper / shallow shallower
heavy heavier / light lighter
fast faster fastest quick quicker rapid accelerate hasten / slow slower slowest delay decelerate
  gradual
early earlier earliest / late later latest
before prior precede preceding previous / after follow following subsequent
first initial / last final
old older oldest ancient / young younger youngest new newer newest modern
north northern / south southern
east eastern / west western
northeast northeastern / southwest southwestern
northwest northwestern / southeast southeastern
left / right
upper / lower
above over exceed / below under beneath
inside within inner internal interior indoor / outside outer external exterior outdoor
forward forwards / backward backwards
ascend / descend
horizontal / vertical
near nearer close closer nearby / far farther distant remote
improve improvement better best benefit beneficial ameliorate alleviate / worsen worse worst
  deteriorate deterioration aggravate exacerbate impair impairment harm harmful detrimental
strengthen stronger strong strongest reinforce / weaken weaker weak weakest undermine
positive positively / negative negatively adverse
good / bad poor
advantage advantageous / disadvantage drawback
safe safer safety / dangerous danger hazardous toxic
success succeed successful successfully / fail failure
easy easier easily simple / difficult hard harder complex complicated
common frequent frequently often usually / rare rarely infrequent seldom
always / never sometimes
all every / none
certain sure / doubtful
major / minor
mild milder / severe
acute / chronic
benign / malignant
healthy / sick ill
alive survive survival / dead die dying died death
birth born / death died
sensitive sensitivity susceptible vulnerable / resistant resistance immune
activate activation active stimulate stimulation induce induction trigger promote promotion
  facilitate / inhibit inhibition inactivate suppress suppression block repress repression hinder
  impede prevent prevention deactivate abolish
agonist / antagonist
cause / prevent
allow permit enable / forbid forbade forbidden ban prohibit prevent
encourage / discourage deter
support favour favor endorse advocate / oppose opposition resist object
accept approve approval adopt agree / reject rejection refuse refusal decline deny veto
confirm prove proven verify / refute disprove contradict
include inclusion / exclude exclusion omit
add addition / remove removal subtract delete
create creation build built found founded establish / destroy destruction demolish abolish dissolve
start begin began begun beginning commence launch open opening / end finish stop cease conclude
  close closing
continue remain persist / stop cease quit discontinue
enter entry arrive arrival come came join / leave left exit depart departure withdraw withdrew
attack offensive / defend defence defense defensive
win won winner victory beat / lose lost loser defeat
attract attraction / repel repulsion
connect attach join unite merge combine / disconnect detach separate divide split
import / export
buy bought purchase acquire / sell sold sale
lend / borrow
give gave given send sent / receive take took taken
teach taught / learn
push / pull
hire employ appoint / dismiss sack
demand / supply
profit profitable surplus / loss deficit
rich wealthy / poor
cheap cheaper inexpensive / expensive costly
public / private
legal lawful / illegal unlawful
guilty convict / innocent acquit
present presence exist / absent absence missing
visible / hidden invisible
full / empty
open / closed shut
hot hotter warm warmer heat / cold colder cool cooler chill
wet damp humid / dry arid
bright light / dark
hard rigid / soft flexible
rough / smooth
liquid / solid
acid acidic / alkaline basic
male man men boy / female woman women girl
same identical equal similar alike / different distinct unlike differ
true / false
correct right accurate / incorrect wrong inaccurate
natural / artificial synthetic
direct / indirect
urban / rural
ally allies friend / enemy enemies foe opponent
ancestor / descendant
predecessor / successor
parent mother father / child daughter son
host / guest
temporary / permanent
optional voluntary / mandatory compulsory obligatory
primary / secondary
local / global
inhale / exhale
dominant / recessive
anterior / posterior
proximal / distal
systolic / diastolic
hypertension / hypotension
aerobic / anaerobic
day / night
summer / winter
spring / autumn
morning / evening
"""
"""A row's two sides; a row goes on in lines that are set in."""

_NEGATING = ("un", "in", "im", "ir", "il", "non", "dis", "de", "mis", "anti")
_PAIRED = (
    ("hyper", "hypo"),
    ("over", "under"),
    ("up", "down"),
    ("pre", "post"),
    ("intra", "extra"),
)
_ROOT = 5
"""Letters; what is left of a shorter word is too often a word of its own (``in-form``)."""


def opposite(first: str, second: str) -> bool:
    """Whether two search terms say the opposite of each other."""
    if same_side(first, second):
        return False
    sides = _sides()
    return any(
        (row, -side) in sides.get(second, ()) for row, side in sides.get(first, ())
    ) or _by_prefix(first, second)


def same_side(first: str, second: str) -> bool:
    """Whether two terms are the same or stand on one side of a row."""
    sides = _sides()
    return first == second or not sides.get(first, frozenset()).isdisjoint(sides.get(second, ()))


@lru_cache(maxsize=1 << 12)
def same_sides(term: str) -> frozenset[str]:
    """The terms of the table that stand on one side with a term."""
    return frozenset(other for other in _sides() if other != term and same_side(term, other))


@lru_cache(maxsize=1 << 12)
def opposites(term: str) -> frozenset[str]:
    """The terms of the table that say the opposite of a term."""
    return frozenset(other for other in _sides() if opposite(term, other))


@lru_cache(maxsize=1 << 14)
def _by_prefix(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    if len(short) >= _ROOT and any(long == f"{prefix}{short}" for prefix in _NEGATING):
        return True
    return any(
        {first, second} == {f"{one}{rest}", f"{other}{rest}"}
        for one, other in _PAIRED
        for rest in (long.removeprefix(one), long.removeprefix(other))
        if _ROOT - 1 <= len(rest) < len(long)
    )


@lru_cache(maxsize=1)
def _sides() -> Mapping[str, frozenset[tuple[int, int]]]:
    """The rows on which each term stands, and on which side of them: 1 or −1."""
    found: dict[str, set[tuple[int, int]]] = {}
    for number, row in enumerate(re.split(r"\n(?! )", _TABLE.strip())):
        for side, words in zip((1, -1), row.split("/"), strict=True):
            for term in terms(words):
                found.setdefault(term, set()).add((number, side))
    return {term: frozenset(places) for term, places in found.items()}
