"""Suggests what to ask after an answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from rag.errors import RagError
from rag.library.catalog import Catalog
from rag.requests.sayings import file_name
from rag.suggestions.questions import Candidate, make_candidates, select_candidates
from rag.suggestions.topics import (
    ask_about_documents,
    ask_about_section,
    find_own_section,
    find_sections_near,
)
from rag.text.terms import terms
from rag.types import STRONG_MATCH, Answer, Citation, DocumentInfo, Passage

MOST = 3
"""Questions that are suggested."""
_TRIED = 6
"""Questions that are asked at most, to see whether they are answered."""
_PLACES = 3
"""Places of an answer that are looked around."""
_BEFORE, _AFTER = 3_000, 5_000
"""Characters around a place that are turned into questions."""
_SECTIONS = 2
"""Suggestions that ask about sections, at most."""
_ALIKE = 0.6
"""Share of common terms from which two questions ask the same."""
_TALK = ("greeting", "thanks", "help")

Ask = Callable[[str], Answer]


@dataclass(frozen=True)
class Suggester:
    """Suggests questions about what stands around the places of an answer.

    :param ask: answers in the documents' own sentences.
    """

    catalog: Catalog
    ask: Ask

    def suggest(self, answer: Answer, asked: Sequence[str] = ()) -> tuple[str, ...]:
        """Suggest at most :data:`MOST` questions; each was asked, and is answered.

        :param asked: questions of the conversation; none of them is suggested again.
        """
        if answer.intent in _TALK:
            return ()
        asked = [*asked, answer.question, answer.standalone_question]
        places: Sequence[Citation | Passage] = answer.citations or answer.passages
        if answer.intent == "answer" and answer.citations:  # what comes first is what was asked for
            first = places[0].document_id
            places = [place for place in places if place.document_id == first]
        places = _spread(places, _PLACES)
        chosen = _Chosen(asked)
        if answer.status == "abstained":
            self._widen(answer, chosen)
            self._add_sections(places, chosen, find_own_section, MOST)
            self._add_documents(places, chosen)
            return tuple(chosen.questions)
        shown = [(each.document_id, each.start, each.end) for each in answer.citations]
        for made in self._answered(places, shown, chosen):
            chosen.add(made)
            if len(chosen.questions) == MOST:
                return tuple(chosen.questions)
        self._add_sections(places, chosen, find_sections_near, _SECTIONS)
        return tuple(chosen.questions)

    def _answered(
        self,
        places: Sequence[Citation | Passage],
        shown: Sequence[tuple[str, int, int]],
        chosen: "_Chosen",
    ) -> Iterator[str]:
        """The questions made from the text around the places that are answered by it."""
        made = [(place, self._make_around(place)) for place in places]
        found = chain.from_iterable(
            ((place.document_id, each) for each in candidates) for place, candidates in made
        )
        ordered = sorted(found, key=lambda pair: -pair[1].score)
        fresh = (
            (document_id, each)
            for document_id, each in ordered
            if chosen.is_new(each.question)
            and not any(
                document_id == cited and (each.start or 0) < end and start < (each.end or 0)
                for cited, start, end in shown
                if not each.is_heading
            )
        )
        for document_id, each in islice(fresh, _TRIED):
            if is_answered(self.ask, document_id, each):
                yield each.question

    def _make_around(self, place: Citation | Passage) -> list[Candidate]:
        start = max(0, place.start - _BEFORE)
        text = self.catalog.text(place.document_id, start, place.end + _AFTER)
        if start:  # begin with a whole line
            cut = text.find("\n") + 1
            text, start = text[cut:], start + cut
        return select_candidates(make_candidates("", text, start), _TRIED)

    def _add_sections(
        self,
        places: Sequence[Citation | Passage],
        chosen: "_Chosen",
        find: Callable[[Catalog, str], Iterator[str]],
        most: int,
    ) -> None:
        """Add so many questions about sections, at most.

        :param find: finds the names of sections by a chunk.
        """
        most = min(MOST, len(chosen.questions) + most)
        for place in places:
            name_of = self._name_document(place.document_id)
            for name in islice(find(self.catalog, place.chunk_id), _SECTIONS):
                if len(chosen.questions) >= most:
                    return
                if not chosen.is_new(name):
                    continue
                for question in (ask_about_section(name), ask_about_section(name, name_of)):
                    if self._tells_about(question, place.document_id):
                        chosen.add(question, name)
                        break

    def _add_documents(self, places: Sequence[Citation | Passage], chosen: "_Chosen") -> None:
        """Add questions about the documents of the places."""
        infos = {each.document_id: each for each in self.catalog.documents()}
        near = [infos[place.document_id] for place in places if place.document_id in infos]
        for question, document in zip(ask_about_documents(near), near, strict=True):
            if len(chosen.questions) == MOST:
                return
            name = file_name(document)
            if chosen.is_new(name) and self._tells_about(question, document.document_id):
                chosen.add(question, name)

    def _widen(self, answer: Answer, chosen: "_Chosen") -> None:
        """Add the question without the documents that it named, when others answer it."""
        wide = answer.standalone_question
        if answer.scope and wide != answer.question and "the document" not in wide:
            found = self._try(wide)
            if found and found.status == "answered" and found.confidence >= STRONG_MATCH:
                chosen.add(wide)

    def _tells_about(self, question: str, document_id: str) -> bool:
        """Whether a question about a whole section or document is answered from it alone."""
        answer = self._try(question)
        return (
            answer is not None
            and answer.intent == "overview"
            and _is_prose(answer)
            and {cited.document_id for cited in answer.citations} == {document_id}
        )

    def _try(self, question: str) -> Answer | None:
        try:
            return self.ask(question)
        except RagError:
            return None

    def _name_document(self, document_id: str) -> str:
        infos: list[DocumentInfo] = self.catalog.documents()
        return next((file_name(each) for each in infos if each.document_id == document_id), "")


_FEWEST_WORDS = 10
"""Of an overview that is worth asking for."""


def _is_prose(answer: Answer) -> bool:
    """Whether an overview is sentences, and not rows of a table or bare lines."""
    texts = [sentence.text for sentence in answer.sentences]
    return (
        all(
            text.endswith((".", ".”", '."', ".)")) and text[0].isupper() and "|" not in text
            for text in texts
        )
        and sum(len(text.split()) for text in texts) >= _FEWEST_WORDS
    )


@dataclass
class _Chosen:
    """What was chosen so far, and what was asked before."""

    asked: Sequence[str]
    questions: list[str] = field(default_factory=list)
    _subjects: list[str] = field(default_factory=list)

    def is_new(self, subject: str) -> bool:
        """Whether nothing like it was asked or chosen.

        :param subject: a question, or what it is about.
        """
        own = set(terms(subject, keep_stop_words=False))
        return all(
            _share(own, set(terms(each, keep_stop_words=False))) < _ALIKE
            for each in (*self.asked, *self._subjects)
        )

    def add(self, question: str, subject: str = "") -> None:
        self.questions.append(question)
        self._subjects.append(subject or question)


def is_answered(ask: Ask, document_id: str, made: Candidate) -> bool:
    """Whether the library answers a question from the place that it was made from, and surely."""
    try:
        answer = ask(made.question)
    except RagError:
        return False
    if answer.status != "answered" or answer.intent != "answer" or answer.confidence < STRONG_MATCH:
        return False
    if not answer.sentences or not answer.sentences[0].citations:
        return False
    first = answer.sentences[0].citations[0]
    stands = first.document_id == document_id and (
        made.start is None
        or made.end is None
        or (first.start < made.end and made.start < first.end)
    )
    if not stands:
        return False
    if made.is_heading:
        return first.quote.rstrip("*_# ")[-1:] != "?"
    direct = answer.direct
    return made.start is None or (
        direct is not None
        and made.start <= direct.start
        and direct.end <= (made.end or 0)
        and not set(terms(direct.text, keep_stop_words=False)).issubset(terms(made.question))
    )


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _spread(places: Sequence[Citation | Passage], most: int) -> list[Citation | Passage]:
    """Take the first place of each chunk, so many at most."""
    first = {place.chunk_id: place for place in reversed(places)}
    ordered = [place for place in places if first[place.chunk_id] is place]
    return ordered[:most]
