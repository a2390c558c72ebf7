"""Tells a page's menus, lists of languages and the like from its text, by how they are built.

The signs are links: where they lead, and how much of a block they are. Words play no part, so
that pages in every language are read alike. A list of links below a heading, or below a line that
ends in a colon, is kept as content.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ingest.readers.shared.writer import Place

LISTS = frozenset({"ul", "ol", "menu"})
_NO_LETTERS = re.compile(r"[\W_]+")
_MAIN = re.compile(r"""<main[\s>]|\brole\s*=\s*["']?main\b""", re.I)
_HEADING = re.compile(r"<h[1-6][\s>]", re.I)
_ROLES = frozenset(
    "navigation menu menubar toolbar tablist search dialog alertdialog tooltip".split()
)
_CONSENT = re.compile(
    r"(?:cookie|consent|gdpr|privacy)[\w-]{0,20}"
    r"(?:alert|banner|bar|consent|dialog|message|modal|notice|overlay|popup|prompt)|onetrust|cookiebot",
    re.I,
)
"""In the ``id`` or ``class`` of the bars that ask for consent, whatever their language."""
_STEPS = frozenset("next prev previous up".split())
_STEP_KEYS = frozenset("npu")
"""Relations and access keys of links to the pages before, after and above in a manual."""
_FIXED = re.compile(r"position\s*:\s*(?:fixed|sticky)", re.I)
_CARRIED = re.compile(r"[?&][^=&]{1,20}=(https?(?::|%3a)[^&]*)", re.I)
"""An address that another one takes along, as links for sharing a page do."""
_LONGEST_BAR = 2_000
"""Letters of a bar that asks for consent."""
_LONGEST_STEPS, _BETWEEN_STEPS = 400, 60
"""Letters of a block of links to the pages around, and those of them that are in no link."""
_LONGEST_ADDRESS, _LONGEST_NAME = 2_000, 500
_MOST_OPEN = 64
"""Open blocks among which the one that ends is looked for."""
_SOME, _MOST, _LINKS = 2, 0.7, 0.9
"""Links of a list; the part of them that must be of a kind; the part of a block's letters that are
in links."""


