"""Reads the comments of an Office file, each with its author."""

from dataclasses import dataclass, field

from ingest.readers.shared.archive import Attributes, parse
from ingest.readers.shared.writer import one_line, several_lines

_OUT = {"del", "moveFrom", "Fallback"}
_COMMENTS = {"comment", "cm", "reply"}
_TEXTS = {"t", "text"}
_SPACES = {"br": "\n", "cr": "\n", "tab": " "}


@dataclass
class Comment:
    """What somebody noted beside the text.

    :param author: a name, or the id of an author in a presentation.
    """

    author: str = ""
    words: list[str] = field(default_factory=list)

    def write(self, author: str | None = None) -> str:
        """The comment as a paragraph, or "" if it has no words."""
        name = one_line(self.author if author is None else author)
        text = several_lines("".join(self.words))
        return text and f"Comment by {name}: {text}" if name else text and f"Comment: {text}"


def read_comments(data: bytes) -> dict[str, Comment]:
    """The comments by their ids, in order; replies follow what they reply to.

    Both programs' forms are read: Word's ``comment`` with paragraphs, and ``cm`` of presentations
    with a ``text``, or with paragraphs and a ``reply`` for each reply.

    :raises DocumentError: the part is damaged.
    """
    reader = _Reader()
    parse(data, reader.start, reader.end, reader.text)
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found: dict[str, Comment] = {}
        self._opened: list[Comment] = []
        self._out = 0
        self._in_text = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._out or tag in _OUT:
            self._out += 1
        elif tag in _COMMENTS:
            author = attributes.get("author") or attributes.get("authorId") or ""
            self._opened.append(Comment(author))
            # ids of presentations repeat among authors
            key = attributes.get("id", "") if tag == "comment" else str(len(self.found))
            self.found.setdefault(key, self._opened[-1])
        elif tag in _TEXTS:
            self._in_text = True
        elif tag in _SPACES and self._opened:
            self._opened[-1].words.append(_SPACES[tag])

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag in _COMMENTS and self._opened:
            self._opened.pop()
        elif tag in _TEXTS:
            self._in_text = False
        elif tag == "p" and self._opened:
            self._opened[-1].words.append("\n")

    def text(self, words: str) -> None:
        if self._in_text and self._opened and not self._out:
            self._opened[-1].words.append(words)
