"""The values that travel through the house, all frozen.

Offsets are Python ``str`` indices into a document's extracted text, half-open:
``source_text[start:end] == quote``. Pages count from 1. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from rag.forms import AnswerForms, CitationForms, shorten
from rag.metadata import Conditions, Metadata, read_conditions
from rag.names import Names, list_names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Verdict = Literal["supported", "partial", "unsupported"]
Status = Literal["answered", "abstained"]
Match = Literal["strong", "possible"]
AnswerLength = Literal["short", "normal", "full"]
EmphasisStyle = Literal["strong", "em", "code"]
AsideKind = Literal["note", "figure", "reference", "footer"]
"""A footnote; words of a figure or signs of a formula; an entry of a list of references; the foot
of a web page."""
Intent = Literal[
    "answer", "overview", "documents", "outline", "greeting", "thanks", "help", "more", "shorter",
    "compare", "table",
]  # fmt: skip
"""What is asked for: an answer from the documents, or something about them, or of the last answer;
``table`` is an answer that was chosen or computed from the rows of a table."""
History = Sequence[tuple[str, str]]
"""Earlier turns, oldest first, each ``(question, answer text)``."""
FloatArray: TypeAlias = "NDArray[np.float32]"
Embed: TypeAlias = "Callable[[list[str]], FloatArray]"
"""Texts → their unit vectors, ``(n, d) float32``."""

_LABELS: dict[Verdict, tuple[str, ...]] = {
    "supported": (),
    "partial": ("[partly supported]",),
    "unsupported": ("[not supported]",),
}


QUOTING = "extractive"
"""Name of the answerer that quotes the documents."""
STRONG_MATCH, STRONG_DIRECT = 0.9, 0.5
"""Confidence, and probability of the direct answer, from which an answer is called a strong match;
docs/measured/answers.md has how often such answers are right."""
SURE_WORD = 0.8
"""Confidence of OCR in the least certain character of a word below which the word is doubtful;
docs/measured/ocr.md has how often such words are wrong."""
HEADING_SEPARATOR = " › "
"""Between the headings of a path: ``Use › Install``."""


class Aside(NamedTuple):
    """``text[start:end]`` stands beside the text of its document, as the layout shows."""

    start: int
    end: int
    kind: AsideKind


@dataclass(frozen=True, slots=True, repr=False)
class Passage:
    """A retrieved chunk.

    :param cosine: similarity of question and chunk vectors, in [−1, 1].
    :param bm25: BM25 score of the chunk, ≥ 0; None if it is not among BM25's candidates.
    :param duplicates: ids of chunks left out because they say the same in nearly the same words.
    :param score: what ordered the passages: the cosine and up to 0.6 for how much of the question
        its words cover (:mod:`rag.retrieval.fusion`), in [−1, 1.6]; comparable within one question
        only. A reranker moves passages, not scores: each takes the score of its new place.
    :param asides: what in it stands beside the document's text, such as a note; offsets in
        ``text``.
    :param metadata: of its document, as it was given at ingest.
    """

    chunk_id: str
    document_id: str
    source: str
    title: str
    heading: str
    text: str
    start: int
    end: int
    page: int | None
    cosine: float | None
    bm25: float | None
    score: float
    duplicates: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()
    metadata: Metadata = field(default_factory=dict, hash=False)

    def __repr__(self) -> str:
        place = f"{self.source!r}, {self.start}:{self.end}"
        return f"Passage({place}, score {self.score:.2f}, {shorten(self.text)})"


@dataclass(frozen=True, slots=True)
class Context:
    """A passage with what stands around it: ``source_text[start:end] == text``."""

    document_id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of a library is searched; every condition that is given must hold.

    :param documents: ids of documents, as ``citespan list --json`` gives them; any of these.
    :param sources: names, folders that stand for all below them, and patterns such as ``*.pdf``;
        one or several. A path is relative to the current folder, as at ingest; a name that is no
        path means every document with these folders or this file in its name. A document that was
        found under several names matches by any of them.
    :param pages: the first and the last page, both included. What has no pages does not match.
    :param chunks: ids of passages, such as those of one section; any of these.
    :param added_from: when a document was committed, seconds since the epoch, at the earliest.
    :param added_before: the same, at the latest; this moment itself is left out.
    :param narrow: whether a question may narrow it further, to the documents, the sections, the
        pages and the time that it names; False has all of it searched. It lets nothing through by
        itself, so that filters are equal without it.
    :param metadata: conditions on what was given with the documents at ingest, such as
        ``{"team": "red", "year": {"$gte": 2020}}``; see :mod:`rag.metadata`.
    """

    documents: tuple[str, ...] | None = None
    sources: Names | None = None
    pages: tuple[int, int] | None = None
    added_from: float | None = None
    added_before: float | None = None
    chunks: tuple[str, ...] | None = None
    narrow: bool = field(default=True, compare=False)
    metadata: Metadata | Conditions | None = None

    def __post_init__(self) -> None:
        """Make tuples of what is given, so that a filter can be compared and kept.

        :raises TypeError: something else than names, page numbers or conditions is given.
        """
        if self.documents is not None:
            object.__setattr__(self, "documents", list_names(self.documents, "documents"))
        if self.sources is not None:
            object.__setattr__(self, "sources", list_names(self.sources, "sources"))
        if self.chunks is not None:
            object.__setattr__(self, "chunks", list_names(self.chunks, "chunks"))
        if self.pages is not None:
            object.__setattr__(self, "pages", _check_pages(self.pages))
        if self.metadata is not None:
            object.__setattr__(self, "metadata", read_conditions(self.metadata))

    def holds(self, document_id: str, page: int | None, added: float) -> bool:
        """Whether a chunk is let through; sources and metadata must be ids of documents by now."""
        assert self.sources is None
        assert self.metadata is None
        first, last = self.pages or (0, 0)
        return (
            (self.documents is None or document_id in self.documents)
            and (self.pages is None or (page is not None and first <= page <= last))
            and (self.added_from is None or added >= self.added_from)
            and (self.added_before is None or added < self.added_before)
        )


