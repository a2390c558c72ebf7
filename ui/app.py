"""The page: what stands where, and what happens when something is pressed.

The look is in ``assets/style.css``, the words of an answer in ``render.py``, the conversation in
``conversation.py``, the panel's script in ``assets/page.js``, and the server in ``server.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import EmptyLibraryError, RagError
from ui.conversation import Turns, messages_of, replies, stopped
from ui.examples import MOST, ExampleQuestions
from ui.render import library_html, welcome_html

if TYPE_CHECKING:
    from rag import DocumentInfo, Rag

ANSWERS_AT_ONCE = 32
"""Answers in progress; Gradio's own default of one would let a slow answer block everybody."""
_HEADER = '<div class="cs-brand"><h1 class="cs-name">citespan</h1></div>'
_ASKING: dict[str, Any] = {"submit_btn": "Ask", "stop_btn": False}
_ANSWERING: dict[str, Any] = {"submit_btn": False, "stop_btn": "Stop"}
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def create_app(rag: Rag) -> gr.Blocks:
    """The chat page over one library.

    :param rag: the library; asked from several threads at once.
    :return: the page, to be served by :func:`ui.server.create_server_app`, which adds its style,
        its script and the address under which a source is read.
    """
    page = gr.Blocks(title="citespan", analytics_enabled=False, fill_height=True)
    with page:
        turns = gr.State(())
        with gr.Row(elem_id="cs-top"):
            gr.Markdown(_HEADER)
            library = gr.Markdown()
            new = gr.Button("New conversation", size="sm", scale=0, elem_id="cs-new")
        chat = gr.Chatbot(
            elem_id="cs-chat",
            label="Conversation",
            show_label=False,
            container=False,
            scale=1,
            height=None,
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            autoscroll=False,  # page.js keeps the newest question in view instead
            placeholder=welcome_html(),
            layout="bubble",
        )
        with gr.Column(elem_id="cs-examples"):
            choices = [gr.Button(visible=False, size="sm") for _ in range(MOST)]
        question = gr.Textbox(
            label="Your question",
            placeholder="Ask your documents",
            elem_id="cs-question",
            max_lines=6,
            autofocus=True,
            submit_btn="Ask",
        )
        _connect(rag, page, turns, library, chat, choices, question, new)
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE)
    return page


def _connect(
    rag: Rag,
    page: gr.Blocks,
    turns: gr.State,
    library: gr.Markdown,
    chat: gr.Chatbot,
    choices: list[gr.Button],
    question: gr.Textbox,
    new: gr.Button,
) -> None:
    """Say what each event does. All of a conversation is in ``turns``, one per open page."""
    examples = ExampleQuestions(rag)

    def opened() -> tuple[str, gr.Chatbot]:
        documents, problem = _documents_of(rag)
        return library_html(documents), gr.Chatbot(placeholder=welcome_html(problem))

    def proposed() -> list[gr.Button]:
        found = examples.questions()
        hidden = [gr.Button(visible=False)] * (MOST - len(found))
        return [gr.Button(text, visible=True) for text in found] + hidden

    def answered(text: object, earlier: Turns) -> Iterator[tuple[Any, ...]]:
        box: Any = gr.Textbox(value="", **_ANSWERING)
        for turn in replies(rag, text, earlier):
            now = (*earlier, turn)
            if turn.complete:
                # What is being typed meanwhile stays, unless a refused question comes back.
                returned = {"value": turn.returned} if turn.returned else {}
                box = gr.Textbox(**(_ASKING | returned))
            yield box, messages_of(now), now if turn.question else earlier
            box = gr.skip()

    def halted(now: Turns) -> tuple[Any, ...]:
        ended = stopped(now)
        return gr.Textbox(**_ASKING), messages_of(ended), ended

    def renewed() -> tuple[Any, ...]:
        return gr.Textbox(value="", **_ASKING), [], ()

    page.load(opened, None, [library, chat], **_QUIET)
    page.load(proposed, None, choices, **_QUIET)
    shown = [question, chat, turns]
    asking: Any = [question.submit(answered, [question, turns], shown, **_QUIET)]
    asking += [choice.click(answered, [choice, turns], shown, **_QUIET) for choice in choices]
    # First the end of the work, then what to show: a late snapshot would paint over it.
    question.stop(None, cancels=asking, **_QUIET).then(halted, turns, shown, **_QUIET)
    new.click(None, cancels=asking, **_QUIET).then(renewed, None, shown, **_QUIET)


def _documents_of(rag: Rag) -> tuple[list[DocumentInfo], RagError | None]:
    """The library's documents, or why there are none."""
    try:
        documents = rag.documents()
    except RagError as error:
        return [], error
    if documents:
        return documents, None
    return [], EmptyLibraryError("there are no documents yet; run `citespan ingest PATH…` first")