@dataclass
class Box:
    """What an open element holds so far.

    :param place: where its text begins, for whoever takes it out.
    :param introduced: whether the line before it ends in a colon.
    """

    tag: str
    place: Place | None = None
    introduced: bool = False
    letters: int = 0
    linked: int = 0
    """Letters in links."""
    headed: int = 0
    """Letters in headings."""
    links: int = 0
    buttons: int = 0
    cut: int = 0
    """Links in lists that are taken out."""
    fragments: int = 0
    """Links to a place on the same page."""
    shares: int = 0
    steps: int = 0
    """Links to the next page, the one before or the one above."""
    languages: int = 0
    """Links that name the language of where they lead."""
    is_main: bool = False
    holds_main: bool = False
    asks_consent: bool = False
    is_fixed: bool = False
    """Whether it stays where it is when the page moves."""
    is_aside: bool = False

    def add(self, inner: "Box") -> None:
        """Count what an element inside holds."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(inner, name))
        self.holds_main = self.holds_main or inner.holds_main

    def is_links(self, *, with_headings: bool = False) -> bool:
        """Tell whether it is links and nearly nothing else."""
        linked = self.linked + (self.headed if with_headings else 0)
        return self.linked > 0 and linked >= _LINKS * self.letters


_COUNTS = "letters linked headed links cut buttons fragments shares steps languages".split()


class Furniture:
    """Watches the elements of a page, and tells which of them are not its text."""

    def __init__(self) -> None:
        self.page = Box("")
        """What the page as a whole holds, but for what is still open."""
        self._boxes: list[Box] = []
        self._line = Box("")
        self._has_main = False
        self._headings_ahead = 0
        self._saw_heading = self._in_link = self._in_heading = False
        self._in_main = 0
        self._carried = set[str]()

    def look_ahead(self, markup: str) -> None:
        """Note what the page will have."""
        self._has_main = _MAIN.search(markup) is not None
        self._headings_ahead = len(_HEADING.findall(markup))

    def begin(self, box: Box, attributes: Mapping[str, str | None]) -> None:
        """A block begins; :meth:`end` must follow."""
        if box.tag == "p" and self._top.tag == "p":  # which has no end of its own
            self._pop()
        box.is_main = box.holds_main = box.tag == "main" or attributes.get("role") == "main"
        self._in_main += box.is_main
        named = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:_LONGEST_NAME]
        box.asks_consent = _CONSENT.search(named) is not None
        box.is_fixed = _FIXED.search(attributes.get("style") or "") is not None
        box.is_aside = box.tag == "aside" or attributes.get("role") == "complementary"
        self._boxes.append(box)

    def end(self, tag: str) -> Box | None:
        """A block ends, and what a careless page left open in it; returned if it is to be cut."""
        if all(box.tag != tag for box in self._boxes[-_MOST_OPEN:]):
            return None
        while True:
            box = self._pop()
            if box.tag == tag:
                return box if self._is_cut(box) else None

    def _is_cut(self, box: Box) -> bool:
        is_cut = self._is_furniture(box)
        if is_cut and box.tag in LISTS:
            self._top.cut += box.links - box.cut
        return is_cut

    def end_line(self) -> bool:
        """A line ends; tells whether it only leads to the page's text, as the first link may."""
        line, self._line = self._line, Box("")
        leads = line.links > 0 and line.fragments == line.links and line.is_links()
        return leads and self._comes_before

    def link(self, attributes: Mapping[str, str | None]) -> None:
        """A link begins."""
        address = (attributes.get("href") or "")[:_LONGEST_ADDRESS]
        carried = _CARRIED.search(address)
        shares = address.startswith("mailto:?")
        if carried:
            target = unquote(carried[1]).lower()
            shares = target in self._carried
            self._carried.add(target)
        relations = (attributes.get("rel") or "").lower().split()
        leads_around = not _STEPS.isdisjoint(relations) or attributes.get("accesskey") in _STEP_KEYS
        for box in (self._top, self._line):
            box.links += 1
            box.fragments += address.startswith("#")
            box.shares += shares
            box.languages += bool(attributes.get("hreflang"))
            box.steps += leads_around
        self._in_link = True

    def end_link(self) -> None:
        self._in_link = False

    def heading(self, *, begins: bool) -> None:
        """A heading begins or ends."""
        self._in_heading, self._saw_heading = begins, True
        self._headings_ahead -= begins

    def button(self) -> None:
        """A button or another field of a form."""
        self._top.buttons += 1

    def text(self, words: str) -> None:
        """Count the letters of words that are shown."""
        letters = len(_NO_LETTERS.sub("", words))
        for box in (self._top, self._line):
            box.letters += letters
            box.linked += letters * self._in_link
            box.headed += letters * (self._in_heading and not self._in_link)

    @property
    def _top(self) -> Box:
        return self._boxes[-1] if self._boxes else self.page

    @property
    def _comes_before(self) -> bool:
        """Whether the page's first heading is still to come."""
        return not self._saw_heading and self._headings_ahead > 0

    def _pop(self) -> Box:
        box = self._boxes.pop()
        self._top.add(box)
        self._in_main -= box.is_main
        return box

    def _is_furniture(self, box: Box) -> bool:
        if box.holds_main or not box.letters:
            return False
        if (
            box.steps * 2 >= box.links > 0
            and not box.headed
            and box.letters <= _LONGEST_STEPS
            and box.letters - box.linked <= _BETWEEN_STEPS
        ):
            return True
        if box.tag == "table":
            return False
        if box.buttons and not self._in_main and box.letters < _LONGEST_BAR:
            return box.asks_consent or (box.is_fixed and self._has_main and not box.headed)
        if box.is_aside:
            return box.links >= _SOME and box.is_links(with_headings=True)
        if box.links < _SOME or not box.is_links(with_headings=self._has_main):
            return False
        if box.is_links():
            most = _MOST * box.links
            if box.languages >= most or box.shares >= box.links / 2:
                return True
            if box.fragments >= most and not box.introduced:
                return True
        if box.introduced or box.links <= _SOME:
            return False
        if self._comes_before and box.is_links():
            return True
        # a row of facts may be links, too: Founders: Ann · Ben
        is_list = box.tag in LISTS or box.cut == box.links
        return is_list and self._has_main and not self._in_main


def is_navigation(attributes: Mapping[str, str | None]) -> bool:
    """Tell whether an element says itself that it is not the page's text."""
    return (
        (attributes.get("role") or "") in _ROLES
        or attributes.get("aria-modal") == "true"
        or (attributes.get("itemtype") or "").endswith("/BreadcrumbList")
    )
