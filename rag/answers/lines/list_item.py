"""Items of lists: shown with the line above the list, which says what they are items of."""

import re
from dataclasses import replace

from rag.answers.lines.line import Line
from rag.english.patterns.questions import Kind
from rag.library.catalog import Catalog
from rag.questions.matcher import QuestionMatcher
from rag.text.line_breaks import has_word
from rag.text.tables import Span
from rag.text.terms import vocabulary
from rag.types import Passage

_MARK = re.compile(r"[ \t]*(?:[-+*•‣◦▪●·–]|\(?\d{1,3}[.)]|\(?[a-z]\))[ \t]+(?:\[[ xX]\][ \t]+)?")
"""What stands before an item on its line."""
_LINE = re.compile(r"^[^\n]*\S", re.MULTILINE)
"""A line that is not blank, without the white space at its end."""
_BEFORE = 4_000
"""Characters before an item in which the line above its list is looked for."""
_AFTER = 4_000
"""Characters after an item in which the rest of its list is looked for."""
_MOST = 12
"""Items of a list that are shown."""
_KINDS: frozenset[Kind] = frozenset(("thing", "manner"))
"""Kinds of questions that a list may answer."""
_LONGEST = 300
"""Characters; a longer line above a list is a paragraph."""
_HEADING = re.compile(r"#{1,6}[ \t]+|\*\*(?=.*\*\*[ \t]*$)")


class ListItemKind:
    """An item is shown with the heading or the line with a colon right above its list.

    ``Dogs, except guide dogs.`` says the opposite below ``Not allowed``. The whole list is shown
    when it is what the question asks for: the line above has words of the question, and the item
    has none beside those.
    """

    order = 35

    def __init__(self, matcher: QuestionMatcher) -> None:
        question = matcher.question
        self._asked = frozenset(question.terms) if question.kind in _KINDS else frozenset()

    def recognize(self, line: Line, passage: Passage) -> Line:
        """Mark an item, unless it is shown with something already."""
        opening = passage.text[passage.text.rfind("\n", 0, line.start) + 1 : line.start]
        if line.find_company or not _MARK.fullmatch(opening):
            return line
        return replace(line, kind="list item", find_company=self.find_company)

    def find_company(
        self, passage: Passage, span: Span, catalog: Catalog
    ) -> tuple[Passage, list[Span]]:
        """The item, the line above its list where that introduces it, and the items asked for.

        :raises GoneError: the document was replaced meanwhile.
        """
        place = passage.start + span[0]
        begin = max(0, place - _BEFORE)
        text = catalog.text(passage.document_id, begin, passage.start + span[1] + _AFTER)
        item = (place - begin, place - begin + span[1] - span[0])
        above = find_lead_in(text, item[0])
        if above is None:
            return passage, [span]
        spans = [item, above]
        if self._is_whole_list_asked(text[slice(*above)], text[slice(*item)], passage):
            spans += [each for each in find_items(text, above[1]) if each != item]
        return replace(passage, text=text, start=begin, end=begin + len(text)), spans

    def _is_whole_list_asked(self, lead_in: str, item: str, passage: Passage) -> bool:
        around = vocabulary(f"{lead_in} {passage.heading} {passage.title}")
        own = self._asked & vocabulary(item)
        return not self._asked.isdisjoint(vocabulary(lead_in)) and own <= around


KIND = ListItemKind


def find_items(text: str, start: int) -> list[Span]:
    """The items of the list below the line that ends at ``start``."""
    found: list[Span] = []
    for line in _LINE.finditer(text, start):
        mark = _MARK.match(line[0])
        if mark is None or len(found) == _MOST:
            break
        found.append((line.start() + mark.end(), line.end()))
    return found


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
