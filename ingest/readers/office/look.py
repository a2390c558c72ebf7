"""How letters of a Word document look, as far as that tells whether a person sees them."""

from dataclasses import dataclass

from ingest.readers.shared.archive import Attributes

_OFF = {"0", "false", "off", "none"}
_PALEST = 245
"""Of 255, for each color; paler ones are white."""
_SMALLEST = 2
"""Half points; letters of a point and less are specks."""
_CLEAR = 99_000
"""Thousandths of a percent: how transparent letters are."""


@dataclass(slots=True)
class Look:
    """The look of a run, or of a paragraph, as its properties are read.

    :param shaded: whether it stands on a color, so that white letters are seen.
    """

    vanished: bool = False
    white: bool = False
    tiny: bool = False
    shaded: bool = False
    _of_letters: bool = False
    """Whether a color that comes now is that of the letters, and not of their outline."""

    def read(self, tag: str, attributes: Attributes) -> bool:
        """Read a property; False if it is another one."""
        value = attributes.get("val", "")
        if tag == "vanish":
            self.vanished = value not in _OFF
        elif tag == "color":
            self.white = is_white(value)
        elif tag == "sz":
            self.tiny = value.isdecimal() and int(value) <= _SMALLEST
        elif tag in {"textFill", "textOutline", "shadow", "glow"}:
            self._of_letters = tag == "textFill"
        elif tag == "alpha":
            clear = value.isdecimal() and int(value) >= _CLEAR
            self.vanished |= clear and self._of_letters
        elif tag == "highlight":
            self.shaded = value not in {"none", "white"}
        elif tag == "shd":
            fill = attributes.get("fill", "auto")
            self.shaded = fill not in {"auto", ""} and not is_white(fill)
        else:
            return False
        return True

    def is_seen(self, *, on_ground: bool) -> bool:
        """Tell whether it is seen.

        :param on_ground: whether what it stands in may have a color.
        """
        if self.vanished or self.tiny:
            return False
        return not self.white or self.shaded or on_ground


def is_white(color: str) -> bool:
    """Tell whether a color written as ``FFFFFF`` is white, or as good as white."""
    try:
        parts = bytes.fromhex(color)
    except ValueError:
        return False
    return len(parts) == 3 and min(parts) >= _PALEST
