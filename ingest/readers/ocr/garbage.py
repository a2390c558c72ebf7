"""Tells whether a page's own text is garbage: codes of glyphs that are no letters."""

import re
import unicodedata

_FEWEST = 60
"""Characters of a text from which it can be judged."""
_MOST_ODD = 0.2
"""Share of characters that stand for no letter."""
_FEWEST_LETTERS = 100
_FEWEST_VOWELS = 0.22
"""Share of vowels among the letters a–z; languages in Latin letters have 0.35 to 0.5."""
_WORDS = re.compile(r"(?<!\w)[a-z]{5,}(?!\w)")
"""Words without digits, and too long to be an abbreviation."""
_VOWELS = re.compile(r"[aeiouy]")


def is_garbage(text: str) -> bool:
    """Whether most of a page's text cannot be what a person sees on the page.

    A font in a PDF may lack the table from its glyphs to characters. Then PDFium gives private
    characters, or letters shifted by a constant, which have too few vowels.
    """
    inked = "".join(text.split())
    if len(inked) < _FEWEST:
        return False
    if sum(map(_is_odd, inked)) > _MOST_ODD * len(inked):
        return True
    letters = "".join(_WORDS.findall(text.casefold()))
    if len(letters) < max(_FEWEST_LETTERS, len(inked) // 5):
        return False  # another script, or mostly numbers
    return len(_VOWELS.findall(letters)) < _FEWEST_VOWELS * len(letters)


def _is_odd(char: str) -> bool:
    """Whether a character stands for no letter: private, unassigned, a control, a replacement."""
    return char == "\ufffd" or unicodedata.category(char) in {"Co", "Cn", "Cc"}
