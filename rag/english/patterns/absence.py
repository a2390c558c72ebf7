"""How a chat model says that the passages do not hold something.

In English, and what little it takes to recognise the same in German, French and Spanish, since
models answer in the language of the question.
"""

import re

SOURCE = (
    r"(?:passages?|documents?|documentation|texts?|sources?|excerpts?|context|snippets?|papers?"
    r"|articles?|references?"
    r"|(?:provided|given|available|supplied|retrieved|above) (?:materials?|content|information|data"
    r"|files?)"
    r"|(?:materials?|content|information|data|files?) (?:provided|given|available|supplied|above))"
)
_OF_SOURCE = (
    r"(?: (?:provided|given|above|available|here|supplied|listed|retrieved|cited|numbered"
    r"|(?:that )?(?:you|I) (?:gave|provided|have|was given|were given)|at hand"
    r"|\d+(?:[-–, and]+\d+)*))*"
)
_NOT = r"(?:n['’]t|\s+not|\s+never|not)"
_SAY = (
    r"(?:mention|contain|provide|state|specif|includ|say|said|discuss|address|cover|give|gave|describ"
    r"|answer|have|has|indicat|report|offer|show|detail|name|tell|explain|identif|list|refer|appear"
    r"|seem|speak|touch|clarif|disclos|reveal|elaborate|mak|hold|support|allow|present|talk"
    r"|go into)"
)
_SAID = (
    r"(?:mentioned|specified|stated|given|provided|discussed|addressed|covered|found|available"
    r"|described|included|listed|reported|answered|named|indicated|disclosed|present|explained"
    r"|contained|identified|clear|documented|detailed|shown)"
)
_KIND = (
    r"(?:mention|information|indication|details?|data|references?|statements?|answer|figures?"
    r"|passages?|record|discussion|description|explanation|trace|word|clear answer|specifics?)"
)
_FIND = (
    r"(?:find|answer|determine|locate|see|have|know|tell|say|provide|confirm|identify|give|establish"
    r"|verify|infer|conclude|respond)"
)
_ADVERB = (
    r"(?:explicitly |directly |specifically |clearly |actually |really |yet |ever |further |any )"
)
_ABSENT = (
    rf"\b{SOURCE}{_OF_SOURCE}(?: \w+)? (?:do|does|did|is|are|was|were|has|have|can|could){_NOT} "
    rf"(?:\w+ ){{0,2}}?{_SAY}",
    rf"\b{SOURCE}{_OF_SOURCE} never {_SAY}",
    rf"\b(?:based on|from|in|according to|judging by) (?:the|these|those|your|all)(?: \w+)?"
    rf" {SOURCE}{_OF_SOURCE},? .*\b(?:unclear|not clear|not possible|impossible|unknown|cannot be"
    rf"|not {_SAID})\b",
    rf"\b(?:none|neither|nothing)\b[^.]{{0,30}}\b{SOURCE}{_OF_SOURCE} (?:\w+ )?(?:{_SAY}|{_SAID})",
    rf"\bno{_ADVERB}? ?(?:\w+ ){{0,2}}?{SOURCE}{_OF_SOURCE} (?:{_SAY})",
    rf"\bthere (?:is|are|was|were|['’]s) (?:no|not any|nothing)\b(?: \w+){{0,3}} ?"
    rf"(?:{_KIND}\b|(?:about|on|regarding|in (?:the|these) {SOURCE}))",
    r"\bthere (?:isn|aren|wasn)['’]t (?:any|anything)\b",
    rf"\bno (?:\w+ ){{0,2}}?{_KIND}\b.{{0,80}}\b(?:in|from|within|by|across) (?:the|these|any"
    rf"|your)? ?(?:\w+ )?{SOURCE}\b",
    rf"\bno (?:\w+ ){{0,2}}?{_KIND}\b.{{0,40}}\b(?:is|are|was|were) {_SAID}",
    rf"(?:is|are|was|were|isn|aren|wasn|weren)(?:{_NOT}) {_ADVERB}?{_SAID}\b[^.]*"
    rf"\b(?:in|by|from|within|anywhere)\b[^.]*\b{SOURCE}\b",
    rf"\b(?:I|we)\b(?:['’]m| am| was| are| were)? ?(?:sorry|unable|not able|cannot|can['’]t|can not"
    rf"|could not|couldn['’]t|do not|don['’]t|did not|didn['’]t|have no|found no|see no)\b.*\b"
    rf"(?:{_FIND}|{_KIND})\b",
    r"\b(?:cannot|can['’]t|can not|could not|couldn['’]t) be (?:\w+ )?(?:answered|determined|found"
    r"|inferred|established|derived|concluded|deduced|verified|confirmed)\b",
    rf"\b(?:unclear|not clear|not possible|impossible|not known|unknown|unspecified|not specified"
    rf"|not stated)\b[^.]*\b(?:from|based on|in|to (?:determine|say|tell|answer))\b[^.]*"
    rf"\b(?:{SOURCE}|this question|the question)\b",
    rf"\b{SOURCE}{_OF_SOURCE} (?:say|says|contain|contains|mention|mentions|have|has|give|gives"
    rf"|provide|provides|offer|offers|include|includes) (?:nothing|no)\b",
    rf"\b{SOURCE}{_OF_SOURCE} (?:\w+ )?(?:lacks?|omits?|(?:is|are|remains?) silent|fails? to"
    rf"|stops? short|leaves? (?:this|that|it) open)",
    rf"\b(?:insufficient|not enough|too little|no relevant|lack of) (?:\w+ )?(?:{_KIND}|context)\b",
    r"^(?:not (?:mentioned|stated|specified|found|provided|given|available|addressed)|unknown|n/a"
    r"|no answer(?: found)?|no information(?: available| found)?)(?: in [^.]*)?\W*$",
    rf"\b(?:outside|beyond) (?:the scope of )?(?:the|these|what the)(?: \w+)? {SOURCE}\b",
    rf"\b{SOURCE}{_OF_SOURCE} (?:only|merely|solely) (?:\w+ ){{0,2}}.{{0,80}}\bnot\b",
)  # fmt: skip
_OTHER_LANGUAGES = (
    r"\b(?:passagen?|textstellen?|textpassagen?|dokumenten?|texte?n?|quellen?|abschnitte?n?"
    r"|auszüge?n?|unterlagen|kontext|informationen)\b.*\b(?:nicht|nichts|keine?[nmrs]?)\b",
    r"\b(?:keine?[nmrs]?|nicht|nichts)\b.*\b(?:passagen?|textstellen?|dokumenten?|texte?n?|quellen?"
    r"|abschnitte?n?|auszügen?|unterlagen|kontext)\b",
    r"\b(?:passages?|documents?|textes?|sources?|extraits?|contexte)\b.*\b(?:ne |n['’])\s?"
    r"(?:\w+ ){0,3}(?:pas|aucune?|rien)\b",
    r"\b(?:aucune? (?:information|mention|passage|document|source)|rien)\b.*\b(?:passages?"
    r"|documents?|textes?|sources?|extraits?|contexte|question|indique|mentionne)\b",
    r"\b(?:pasajes?|documentos?|textos?|fuentes?|fragmentos?|contexto)\b.*\bno\b",
    r"\bno (?:se )?(?:menciona|especifica|indica|encuentra|encuentro|hay)\b.*\b(?:pasajes?"
    r"|documentos?|textos?|fuentes?|fragmentos?|contexto|información)\b",
)
SAYS_ABSENT = re.compile("|".join((*_ABSENT, *_OTHER_LANGUAGES)), re.IGNORECASE)
"""A sentence that says of the passages that they do not say something."""
TURNS = re.compile(
    r"(?:[,;] (?:but|although|though|while|whereas|however,?)"
    r"|[,;—–] ?(?:they|it) (?:do|does) (?:however )?(?=\w+ ))\s*",
    re.IGNORECASE,
)
"""Where such a sentence goes on to what the passages do say."""
