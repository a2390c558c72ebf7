"""Outcomes on disk: kept while a run goes on, read back when it goes on later, given to others.

A kept outcome is known by its content: who was asked, and the case. A run that was killed finds
what it had; a bot or a case that has changed is asked anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eval.cases.case import Case, CasesError, case_of_row, json_lines
from eval.kept import Kept
from eval.outcome import Outcome, Trial, failed
from eval.responses import ResponseError, outcome_of


class OutcomeStore:
    """Outcomes in a file; each is on disk before the next case is asked.

    :param path: made when missing.
    :param identity: all that the outcomes depend on besides the case.
    """

    def __init__(self, path: Path, identity: str) -> None:
        self._identity = identity
        self._kept = Kept(path, _outcome_of_row)

    def get(self, case: Case) -> Outcome | None:
        """The outcome of this very case, if there is one.

        Failures are asked again, the chat model's too.
        """
        return self._kept.get(self._key(case))

    def put(self, case: Case, outcome: Outcome) -> None:
        """Keep it."""
        self._kept.put(self._key(case), outcome, {"id": case.id, **outcome.as_row()})

    def _key(self, case: Case) -> str:
        asked = {**case.as_row(), "note": "", "asker": ""}
        return hashlib.sha256(json.dumps([self._identity, asked]).encode()).hexdigest()


def _outcome_of_row(row: Mapping[str, Any]) -> Outcome | None:
    again = row["status"] == "failed" or row["chat_problem"]
    return None if again else Outcome.of_row(row)


def exported(trial: Trial) -> dict[str, Any]:
    """A case and its outcome under the names that ragas uses, citespan's own beside them."""
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
        "citations": [
            {
                "number": c.number,
                "source": c.source,
                "quote": c.quote,
                "start": c.start,
                "end": c.end,
            }
            for c in outcome.citations
        ],
        "confidence": outcome.confidence,
        "error": outcome.error,
        "by_chat": outcome.by_chat,
        "chat_problem": outcome.chat_problem,
        "case": case.as_row(),
    }


def load_outputs(path: Path, cases: Iterable[Case] = ()) -> dict[Case, Outcome]:
    """Outputs of any system, each with its case.

    A row finds its case by ``id``, else by its question; without any cases given, each row brings
    its own: the ``case`` that an export holds, or ragas' ``reference``, which a row without an
    answer leaves empty. A case without a row is a failed one: the system said nothing.

    :raises CasesError: the file cannot be read, or a row fits no case.
    """
    rows = list(json_lines(path))
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
                fits = [_own_case(row, number)]
            elif str(row.get("id")) in by_id:
                fits = [by_id[str(row["id"])]]
            else:
                fits = by_question.get(question, [])
            if len(fits) != 1:
                raise CasesError(
                    'it fits no case; give it the "id" of one, or the very question of one'
                )
            (case,) = fits
            if case in found:
                raise CasesError(f'the case "{case.id}" has two rows; leave one')
            found[case] = _outcome(row, case)
        except CasesError as error:
            raise CasesError(f"{path}, line {number}: {error}") from error
    if not found:
        raise CasesError(f"{path} holds no outputs; write one JSON object a line")
    missing = "ResponseError: the outputs have no row for this case"
    return {case: found.get(case, failed(missing)) for case in wanted or found}


def _outcome(row: Mapping[str, Any], case: Case) -> Outcome:
    if row.get("status") == "failed" or row.get("error"):
        return failed(str(row.get("error") or "it failed"))
    try:
        return outcome_of(row, case, None, None)
    except ResponseError as error:
        return failed(f"ResponseError: {error}")


def _question(row: Mapping[str, Any]) -> str:
    question = row.get("user_input", row.get("question", ""))
    if isinstance(question, list):  # ragas' several turns: the last thing that the person said
        said = [turn for turn in question if turn.get("type") == "human"]
        question = said[-1].get("content", "") if said else ""
    return question if isinstance(question, str) else ""


def _own_case(row: Mapping[str, Any], number: int) -> Case:
    """The case that a row brings along."""
    if isinstance(row.get("case"), dict):
        return case_of_row(row["case"])
    reference = row.get("reference", row.get("ground_truth", row.get("ground_truths", "")))
    answers = reference if isinstance(reference, list) else [reference]
    answers = [answer for answer in answers if isinstance(answer, str) and answer.strip()]
    names = row.get("reference_context_ids") or []
    answerable = row.get("answerable", bool(answers or names))
    return case_of_row(
        {
            "id": str(row.get("id", f"row-{number}")),
            "question": _question(row),
            "answerable": answerable,
        }
        | ({"answers": answers} if answers and answerable else {})
        | ({"relevant": [str(name) for name in names]} if names and answerable else {})
    )
