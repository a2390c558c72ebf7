"""Outcomes on disk: cached while a run goes on, exported, and loaded from any system's outputs.

A cached outcome is found by its content: who was asked, and the case. So a run that was killed
resumes, and a bot or a case that has changed is asked again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.cache_file import CacheFile
from eval.cases.case import Case, CasesError, case_of_row, json_lines
from eval.outcome import Outcome, Trial, failed_outcome
from eval.responses.mapping import ResponseError, UnknownNamesError
from eval.responses.read import mapping_of_object, read_outcome
from eval.responses.refusals import is_refusal

_QUESTIONS = ("user_input", "question", "input", "query")
_REFERENCES = ("reference", "ground_truth", "ground_truths", "expected_output")
_CITED = ("number", "source", "quote", "start", "end")


class OutcomeCache:
    """Outcomes in a file; each is on disk before the next case is asked.

    :param path: created if missing.
    :param identity: all that the outcomes depend on besides the case.
    """

    def __init__(self, path: Path, identity: str) -> None:
        self._identity = identity
        self._cache = CacheFile(path, _outcome_of_row)

    def get(self, case: Case) -> Outcome | None:
        """The outcome of exactly this case, if there is one.

        Failures are asked again, those of the chat model too.
        """
        return self._cache.get(self._key(case))

    def put(self, case: Case, outcome: Outcome) -> None:
        self._cache.put(self._key(case), outcome, {"id": case.id, **asdict(outcome)})

    def _key(self, case: Case) -> str:
        question = {**case.as_row(), "note": "", "asker": ""}
        return hashlib.sha256(json.dumps([self._identity, question]).encode()).hexdigest()


def _outcome_of_row(row: Mapping[str, Any]) -> Outcome | None:
    is_failure = row["status"] == "failed" or row["chat_problem"]
    return None if is_failure else Outcome.of_row(row)


def export_trial(trial: Trial) -> dict[str, Any]:
    """Export a case and its outcome under the names that ragas uses, with citespan's own beside."""
    case, outcome = trial.case, trial.outcome
    return {
        "id": case.id,
        "user_input": case.question,
        "response": outcome.text,
        "reference": case.answers[0] if case.answers else "; ".join(f[0] for f in case.facts),
        "retrieved_contexts": [passage.text for passage in outcome.passages],
        "retrieved_context_ids": [passage.source for passage in outcome.passages],
        "reference_contexts": [quote.quote for quote in case.quotes],
        "reference_context_ids": [name for name, _ in case.relevant],
        "status": outcome.status,
        "sentences": [{"text": s.text, "cites": list(s.cites)} for s in outcome.sentences],
        "citations": [{name: getattr(c, name) for name in _CITED} for c in outcome.citations],
        "confidence": outcome.confidence,
        "error": outcome.error,
        "by_chat": outcome.by_chat,
        "chat_problem": outcome.chat_problem,
        "case": case.as_row(),
    }


def load_outputs(path: Path, cases: Iterable[Case] = ()) -> dict[Case, Outcome]:
    """Load outputs of any system, each with its case.

    A row is matched to a case by ``id``, otherwise by its question. If no cases are given, each row
    brings its own: the ``case`` of an export, or the ``reference`` of ragas (``expected_output`` of
    deepeval). An empty reference, or one that is a refusal, says that the documents hold no answer;
    without one nothing is known of that. A case without a row counts as failed.

    :raises CasesError: the file cannot be read, or a row matches no case.
    """
    return _match_rows(list(json_lines(path)), cases, str(path))


def read_test_cases(
    test_cases: Iterable[object], cases: Iterable[Case] = ()
) -> dict[Case, Outcome]:
    """Read test cases of deepeval or samples of ragas that hold an answer, as outputs.

    They are read by the names of their fields; neither library is needed.

    :raises CasesError: one matches no case, or there are none.
    """
    rows = [(number, mapping_of_object(each)) for number, each in enumerate(test_cases, start=1)]
    return _match_rows(rows, cases, "the test cases")


def _match_rows(
    rows: list[tuple[int, dict[str, Any]]], cases: Iterable[Case], path: str
) -> dict[Case, Outcome]:
    wanted = tuple(cases)
    by_id = {case.id: case for case in wanted}
    by_question: dict[str, list[Case]] = {}
    for case in wanted:
        by_question.setdefault(case.question, []).append(case)
    found: dict[Case, Outcome] = {}
    for number, row in rows:
        try:
            question = _question(row)
            if not wanted:
                matches = [_own_case(row, number)]
            elif str(row.get("id")) in by_id:
                matches = [by_id[str(row["id"])]]
            else:
                matches = by_question.get(question, [])
            if len(matches) != 1:
                raise CasesError(
                    'it matches no case; give it the "id" or the exact question of a case'
                )
            (case,) = matches
            if case in found:
                raise CasesError(f'the case "{case.id}" has two rows; remove one')
            found[case] = _read_row(row, case)
        except CasesError as error:
            raise CasesError(f"{path}, line {number}: {error}") from error
    if not found:
        raise CasesError(f"{path} holds no outputs; write one JSON object per line")
    missing = "ResponseError: the outputs have no row for this case"
    return {case: found.get(case, failed_outcome(missing)) for case in wanted or found}


def _read_row(row: Mapping[str, Any], case: Case) -> Outcome:
    if row.get("status") == "failed" or row.get("error"):
        return failed_outcome(str(row.get("error") or "it failed"))
    try:
        return read_outcome(row, case, None, None)
    except UnknownNamesError as error:
        raise CasesError(str(error)) from error
    except ResponseError as error:
        return failed_outcome(f"ResponseError: {error}")


def _question(row: Mapping[str, Any]) -> str:
    question = next((row[name] for name in _QUESTIONS if row.get(name) is not None), "")
    if isinstance(question, list):  # the turns of ragas: the last thing that the person said
        said = [turn for turn in question if turn.get("type") == "human"]
        question = said[-1].get("content", "") if said else ""
    return question if isinstance(question, str) else ""


def _own_case(row: Mapping[str, Any], number: int) -> Case:
    """The case that a row itself describes."""
    if isinstance(row.get("case"), dict):
        return case_of_row(row["case"])
    reference = next((row[name] for name in _REFERENCES if row.get(name) is not None), None)
    answers = reference if isinstance(reference, list) else [reference]
    answers = [answer for answer in answers if isinstance(answer, str) and answer.strip()]
    names = row.get("reference_context_ids") or []
    known = bool(answers or names) if reference is not None or names else None
    if answers and all(map(is_refusal, answers)):
        known, answers, names = False, [], []
    fields: dict[str, Any] = {
        "id": str(row.get("id", row.get("name") or f"row-{number}")),
        "question": _question(row),
        "answerable": row.get("answerable", known),
    }
    if fields["answerable"]:
        fields |= {"answers": answers, "relevant": [str(name) for name in names]}
    return case_of_row(fields)
