"""Resolve a sentence of a chat model's reply: the exact spans that support it, and the verdict."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rag.answers.citations import cite
from rag.chat.reply_reader import ReplySentence
from rag.library.catalog import Catalog
from rag.support.judge import SupportJudge
from rag.text.sentences import sentence_spans
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import Citation, Embed, FloatArray, Passage, Sentence, Support, Verdict

_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{8,400})[\"”“»]")

_SHORTLIST = 3
"""Sentences of a passage that are judged: the most similar ones, by words and by vector."""
_LOOKED_UP, _FEWEST = 3, 4
"""Passages in which the support of a sentence is looked for that cites none, and content words that
it must have: fewer are somewhere by chance."""
_SURE = 0.8
"""From this score on, one sentence is enough, pairs of sentences are not tried, and what the model
did not cite is cited."""
_GAIN = 0.2
"""How much a second sentence must add to the score when the verdict stays the same."""
_RANK: dict[Verdict, int] = {"unsupported": 0, "partial": 1, "supported": 2}


@dataclass(slots=True)
class Resolver:
    """Finds the exact spans that support each sentence of a reply, and judges the sentence.

    :param embed: texts to unit vectors, ``(n, d) float32``.
    """

    catalog: Catalog
    passages: Sequence[Passage]
    embed: Embed
    judge: SupportJudge
    _numbers: dict[tuple[str, int, int], int] = field(default_factory=dict)
    _sentences: dict[int, tuple[list[tuple[int, int]], FloatArray]] = field(default_factory=dict)

    def resolve(self, sentence: ReplySentence) -> Sentence:
        """Cite the spans that support the sentence, and judge it against their text.

        A mark whose passage does not support it is dropped when the passage of another mark does,
        or one that is not marked, unless the marked one says otherwise.

        :raises CitationError: a document was replaced while the answer was being built.
        """
        if not sentence.numbers:
            if found := self._attribute(sentence, self.embed([sentence.text])[0]):
                return found
            listed = ", ".join(f"[{n}]" for n in sentence.stray)
            reason = f"cites {listed}, which is no passage" if listed else "cites no passage"
            return Sentence(sentence.text, (), Support("unsupported", 0.0, (reason,)))
        vector = self.embed([sentence.text])[0]
        spans = {n: self._find_span(sentence.text, vector, n - 1) for n in sentence.numbers}
        kept = [n for n, (*_, support) in spans.items() if support.verdict != "unsupported"]
        best = max(spans, key=lambda n: _strength(spans[n][2]))
        denied = any(support.contradicted for *_, support in spans.values())
        if not kept and not denied and (found := self._attribute(sentence, vector)):
            return found
        citations = tuple(self._cite(n - 1, *spans[n][:2]) for n in kept or [best])
        support = spans[best][2]
        if len(citations) > 1 and support.verdict != "supported":
            together = self.judge(sentence.text, " ".join(c.quote for c in citations))
            support = max(support, together, key=_strength)
        return Sentence(sentence.text, citations, self._check_quotations(sentence, support))

    def _attribute(self, sentence: ReplySentence, vector: FloatArray) -> Sentence | None:
        """Cite what supports a sentence that its marks do not; None where no passage does."""
        wanted = vocabulary(sentence.text) - STOP_WORDS
        if len(wanted) < _FEWEST:
            return None

        def shared(index: int) -> int:
            return len(wanted & vocabulary(self.passages[index].text))

        others = (i for i in range(len(self.passages)) if i + 1 not in sentence.numbers)
        likely = sorted(others, key=shared, reverse=True)[:_LOOKED_UP]
        if not likely:
            return None
        found = [(index, *self._find_span(sentence.text, vector, index)) for index in likely]
        index, start, end, support = max(found, key=lambda each: _strength(each[3]))
        if support.score < _SURE:
            return None
        numbered = replace(sentence, numbers=(index + 1,))
        support = self._check_quotations(numbered, support)
        return Sentence(sentence.text, (self._cite(index, start, end),), support, attributed=True)

    def _find_span(self, sentence: str, vector: FloatArray, index: int) -> tuple[int, int, Support]:
        """Find the sentence of a passage, or the two adjoining ones, that supports it best."""
        text = self.passages[index].text
        spans, vectors = self._split(index)
        if not spans:
            return 0, len(text), self._judge_span(sentence, index, 0, len(text))
        wanted = vocabulary(sentence) - STOP_WORDS
        shared = [len(wanted & vocabulary(text[start:end])) for start, end in spans]
        scores = np.array(shared) / max(len(wanted), 1) + vectors @ vector
        likely = [int(i) for i in np.argsort(-scores, kind="stable")[:_SHORTLIST]]
        judged = [(*spans[i], self._judge_span(sentence, index, *spans[i])) for i in likely]
        single = max(judged, key=lambda span: _strength(span[2]))
        if single[2].score >= _SURE:
            return single
        if judged[0][2].contradicted:  # no neighbour makes up for what its own sentence denies
            return judged[0]
        neighbours = sorted({max(i - 1, 0) for i in likely} | set(likely))
        pairs = [(spans[i][0], spans[i + 1][1]) for i in neighbours if i + 1 < len(spans)]
        joined = [(*span, self._judge_span(sentence, index, *span)) for span in pairs]
        pair = max([*joined, single], key=lambda span: _strength(span[2]))
        better = _RANK[pair[2].verdict] > _RANK[single[2].verdict]
        return pair if better or pair[2].score >= single[2].score + _GAIN else single

    def _judge_span(self, sentence: str, index: int, start: int, end: int) -> Support:
        """Judge the sentence by a span, under the title and the heading above it.

        Both are shown with the citation, and say who "she" is and what "the treatment" treats.
        """
        passage = self.passages[index]
        above = dict.fromkeys(filter(None, [passage.title, passage.heading]))
        return self.judge(sentence, ". ".join([*above, passage.text[start:end]]))

    def _split(self, index: int) -> tuple[list[tuple[int, int]], FloatArray]:
        """Split a passage into sentences, once: their spans and their vectors."""
        if index not in self._sentences:
            text = self.passages[index].text
            spans = sentence_spans(text)
            vectors = self.embed([text[start:end] for start, end in spans])
            self._sentences[index] = spans, vectors
        return self._sentences[index]

    def _cite(self, index: int, start: int, end: int) -> Citation:
        """Cite a span; a span that was cited before keeps its number."""
        key = (self.passages[index].chunk_id, start, end)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return cite(self.catalog, self.passages[index], start, end, number)

    def _check_quotations(self, sentence: ReplySentence, support: Support) -> Support:
        """Reject a sentence with words in quotation marks that no cited passage contains."""
        sources = [_normalize(self.passages[n - 1].text) for n in sentence.numbers]
        for quotation in _QUOTED.findall(sentence.text):
            words = _normalize(quotation).strip(" .,;:!?…")
            if len(words.split()) > 2 and not any(words in source for source in sources):
                reason = f"“{quotation}” is not in the source"
                reasons = (reason, *support.reasons)
                return Support("unsupported", min(support.score, 0.25), reasons)
        return support


def _strength(support: Support) -> tuple[int, float]:
    return _RANK[support.verdict], support.score


def _normalize(text: str) -> str:
    return " ".join(re.sub(r"[‘’]", "'", text).casefold().split())
