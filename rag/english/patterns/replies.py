"""How chat models write around what they claim: openings, closings, references to passages."""

import re

from rag.english.patterns.refusals.absence import SOURCE

_PASSAGE = r"(?:passages?|sources?|documents?|docs?\.?|excerpts?|refs?\.?|references?)"
_NUMBER = r"\[?#?\d{1,3}\]?"
NUMBERS = rf"{_NUMBER}(?:\s*(?:,\s*and|[,;&–-]|and)?\s*(?:{_PASSAGE}\s+)?{_NUMBER}){{0,9}}"
"""Numbers of passages: ``1, 2 and 3``."""
LOCATOR = (
    r"\s{0,9}[,:;]?\s{0,9}"
    r"(?:(?:pp?|pages?|sections?|sec|lines?|paragraphs?|para|chapters?|ch)\b\.?|§{1,2})"
    r"\s{0,9}\d[\w.]{0,9}(?:\s{0,9}[–—-]\s{0,9}\d[\w.]{0,9})?"
)
"""The place in a passage that a mark may name as well: ``, p. 5``, ``, pages 3–4``, ``: § 2.1``."""
IN_BRACKETS = re.compile(
    rf"[(（]\s*(?:see |cf\.? |from |as in )?(?:also )?{_PASSAGE}\s*:?\s*({NUMBERS})"
    rf"(?:{LOCATOR})?\s*[)）]",
    re.IGNORECASE,
)
"""``(Passage 1)``, ``(see sources 1 and 2)``, ``(Source 1, p. 5)``."""
ACCORDING_TO = re.compile(
    rf"(?:(?:according to|as (?:stated|noted|described|mentioned|shown|reported|explained|said) in"
    rf"|based on|per|in|from) (?:the )?(?:{_PASSAGE} (?P<first>{NUMBERS})|(?P<marks>\[\d{{1,3}}\]"
    rf"(?:\s*(?:,\s*and|,|and|&)?\s*\[\d{{1,3}}\]){{0,9}}))\s*[,:]\s*"
    rf"|(?:the )?{_PASSAGE} (?P<second>{NUMBERS}) (?:also |further |clearly |explicitly )?"
    r"(?:states?|says?|notes?|mentions?|reports?|explains?|describes?|shows?|indicates?|adds?"
    r"|confirms?|specif(?:y|ies)|highlights?)(?: that|:)\s+"
    rf"|(?:the )?{_PASSAGE} (?P<third>{NUMBERS}) (?:says?|states?|adds?|notes?)\s+)",
    re.IGNORECASE,
)
"""``According to passage 1, …``, ``Passage 2 states that …``."""
BASED_ON = re.compile(
    rf"(?:based on|according to|judging by|from|in) (?:the|these|those|your|all) "
    rf"(?:\w+ )?{SOURCE}(?: (?:provided|given|above|you (?:gave|provided)))?\s*,\s*",
    re.IGNORECASE,
)
"""``Based on the passages, …``."""
ANNOUNCES = re.compile(
    r"(?:(?:here (?:is|are)|here['’]s) (?:what|the|an?|your|some)\b[^:.!?]{0,60}"
    r"|(?:the )?(?:short |direct |brief )?(?:answer|summary)):\s+",
    re.IGNORECASE,
)
"""``Here is what the passages say: …``."""
YES_OR_NO = re.compile(
    r"(?:yes|no|correct|indeed|exactly|partly|not (?:quite|exactly)|it depends)[.!,:]?",
    re.IGNORECASE,
)
SOURCES = re.compile(
    r"(?:sources?|references?|citations?|cited (?:passages?|sources?)|passages? (?:used|cited))"
    rf"\s*:?\s*(?:{_PASSAGE}?\s*{NUMBERS})?[.\s]*",
    re.IGNORECASE,
)
"""What opens a list of sources at the end of a reply, or is all of it."""
_MORE = r"(?:(?:any|more|other|further|additional|specific|else) ?){0,3}"
STRUCTURE = re.compile(
    r"(?:(?:sure|certainly|of course|absolutely|okay|ok|great question|good question|hello|hi)"
    r"(?: thing)?[.!,]?(?: (?:here|i|let)\b[^.!?]{0,80}[.!:])?"
    r"|(?:here (?:is|are)|here['’]s|below (?:is|are)|the following (?:is|are)?|these are)\b"
    r".{0,160}:"
    rf"|(?:based on|according to|from|in) (?:the|these|your) (?:\w+ )?{SOURCE}\b.{{0,120}}:"
    r"|(?:the )?(?:short |brief |direct |final |quick )?(?:answer|summary|conclusion|overview"
    r"|in summary|in short|to summari[sz]e|key points|tl;?dr)(?: is)?(?: as follows)?\s*:?"
    r"|(?:i hope|hope) (?:this|that|it) (?:helps?|answers|clarifies|is (?:what|helpful))\b.{0,80}"
    r"|(?:please )?(?:let me know|feel free to|don['’]t hesitate to)\b.{0,160}"
    rf"|if you (?:have|need|want|would like|['’]d like) {_MORE}(?:questions?|information|details?"
    r"|help|context|clarification|documents?|to know more)\b.{0,120}"
    r"|is there anything else\b.{0,80}"
    r"|(?:i['’]?m|i am) (?:happy|glad) to\b.{0,120})",
    re.IGNORECASE | re.DOTALL,
)
"""A sentence that claims nothing: a greeting, an announcement, a closing offer."""
NO_MARK = re.compile(
    r"(?:articles?|sections?|sec\.?|§+|paragraphs?|para\.?|art\.?|tables?|eqs?\.?|equations?|fig\.?"
    r"|figures?|clauses?|no\.?|nr\.?|numbers?|steps?|chapters?|parts?|items?|options?|rules?"
    r"|appendix|annex|schedule|versions?|levels?|grades?|types?|phases?|stages?|class)",
    re.IGNORECASE,
)
"""A word after which a number in brackets is a part of a law or a book, and no mark."""
