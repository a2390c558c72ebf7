"""How English questions lean on what was said before."""

import re

from rag.english.words import load_words, match_any

_DEMONSTRATIVE = match_any(load_words("closed/pronouns", "demonstrative"))
_PERSON = match_any(load_words("closed/pronouns", "person"))
_JUDGEMENT = match_any(load_words("judgements"))
_QUESTION_WORD = match_any(load_words("closed/question_words"))

OPENING = re.compile(
    r"\s*(?:and|but|or|also|so|then|(?:what|how)\s+about|why\s+not)\b", re.IGNORECASE
)
"""How a question opens that goes on with the one before."""
ENDING = re.compile(r"\b(?:too|either|instead|as well)\W*$", re.IGNORECASE)
"""How a short question ends that goes on with the one before."""
_CLOSED = match_any(
    {word for name in ("auxiliaries", "question_words", "pronouns", "prepositions", "conjunctions")
     for word in load_words(f"closed/{name}")}
)  # fmt: skip
ENDS_PHRASE = rf"{_CLOSED}(?!\w)"
"""A word before which a phrase ends."""
_NAME = rf"(?!(?:{_CLOSED}|an?|the|let)(?!\w))[\w-]+"
OWNER_PHRASE = re.compile(rf"\b(?:{_NAME}\s+){{0,2}}{_NAME}['’]s\b", re.IGNORECASE)
"""A possessor with what it is called: ``Ada Moss's``."""
PARALLEL = re.compile(
    r"\s*(?:(?:and|but|or|what\s+about|how\s+about)\s+)+(?:"
    rf"(?P<owner>{OWNER_PHRASE.pattern})"
    r"|(?P<preposition>in|at|for|on|from|under|during|by|with|after|before)\s+"
    rf"(?!{_DEMONSTRATIVE}\b|{_PERSON}\b|it\b|them\b)(?P<phrase>(?:the\s+)?[\w'’.-]+(?:\s+[\w'’.-]+){{0,3}}?)"
    r")\s*[?.!]*\s*",
    re.IGNORECASE,
)
"""A follow-up that is one phrase: ``and in Oregon?``, ``what about Ada's?``"""
POINTS_BACK = re.compile(r"\b(?:then|an?\s+\w+\s+one)\W*$", re.IGNORECASE)
"""At the end of a question: ``… a complete one?``, ``… photographs taken then?``"""
_IT_IS = r"(?:\b(?:is|was|be)\s+it|\bit(?:\s+(?:is|was|be|has\s+been)|['’]s))"
ABOUT_NOTHING = re.compile(
    rf"""
      \bit\s+(?:takes?|costs?|means?|helps?|makes?\s+sense)\s+(?:\w+\s+){{0,3}}?to\b
    | {_IT_IS}\s+(?:\w+\s+)?(?:{_JUDGEMENT}|worth\w*)\s+(?:to|that|when|if|for\s+\w+\s+to)\b
    | {_IT_IS}\s+(?:\w+\s+)?\w+\s+that\b
    | \bthere\s+(?:is|are|was|were|any|an?)\b | \b(?:is|are|was|were)\s+there\b
    | \b(?:this|these)\s+(?:articles?|documents?|files?|pages?|papers?|reports?|stud(?:y|ies)
      |texts?)\b
    | \b(?:this|that)\s+(?:autumn|century|day|decade|evening|month|morning|night|season|spring
      |summer|week|winter|year)\b
    | \bthose\s+(?:with|without|who|whose|that|in|of|from)\b | \bthat\s+of\b
    | \bno\s+one\b | \bone\s+of\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Where a pronoun stands for nothing, for what follows it, or for the documents themselves."""
OWNER = re.compile(rf"(?!(?:he|it|she|that|there|{_QUESTION_WORD})['’])\w+['’]s")
"""A possessor, which a pronoun of its own clause may stand for: ``Harvard's wealth allows it …``"""

PERSON = re.compile(rf"\b{_PERSON}\b", re.IGNORECASE)
"""A pronoun for somebody."""
POINTED_TO = re.compile(
    rf"\b{_DEMONSTRATIVE}\s+(?=((?:[^\W\d_][\w'’-]*\s+){{0,2}}[^\W\d_][\w'’-]*))", re.IGNORECASE
)
"""The words after a demonstrative: ``those stem cells``."""
STATED = re.compile(
    rf"^\W*(?:(?:and|but|so) )?(?:are|is|was|were)\s+{_DEMONSTRATIVE}\s+\w+(?<!s)\W*$",
    re.IGNORECASE,
)
"""*Is that safe?*, where the word that follows is no noun."""
WHO_IS = re.compile(r"\W*who(?:['’]s| is| was| were| are)\s+(?!the\b|an?\b)", re.IGNORECASE)
"""A question about somebody whom it names."""
