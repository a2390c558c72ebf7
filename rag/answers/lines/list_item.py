"""Items of lists: shown with the line above the list, which says what they are items of."""

import re
from dataclasses import replace

from rag.answers.lines.line import Line
from rag.library.catalog import Catalog
from rag.questions.matcher import QuestionMatcher
from rag.text.line_breaks import has_word
from rag.text.tables import Span
from rag.types import Passage

_MARK = re.compile(r"[ \t]*(?:[-+*•‣◦▪●·–]|\(?\d{1,3}[.)]|\(?[a-z]\))[ \t]+(?:\[[ xX]\][ \t]+)?")
"""What stands before an item on its line."""
_BEFORE = 4_000
"""Characters before an item in which the line above its list is looked for."""
_LONGEST = 300
"""Characters; a longer line above a list is a paragraph."""
_HEADING = re.compile(r"#{1,6}[ \t]+|\*\*(?=.*\*\*[ \t]*$)")


class ListItemKind:
    """An item is shown with the heading or the line with a colon right above its list.

    ``Dogs, except guide dogs.`` says the opposite below ``Not allowed``.
    """

    order = 35

    def __init__(self, matcher: QuestionMatcher) -> None:
        pass

    def recognize(self, line: Line, passage: Passage) -> Line:
        """Mark an item, unless it is shown with something already."""
        opening = passage.text[passage.text.rfind("\n", 0, line.start) + 1 : line.start]
        if line.find_company or not _MARK.fullmatch(opening):
            return line
        return replace(line, kind="list item", find_company=find_company)


KIND = ListItemKind


def find_company(passage: Passage, span: Span, catalog: Catalog) -> tuple[Passage, list[Span]]:
    """The item, and the line above its list where that introduces it.

    :raises GoneError: the document was replaced meanwhile.
    """
    place = passage.start + span[0]
    begin = max(0, place - _BEFORE)
    text = catalog.text(passage.document_id, begin, passage.start + span[1])
    above = find_lead_in(text, place - begin)
    if above is None:
        return passage, [span]
    item = (place - begin, place - begin + span[1] - span[0])
    return replace(passage, text=text, start=begin, end=begin + len(text)), [item, above]


def find_lead_in(text: str, place: int) -> Span | None:
    """The line above the list of the item at a place: a heading, or one that ends in a colon."""
    own = text.rfind("\n", 0, place) + 1
    depth = _depth(text[own:place])
    end = own
    while end > 0:
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start : end - 1]
        if has_word(line):
            mark = _MARK.match(line)
            if not mark and _depth(line) <= depth:
                return _find_introduction(line, start)
            if mark and _depth(line) < depth:
                return _find_introduction(line[mark.end() :], start + mark.end())
        end = start
    return None


def _find_introduction(line: str, start: int) -> Span | None:
    """The words of a line that introduces a list; None where it does not."""
    heading = _HEADING.match(line.strip())
    words = line.strip().strip("#* \t_")
    if not words or len(words) > _LONGEST or not (heading or words.endswith(":")):
        return None
    begin = start + line.index(words)
    return begin, begin + len(words)


def _depth(line: str) -> int:
    """How far a line is indented."""
    return len(line) - len(line.lstrip(" \t"))
