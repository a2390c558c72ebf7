"""Reads open presentations: slide by slide, titles as headings, tables, and the speaker's notes."""

from ingest.readers import Format, Source, Tell
from ingest.readers.open.odf_body import Body
from ingest.readers.open.odf_package import open_package
from ingest.readers.open.odf_styles import Styles
from ingest.readers.shared.archive import Attributes, parse
from ingest.readers.shared.writer import Writer, one_line
from rag.errors import DocumentError

_NAME = "an open presentation"
_FURNITURE = {"date-time", "footer", "header", "page-number", "page"}
"""Classes of frames for what is on every slide."""


def read(data: bytes, tell: Tell) -> Source:
    """Every slide in order; its number is its page."""
    package = open_package(data, _NAME)
    slides = _Slides(package.styles, tell)
    parse(package.content, slides.start, slides.end, slides.text)
    if not slides.number:
        raise DocumentError("empty: there are no slides in it")
    writer = slides.whole
    # "PowerPoint Presentation" is what the program itself fills in.
    generic = package.title.lower() in {"", "powerpoint presentation", "presentation"}
    return Source(writer.text, writer.title if generic else package.title, layout=writer.layout)


class _Slides:
    """Writes each slide with its title first."""

    def __init__(self, styles: Styles, tell: Tell) -> None:
        self.whole = Writer()
        self.number = 0
        self._styles = styles
        self._tell = tell
        self._body: Body | None = None
        self._notes: Body | None = None
        self._title: Body | None = None
        self._titles: list[str] = []
        self._frames: list[str] = []
        """The class of each open frame."""
        self._out = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._out:
            self._out += 1
        elif tag == "page" and self._body is None:
            self.number += 1
            self._body, self._titles = Body(self._styles), []
        elif tag == "notes" and self._body is not None:
            self._notes = Body(self._styles)
        elif tag in {"frame", "custom-shape"}:
            kind = attributes.get("class", "")
            if kind in _FURNITURE or attributes.get("placeholder") == "true":
                self._out += 1
                return
            self._frames.append(kind)
            if kind == "title" and self._notes is None:
                self._title = Body(self._styles)
        self._send_start(tag, attributes)

    def text(self, words: str) -> None:
        body = self._target
        if body is not None and not self._out:
            body.text(words)

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
            return
        if self._target is not None:
            self._target.end(tag)
        if tag in {"frame", "custom-shape"} and self._frames:
            if self._frames.pop() == "title" and self._title is not None:
                self._titles.append(one_line(self._title.writer.text))
                self._title = None
        elif tag == "notes" and self._notes is not None and self._body is not None:
            said = one_line(self._notes.writer.text)
            self._body.writer.paragraph(f"Notes: {said}" if said else "")
            self._notes = None
        elif tag == "page" and self._body is not None:
            self._body.finish()
            self.whole.page(self.number)
            self.whole.heading(2, " ".join(self._titles))
            self.whole.insert(self._body.writer.text)
            self._tell(self.number, self.number)
            self._body = None

    @property
    def _target(self) -> Body | None:
        return self._title or self._notes or self._body

    def _send_start(self, tag: str, attributes: Attributes) -> None:
        if self._target is not None and tag not in {"page", "notes"}:
            self._target.start(tag, attributes)


FORMAT = Format(name=_NAME, suffixes=(".odp", ".otp"), readers=(read,), signature=b"PK")
