"""Finds the abbreviations that a text defines itself: ``mesenchymal stem cells (MSCs)``.

Schwartz & Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text,
Pacific Symposium on Biocomputing 2003.
"""

import re

_SHORT = re.compile(r"\(([^\W\d_][\w-]{1,9})[;,)]")


def find_abbreviations(text: str) -> dict[str, str]:
    """Find the short forms that a text defines, each with its first long form, as written."""
    found: dict[str, str] = {}
    for match in _SHORT.finditer(text):
        short = match.group(1)
        letters = short[:-1] if short.endswith("s") and not short.isupper() else short
        if not any(char.isupper() for char in letters):
            continue
        before = text[max(0, match.start() - 120) : match.start()]
        words = before.split()[-min(len(letters) + 5, 2 * len(letters)) :]
        long = _long_form(letters, " ".join(words))
        if long and len(long) > len(short) + 1:
            found.setdefault(short, long)
    return found


def _long_form(short: str, before: str) -> str:
    """Return the shortest end of ``before`` with the letters of ``short`` in order, or nothing.

    Its first letter has to open a word; the others may stand anywhere.
    """
    place = len(before)
    for position in range(len(short) - 1, -1, -1):
        letter = short[position].lower()
        if not letter.isalnum():
            continue
        place -= 1
        while place >= 0 and (
            before[place].lower() != letter
            or (position == 0 and place > 0 and before[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return ""
    return before[place:]
