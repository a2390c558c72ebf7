"""Reads what the styles of an open document say: titles, hidden text, and how lists count."""

from dataclasses import dataclass, field

from ingest.readers.shared.archive import Attributes

_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_LEVELS = 100
"""Of styles that build on each other."""


@dataclass(frozen=True)
class Level:
    """How the items of one level of a list are marked.

    :param form: of the number: 1, a, A, i or I; "" for bullets.
    """

    form: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 1

    def mark(self, number: int) -> str:
        """The mark of an item."""
        if not self.form:
            return "-"
        written = _write_number(number, self.form)
        return f"{self.prefix.strip()}{written}{self.suffix.strip() or '.'}"


def _write_number(number: int, form: str) -> str:
    if form in {"a", "A"} and 1 <= number <= 26:
        letter = chr(ord("a") + number - 1)
        return letter.upper() if form == "A" else letter
    if form in {"i", "I"} and 1 <= number < 40:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return roman.upper() if form == "I" else roman
    return str(number)


@dataclass
class Styles:
    """Styles by name.

    :param parents: what each style builds on.
    :param lists: the list style that a paragraph's style brings.
    """

    parents: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    levels: dict[tuple[str, int], Level] = field(default_factory=dict)

    def is_title(self, style: str) -> bool:
        """Whether paragraphs of the style are the document's title."""
        for _ in range(_MOST_LEVELS):
            if style == "Title" or not style:
                break
            style = self.parents.get(style, "")
        return style == "Title"

    def level(self, style: str, depth: int) -> Level:
        """How a list of this style marks its items, ``depth`` counted from 1."""
        return self.levels.get((style, depth), Level())


class StyleReader:
    """Collects styles from the elements of a part."""

    def __init__(self) -> None:
        self.styles = Styles()
        self._style = ""
        self._list = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        name = attributes.get("name", "")
        if tag == "style":
            self._style = name
            self.styles.parents[name] = attributes.get("parent-style-name", "")
        elif tag == "text-properties" and attributes.get("display") == "none":
            self.styles.hidden.add(self._style)
        elif tag == "list-style":
            self._list = name
        elif tag == "list-level-style-number" and attributes.get("level", "").isdecimal():
            start = attributes.get("start-value", "")
            self.styles.levels[self._list, int(attributes["level"])] = Level(
                attributes.get("num-format", ""),
                attributes.get("num-prefix", ""),
                attributes.get("num-suffix", ""),
                int(start) if start.isdecimal() else 1,
            )

    def end(self, tag: str) -> None:
        if tag == "style":
            self._style = ""
        elif tag == "list-style":
            self._list = ""
