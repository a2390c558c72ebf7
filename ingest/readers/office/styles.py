"""Reads what the styles of a Word document say of its paragraphs: headings, and numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.readers.shared.archive import Attributes, parse

_HEADING = re.compile(r"heading (\d)", re.I)


@dataclass
class Style:
    """What a style says itself; None is what it leaves to its parent.

    :param level: of a heading, 1 to 9; 0 for the document's title.
    :param num_id: the list that it numbers paragraphs in; "0" is none, "" one that is not named.
    :param num_level: counted from 0.
    :param shaded: whether its paragraphs may stand on a color.
    """

    parent: str = ""
    level: int | None = None
    num_id: str | None = None
    num_level: int | None = None
    shaded: bool = False


@dataclass
class Styles:
    """The styles by their ids."""

    by_id: dict[str, Style] = field(default_factory=dict)

    def find(self, style_id: str) -> Style:
        """The style with what it inherits; the title's rank is not inherited."""
        found = Style()
        for number, style in enumerate(self._line(style_id)):
            if found.level is None and (style.level or number == 0):
                found.level = style.level
            if found.num_id is None:
                found.num_id = style.num_id
            if found.num_level is None:
                found.num_level = style.num_level
            found.shaded |= style.shaded
        return found

    def _line(self, style_id: str) -> Iterator[Style]:
        """The style and those that it is based on."""
        seen = set[str]()
        while style_id in self.by_id and style_id not in seen:
            seen.add(style_id)
            yield self.by_id[style_id]
            style_id = self.by_id[style_id].parent


def read_styles(data: bytes) -> Styles:
    """The styles of ``styles.xml``.

    :raises DocumentError: it is damaged.
    """
    styles = Styles()
    current = Style()

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal current
        value = attributes.get("val", "")
        if tag == "style":
            current = styles.by_id[attributes.get("styleId", "")] = Style()
        elif tag == "basedOn":
            current.parent = value
        elif tag == "name":
            heading = _HEADING.fullmatch(value)
            if heading:
                current.level = int(heading.group(1))
            elif value.lower() == "title":
                current.level = 0
        elif tag == "outlineLvl" and value.isdecimal() and int(value) < 9:
            current.level = int(value) + 1 if current.level is None else current.level
        elif tag == "shd":
            current.shaded = True
        elif tag == "numPr":
            current.num_id = ""
        elif tag == "numId":
            current.num_id = value
        elif tag == "ilvl" and value.isdecimal():
            current.num_level = int(value)

    parse(data, start)
    return styles
