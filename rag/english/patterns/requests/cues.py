"""How English requests are put that are about documents rather than in them."""

import re

DETERMINER_BEFORE = re.compile(r"(?:the|this|that|these|those|my|our|your)\s+$", re.IGNORECASE)
"""What belongs to a name that follows."""
CUES = re.compile(
    r"\babout\b|summar|\boverview\b|\boutlin|\bsum(?:s|med)?\b|\btl;?dr\b|\bgist\b|\bcontents?\b"
    r"|\bcontain|\bchapters?\b|\b(?:sub)?sections?\b|\bheadings?\b|\bstructure|\borgani[sz]"
    r"|\btopics?\b|\bcover|\bkey\b|\bmain\b|\bpoints?\b|\btakeaways?\b|\bhighlights?\b"
    r"|\bparts?\b|\bdivided\b|\bagenda\b|\bdescri|\bdeals?\b|\bnutshell\b|\bbrief"
    r"|\bhappen|\bdiscuss|\bdeci[ds]|\bcolumns?\b|\bfields?\b|\bsheets?\b|\bslides?\b|\bcalled\b"
    r"|\btoc\b|\blayout\b|\bheaders?\b|\brecap|\bwalk\b|\bexplain|\bessen|\btell\b",
    re.IGNORECASE,
)
"""A word that most requests for an overview or an outline have; many questions have it too."""
