"""Answers what is asked about documents: see :class:`RequestAnswerer`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from rag.answers.abstention import ABSTENTION
from rag.answers.citations import cite
from rag.answers.extractive import with_sentences
from rag.library.catalog import Catalog
from rag.names import path_of
from rag.requests.mentions import Mentions
from rag.requests.outline import find_headings
from rag.requests.overview import KeySentence, OverviewMaker
from rag.requests.sections import Section
from rag.support.judge import judge_verbatim
from rag.types import Answer, AnswerLength, DocumentInfo, Intent, Sentence

_SENTENCES: dict[AnswerLength, int] = {"short": 2, "normal": 4, "full": 8}
"""Of an overview of one document."""
_MOST_LISTED = 12
"""Documents that a list describes."""
_MOST_HEADINGS = 60
ABOUT_DOCUMENTS: frozenset[Intent] = frozenset(
    ("overview", "documents", "outline", "greeting", "thanks", "help")
)
"""What is answered here."""
CERTAIN = 0.8
"""Probability of a request below which it is one only if the documents do not answer it."""
_BREAK = "\n"
_NO_HEADINGS = "The document has no headings."
_NO_TEXT = "The document has no text."
_NAMED = 3
"""Documents that a welcome names."""


@dataclass(frozen=True)
class RequestAnswerer:
    """Answers in the documents' own sentences what is asked about them; asks no chat model.

    :param sections: what an overview is of, when it is not of whole documents.
    :param mentions: where the words stand that are asked for; the documents are those.
    """

    catalog: Catalog
    overviews: OverviewMaker
    length: AnswerLength = "normal"
    sections: Sequence[Section] = ()
    mentions: Mentions | None = None

    def answers(self, draft: Answer, documents: Sequence[DocumentInfo]) -> Iterator[Answer]:
        """Growing answers, one sentence more each.

        :param draft: an answer with question and intent, and nothing said yet.
        :param documents: those that are asked about.
        :raises CitationError: a document was replaced meanwhile.
        :raises GoneError: the same.
        """
        if self.mentions:
            documents = [each for each in documents if each.document_id in self.mentions.first]
        if self.mentions and not documents:
            why = f"No document mentions “{self.mentions.words}” in these very words."
            yield replace(
                draft, status="abstained", text=ABSTENTION, explanation=(why,), confidence=0.0
            )
        elif say := _SAYINGS.get(draft.intent):
            yield replace(draft, text=say(documents))
        else:
            yield from self._grow(draft, self._find(draft.intent, documents), documents)

    def _find(
        self, intent: Intent, documents: Sequence[DocumentInfo]
    ) -> Iterator[tuple[str, KeySentence]]:
        """What is quoted, each with what is set before it."""
        if intent == "overview" and self.sections:
            yield from self._find_in_sections(documents)
        elif self.mentions:
            for document in documents[:_MOST_LISTED]:
                first = self.mentions.first[document.document_id]
                yield f"\n### {_name(document)}\n", first
        elif intent == "outline":
            for document in documents[:1]:
                yield from find_headings(self.catalog, document.document_id, _MOST_HEADINGS)
        elif intent == "overview" and len(documents) == 1:
            for each in self.overviews.choose(documents[0].document_id, _SENTENCES[self.length]):
                yield "", each
        else:
            for document in documents[:_MOST_LISTED]:
                for each in self.overviews.choose(document.document_id, 1):
                    yield f"\n### {_name(document)}\n", each

    def _find_in_sections(
        self, documents: Sequence[DocumentInfo]
    ) -> Iterator[tuple[str, KeySentence]]:
        """The key sentences of the sections; of several, each with its document's name before."""
        named = {document.document_id: _name(document) for document in documents}
        several = len(self.sections) > 1
        number = _SENTENCES["short" if several else self.length]
        for section in self.sections[:_MOST_LISTED]:
            lead = f"\n### {named[section.document_id]}\n" if several else ""
            for each in self.overviews.choose(section.document_id, number, section):
                yield lead, each
                lead = ""

    def _grow(
        self,
        draft: Answer,
        found: Iterable[tuple[str, KeySentence]],
        documents: Sequence[DocumentInfo],
    ) -> Iterator[Answer]:
        of_one = (
            bool(self.sections)
            or draft.intent == "outline"
            or (draft.intent == "overview" and len(documents) == 1)
        )
        opening = "" if of_one else f"{_count(documents)}\n\n"
        if self.mentions:
            opening = f"{_count_mentions(documents, self.mentions.words)}\n\n"
        sentences: list[Sentence] = []
        for number, (lead, each) in enumerate(found, 1):
            citation = cite(self.catalog, each.passage, each.start, each.end, number)
            text = " ".join(citation.quote.split())
            lead = f"\n{lead}" if lead and sentences else f"{opening}{lead.lstrip(_BREAK)}"
            opening = ""
            verbatim = judge_verbatim(text, citation.quote)
            sentences.append(Sentence(text, (citation,), verbatim, lead=lead))
            yield with_sentences(draft, sentences)
        if not sentences:
            yield replace(draft, text=_NO_HEADINGS if draft.intent == "outline" else _NO_TEXT)


def _count(documents: Sequence[DocumentInfo]) -> str:
    count = len(documents)
    listed = f" The first {_MOST_LISTED}:" if count > _MOST_LISTED else ""
    return "There is one document." if count == 1 else f"There are {count:,} documents.{listed}"


def _count_mentions(documents: Sequence[DocumentInfo], words: str) -> str:
    count = len(documents)
    said = "One document mentions" if count == 1 else f"{count:,} documents mention"
    listed = f" The first {_MOST_LISTED}:" if count > _MOST_LISTED else ""
    return f"{said} “{words}”.{listed}"


def _name(document: DocumentInfo) -> str:
    """Its file name, and its title where that says more."""
    file = file_name(document)
    stem = PurePosixPath(file).stem
    return file if document.title in ("", stem, file) else f"{file} ({document.title})"


def file_name(document: DocumentInfo) -> str:
    """The file name of a document; its title where it has none."""
    source = document.sources[0] if document.sources else ""
    return path_of(source).name or document.title


def _welcome(documents: Sequence[DocumentInfo]) -> str:
    return f"Hello. {_help(documents)}"


def _help(documents: Sequence[DocumentInfo]) -> str:
    count = f"your {len(documents):,} documents" if len(documents) != 1 else "your document"
    names = ", ".join(map(file_name, documents[:_NAMED]))
    more = ", …" if len(documents) > _NAMED else ""
    example = file_name(documents[0])
    return (
        f"I answer from {count} ({names}{more}), in their own sentences, and every sentence opens "
        "the place where it stands. If they do not hold the answer, I say so. Ask a question in "
        f"plain words, or for example: “What documents are there?”, “What is {example} about?”, "
        f"“Show the outline of {example}”, or name a document in a question: “In {example}, …”."
    )


def _thanks(_documents: Sequence[DocumentInfo]) -> str:
    return "You are welcome. Ask the next question whenever you like."


_SAYINGS: dict[Intent, Callable[[Sequence[DocumentInfo]], str]] = {
    "greeting": _welcome, "help": _help, "thanks": _thanks
}  # fmt: skip
