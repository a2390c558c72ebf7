"""How a chat model says that the passages do not hold something.

In English, and what little it takes to recognise the same in German, French and Spanish, since
models answer in the language of the question.
"""

import re

SOURCE = (
    r"(?:passages?|documents?|texts?|sources?|excerpts?|context|snippets?"
    r"|(?:provided|given|available|supplied|retrieved|above) (?:materials?|content|information|data"
    r"|files?|articles?|papers?|documentation|references?)"
    r"|(?:materials?|content|information|data|files?|articles?|papers?|documentation) (?:provided"
    r"|given|available|supplied|above))"
)
_THE = r"(?:(?:the|these|those|your|any|all|any of the|none of the) )?(?:\w+ )?"
_OF_SOURCE = (
    r"(?: (?:provided|given|above|available|here|supplied|listed|retrieved|cited|numbered"
    r"|(?:that )?(?:you|I) (?:gave|provided|have|was given|were given)|at hand"
    r"|\d{1,3}(?:[-–, and]{1,6}\d{1,3}){0,9})){0,3}"
)
_NOT = r"(?:n['’]t| not| never)"
_SAY = (
    r"(?:mention|contain|provide|state|specif|includ|say|discuss|address|cover|give|describ|answer"
    r"|have|indicat|report|offer|show|detail|name|tell|explain|identif|list|refer|appear|seem"
    r"|speak|touch|clarif|disclos|reveal|elaborate|mak|hold|present|talk|go into|directly"
    r"|explicitly|specifically|clearly|actually)"
)
_SAID = (
    r"(?:mentioned|specified|stated|given|provided|discussed|addressed|found|available|described"
    r"|included|listed|reported|answered|named|indicated|disclosed|explained|contained|identified"
    r"|documented|covered)"
)
_KIND = (
    r"(?:mention|information|indication|details?|references?|statements?|answer|figures?|passages?"
    r"|record|discussion|description|explanation|trace|clear answer|specifics?|data)"
)
_FIND = (
    r"(?:find|answer|determine|locate|see|tell|say|provide|confirm|identify|give|establish|verify"
    r"|have)"
)
_ADVERB = r"(?:explicitly |directly |specifically |clearly |actually |anywhere |further )?"
_IN_SOURCE = rf"(?:in|from|within|by|across|on|with|using) {_THE}{SOURCE}"
_ANY = r".{0,120}?"
_NAMING = (
    rf"\b{SOURCE}{_OF_SOURCE}(?: \w+)? (?:do|does|did|is|are|was|were|has|have|can|could){_NOT}"
    rf" (?:\w+ ){{0,2}}?{_SAY}",
    rf"\b{SOURCE}{_OF_SOURCE} never {_SAY}",
    rf"\b(?:none|neither|nothing)\b.{{0,30}}\b{SOURCE}{_OF_SOURCE} (?:\w+ )?(?:{_SAY}|{_SAID})",
    rf"\bno (?:\w+ ){{0,2}}?{SOURCE}{_OF_SOURCE} {_SAY}",
    rf"\bno (?:\w+ ){{0,2}}?{_KIND}\b{_ANY}\b{_IN_SOURCE}\b",
    rf"\b(?:is|are|was|were|isn|aren|wasn|weren){_NOT} {_ADVERB}{_SAID}\b{_ANY}\b{_IN_SOURCE}\b",
    rf"\b(?:isn|aren)['’]t any(?:thing)?\b{_ANY}\b{_IN_SOURCE}\b",
    rf"\b(?:cannot|can['’]t|can not|could not|couldn['’]t) be (?:\w+ )?(?:answered|determined|found"
    rf"|inferred|established|derived|concluded|deduced)\b{_ANY}\b(?:{_IN_SOURCE}|based on)\b",
    rf"\b(?:unclear|not clear|not possible|impossible|unknown|unspecified)\b{_ANY}"
    rf"\b(?:based on|{_IN_SOURCE})\b",
    rf"\b(?:based on|judging by|{_IN_SOURCE}),?\b{_ANY}\b(?:unclear|not clear|not possible"
    rf"|impossible|unknown|cannot be|not {_SAID})\b",
    rf"\b{SOURCE}{_OF_SOURCE} (?:says?|contains?|mentions?|have|has|gives?|provides?|offers?"
    rf"|includes?) (?:nothing|no)\b",
    rf"\b{SOURCE}{_OF_SOURCE} (?:\w+ )?(?:lacks?|omits?|(?:is|are|remains?) silent|fails? to"
    rf"|stops? short|leaves? (?:this|that|it) open)",
    rf"\b(?:outside|beyond) the scope of {_THE}{SOURCE}\b",
    r"\b(?:question|this|that|it) (?:cannot|can['’]t) be answered\b",
)  # fmt: skip
_BY_ITSELF = (
    rf"\b(?:I|we)\b(?:['’]m| am| was| are| were)? ?(?:sorry|unable|not able|cannot|can['’]t|can not"
    rf"|could not|couldn['’]t|do not|don['’]t|did not|didn['’]t|have no|found no|see no)\b{_ANY}"
    rf"\b(?:{_FIND}\b{_ANY}\b(?:this|that|it|any|an|the|enough)|{_KIND})\b",
    r"^(?:unfortunately,? )?there (?:is|are) (?:no|not any) (?:\w+ )?(?:information|mention"
    r"|indication|details?)\b",
    rf"^(?:unfortunately,? )?no (?:\w+ )?(?:information|mention|details?)\b{_ANY}\b(?:is|are|was"
    rf"|were) (?:{_SAID})",
    r"^(?:there is )?(?:insufficient|not enough|no relevant) (?:information|context)\b",
    rf"^(?:unfortunately|sorry)\b{_ANY}\b{SOURCE}{_OF_SOURCE} (?:do|does)n['’]t say",
    rf"^(?:not (?:mentioned|stated|specified|found|provided|given|available|addressed)|unknown|n/a"
    rf"|no answer(?: found)?|no information(?: available| found)?)(?: {_IN_SOURCE})?\W*$",
)  # fmt: skip
_SAYS = {
    "German": (
        r"(?:passagen?|textstellen?|textpassagen?|dokumenten?|texte?n?|quellen?|abschnitte?n?"
        r"|auszüge?n?|unterlagen|kontext)",
        r"(?:nicht|nichts|keine?[nmrs]?)",
        r"(?:erwähn|enthalten|enthält|nenn|sag|hervor|steht|stehen|beantwort|finde[tn]?\b|angegeben"
        r"|angaben|information|hinweis|aussage)",
    ),
    "French": (
        r"(?:passages?|documents?|textes?|sources?|extraits?|contexte)",
        r"(?:ne |n['’]|aucune?|rien)",
        r"(?:mention|contien|précis|indiqu|di(?:t|sent)\b|répond|donn|fourni|information)",
    ),
    "Spanish": (
        r"(?:pasajes?|documentos?|textos?|fuentes?|fragmentos?|contexto)",
        r"(?:no|ningun[oa]?|nada)",
        r"(?:menciona|contien|especific|indica|dice|proporcion|responde|información)",
    ),
}
"""For each language what names the passages, denies, and says; a sentence that has all three."""
_OTHER_LANGUAGES = (
    rf"^(?=.{{0,200}}\b{source}\b)(?=.{{0,200}}\b{denies})(?=.{{0,200}}\b{says})"
    for source, denies, says in _SAYS.values()
)
NAMES_SOURCE = re.compile("|".join((*_NAMING, *_OTHER_LANGUAGES)), re.IGNORECASE)
"""A sentence that says of the passages that they do not say something."""
SAYS_ABSENT = re.compile("|".join(_BY_ITSELF), re.IGNORECASE)
"""A sentence that says so without naming them, so that with a mark it is something else."""
TURNS = re.compile(
    r"(?:[,;]? but|[,;] (?:although|though|while|whereas|yet)|[;.,] however,?"
    r"|,? and (?=there (?:is|are) no|no |the (?:passages|documents|sources)))\s+",
    re.IGNORECASE,
)
"""Where a sentence goes on to something else."""
CONCEDES = re.compile(
    r"(?:while|although|though|even though|even if)\s+(.{8,300}?),\s+(.+)",
    re.IGNORECASE | re.DOTALL,
)
"""``Although the passages do not say …, they …``: what is conceded, and what is said."""
