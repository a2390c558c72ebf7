"""How chat models write around what they claim: openings, closings, references to passages."""

import re

from rag.english.patterns.absence import SOURCE

_NUMBERS = r"#?\d{1,3}(?:\s*(?:[,;–-]|and|&|,\s*and)\s*#?\d{1,3})*"
_PASSAGE = r"(?:passages?|sources?|documents?|docs?\.?|excerpts?|refs?\.?|references?)"
IN_BRACKETS = re.compile(
    rf"[(（]\s*(?:see |cf\.? |from |as in )?(?:also )?{_PASSAGE}\s*:?\s*({_NUMBERS})\s*[)）]",
    re.IGNORECASE,
)
"""``(Passage 1)``, ``(see sources 1 and 2)``."""
ACCORDING_TO = re.compile(
    rf"(?:(?:according to|as (?:stated|noted|described|mentioned|shown|reported|explained|said) in"
    rf"|based on|per|in|from) (?:the )?{_PASSAGE} (?P<first>{_NUMBERS})\s*[,:]\s*"
    rf"|(?:the )?{_PASSAGE} (?P<second>{_NUMBERS}) (?:also |further |clearly |explicitly )?"
    r"(?:states?|says?|notes?|mentions?|reports?|explains?|describes?|shows?|indicates?|adds?"
    r"|confirms?|specif(?:y|ies)|highlights?)(?: that|:)\s+"
    rf"|(?:the )?{_PASSAGE} (?P<third>{_NUMBERS}) (?:says?|states?|adds?|notes?)\s+)",
    re.IGNORECASE,
)
"""``According to passage 1, …``, ``Passage 2 states that …``."""
BASED_ON = re.compile(
    rf"(?:based on|according to|judging by|from|in) (?:(?:the|these|those|your|all) )"
    rf"(?:\w+ )?{SOURCE}(?: (?:provided|given|above|you (?:gave|provided)))?\s*,\s*",
    re.IGNORECASE,
)
"""``Based on the passages, …``."""
ANNOUNCES = re.compile(
    r"(?:here (?:is|are)|here['’]s|this is|the answer is|the (?:short |direct )?answer)\b"
    r"[^:.!?]{0,60}:\s+",
    re.IGNORECASE,
)
"""``Here is what the passages say: …``."""
YES_OR_NO = re.compile(
    r"(?:yes|no|correct|indeed|exactly|partly|not (?:quite|exactly)|it depends)[.!,:]?",
    re.IGNORECASE,
)
STRUCTURE = re.compile(
    r"(?:(?:sure|certainly|of course|absolutely|okay|ok|great question|good question|hello|hi"
    r"|thanks?(?: you)?(?: for .*)?)\b[^.!?]{0,60}[.!,:]?"
    r"|(?:here (?:is|are)|here['’]s|below (?:is|are)|the following (?:is|are)?|these are|they are"
    r"|this is)\b.{0,160}:"
    rf"|(?:based on|according to|from|in) (?:the|these|your)\b.{{0,120}}:"
    r"|(?:the )?(?:short |brief |direct |final |quick )?(?:answer|summary|conclusion|overview"
    r"|in summary|in short|to summari[sz]e|key points|tl;?dr)(?: is)?(?: as follows)?\s*:?"
    r"|(?:sources?|references?|citations?|cited passages?|passages? (?:used|cited))\b\s*:?"
    rf"(?:\s*{_PASSAGE}?\s*{_NUMBERS})?[.\s]*"
    r"|(?:i hope|hope) (?:this|that|it)\b.*"
    r"|(?:please )?(?:let me know|feel free|don['’]t hesitate)\b.*"
    r"|if you (?:have|need|want|would like|['’]d like|are interested|provide|share|can)\b.*"
    r"|(?:would|do|shall|should|may|can) (?:you|i)\b.*\?"
    r"|is there anything else\b.*"
    r"|(?:i['’]?m|i am) (?:happy|glad) to\b.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A sentence that claims nothing: a greeting, an announcement, a closing offer, cited sources."""
