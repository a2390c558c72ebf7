"""Tells which elements of a web page nobody sees.

An element is hidden by an attribute, by its own style, or by a rule of the page's style sheets. A
rule is followed where it names a class or an id alone. Where the page has scripts, or another rule
shows the same class or id, a rule that takes an element away (``display: none``) is not followed:
tabs and menus are opened like that.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_SPECK = r"0*(?:0|\.\d+|0\.\d+|1(?:\.0+)?)(?:px|pt)"
_NOTHING = r"0+(?:\.0+)?(?:[a-z]{1,4}|%)?"
_TAKEN_AWAY = re.compile(
    r"(?:^|[;\s])(?:display:none|visibility:(?:hidden|collapse))", re.IGNORECASE
)
_SHOWN = re.compile(r"(?:^|[;\s])(?:display:(?!none)|visibility:visible)", re.IGNORECASE)
_UNSEEN = re.compile(
    rf"(?:^|[;\s])(?:font-size:(?:{_SPECK}|{_NOTHING})|opacity:{_NOTHING}"
    r"|(?:text-indent|left|top|right|margin-left|margin-top):-\d{4,}(?:\.\d+)?(?:px|pt|em|rem)"
    r"|clip:rect\((?:[01](?:px)?[,\s]*){4}\)|transform:scale\(0\)"
    r"|color:(?:transparent|rgba\([^)]{1,40},0(?:\.0+)?\)))(?=[;!\s]|$)",
    re.IGNORECASE,
)
"""Specks, nothing at all, far beyond the page's edge, without a color."""
_WHITE = re.compile(
    r"(?:^|[;\s])color:(?:#fff(?:fff)?|white|rgb\(255,255,255\))(?=[;!\s]|$)", re.IGNORECASE
)
_GROUND = re.compile(r"background|bgcolor", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_SHEET = re.compile(r"<style\b[^>]{0,500}>", re.IGNORECASE)
_SHEET_END = re.compile(r"</style", re.IGNORECASE)
_AROUND_SIGN = re.compile(r"(?<!\s)\s*([:;,()])\s*")
_ONE_NAME = re.compile(r"[a-z]*([.#][\w-]{1,100})", re.IGNORECASE)
_NAMES = re.compile(r"[.#][\w-]{1,100}")
_LONGEST_SHEETS = 1_000_000
"""Characters of style sheets that are read."""


@dataclass
class Unseen:
    """What of a page nobody sees.

    :param names: the classes (``.note``) and ids (``#note``) whose elements are not seen.
    :param on_white: whether the page names no color for a ground, so that white letters are not
        seen.
    """

    names: set[str] = field(default_factory=set)
    on_white: bool = False

    def look_ahead(self, text: str) -> None:
        """Read the style sheets of a page."""
        self.on_white = _GROUND.search(text) is None
        scripted = _SCRIPT.search(text) is not None
        taken, shown = set[str](), set[str]()
        for selectors, declared in _read_rules(text):
            if _SHOWN.search(declared):
                shown.update(_NAMES.findall(selectors))
            for selector in selectors.split(","):
                name = _ONE_NAME.fullmatch(selector.strip())
                if name and _TAKEN_AWAY.search(declared):
                    taken.add(name[1])
                elif name and self._is_unseen(declared):
                    self.names.add(name[1])
        if not scripted:
            self.names |= taken - shown

    def hides(self, attributes: Mapping[str, str | None]) -> bool:
        """Tell whether an element with these attributes is not seen, with all that is in it."""
        if "hidden" in attributes or attributes.get("aria-hidden") == "true":
            return True
        style = attributes.get("style")
        if style and (_TAKEN_AWAY.search(declared := _fold(style)) or self._is_unseen(declared)):
            return True
        if not self.names:
            return False
        classes = (f".{name}" for name in (attributes.get("class") or "").split())
        return f"#{attributes.get('id')}" in self.names or any(
            map(self.names.__contains__, classes)
        )

    def _is_unseen(self, declared: str) -> bool:
        white = self.on_white and _WHITE.search(declared) is not None
        return white or _UNSEEN.search(declared) is not None


def _fold(declared: str) -> str:
    """Write declarations without spaces around their signs."""
    return _AROUND_SIGN.sub(r"\1", declared[:10_000]).strip()


def _read_rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and declarations of the rules that hold always, not only for a medium."""
    for sheet in _find_sheets(text):
        depth, selectors = 0, ""
        for part in re.split(r"(?<=[{}])", sheet):
            if part.endswith("{"):
                depth += 1
                selectors = part[:-1].strip()
            elif part.endswith("}"):
                if depth == 1 and not selectors.startswith("@"):
                    yield selectors, _fold(part[:-1])
                depth = max(0, depth - 1)


def _find_sheets(text: str) -> Iterator[str]:
    """Yield the style sheets of a page without their comments."""
    place, left = 0, _LONGEST_SHEETS
    while left > 0 and (begin := _SHEET.search(text, place)):
        end = _SHEET_END.search(text, begin.end())
        if end is None:
            return
        first, *commented = text[begin.end() : end.start()][:left].split("/*")
        yield first + "".join(part.partition("*/")[2] for part in commented)
        place, left = end.end(), left - (end.start() - begin.end())
