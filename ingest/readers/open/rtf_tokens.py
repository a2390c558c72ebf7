"""Cuts Rich Text into its tokens: groups, control words, and bytes of text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\0]+"
    rb"|([^\\{}\r\n\0]+)"
)


class Token(NamedTuple):
    """A token: one of these is not empty.

    :param brace: ``{`` or ``}``.
    :param word: a control word, or the sign of a control symbol.
    :param number: the control word's, if it has one.
    :param data: bytes of text in the encoding that is in force.
    :param is_hex: whether the data was written as a hexadecimal number.
    """

    brace: str = ""
    word: str = ""
    number: int | None = None
    data: bytes = b""
    is_hex: bool = False


def cut_tokens(data: bytes) -> Iterator[Token]:
    """The tokens in order; binary data is passed over."""
    place = 0
    while match := _TOKEN.match(data, place):
        place = match.end()
        word, number, code, symbol, brace, text = match.groups()
        if word == b"bin":
            place += max(0, int(number or 0))
        elif word:
            yield Token(word=word.decode("ascii"), number=None if number is None else int(number))
        elif code:
            yield Token(data=bytes.fromhex(code.decode("ascii")), is_hex=True)
        elif symbol:
            yield Token(word="par" if symbol in b"\r\n" else symbol.decode("latin-1"))
        elif brace:
            yield Token(brace=brace.decode("ascii"))
        elif text:
            yield Token(data=text)
        elif place == len(data):
            return
