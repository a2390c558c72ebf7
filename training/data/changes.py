"""What a change to a sentence is, and how a match in it is replaced."""

import random
import re
from collections.abc import Callable, Iterator

Changed = tuple[str, str]
"""A changed sentence, and what was changed."""
Change = Callable[[str, str, random.Random], Iterator[Changed]]
"""From a sentence and the quote it stands in, what it can be changed to."""


def replace_match(sentence: str, match: re.Match[str], new: str) -> str:
    """Put other words in the place of a match."""
    return sentence[: match.start()] + new + sentence[match.end() :]
