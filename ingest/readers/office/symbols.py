"""Characters that Office files name by their place in a font of symbols."""

CHECKED, UNCHECKED = "☒", "☐"

_SYMBOL = dict(enumerate("ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", 0x41)) | dict(
    enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ", 0x61)
)
_SYMBOL |= {0xA3: "≤", 0xA5: "∞", 0xAC: "←", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥"}
_SYMBOL |= {0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xD6: "√", 0xD7: "·"}
_SYMBOL |= {0xDB: "⇔", 0xDE: "⇒", 0xE5: "∑"}
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": {
        0x6F: UNCHECKED, 0xA8: UNCHECKED, 0xFD: CHECKED, 0xFE: "☑", 0xFB: "✗", 0xFC: "✓",
        0xE0: "→", 0xDF: "←", 0xE8: "→", 0x4A: "☺",
    },
    "wingdings 2": {
        0x50: "✓", 0x4F: "✗", 0x51: CHECKED, 0x52: "☑", 0x53: CHECKED, 0x54: CHECKED,
        0xA3: UNCHECKED,
    },
}  # fmt: skip


def find_symbol(font: str, code: str) -> str:
    """The character of a symbol, such as ``F0FE`` of Wingdings; "" if it is not known.

    :param code: hexadecimal; codes of fonts of symbols are moved up by F000.
    """
    try:
        place = int(code, 16)
    except ValueError:
        return ""
    named = _FONTS.get(font.lower())
    if named is not None:
        return named.get(place & 0xFF if 0xF000 <= place <= 0xF0FF else place, "")
    outside = place > 0x10FFFF or 0xD800 <= place < 0xF900 or place < 0x20
    return "" if outside else chr(place)
