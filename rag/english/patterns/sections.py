"""How headings of English documents name their sections."""

import re

REFERENCES = re.compile(
    r"(?:(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+)?\W*"
    r"(?:references(?: and notes)?|bibliography|works cited|literature cited"
    r"|cited (?:literature|references|works)|reference list)\W*",
    re.IGNORECASE,
)
"""The heading of a list of references."""
SUMMARY = re.compile(
    r"(?:(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+)?\W*(?:(?:executive|plain[- ]language|lay|key)\s+)?"
    r"(?:abstract|summary|overview|synopsis|key (?:points|facts|messages|findings)"
    r"|at a glance|highlights|tl;?dr|in brief)\W*",
    re.IGNORECASE,
)
"""The heading of a section that sums up its document."""
ANNOUNCES = re.compile(
    r"\b(?:(?:we|this (?:paper|article|report|study|work|document|guide|book|chapter|policy"
    r"|thesis|manual|note|review|agreement|handbook|brochure|page))\s+(?:\w+\s+)?"
    r"(?:present|propose|introduce|describe|show|review|report|explain|develop|demonstrate"
    r"|examine|provide|set|cover|study|studie|investigate|find|found|discuss)"
    r"|in this (?:paper|article|report|study|work|document|guide)|in summary|to sum up"
    r"|overall|in short|in conclusion)",
    re.IGNORECASE,
)
"""A sentence that says what its document does or finds."""
