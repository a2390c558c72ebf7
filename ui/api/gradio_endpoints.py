"""The Gradio endpoints for programs: ``/ask`` and ``/search``.

Everything else on the page is private. docs/reference/api.md shows both with ``gradio_client``.
Annotations are not postponed in this module, since Gradio reads them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import gradio as gr
from gradio.events import api
from pydantic import Field, TypeAdapter, ValidationError

from rag.types import Filter
from ui.answer_json import public_json
from ui.answering import MOST_PASSAGES, Answering, last_answer
from ui.failures import tell_failure
from ui.person import person_of

_HISTORY = TypeAdapter(list[tuple[str, str]])
_SOURCES = TypeAdapter(list[str])
_LIMIT = TypeAdapter(Annotated[int, Field(ge=1, le=MOST_PASSAGES)])


def add_endpoints(answering: Answering) -> None:
    """Add them to the Gradio page that is being built."""

    async def ask(
        request: gr.Request,
        question: str,
        history: list[list[str]] = [],  # noqa: B006
        sources: list[str] = [],  # noqa: B006
    ) -> dict[str, Any]:
        """Answer a question with cited sentences.

        :param history: earlier turns, oldest first, each ``[question, answer text]``.
        :param sources: ask only these: documents, folders or patterns such as ``*.pdf``.
        :return: the JSON of ``citespan ask --json``; see docs/reference/cli.md.
        """
        with _convert_errors():
            where, turns = _read_where(sources), _HISTORY.validate_python(history)
            stream = answering.stream(question, turns, where=where, person=person_of(request))
            return public_json(await last_answer(answering.iterate_async(stream)))

    async def search(
        request: gr.Request,
        question: str,
        limit: int = 8,
        sources: list[str] = [],  # noqa: B006
    ) -> list[dict[str, Any]]:
        """Find the passages that fit a question best.

        :param limit: how many at most, up to 100.
        :param sources: search only these, as above.
        :return: ``passages[]`` of ``citespan ask --json``, best first; see docs/reference/cli.md.
        """
        with _convert_errors():
            most = _LIMIT.validate_python(limit)
            where, person = _read_where(sources), person_of(request)
            found = await answering.search_async(question, most, where, person=person)
            return [public_json(each) for each in found]

    for endpoint in (ask, search):
        api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)


def _read_where(sources: object) -> Filter:
    return Filter(sources=_SOURCES.validate_python(sources) or None)


@contextmanager
def _convert_errors() -> Iterator[None]:
    """Raise errors in Gradio's form; none is printed, since it may quote a person."""
    try:
        yield
    except ValidationError as error:
        said = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise gr.Error(f"Invalid input: {said}.", print_exception=False) from None
    except Exception as error:  # noqa: BLE001 - the outermost edge: log it, say it, go on
        raise gr.Error(tell_failure(error), print_exception=False) from None
