"""Characters that are invisible, and lone surrogates, which UTF-8 cannot encode."""

import re

UNSEEN = r"\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f"
"""For a character class of a regular expression: controls that are no white space, bidirectional
overrides (they change the order in which text is shown) and tag characters."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """Replace each lone surrogate by U+FFFD; the length stays, and so do offsets."""
    return _SURROGATE.sub("\ufffd", text)
