"""Reads the check boxes and drop-down lists of a Word document, which hold no ordinary text."""

from ingest.readers.office.symbols import CHECKED, UNCHECKED
from ingest.readers.shared.archive import Attributes

_OFF = {"0", "false", "off"}


class FormFields:
    """What the form fields on the way are set to.

    A check box is a content control (``w14:checkbox``) around a sign, or an old field
    (``w:checkBox``) without one. An old drop-down list (``w:ddList``) has its choices and the place
    of the chosen one.
    """

    def __init__(self) -> None:
        self._controls: list[str | None] = []
        """For each open content control, the sign of its check box; None for other controls."""
        self._box: bool | None = None
        self._choices: list[str] | None = None
        self._chosen = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        value = attributes.get("val", "1")
        if tag == "sdt":
            self._controls.append(None)
        elif tag == "checkbox" and self._controls:
            self._controls[-1] = UNCHECKED
        elif tag == "checkBox":
            self._box = False
        elif tag in {"default", "checked"} and self._box is not None:
            self._box = value not in _OFF
        elif tag == "checked" and self._controls and self._controls[-1] is not None:
            self._controls[-1] = UNCHECKED if value in _OFF else CHECKED
        elif tag == "ddList":
            self._choices, self._chosen = [], 0
        elif tag in {"default", "result"} and self._choices is not None:
            self._chosen = int(value) if value.isdecimal() and len(value) < 5 else 0
        elif tag == "listEntry" and self._choices is not None:
            self._choices.append(attributes.get("val", ""))

    def end(self, tag: str) -> str:
        """What the field shows that ends here, or ""."""
        shown = ""
        if tag == "sdt" and self._controls:
            self._controls.pop()
        elif tag == "checkBox" and self._box is not None:
            shown, self._box = CHECKED if self._box else UNCHECKED, None
        elif tag == "ddList" and self._choices is not None:
            choices, self._choices = self._choices, None
            shown = choices[self._chosen] if self._chosen < len(choices) else ""
        return shown

    def replace(self, words: str) -> str:
        """The words, or the sign of the check box that they draw."""
        sign = self._controls[-1] if self._controls else None
        return words if sign is None else sign
