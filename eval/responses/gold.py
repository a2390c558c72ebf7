"""Compares sources and spans with the gold of a case."""

from eval.cases.case import Case


def same_source(source: str, gold: str) -> bool:
    """Whether a source is the document of that name: its path may be longer, but not its name."""
    whole, end = source.replace("\\", "/"), gold.replace("\\", "/")
    return whole == end or whole.endswith(f"/{end}") or ("/" in end and end.endswith(f"/{whole}"))


def overlaps_quote(text: str, start: int, end: int, quote: str) -> bool:
    """Whether ``text[start:end]`` shares a character with some occurrence of the quote."""
    place = text.find(quote)
    while place >= 0:
        if max(start, place) < min(end, place + len(quote)):
            return True
        place = text.find(quote, place + 1)
    return False


def relevant_name(source: str, case: Case) -> str:
    """The case's name for the relevant document that a source is; empty if it is none."""
    return next((name for name, _ in case.relevant if same_source(source, name)), "")
