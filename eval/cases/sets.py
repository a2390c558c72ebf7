"""Loads sets: questions and the documents that they are about, in the formats of public sets.

- A **BEIR** folder: ``corpus.jsonl`` (``_id``, ``title``, ``text``), ``queries.jsonl`` (``_id``,
  ``text``) and ``qrels.tsv`` or ``qrels/test.tsv`` (query, document, grade). A query may also have
  ``answers`` (alternatives) and ``is_impossible`` as SQuAD names them, ``exact_answer`` (a list of
  facts, each a list of alternatives) and ``ideal_answer`` as BioASQ does, and a ``type``.
- A **SQuAD** file, 1.1 or 2.0: ``data[].paragraphs[].qas[]``.

Thakur et al., "BEIR", NeurIPS 2021; Rajpurkar et al., EMNLP 2016 and ACL 2018; Krithara et al.,
"BioASQ-QA", Scientific Data 10, 2023.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.cases.case import SEEDS, Case, CasesError, json_lines, load_cases, seed_cases

_ADVERSARIAL = "adversarial"
"""The kind of SQuAD's unanswerable questions, which people wrote so that they look answerable."""
_QRELS = ("qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv")
_YES_NO = {"yes", "no"}


@dataclass(frozen=True, slots=True)
class Text:
    """A document of a set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases, and the documents that they are about.

    :param documents: the set's own, as texts or as a folder of files; None if the cases are about
        the user's library.
    """

    name: str
    cases: tuple[Case, ...]
    documents: tuple[Text, ...] | Path | None = None

    def sample(self, size: int, seed: int) -> CaseSet:
        """Draw some of the cases, the same ones for the same seed, over the same documents."""
        if size >= len(self.cases):
            return self
        places = sorted(random.Random(seed).sample(range(len(self.cases)), size))  # noqa: S311
        sample = tuple(self.cases[place] for place in places)
        return replace(self, name=f"{self.name} ({size}, seed {seed})", cases=sample)


def seed_set() -> CaseSet:
    """The seed documents and the questions about them."""
    return CaseSet("seeds", seed_cases(), SEEDS)


def load_set(path: Path) -> CaseSet:
    """Load a set: a file of cases, a BEIR folder or a SQuAD file.

    :raises CasesError: it is none of these, or damaged.
    """
    if path.is_dir():
        return _load_beir(path)
    if path.suffix.lower() == ".json":
        return _load_squad(path)
    return CaseSet(path.stem, load_cases(path))


def _load_beir(folder: Path) -> CaseSet:
    documents = tuple(
        Text(_string(row, "_id", path, number), _title(row), _string(row, "text", path, number))
        for path in [folder / "corpus.jsonl"]
        for number, row in json_lines(path)
    )
    known = {document.id for document in documents}
    relevant = _load_qrels(folder, known)
    cases = []
    queries = folder / "queries.jsonl"
    for number, row in json_lines(queries):
        id_ = _string(row, "_id", queries, number)
        try:
            case = _read_query(id_, row, relevant.get(id_, ()))
        except CasesError as error:
            raise CasesError(f"{queries}, line {number}: {error}") from error
        if case:
            cases.append(case)
    if not cases:
        raise CasesError(f"{folder} has no query with a relevant document; check its qrels")
    return CaseSet(folder.name, tuple(cases), documents)


def _read_query(
    id_: str, row: Mapping[str, Any], relevant: Sequence[tuple[str, int]]
) -> Case | None:
    """A query as a case; None if nothing is known of it, as of the queries of other splits."""
    question = row.get("text")
    if not isinstance(question, str) or not question.strip():
        raise CasesError('"text" must be the question')
    if row.get("is_impossible") is True:
        return Case(id_, question.strip(), answerable=False, kind=_ADVERSARIAL)
    answers = _alternatives(row.get("answers"))
    exact = row.get("exact_answer") or []
    facts = [_alternatives(fact) for fact in exact] if isinstance(exact, list) else []
    # "yes" can be a right answer, but it is not a fact that a text holds.
    facts = [fact for fact in facts if fact and not {w.casefold() for w in fact} & _YES_NO]
    if answers and not facts:
        facts = [answers]
    if not (relevant or answers or facts):
        return None
    return Case(
        id=id_,
        question=question.strip(),
        answerable=True,
        facts=tuple(facts),
        answers=answers or _alternatives(row.get("ideal_answer")),
        relevant=tuple(relevant),
        kind=str(row.get("type") or "answerable"),
    )


def _load_qrels(folder: Path, known: set[str]) -> dict[str, list[tuple[str, int]]]:
    path = next((folder / name for name in _QRELS if (folder / name).is_file()), None)
    if path is None:
        raise CasesError(
            f"{folder} has no {_QRELS[0]}; add it: it says which documents are relevant"
        )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split("\t")
        if number == 1 or not line.strip():
            continue
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            raise CasesError(
                f"{path}, line {number}: write query, document and grade, separated by tabs"
            )
        query, document, grade = cells[0], cells[1], int(cells[2])
        if grade > 0:
            if document not in known:
                raise CasesError(
                    f'{path}, line {number}: "{document}" is not in corpus.jsonl; add it there, '
                    "or remove the line"
                )
            found[query].append((document, grade))
    return found


def _load_squad(path: Path) -> CaseSet:
    try:
        articles = json.loads(path.read_text(encoding="utf-8"))["data"]
        found = list(_read_paragraphs(articles))
    except OSError as error:
        raise CasesError(f"{path} cannot be read ({error.strerror}); name a SQuAD file") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CasesError(
            f"{path} is not a SQuAD file ({type(error).__name__}: {error}); write your own cases "
            "as JSON lines in a file that ends in .jsonl"
        ) from error
    if not found:
        raise CasesError(f"{path} holds no questions; name a SQuAD file with some")
    return CaseSet(
        path.stem,
        tuple(case for _, cases in found for case in cases),
        tuple(document for document, _ in found),
    )


def _read_paragraphs(articles: Any) -> Iterator[tuple[Text, list[Case]]]:
    for article in articles:
        title = str(article.get("title", "")).replace("_", " ")
        for number, paragraph in enumerate(article["paragraphs"]):
            document = Text(f"{article.get('title', '')}-{number}", title, paragraph["context"])
            yield document, [_squad_case(row, document.id) for row in paragraph["qas"]]


def _squad_case(row: Mapping[str, Any], document: str) -> Case:
    if row.get("is_impossible") or not row["answers"]:
        return Case(str(row["id"]), row["question"].strip(), answerable=False, kind=_ADVERSARIAL)
    answers = tuple(dict.fromkeys(answer["text"] for answer in row["answers"]))
    return Case(
        id=str(row["id"]),
        question=row["question"].strip(),
        answerable=True,
        facts=(answers,),
        answers=answers,
        relevant=((document, 1),),
        kind="answerable",
    )


def _alternatives(value: Any) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(dict.fromkeys(t for t in texts if isinstance(t, str) and t.strip()))


def _title(row: Mapping[str, Any]) -> str:
    return str(row.get("title") or "").replace("_", " ")


def _string(row: Mapping[str, Any], name: str, path: Path, number: int) -> str:
    value = row.get(name)
    if not isinstance(value, str) or (name == "_id" and not value):
        raise CasesError(f'{path}, line {number}: "{name}" must be text')
    return value
