"""Answers to render, and what a browser would make of the HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from rag import Answer, Citation, Passage, Sentence, Support
from rag.types import Verdict


def citation(
    number: int = 1,
    *,
    quote: str = "Cells divide.",
    title: str = "Cells",
    source: str = "/docs/cells.txt",
) -> Citation:
    return Citation(number, "d1", "c1", source, title, None, 5, 18, quote, "0" * 64)


def passage(
    text: str = "Cells divide.", title: str = "Cells", source: str = "/docs/cells.txt"
) -> Passage:
    return Passage("c1", "d1", source, title, "", text, 0, len(text), 3, 0.5, None, 0.5)


def answer(
    *sentences: Sentence,
    question: str = "What do cells do?",
    standalone: str | None = None,
    text: str = "",
    passages: tuple[Passage, ...] = (),
    notices: tuple[str, ...] = (),
) -> Answer:
    return Answer(
        question,
        standalone or question,
        "answered" if sentences else "abstained",
        text or " ".join(sentence.marked for sentence in sentences),
        sentences,
        passages,
        "extractive",
        0.9,
        notices,
    )


def sentence(
    text: str, verdict: Verdict = "supported", *reasons: str, cited: Citation | None = None
) -> Sentence:
    return Sentence(text, (cited or citation(),), Support(verdict, 1.0, reasons))


class Elements(HTMLParser):
    """What a browser would make of it: elements, attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend((name, value or "") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[str]:
        return [value for name, value in self.attributes if name == "href"]