def _check_pages(pages: object) -> tuple[int, int]:
    match pages:
        case [int(first), int(last)]:
            return first, last
    raise TypeError(f"pages are the first and the last page, such as (3, 5), not {pages!r}")


EVERYTHING = Filter()
"""No condition: the whole library."""


def as_filter(given: Filter | Metadata | None) -> Filter:
    """A filter of what was given: one, conditions on metadata, or nothing."""
    if isinstance(given, Filter):
        return given
    return Filter(metadata=given) if given else EVERYTHING


@dataclass(frozen=True, slots=True, repr=False)
class Citation(CitationForms):
    """An exact span of a document: ``source_text[start:end] == quote``.

    :param number: the mark shown in the answer, counting from 1.
    :param chunk_id: the passage the quote was taken from; the names of a table's columns may stand
        before it, and a row that is longer than it goes on beyond.
    :param content_hash: SHA-256 (hex) of the document's extracted text, UTF-8 encoded.
    :param place: where a person finds it in a table, ``sheet Costs, row 7``, or in a mail,
        ``attachment report.pdf, page 2``; "" elsewhere.
    :param ocr: how sure text recognition (OCR) is of its least certain word, in [0, 1]; None when
        the document itself has the words as text.
    :param metadata: of its document, as it was given at ingest.
    """

    number: int
    document_id: str
    chunk_id: str
    source: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str
    content_hash: str
    place: str = ""
    ocr: float | None = None
    metadata: Metadata = field(default_factory=dict, hash=False)

    @property
    def reading(self) -> str:
        """How the words were read: "" from text; a few words for a person when OCR read them."""
        if self.ocr is None:
            return ""
        return "read by OCR" if self.ocr >= SURE_WORD else "read by OCR, with doubtful words"


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a quote supports a sentence; see docs/measured/support.md.

    :param score: in [0, 1]; 1 for the quote's own words.
    :param reasons: readable: what the source does not say or says otherwise; empty when supported.
    :param contradicted: whether it is not supported because the source says otherwise.
    """

    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()
    contradicted: bool = False


class Emphasis(NamedTuple):
    """Words that a chat model set in bold type, in italics or as code: ``text[start:end]``."""

    start: int
    end: int
    style: EmphasisStyle


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with what it cites and whether that supports it.

    :param lead: what is set before it in the answer's text when that is not one space: line breaks,
        headings, the names of a table's columns, an item's mark; in Markdown, and no claim.
    :param tail: what is set after it, the end of a block of code.
    :param attributed: whether citespan found what it cites, since the model did not say.
    :param emphasis: how the model set words of its text, in order; it changes no verdict.
    """

    text: str
    citations: tuple[Citation, ...]
    support: Support
    lead: str = ""
    tail: str = ""
    attributed: bool = False
    emphasis: tuple[Emphasis, ...] = ()

    @property
    def marked(self) -> str:
        """The sentence, its marks, and what it lacks: ``… cells. [1] [partly supported]``."""
        marks = [f"[{citation.number}]" for citation in self.citations]
        said = f"{self.text}{self.tail}\n" if self.tail else self.text
        return " ".join([said, *marks, *_LABELS[self.support.verdict]])


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """The shortest words of a document that answer: ``source_text[start:end] == text``.

    They stand within the quote of a citation of the answer's first sentences.

    :param number: of that citation.
    :param probability: that they answer, in [0, 1]; see docs/measured/answers.md.
    """

    text: str
    number: int
    document_id: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of the call that wrote an answer, as the chat model itself counted them."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True, repr=False)
