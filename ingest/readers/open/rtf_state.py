"""What holds at a place of a Rich Text document: its group, its paragraph, its fonts and styles."""

import re
from dataclasses import dataclass, field

from ingest.readers.open.rtf_text import encoding_of_charset, find_encoding

_HEADING = re.compile(r"heading (\d)", re.I)


@dataclass(slots=True)
class State:
    """What holds within a group.

    :param skipped: how many characters stand after one in Unicode, for programs that do not know
        Unicode.
    :param is_html: what follows only stands for markup of the HTML that the text was made from.
    """

    out: bool = False
    encoding: str = ""
    skipped: int = 1
    hidden: bool = False
    is_html: bool = False
    destination: str = ""

    @property
    def shows(self) -> bool:
        return not (self.out or self.hidden or self.is_html)

    def follow(self, word: str, number: int | None) -> bool:
        """Follow a word about what is shown; False if it is about something else."""
        if word == "uc":
            self.skipped = max(0, number or 0)
        elif word in {"v", "deleted"}:
            self.hidden = number != 0
        elif word == "htmlrtf":
            self.is_html = number != 0
        elif word == "plain":
            self.hidden, self.encoding = False, ""
        else:
            return False
        return True


@dataclass(slots=True)
class Paragraph:
    """What the words before a paragraph say about it.

    :param level: of a heading; 0 for the title.
    :param depth: of a list's item.
    :param hangs: whether its first line begins further left than the others.
    """

    level: int | None = None
    in_table: bool = False
    depth: int | None = None
    indent: int = 0
    hangs: bool = False

    def follow(self, word: str, value: int, definitions: "Definitions") -> bool:
        """Follow a word about the paragraph; False if it is about something else."""
        if word == "s":
            self.level = definitions.levels.get(value)
        elif word == "outlinelevel":
            self.level = value + 1 if 0 <= value < 9 else self.level
        elif word == "intbl":
            self.in_table = True
        elif word == "ilvl":
            self.depth = value
        elif word in {"li", "lin"}:
            self.indent = value
        elif word == "fi":
            self.hangs = value < 0
        else:
            return False
        return True


@dataclass
class Definitions:
    """The document's encoding, fonts and styles.

    :param encodings: of fonts, by their numbers.
    :param levels: of headings, by the numbers of styles; 0 for the title.
    """

    encoding: str = "cp1252"
    encodings: dict[int, str] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    _font: int = 0
    _style: int = 0

    def follow(self, word: str, value: int, *, in_styles: bool) -> bool:
        """Follow a word of a definition; False if it is about something else."""
        if word == "ansicpg":
            self.encoding = find_encoding(value)
        elif word in {"mac", "pc", "pca"}:
            self.encoding = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word in {"fcharset", "cpg"}:
            found = encoding_of_charset(value) if word == "fcharset" else find_encoding(value)
            if found:
                self.encodings[self._font] = found
        elif in_styles:
            if word == "s":
                self._style = value
            elif word == "outlinelevel" and 0 <= value < 9:
                self.levels.setdefault(self._style, value + 1)
        else:
            return False
        return True

    def choose_font(self, number: int) -> str:
        """The encoding of a font, "" for the document's own; what is defined next is about it."""
        self._font = number
        return self.encodings.get(number, "")

    def name_style(self, name: str) -> None:
        """The style that is defined has this name."""
        heading = _HEADING.match(name)
        if heading:
            self.levels[self._style] = int(heading.group(1))
        elif name.lower() == "title":
            self.levels[self._style] = 0
