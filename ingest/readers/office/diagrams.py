"""Reads the words of a diagram that Office draws (SmartArt), as an outline."""

from collections import defaultdict
from dataclasses import dataclass, field

from ingest.readers.shared.archive import Attributes, parse
from ingest.readers.shared.writer import Block, several_lines

_DRAWN = {"pres", "parTrans", "sibTrans"}
"""Points that only say how the others are drawn."""


@dataclass
class _Diagram:
    words: dict[str, list[str]] = field(default_factory=dict)
    """Each point's words, in order."""
    roots: list[str] = field(default_factory=list)
    children: defaultdict[str, list[tuple[int, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Point → the points below it, each with its place among them."""
    _current: str = ""
    _in_text: bool = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "pt":
            kind = attributes.get("type", "node")
            self._current = "" if kind in _DRAWN else attributes.get("modelId", "")
            if self._current:
                self.words[self._current] = []
            if kind == "doc":
                self.roots.append(self._current)
        elif tag == "cxn" and attributes.get("type", "parOf") == "parOf":
            place = attributes.get("srcOrd", "")
            order = int(place) if place.isdecimal() and len(place) < 10 else 0
            below = self.children[attributes.get("srcId", "")]
            below.append((order, attributes.get("destId", "")))
        elif tag == "t" and self._current:
            self._in_text = True
        elif tag in {"br", "p"} and self._current:
            self.words[self._current].append("\n")

    def end(self, tag: str) -> None:
        self._in_text = self._in_text and tag not in {"t", "pt"}

    def text(self, words: str) -> None:
        if self._in_text:
            self.words[self._current].append(words)

    def outline(self) -> list[Block]:
        """Every point once, below the one that it belongs to."""
        items: list[Block] = []
        waiting = [(point, 0) for point in reversed([*self.roots, *self.words])]
        written = set[str]()
        while waiting:
            point, depth = waiting.pop()
            if point in written or point not in self.words:
                continue
            written.add(point)
            words = several_lines("".join(self.words[point]))
            if words:
                items.append(Block("item", [words], depth))
            below = depth + 1 if words else depth
            for _, child in sorted(self.children.get(point, ()), reverse=True):
                waiting.append((child, below))
        return items


def read_diagram(data: bytes) -> list[Block]:
    """The words of a diagram's data part, as items under each other.

    :raises DocumentError: the part is damaged.
    """
    diagram = _Diagram()
    parse(data, diagram.start, diagram.end, diagram.text)
    return diagram.outline()