class Answer(AnswerForms):
    """The answer to one question.

    :param standalone_question: what was searched for; differs from ``question`` on follow-ups.
    :param text: the sentences with their ``[n]`` marks, rows of tables on lines of their own, or
        the one sentence of an abstention.
    :param passages: what was retrieved, best first; on an abstention, the nearest passages.
    :param answerer: which answerer wrote it, ``"extractive"`` or ``"chat:"`` and the model's name.
    :param confidence: calibrated probability that the documents hold the answer, in [0, 1].
    :param notices: what the reader should know about how it came to be: a chat model that failed,
        an answer that broke off, passages left out of the prompt.
    :param usage: None when no chat model answered or it did not tell.
    :param chat_problem: what kept the chat model from writing it, or all of it; one of the notices
        says so in a sentence. Empty when nothing did, or none was asked.
    :param direct: the shortest words that answer; None where none are likely enough.
    :param intent: what was understood to be asked for.
    :param scope: names of the documents that the question meant and that alone were searched.
    :param explanation: of an abstention: what was searched, and what may help; a sentence each.
    :param timings: seconds per step, with ``"total"``.
    """

    question: str
    standalone_question: str
    status: Status
    text: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    answerer: str
    confidence: float
    notices: tuple[str, ...] = ()
    usage: TokenUsage | None = None
    chat_problem: str = ""
    direct: DirectAnswer | None = None
    explanation: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    intent: Intent = "answer"
    timings: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the sentences cite, each once, in the order of their numbers."""
        found = {c.number: c for sentence in self.sentences for c in sentence.citations}
        return tuple(found[number] for number in sorted(found))

    @property
    def match(self) -> Match | None:
        """How well the documents fit the question, in a word; None where none were searched.

        A strong match of quoted sentences also has a direct answer that is likely.
        """
        if self.status == "abstained" or self.intent != "answer":
            return None
        direct = self.direct.probability if self.direct else 0.0
        exact = direct >= STRONG_DIRECT or self.answerer != QUOTING
        return "strong" if self.confidence >= STRONG_MATCH and exact else "possible"

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON-ready values; the form of ``citespan ask --json``."""
        citations = [asdict(citation) for citation in self.citations]
        return asdict(self) | {"citations": citations, "match": self.match}


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """One document of a library as ``citespan list`` shows it.

    :param sources: every name under which this content was found, the first one first.
    :param characters: length of the extracted text.
    :param added: when it was committed, seconds since the epoch.
    :param date: ``2024-03-05``: what the document gives itself, else when its file was last
        changed; "" when neither is known.
    :param own_date: whether the document gives it itself.
    :param metadata: what was given with it at ingest.
    """

    document_id: str
    sources: tuple[str, ...]
    title: str
    chunks: int
    characters: int
    added: float
    date: str = ""
    own_date: bool = False
    metadata: Metadata = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """What the embedding model makes of one text, token by token.

    :param vectors: ``(t, d) float32``, the last hidden state of each token, not normalised; the
        model's special tokens are left out.
    :param spans: ``(t, 2) int64``, each token's ``[start, end)`` in the text.
    :param pooled: ``(d,) float32``, the unit vector of the text as ``Embedder.embed`` gives it.
    """

    vectors: NDArray[np.float32]
    spans: NDArray[np.int64]
    pooled: NDArray[np.float32]
