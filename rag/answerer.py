"""Writing the answer: by quoting the sentences that hold it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.catalog import Catalog
from rag.citations import cite
from rag.evidence import Evidence
from rag.support import verbatim_support
from rag.types import Sentence

ABSTENTION = "The documents do not seem to answer this question."
"""The one sentence of every abstention."""


class ExtractiveAnswerer:
    """Answers in the documents' own sentences; needs no language model."""

    name = "extractive"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def sentences(self, chosen: Sequence[Evidence]) -> Iterator[Sentence]:
        """The chosen sentences, verbatim but for folded white space, each with its citation.

        :raises CitationError: a quote is not what its document holds at its span.
        """
        for number, evidence in enumerate(chosen, start=1):
            citation = cite(self._catalog, evidence.passage, evidence.start, evidence.end, number)
            text = " ".join(citation.quote.split())
            yield Sentence(text, (citation,), verbatim_support(text, citation.quote))
