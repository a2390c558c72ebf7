"""How English sentences are turned into the questions that they answer."""

import re
from typing import NamedTuple

from rag.english.words import load_words, match_any

LEAD = re.compile(
    r"^(?:\w+: )?(?:(?:however|additionally|in addition|moreover|furthermore|finally|for example"
    r"|for instance|in summary|in short|in particular|in general|in recent years|also|specifically"
    r"|as a result|therefore|thus|hence|overall|today|currently|similarly|indeed|in fact),? )?"
    r"(?:(?:research|studies|evidence|results?|experiments?) (?:has|have)? ?"
    r"(?:shown?|indicates?|suggests?|found|demonstrated?) that )?",
    re.IGNORECASE,
)
"""What opens a sentence and is no part of what it says."""
_NOUN = r"(?P<subject>(?:[\w'’/-]+ ){0,5}?[\w'’/-]+)"
_ADVERB = r"(?:(?:also|often|usually|mainly|primarily|originally|\w+ly) )?"
_BE = r"(?P<be>is|are|was|were)"
_MADE = (
    r"(?P<done>founded|built|established|released|introduced|created|published|opened|launched"
    r"|discovered|invented|completed|incorporated|developed|designed|painted|written|composed)"
)
_DERIVED = r"(?P<done>derived|made|built|obtained|produced|isolated|extracted|prepared|generated)"
_BY = r"(?P<done>caused|governed|regulated|managed|owned|operated|maintained|controlled|funded)"
_GIVES = "|".join(
    f"{verb}s?" for verb in "contain require produce prevent reduce improve cover include".split()
)


class Shape(NamedTuple):
    """One way to turn a sentence round.

    :param pattern: of the beginning of a sentence.
    :param question: what it becomes; the fields are the groups of the pattern.
    :param weight: how well such questions read.
    :param is_spoken_to: whether the sentence tells its reader what to do; *your* becomes *my*.
    """

    name: str
    pattern: str
    question: str
    weight: float
    is_spoken_to: bool = False


