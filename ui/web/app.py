"""The chat's components, and what happens when something is pressed.

The look is in ``assets/css``, the words of an answer in ``render.py``, the conversation as data in
``conversation.py``, what stands around the chat in ``assets/js``, and the server in ``server.py``.

The conversation and the options travel as the texts of two hidden boxes, which the page's script
reads and writes: the browser keeps them, the server nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui.web.conversation import conversation_of, replies, returned
from ui.web.options import options_of
from ui.web.views.render import welcome_html

if TYPE_CHECKING:
    from rag import Answer
    from ui.answering import Answering, Waiting

ANSWERS_AT_ONCE = 500
"""Answers in progress or in line; Gradio's own default of one would let a slow one block everybody.
Who is computed when is up to :mod:`ui.answering`."""
_TABS = 1000
"""Open pages whose state the server remembers, some 40 kB each; Gradio's own default is 10,000."""
_ASKING: dict[str, Any] = {"submit_btn": "Ask", "stop_btn": False}
_ANSWERING: dict[str, Any] = {"submit_btn": False, "stop_btn": "Stop"}
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def create_app(answering: Answering) -> gr.Blocks:
    """The chat over one library.

    :param answering: gives the answers, each in its turn.
    :return: the page, to be served by :func:`ui.web.server.create_server_app`, which adds its
        style, its scripts and the addresses that those read.
    """
    page = gr.Blocks(title="citespan", analytics_enabled=False, fill_height=True)
    with page:
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
            autoscroll=False,  # the page's script keeps the newest question in view instead
            placeholder=welcome_html(),
            layout="bubble",
        )
        question = gr.Textbox(
            label="Your question",
            placeholder="Ask your documents",
            elem_id="cs-question",
            max_lines=6,
            autofocus=True,
            submit_btn="Ask",
        )
        hidden: dict[str, Any] = {"visible": "hidden", "container": False}
        kept = gr.Textbox(label="Conversation", elem_id="cs-kept", **hidden)
        options = gr.Textbox(label="Options", elem_id="cs-options", **hidden)
        show = gr.Button("Show the conversation", elem_id="cs-show", visible="hidden")
        _connect(answering, chat, question, kept, options, show)
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE)
    page.state_session_capacity = _TABS
    return page


def _connect(
    answering: Answering,
    chat: gr.Chatbot,
    question: gr.Textbox,
    kept: gr.Textbox,
    options: gr.Textbox,
    show: gr.Button,
) -> None:
    """Say what each event does."""

    async def answered(
        text: object, sent: object, chosen: object
    ) -> AsyncIterator[tuple[Any, ...]]:
        earlier, wanted = conversation_of(sent).stopped(), options_of(chosen)

        def ask(question: str) -> Generator[Answer | Waiting]:
            rag = wanted.over(answering.rag)
            return answering.stream(question, earlier.history, where=wanted.where, rag=rag)

        box: Any = gr.Textbox(value="", **_ANSWERING)
        async for turn in answering.each(replies(ask, text)):
            now = earlier.grown(turn)
            if turn.complete:
                # What is being typed meanwhile stays, unless a refused question comes back.
                back = returned(text, turn)
                box = gr.Textbox(**(_ASKING | ({"value": back} if back else {})))
            yield box, now.messages(), now.as_json() if turn.question else gr.skip()
            box = gr.skip()

    def halted(sent: object) -> tuple[Any, ...]:
        ended = conversation_of(sent).stopped()
        return gr.Textbox(**_ASKING), ended.messages(), ended.as_json()

    def shown(sent: object) -> tuple[Any, ...]:
        return gr.Textbox(**_ASKING), conversation_of(sent).stopped().messages()

    outputs = [question, chat, kept]
    asking = question.submit(answered, [question, kept, options], outputs, **_QUIET)
    # First the end of the work, then what to show: a late snapshot would paint over it.
    question.stop(None, cancels=asking, **_QUIET).then(halted, kept, outputs, **_QUIET)
    show.click(None, cancels=asking, **_QUIET).then(shown, kept, [question, chat], **_QUIET)
