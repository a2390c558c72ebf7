"""From a place in a passage, or a mark in a chat model's reply, to an exact, checked span."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rag.errors import CitationError
from rag.library.catalog import Catalog
from rag.support.judge import SupportJudge
from rag.text.sentences import sentence_spans, sentence_tiles
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import Citation, Embed, FloatArray, Passage, Sentence, Support, Verdict

_MARK = re.compile(
    r"\s*[\[［【〔]\s*(?:(?:passages?|sources?|documents?)\s+)?[#^]?"
    r"(\d{1,3}(?:\s*(?:[,;，；、–—-]|and)\s*[#^]?\d{1,3})*)"
    r"\s*(?:†[^\]］】〕]*)?[\]］】〕]",
    re.IGNORECASE,
)
"""``[1]``, ``[1, 2]``, ``[1-3]``, ``[passage 1]``, full-width forms, and ``【1†source】``."""
_NUMBERS = re.compile(r"(\d+)(?:\s*[–—-]\s*[#^]?(\d+))?")
_OPEN_MARK = re.compile(r"\s*[\[［【〔(*_]")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)\s]*[^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]\d][^\]]*)\]\([^)]*\)")
_TAG = re.compile(
    r"</?(?:img|a|script|style|iframe|object|embed|video|audio|source|form|link|meta|svg|base)\b"
    r"[^>]*>",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*\*|__|`|^\s*#{1,6}\s+", re.MULTILINE)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{8,400})[\"”“»]")
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)

_SHORTLIST = 3
"""Sentences of a passage that are judged, the likeliest by words and meaning."""
_SURE = 0.8
"""The score of a sentence from which no second one is looked for."""
_GAIN = 0.2
"""What a second sentence has to add to the score when it adds nothing to the verdict."""
_RANK: dict[Verdict, int] = {"unsupported": 0, "partial": 1, "supported": 2}


def cite(catalog: Catalog, passage: Passage, start: int, end: int, number: int) -> Citation:
    """Cite characters ``[start:end]`` of a passage's text.

    :param start: offset into ``passage.text``; the citation's own offsets are the document's.
    :raises CitationError: the catalog's text at the span is not the passage's text there.
    """
    quote = passage.text[start:end]
    first, last = passage.start + start, passage.start + end
    if not quote or catalog.text(passage.document_id, first, last) != quote:
        raise CitationError(
            f"{passage.source} does not read {quote!r} at characters {first}–{last}; the document "
            "was replaced while it was being read: ask again"
        )
    return Citation(
        number=number,
        document_id=passage.document_id,
        chunk_id=passage.chunk_id,
        source=passage.source,
        title=passage.title,
        page=catalog.page(passage.document_id, first) or passage.page,
        start=first,
        end=last,
        quote=quote,
        content_hash=catalog.content_hash(passage.document_id),
    )


@dataclass(frozen=True, slots=True)
class ReplySentence:
    """A sentence of a model's reply, its marks taken out.

    :param numbers: the passages it cites, counting from 1, in its order, each once.
    :param stray: numbers it cites that no passage has.
    """

    text: str
    numbers: tuple[int, ...] = ()
    stray: tuple[int, ...] = ()


@dataclass(slots=True)
class ReplyReader:
    """Takes a reply as it streams and gives its sentences as each is whole.

    :param passages: how many there are to cite.
    """

    passages: int
    _pending: str = ""
    _thinking: bool = True

    def add(self, text: str) -> Iterator[ReplySentence]:
        """The sentences that this piece completes."""
        self._pending += text
        if self._still_thinking():
            return
        tiles = sentence_tiles(self._pending)
        # marks may still follow a full stop, so a sentence is whole when another one has begun
        if len(tiles) > 1 and not _OPEN_MARK.match(self._pending, tiles[-1][0]):
            whole = self._pending[: tiles[-1][0]]
            self._pending = self._pending[tiles[-1][0] :]
            yield from reply_sentences(whole, self.passages)

    def rest(self) -> Iterator[ReplySentence]:
        """The sentences still pending when the reply has ended."""
        text, self._pending = self._pending, ""
        if not (self._thinking and text.lstrip().startswith("<think>")):
            yield from reply_sentences(text, self.passages)

    def _still_thinking(self) -> bool:
        """Reasoning models of some servers think aloud before they answer."""
        if self._thinking:
            begun = self._pending.lstrip()[:7]
            if begun == "<think>":
                thought = _THOUGHT.match(self._pending)
                if not thought:
                    return True
                self._pending = self._pending[thought.end() :]
            elif "<think>".startswith(begun):
                return True
            self._thinking = False
        return False


def reply_sentences(text: str, passages: int) -> Iterator[ReplySentence]:
    """The sentences of a reply with the passages each cites.

    Links, images and emphasis are taken out: a reply is prose, and what reads it may show Markdown.

    :param passages: how many there are; marks beyond are stray.
    """
    plain = _EMPHASIS.sub("", _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text))))
    plain = _MARK.sub(lambda mark: "".join(f" [{n}]" for n in _expanded(mark, passages)), plain)
    for start, end in sentence_spans(plain):
        numbers = [int(n) for n in re.findall(r"\[(\d{1,3})\]", plain[start:end])]
        words = " ".join(_MARK.sub("", plain[start:end]).split())
        if any(char.isalnum() for char in words):
            held = [n for n in dict.fromkeys(numbers) if 1 <= n <= passages]
            stray = [n for n in dict.fromkeys(numbers) if not 1 <= n <= passages]
            yield ReplySentence(words, tuple(held), tuple(stray))


def _expanded(mark: re.Match[str], passages: int) -> list[int]:
    """The numbers of a mark, ranges written out as far as there are passages."""
    numbers: list[int] = []
    for first, last in _NUMBERS.findall(mark.group(1)):
        begin, end = int(first), int(last or first)
        numbers.extend(range(begin, min(end, max(begin, passages)) + 1))
    return numbers


@dataclass(slots=True)
class Resolver:
    """Gives each sentence of a reply the exact spans that bear it out, and a verdict.

    :param embed: texts to unit vectors, ``(n, d) float32``.
    """

    catalog: Catalog
    passages: Sequence[Passage]
    embed: Embed
    judge: SupportJudge
    _numbers: dict[tuple[str, int, int], int] = field(default_factory=dict)
    _sentences: dict[int, tuple[list[tuple[int, int]], FloatArray]] = field(default_factory=dict)

    def resolved(self, sentence: ReplySentence) -> Sentence:
        """The sentence with its citations, judged against what they quote.

        A mark whose passage bears nothing out is left out when another one's does.

        :raises CitationError: a document was replaced while it was being read.
        """
        if not sentence.numbers:
            listed = ", ".join(f"[{n}]" for n in sentence.stray)
            reason = f"cites {listed}, which is no passage" if listed else "cites no passage"
            return Sentence(sentence.text, (), Support("unsupported", 0.0, (reason,)))
        vector = self.embed([sentence.text])[0]
        spans = {n: self._span(sentence.text, vector, n - 1) for n in sentence.numbers}
        kept = [n for n, (*_, support) in spans.items() if support.verdict != "unsupported"]
        best = max(spans, key=lambda n: _strength(spans[n][2]))
        citations = tuple(self._cited(n - 1, *spans[n][:2]) for n in kept or [best])
        support = spans[best][2]
        if len(citations) > 1 and support.verdict != "supported":
            together = self.judge(sentence.text, " ".join(c.quote for c in citations))
            support = max(support, together, key=_strength)
        return Sentence(sentence.text, citations, self._quotations(sentence, support))

    def _span(self, sentence: str, vector: FloatArray, index: int) -> tuple[int, int, Support]:
        """The sentence of a passage, or two adjoining ones, that bears the sentence out best."""
        text = self.passages[index].text
        spans, vectors = self._read(index)
        if not spans:
            return 0, len(text), self._judged(sentence, index, 0, len(text))
        wanted = vocabulary(sentence) - STOP_WORDS
        shared = [len(wanted & vocabulary(text[start:end])) for start, end in spans]
        scores = np.array(shared) / max(len(wanted), 1) + vectors @ vector
        likely = [int(i) for i in np.argsort(-scores, kind="stable")[:_SHORTLIST]]
        single = self._best(sentence, index, [spans[i] for i in likely])
        if single[2].score >= _SURE:
            return single
        neighbours = sorted({max(i - 1, 0) for i in likely} | set(likely))
        pairs = [(spans[i][0], spans[i + 1][1]) for i in neighbours if i + 1 < len(spans)]
        pair = self._best(sentence, index, pairs) if pairs else single
        better = _RANK[pair[2].verdict] > _RANK[single[2].verdict]
        return pair if better or pair[2].score >= single[2].score + _GAIN else single

    def _best(
        self, sentence: str, index: int, spans: Sequence[tuple[int, int]]
    ) -> tuple[int, int, Support]:
        """The span judged best; of equals the first."""
        judged = [(*span, self._judged(sentence, index, *span)) for span in spans]
        return max(judged, key=lambda span: _strength(span[2]))

    def _judged(self, sentence: str, index: int, start: int, end: int) -> Support:
        """The verdict on a span, read under its title and heading when it needs them.

        They are shown with the citation, and say who "she" is and what "the treatment" treats.
        """
        passage = self.passages[index]
        quote = passage.text[start:end]
        support = self.judge(sentence, quote)
        above = dict.fromkeys(filter(None, [passage.title, passage.heading]))
        if support.verdict == "supported" or not above:
            return support
        return max(support, self.judge(sentence, ". ".join([*above, quote])), key=_strength)

    def _read(self, index: int) -> tuple[list[tuple[int, int]], FloatArray]:
        if index not in self._sentences:
            text = self.passages[index].text
            spans = sentence_spans(text)
            vectors = self.embed([text[start:end] for start, end in spans])
            self._sentences[index] = spans, vectors
        return self._sentences[index]

    def _cited(self, index: int, start: int, end: int) -> Citation:
        """A citation with its number: a span cited again keeps the one it has."""
        key = (self.passages[index].chunk_id, start, end)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return cite(self.catalog, self.passages[index], start, end, number)

    def _quotations(self, sentence: ReplySentence, support: Support) -> Support:
        """Words that the sentence puts between quotation marks have to be in a cited passage."""
        sources = [_folded(self.passages[n - 1].text) for n in sentence.numbers]
        for quotation in _QUOTED.findall(sentence.text):
            words = _folded(quotation).strip(" .,;:!?…")
            if len(words.split()) > 2 and not any(words in source for source in sources):
                reason = f"“{quotation}” is not in the source"
                return replace(
                    support,
                    verdict="unsupported",
                    score=min(support.score, 0.25),
                    reasons=(reason, *support.reasons),
                )
        return support


def _strength(support: Support) -> tuple[int, float]:
    return _RANK[support.verdict], support.score


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[‘’]", "'", text).casefold().split())