SHAPES = (
    Shape("when", rf"{_NOUN} {_BE} {_ADVERB}{_MADE} (?:[^,;.]* )?in (?:\w+ )?(?:1[5-9]|20)\d\d\b",
          "When {be} {subject} {done}?", 3.5),
    Shape("where", rf"{_NOUN} {_BE} {_ADVERB}(?P<done>located|situated|headquartered) "
          r"(?:in|at|on|near)\b",
          "Where {be} {subject} {done}?", 3.5),
    Shape("who", rf"{_NOUN} {_BE} {_ADVERB}{_MADE} by (?=(?:the )?[A-Z])",
          "Who {be} {subject} {done} by?", 3.0),
    Shape("price", rf"{_NOUN} (?P<cost>costs?) (?:[^,;.]{{0,20}} )?[$€£]?\d",
          "How much {do} {subject} cost?", 3.0),
    Shape("count", rf"{_NOUN} (?P<has>has|have|contains|consists of) (?:about |over |some )?"
          rf"(?:{match_any(load_words('numbers'))}|\d[\d,]*) (?P<rest>[a-z]{{3,}}s)\b",
          "How many {rest} {do} {subject} have?", 3.0),
    Shape("which", rf"{_NOUN} such as [^;.]+? (?P<rest>(?:can|could|may|play|help) [^,;.]+)[.;]?$",
          "Which {subject} {rest}?", 2.0),
    Shape("role", rf"{_NOUN},? (?P<plays>plays?|played) (?:an? |the )?(?:[\w-]+ )?roles? in "
          r"(?P<rest>[\w' -]+?)(?= (?:due|because|by|that|which|and are)\b|[,;.]|$)",
          "What role {do} {subject} play in {rest}?", 3.0),
    Shape("from", rf"{_NOUN} {_BE} {_ADVERB}{_DERIVED} (?:from|of|out of)\b",
          "What {be} {subject} {done} from?", 3.0),
    Shape("used", rf"{_NOUN} (?P<be>is|are) {_ADVERB}used (?:to|for) ",
          "What {be} {subject} used for?", 3.0),
    Shape("by", rf"{_NOUN} {_BE} {_ADVERB}{_BY} by\b", "What {be} {subject} {done} by?", 2.0),
    Shape("responsible", rf"{_NOUN} {_BE} (?:\w+ )?responsible for ",
          "What {be} {subject} responsible for?", 3.0),
    Shape("purpose", r"[Tt]he (?P<end>purpose|goal|aim|objective|mission|main (?:dis)?advantage"
          rf"|main challenge) of {_NOUN} (?P<be>is|was) ",
          "What {be} the {end} of {subject}?", 3.0),
    Shape("letters", rf"{_NOUN} (?P<stands>stands?) for ", "What {do} {subject} stand for?", 3.0),
    Shape("means", rf"{_NOUN} (?:refers to|means|is defined as|denotes) ",
          "What does {subject} mean?", 2.5),
    Shape("being", rf"{_NOUN} (?P<be>is|are) (?:an?|the|any|one of the) (?!\w+est\b)",
          "What {be} {subject}?", 2.0),
    Shape("apposition", rf"{_NOUN}, an? [^,]+, (?!and\b|or\b)", "What is {subject}?", 1.5),
    Shape("gives", rf"{_NOUN} (?P<gives>{_GIVES}) (?!in\b|on\b|to\b|for\b)",
          "What {do} {subject} {gives}?", 1.5),
    Shape("to do", r"(?:[Ii]n order to|[Tt]o) (?P<subject>(?!be\b|have\b|do\b)[a-z]+ [^,;:.()]+?), "
          r"(?:you (?:can|must|should|need|have)|please|just|simply|use|run|click|call|go|set|send"
          r"|press|open|write|type|add|choose|select|enter|create|contact|ask|submit|specify)\b",
          "How do I {subject}?", 3.5, is_spoken_to=True),
    Shape("if you", r"[Ii]f you (?:want|need|wish|would like) to "
          r"(?P<subject>[a-z]+ [^,;:.()]+?), \w+",
          "How do I {subject}?", 3.0, is_spoken_to=True),
    Shape("can by", r"[Yy]ou can (?P<subject>(?!also\b|be\b)[a-z]+ [^,;:.()]+?) "
          r"(?:by \w+ing|using|with the)\b",
          "How can I {subject}?", 3.0, is_spoken_to=True),
)  # fmt: skip
_PRONOUNS = load_words("closed/pronouns") - load_words("closed/pronouns", "counting")
LEANS = re.compile(
    rf"\b(?:{match_any(_PRONOUNS)}|both|here|there|who|such|same|other|another|so"
    r"|whose|what|further|following|above|below|latter|former|see|figures?|tables?|sections?"
    r"|examples?|chapters?|pages?|approach(?:es)?|results?|stud(?:y|ies)|authors?|paper|article"
    r"|text|document|thing|things|way|ways|case|cases|step|steps|point|reason|problem|issue)\b",
    re.IGNORECASE,
)
"""Words that lean on what stands elsewhere."""
SPOKEN_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|him|his|she|her|we|us|our|here|there"
    r"|such|so|same|above|below|following|one|both|other|another|do|does|i|my|me)\b",
    re.IGNORECASE,
)
"""The same, of a sentence that speaks to its reader."""
_JOINING = load_words("closed/auxiliaries") | load_words("closed/conjunctions") - {"and", "or"}
CLAUSE = re.compile(
    rf"\b(?:{match_any(_JOINING)}|which|when|where|not|no|during"
    r"|despite|to|than|then|many|some|most|several|each|all|any|one|two|more|less|only|just|up|out"
    r"|let|by|at|around|near|within|without|among|along|per|via|like|unlike|including|first|second"
    r"|third|last|with|from|on|about|between|as|if|three|every|few|certain|various|different)\b",
    re.IGNORECASE,
)
"""Words that make a clause or a quantity of what should be a name."""
_SPEAKER = {"your": "my", "you": "I", "yourself": "myself", "yours": "mine"}


def turn_speaker(phrase: str) -> str:
    """Say for oneself what is said to *you*: ``change your key`` becomes ``change my key``."""
    return re.sub(
        rf"\b{match_any(_SPEAKER)}\b", lambda found: _SPEAKER[found[0].lower()], phrase,
        flags=re.IGNORECASE,
    )  # fmt: skip


ABOUT_SECTION = "What does the section “{name}” say?"
ABOUT_SECTION_OF = "What does the section “{name}” in {document} say?"
ABOUT_DOCUMENT = "What is {document} about?"
IS_QUESTION = re.compile(
    r"(?:(?:what|which|who|whom|whose|when|where|why|how)\b|(?:can|could|do|does|did|is|are|was|were"
    r"|will|would|should|may|must|has|have)\s+\w+\b).{8,}\?",
    re.IGNORECASE,
)
"""A heading or a line that is a question as it stands."""
SAYS_NOTHING = re.compile(
    r"(?:introduction|overview|background|contents?|table of contents|miscellaneous|other|notes?"
    r"|general|details?|conclusions?|discussion|results?|methods?|acknowledge?ments?|appendix"
    r"|see also|further reading|external links|references?|bibliography|index|preface|foreword"
    r"|abstract|(?:.*\bsummary(?: of key points)?)|changelog|license|examples?|untitled"
    r"|page \d+|slide \d+|sheet ?\d*)",
    re.IGNORECASE,
)
"""A heading that names no subject."""
