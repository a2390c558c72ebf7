"""Finds the documents that a question names by file name, by title, or after *according to*.

A document is named by its file name, with or without the suffix where that cannot be a plain word
(``lease-south``), by a quoted title, or by words of its title or file name after *according to* or
in a phrase with a word such as *report*: ``in the 2023 guideline``.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath

from rag.english.patterns.scope import ACCORDING, DOCUMENT_NOUNS, DROPPED_WITH_NAME, PHRASE, WITHIN
from rag.library.catalog import NamedDocument
from rag.names import path_of
from rag.text.terms import STOP_WORDS, fold, terms

_TOKEN = re.compile(r"[^\s\"“”'‘’«»()\[\]<>,;:?!]+(?<!\.)")
_QUOTED = re.compile(r"[\"“«]([^\"“”«»]{3,200})[\"”»]")
_IDENTIFIER = re.compile(r".*(?:[a-z0-9][-_.][a-z0-9]|[a-z]\d|\d[a-z]).*")
"""A name that cannot be mistaken for a word of the question, folded."""
_MOST_WORDS = 12
"""Of a file name that has spaces."""
_DETERMINER = re.compile(r"(?<!\w)(?:the|this|that)\s+$", re.IGNORECASE)
THE_DOCUMENT = "the document"
"""Stands in a question for a name that cannot be left out."""


_Named = tuple[int, int, list[NamedDocument]]
"""Where a question names documents, and which."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that a question names.

    :param documents: their ids.
    :param names: their file names, to be shown.
    :param question: the question without them, as it is searched for.
    """

    documents: tuple[str, ...]
    names: tuple[str, ...]
    question: str


def may_name_document(question: str) -> bool:
    """Whether it is worth reading the names of all documents for a question."""
    tokens = (fold(token[0]) for token in _TOKEN.finditer(question))
    return (
        any(_IDENTIFIER.fullmatch(token) for token in tokens)
        or _QUOTED.search(question) is not None
        or PHRASE.search(question) is not None
    )


class DocumentNames:
    """The names of a library's documents, ready to be found in questions."""

    def __init__(self, documents: Sequence[NamedDocument]) -> None:
        self.documents = documents
        self._by_name: dict[str, list[NamedDocument]] = {}
        self._by_title: dict[tuple[str, ...], list[NamedDocument]] = {}
        self._by_word: dict[str, set[int]] = {}
        for place, each in enumerate(documents):
            path = path_of_document(each)
            names = {fold(path.name)}
            if _IDENTIFIER.fullmatch(fold(path.stem)):
                names.add(fold(path.stem))
            for name in names:
                self._by_name.setdefault(name, []).append(each)
            self._by_title.setdefault(tuple(terms(each.title)), []).append(each)
            for word in {*terms(path.stem), *terms(each.title)}:
                self._by_word.setdefault(word, set()).add(place)

    def is_file(self, name: str) -> bool:
        """Whether a document has this file name."""
        return fold(name) in self._by_name

    def is_whole(self, words: Collection[str], place: int) -> bool:
        """Whether these terms are the whole file name or title of the document at a place."""
        return set(words) in map(set, _names(self.documents[place]))

    def find_having(self, words: Collection[str]) -> set[int]:
        """Find the places of the documents whose names have all of these terms."""
        having = [self._by_word.get(word, set()) for word in words]
        return set.intersection(*having) if having else set()

    def find_scope(self, question: str) -> Scope | None:
        """Find the documents that a question names; None when it names none."""
        named = self._find_names(question)
        named = named or [*chain(self._find_titles(question), self._find_phrases(question))][:1]
        rest = question
        for start, end, _ in reversed(named):
            rest = leave_out(rest, start, end)
        if not named or not rest:
            return None
        meant = [each for *_, found in named for each in found]
        documents = {each.document_id: path_of_document(each).name for each in meant}
        return Scope(tuple(documents), tuple(documents.values()), rest)

    def _find_names(self, question: str) -> list[_Named]:
        """Find file names; a name that several files have means all of them."""
        named: list[_Named] = []
        tokens = [*_TOKEN.finditer(question)]
        for place, token in enumerate(tokens):
            earliest = max(0, place - _MOST_WORDS) if "." in token[0] else place
            for first in tokens[earliest : place + 1]:
                name = fold(question[first.start() : token.end()].replace("\\", "/"))
                if found := self._by_name.get(PurePosixPath(name).name):
                    named.append((first.start(), token.end(), found))
                    break
        return named

    def _find_titles(self, question: str) -> Iterator[_Named]:
        for quoted in _QUOTED.finditer(question):
            if found := self._by_title.get(tuple(terms(quoted[1]))):
                yield *quoted.span(), found

    def _find_phrases(self, question: str) -> Iterator[_Named]:
        """Find phrases all of whose words stand in the names of some documents, but not of all.

        A single word is too little, if it is not the whole name.
        """
        for cue in PHRASE.finditer(question):
            start, stop = cue.end(), WITHIN.match(question, cue.end()).end()  # type: ignore[union-attr]
            words = [*_TOKEN.finditer(question, start, stop)]
            for last in range(len(words), 0, -1):
                if fold(words[last - 1][0]) in STOP_WORDS:
                    continue
                phrase = question[start : words[last - 1].end()]
                own = terms(phrase, keep_stop_words=False)
                if not own or not (
                    ACCORDING.match(cue[0]) or DOCUMENT_NOUNS.intersection(fold(phrase).split())
                ):
                    continue
                places = self.find_having(own)
                found = [self.documents[place] for place in sorted(places)]
                if len(own) == 1:
                    found = [each for each in found if own in _names(each)]
                if found and len(places) < len(self.documents):
                    yield cue.start(), words[last - 1].end(), found


def leave_out(question: str, start: int, end: int) -> str:
    """Return the question without a name; empty where nothing is left to ask."""
    before, after = question[:start], question[end:]
    lead = DROPPED_WITH_NAME.search(before)
    if lead or PHRASE.match(question, start):
        before = before[: lead.start()] if lead else before
        left = f"{before.rstrip()}{' ' if before.strip() and after[:1].isalnum() else ''}{after}"
        left = re.sub(r"^[\s,:;–—-]+|(?<=\s)[\s,:;]+(?=\?)", "", left)
    else:
        quoted = before.endswith(tuple("\"“'‘«")) and after.startswith(tuple("\"”'’»"))
        before, after = (before[:-1], after[1:]) if quoted else (before, after)
        left = f"{_DETERMINER.sub('', before)}{THE_DOCUMENT}{after}"
    words = set(fold(left).replace("?", " ").split())
    return " ".join(left.split()) if words - STOP_WORDS or words & {"document"} else ""


def path_of_document(document: NamedDocument) -> PurePosixPath:
    return path_of(document.source)


def _names(document: NamedDocument) -> list[list[str]]:
    """The terms of its file name and of its title."""
    return [terms(path_of_document(document).stem), terms(document.title)]
