"""How whole answers of question-answering systems say that they do not answer.

Beside what :mod:`rag.english.patterns.refusals.absence` recognises in a sentence about numbered
passages: documents under other names (manual, knowledge base), short forms (``N/A``), what is said
beside a refusal (an apology, an offer, where else to look), and what makes it none after all.
"""

import re

from rag.english.patterns.refusals.absence import SOURCE

_WORKS = (
    r"(?:articles?|manuals?|reports?|contracts?|handbooks?|guides?|guidelines?|polic(?:y|ies)"
    r"|books?|papers?|stud(?:y|ies)|letters?|chapters?|sections?|pages?|files?|collection|corpus"
    r"|database|knowledge base|materials?|content|documentation|records?|descriptions?"
    r"|transcripts?|emails?|websites?|notes?|summar(?:y|ies)|information|data|input|question)"
)
_SOURCE = rf"(?:{SOURCE}|{_WORKS})(?! (?:code|sheets?|menu|desk|manager)\b)"
_PLACE = (
    r"(?:in|from|within|by|across|on|with|using|of|based on|given)"
    rf" (?:(?:the|these|those|this|that|your|my|any|all|its)\b ?)?(?:[\w-]+ ){{0,4}}?{_SOURCE}\b"
)
_NOT = r"(?:n['’]t| not| never)"
_DENIES = (
    rf"(?:do|does|did|has|have|can|could|would){_NOT}(?: (?:\w+ly|seem to|appear to|even|say or))?"
)
_TELL = (
    r"(?:mention|state|specify|say|tell|discuss|address|describe|explain|indicate|report|reveal"
    r"|disclose|clarify|answer|touch on|talk about|go into|deal with|refer to|speak of|elaborate"
    r"|name|identify|list|give (?:any|a|an|the|us|me)|allow|permit|help)"
)
_HOLD = (
    r"(?:contain|include|provide|cover|have|offer|hold|give|present|show|state|list|carry|feature)"
)
_THING = (
    r"(?:information|info|details?|mention|answers?|data|figures?|references?|record|context|clues?"
    r"|indication|hints?|evidence|specifics|content|this|that|it|topic|subject|anything|question)"
)
_KNOW = (
    r"(?:know|see|have|find|tell|say|answer|determine|locate|help|provide|give|confirm|identify)"
)
_GIVEN = (
    r"(?:mentioned|specified|stated|given|provided|discussed|addressed|found|available|described"
    r"|included|listed|reported|answered|named|indicated|disclosed|explained|contained|identified"
    r"|documented|covered|present|there|clear|in)"
)
_ANY = r".{0,140}?"
_SOME = r"(?:\S+ )"
_SILENT = (
    rf"^{_ANY}\b{_SOURCE}(?: \S+){{0,6}}? {_DENIES} {_TELL}\b",
    rf"^{_ANY}\b{_SOURCE}(?: \S+){{0,6}}? {_DENIES} {_HOLD}\b{_ANY}\b{_THING}\b",
    rf"^{_ANY}\b{SOURCE}(?! (?:code|menu|manager)\b)(?: \S+){{0,4}}? {_DENIES} {_HOLD}\b",
    rf"^(?:but |and |it |they |he |she |so )?{_DENIES} {_TELL}\b",
    rf"^(?:but |and |it |they )?{_DENIES} {_HOLD}\b{_ANY}\b(?:{_THING}|name|date|price|number)\b",
    r"^(?:but |and |it |they )?(?:says?|contains?|has|have|tells?|gives?)"
    rf" (?:nothing|no {_THING})\b",
    rf"^{_ANY}\b{_SOURCE}(?: \S+){{0,4}}? (?:makes?|gives?|contains?|has|have|holds?|provides?"
    r"|offers?|includes?|says?|shows?) (?:no|nothing|little)\b",
    rf"^{_ANY}\b{_SOURCE}\b{_ANY}\b(?:lacks?|omits?|silent on|fails? to (?:{_TELL}|{_HOLD})"
    r"|insufficient)\b",
    rf"^{_ANY}\b(?:none|neither|nothing|nowhere|no)\b.{{0,40}}\b{_SOURCE}\b.{{0,40}}"
    rf"\b(?:{_TELL}|{_HOLD}|answers|is|gives|states|matches|mentions|discusses)",
    r"^(?:but |and )?(?:found|turned up|returned) (?:nothing|no)\b",
    rf"\b(?:my|our|the) search\b.{{0,60}}\b(?:nothing|no)\b{_ANY}\b{_THING}\b",
    rf"^{_SOME}{{0,3}}?(?:nothing|no \w+|no relevant \w+)\b.{{0,40}}"
    r"\b(?:found|matched|matches|returned|available)\b",
)
_IGNORANT = (
    rf"^{_SOME}{{0,9}}?\b(?:I|we)\b(?: \w+ly| am| was| were|['’]m| really| still)?"
    rf" (?:do{_NOT}|did{_NOT}|cannot|can['’]t|can not|could{_NOT}|was{_NOT} able to"
    rf"|am{_NOT} able to|were{_NOT} able to|unable to|not able to|wish I could)"
    rf"(?: \w+ly)? {_KNOW}\b",
    rf"^{_SOME}{{0,5}}?\b(?:I|we)(?:['’]ve| have|['’]ve got| have got| got| found| see| lack"
    rf"| possess) (?:no|nothing|not|the)\b{_ANY}\b(?:{_THING}|idea|{_SOURCE}|needed|found)\b",
    rf"^{_SOME}{{0,3}}?(?:I|we)(?:['’]m| am| are)(?: not|n['’]t) (?:\w+ly |quite )?"
    r"(?:sure|certain|aware)\b",
    r"\b(?:I|we) (?:lack|have not|haven['’]t)\b",
    r"\bI (?:cannot|can['’]t|am unable to|regret that I cannot)\b",
    r"\b(?:not|isn['’]t) something (?:that )?I (?:can|know)\b",
)
_NO_WAY = (
    rf"^{_SOME}{{0,9}}?there(?:['’]s| is| are|['’]re)?(?: simply| also)?"
    rf" (?:no|not|nothing|n['’]t)\b{_ANY}\b(?:{_THING}|{_PLACE})\b",
    rf"^{_SOME}{{0,9}}?there (?:was|were) (?:no|not|nothing)\b{_ANY}\b{_THING}\b{_ANY}\b{_PLACE}",
    rf"^{_SOME}{{0,3}}?there (?:isn|aren)['’]t\b{_ANY}\b(?:{_THING}|{_PLACE})\b",
    rf"^{_SOME}{{0,4}}?(?:not enough|insufficient|no relevant|no further|no)\b"
    rf" (?:{_THING}|detail)\b",
    r"\b(?:not possible|impossible|unable|cannot be|can['’]t be|not answerable|unanswerable"
    r"|not clear|unclear|not be determined|one cannot|you cannot)\b"
    rf"{_ANY}\b(?:{_PLACE}|question|answer|tell|say)\b",
    rf"\b(?:{_PLACE}|from (?:this|these)|sources alone)\b{_ANY}"
    r"\b(?:unclear|not clear|cannot|impossible)\b",
    rf"\b(?:is|are|was|were){_NOT} (?:\w+ly |anywhere )?{_GIVEN}\b(?:{_ANY}\b{_PLACE}\b|\W*$)",
    rf"\b(?:is|are|was|were){_NOT} (?:\w+ly )?(?:mentioned|specified|stated)\b",
    r"^(?:no|neither) \w+(?: \w+)? (?:is|are|was|were)"
    r" (?:given|stated|mentioned|specified|provided|named)\b",
    r"\b(?:isn|aren|wasn)['’]t in (?:the|my|your|any)\b",
    r"\b(?:outside|beyond|out of) (?:the )?scope\b",
    r"^(?:and |but )?not (?:the|a|an|its|his|her|about)\b",
    rf"\b(?:answer|detail|information)\b.{{0,30}}\b(?:isn['’]t|is not)\b{_ANY}\b{_SOURCE}\b",
)
ABSENT = re.compile("|".join((*_SILENT, *_IGNORANT, *_NO_WAY)), re.IGNORECASE)
"""A clause that says that something is not there, or not known to who answers."""
_FOREIGN = (
    r"\b(?:keine|nicht gen[üu]g\w*|zu wenig\w*|unzureichende) (?:\w+ )?"
    r"(?:informationen|angaben|daten|hinweise)\b",
    r"\b(?:ich|wir)\b.{0,80}\bnicht\b.{0,40}\b(?:beantworten|sagen|finden)",
    r"\b(?:wei(?:ß|ss) (?:ich|es|das)|ich wei(?:ß|ss))\b.{0,40}\bnicht",
    r"\b(?:pas assez|aucune|pas suffisamment) (?:d['’])?\s?(?:information|donnée|mention|réponse)",
    r"\bje ne (?:sais|peux|trouve|dispose|suis pas|connais)\b",
    r"\bne (?:permet(?:tent)?|mentionnent?|précisent?|contiennent|contient|fourni\w+|indiquent?)"
    r" (?:pas|aucune?)\b",
    r"\bno (?:tengo|hay|dispongo|existe|se encontr\w+|contamos)\b.{0,30}"
    r"\b(?:información|datos|respuesta|mención)",
    r"\bno (?:lo )?s[ée]\b",
    r"\bno (?:puedo|pude|podemos)\b.{0,40}\b(?:responder|encontrar|contestar|determinar)",
    r"\b(?:testo|contesto|document[oi]|test[oi]|font[ei]|passagg[io])\b.{0,30}"
    r"\bnon (?:menzion|contien|contengono|specific|indic|forni|riport)",
    r"\bnon (?:ho|abbiamo|ci sono|c['’]è)\b.{0,20}\b(?:informazion|dati|risposta)",
    r"\bnon (?:lo )?so\b|\bnon (?:posso|riesco)\b",
    r"\b(?:texto|contexto|documentos?|textos|fontes?|trechos?)\b.{0,30}"
    r"\bnão (?:menciona|cont[ée]m|especifica|indica|fornece|informa)",
    r"\bnão (?:há|tenho|existem?)\b.{0,20}\b(?:informaç|dados|resposta)",
    r"\b(?:eu )?não sei\b|\bnão (?:posso|consigo)\b",
    r"\b(?:niet genoeg|onvoldoende|geen) (?:\w+ )?(?:informatie|gegevens|antwoord)",
    r"\b(?:ik )?weet (?:ik )?het niet\b|\bik kan\b.{0,60}\bniet\b",
    r"\b(?:documenten|document|tekst|context|bronnen)\b.{0,10}"
    r"\b(?:vermeld|noem|bevat|geef|geven)\w*\b.{0,60}\b(?:niet|geen)\b",
    r"(?:недостаточно|нет|никакой) (?:\w+ )?(?:информации|данных|ответа)|\bне знаю\b",
    r"(?:документ|текст|контекст)\w*.{0,20}\bне (?:упомина|содерж|указ|сообща)",
    r"\b(?:brak|niewystarczając\w+) (?:\w+ )?(?:informacji|danych|odpowiedzi)|\bnie wiem\b",
    r"\b(?:dokument|tekst|kontekst)\w*.{0,20}\bnie (?:zawiera|wspomina|podaj)",
)
ABSENT_ELSEWHERE = re.compile("|".join(_FOREIGN), re.IGNORECASE)
"""The same in German, French, Spanish, Italian, Portuguese, Dutch, Russian and Polish."""
TAG = re.compile(
    r"[\W_]*(?:n\W?a|none|unknown|unanswerable"
    r"|(?:i (?:do not|don['’]t) know)"
    r"|(?:no|not|cannot|can['’]t|insufficient|unable to)"
    r"(?:[ _-](?:answer(?:able|ed)?|found|given|data|info(?:rmation)?|context|results?|response"
    r"|specified|mentioned|stated|available|provided|enough|relevant|applicable|known|sufficient"
    r"|evidence|in|the|this|from|to|question|text|source|documents?|passages?)){1,6}"
    r"|(?:answer|information|data)(?: is)? (?:not|un)[ -]?(?:found|available)"
    r"(?: in (?:the )?\w+)?)[\W_]*",
    re.IGNORECASE,
)
"""A whole answer that is a short form, such as ``N/A``."""
EXCEPTS = re.compile(
    r"\b(?:other than|apart from|except(?:ing)?|besides|aside from|with the exception of"
    r"|beyond(?! (?:the )?scope))\b",
    re.IGNORECASE,
)
"""What is absent but for something is a statement about that."""
REPORTS = re.compile(
    r"^(?:(?:the|a|an|his|her|their|one|another|when|if|in|according)\b|he\b|she\b|they\b"
    r"|[A-Z]\w+)(?: \S+){0,6}? ?\b(?:(?:said|told|states?|stated|explain(?:s|ed)|repl(?:y|ies|ied)"
    r"|answered|claim(?:s|ed)|reads?|ruled|wrote|writes|argue[sd]?|conclude[sd]?|admit(?:s|ted))\b"
    r" (?:that\b|[\"“'])|(?:said|says) (?:that|there|[\"“']))"
)
"""Somebody else is quoted as not knowing."""
SUPPOSES = re.compile(
    r"^(?:if|when|whenever|unless|where) (?!you (?:share|provide|have|can))", re.IGNORECASE
)
"""A condition says nothing of the documents."""
QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
LEADS = re.compile(
    r"^(?:I(?:['’]m| am) (?:sorry|afraid|happy|glad) to (?:say|tell you|report)(?: that)?"
    r"|(?:I think|I believe|I suppose)(?: that)?|as an AI(?: \w+){0,3},?) ",
    re.IGNORECASE,
)
"""What a clause may begin with, whatever it goes on to say."""
BESIDE = re.compile(
    r"^\W*(?:(?:(?:I(?:['’]m| am)|we(?:['’]re| are)) )?(?:very |so |truly )?(?:sorry|afraid)\W*$"
    r"|(?:my )?apologies\W*$|I apologi[sz]e\b[^,.]*$|I understand\b|thank(?:s| you)\b"
    r"|(?:that(?:['’]s| is) a |what a )?(?:good|great|interesting) question\W*$"
    r"|unfortunately\W*$|regrettably\W*$|sadly\W*$|hm+\W*$|however\W*$|please\b|kindly\b"
    r"|you (?:may|might|can|could|should|would)\b|(?:would|could|can|do) you\b|let me know\b"
    r"|feel free\b|if you\b|is there (?:something|anything)\b|for (?:more|further)\b"
    r"|(?:I(?:['’]d)?|we) (?:recommend|suggest|would recommend|be happy|can look|can try|will)\b"
    r"|try\b|consider\b|perhaps you\b|maybe you\b|as an AI\b|an AI\b|I['’]?d be happy\b"
    r"|I (?:have )?(?:searched|looked|checked)\b|I only have access\b|I wish\b)",
    re.IGNORECASE,
)
"""A clause that may stand beside a refusal and does not answer."""
DESCRIBES = re.compile(
    rf"^{_SOME}{{0,3}}?(?:the|these|this|your|they|it)\b(?: \S+){{0,4}}? ?(?:{_SOURCE}|they|it)?"
    r"(?: \S+)? ?\b(?:only |merely |mainly |just |primarily )?(?:discuss(?:es)?|describes?|covers?"
    r"|focus(?:es)?|deals?|talks?|lists?|mentions?|is about|are about|is mostly about|concerns?"
    r"|relates?|contains? (?:only )?information|explains? (?:how|what|why)|appears? to be about)\b",
    re.IGNORECASE,
)
"""A clause that says what the documents are about instead."""
CLAUSES = re.compile(
    r"(?:[;:—–]|,? but(?= )|,? so(?= (?:I|we|it|the|this|that)\b)|, however,?"
    r"|, (?:although|though|while|whereas|yet|as)(?= )"
    r"|,? and(?= (?:they|it|the|there|no|nothing|do|does|did|therefore|so|I|you)\b)"
    r"|,? because(?= )|,? therefore(?= )|, (?=not |which )"
    r"|(?<=sorry), |(?<=question)[,!.] |(?<=unfortunately), |(?<=apologies), |(?<=apologize), )\s*",
    re.IGNORECASE,
)
"""Where a sentence goes on to another statement."""
CONCEDED = re.compile(
    r"^(?:while|although|though|even though|as|since|because)\s+(.{5,300}?),\s+(.+)$",
    re.IGNORECASE | re.DOTALL,
)
