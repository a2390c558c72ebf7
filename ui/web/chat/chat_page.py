"""The chat's components, and what happens when something is pressed.

The words and the HTML of an answer are made in ``views/``, the conversation as data in
``conversation.py``; the look is in ``assets/css``, what surrounds the chat in ``assets/js``.

The conversation and the settings travel as the texts of two hidden boxes, which the page's script
reads and writes: the browser keeps them, the server does not.
"""

from collections.abc import AsyncIterator, Generator
from dataclasses import replace
from typing import Any

import gradio as gr

from rag import Answer
from ui.answering import Answering
from ui.person import person_of
from ui.web.chat.conversation import read_conversation, stream_turns, text_to_return
from ui.web.chat.page_settings import read_settings
from ui.web.views.messages import welcome_html
from ui.work_queue import Waiting

ANSWERS_AT_ONCE = 500
"""Answers in progress or waiting; Gradio's own default of one would let a slow one block everybody.
:mod:`ui.answering` decides which is computed when."""
_TABS = 1000
"""Open pages whose state the server remembers, some 40 kB each; Gradio's own default is 10,000."""
_ASKING: dict[str, Any] = {"submit_btn": "Ask", "stop_btn": False}
_ANSWERING: dict[str, Any] = {"submit_btn": False, "stop_btn": "Stop"}
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def create_chat_page(answering: Answering) -> gr.Blocks:
    """Create the chat over one library.

    :func:`ui.web.server.create_server_app` serves it with its style and its scripts.
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
        settings = gr.Textbox(label="Settings", elem_id="cs-options", **hidden)
        show = gr.Button("Show the conversation", elem_id="cs-show", visible="hidden")
        _connect_events(answering, chat, question, kept, settings, show)
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE)
    page.state_session_capacity = _TABS
    return page


def _connect_events(
    answering: Answering,
    chat: gr.Chatbot,
    question: gr.Textbox,
    kept: gr.Textbox,
    settings: gr.Textbox,
    show: gr.Button,
) -> None:
    """Connect each event to the function that handles it."""

    async def answer(
        text: object, sent: object, chosen: object, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        earlier, wanted = read_conversation(sent).end_last_turn(), read_settings(chosen)

        def ask(question: str) -> Generator[Answer | Waiting]:
            rag = wanted.apply_to(answering.rag)
            where = replace(wanted.where, narrow=earlier.narrow)
            return answering.stream(
                question, earlier.history, where=where, rag=rag, person=person_of(request)
            )

        selected = await answering.run_async(lambda: wanted.name_selected(answering.rag))
        box: Any = gr.Textbox(value="", **_ANSWERING)
        async for turn in answering.iterate_async(stream_turns(ask, text)):
            now = earlier.add_turn(replace(turn, selected=selected))
            if turn.complete:
                # What is typed meanwhile stays, unless a refused question comes back.
                back = text_to_return(text, turn)
                box = gr.Textbox(**(_ASKING | ({"value": back} if back else {})))
            yield box, now.messages(), now.as_json() if turn.question else gr.skip()
            box = gr.skip()

    def stop(sent: object) -> tuple[Any, ...]:
        ended = read_conversation(sent).end_last_turn()
        return gr.Textbox(**_ASKING), ended.messages(), ended.as_json()

    def show_conversation(sent: object) -> tuple[Any, ...]:
        return gr.Textbox(**_ASKING), read_conversation(sent).end_last_turn().messages()

    outputs = [question, chat, kept]
    asking = question.submit(answer, [question, kept, settings], outputs, **_QUIET)
    # First end the work, then show the conversation: a late snapshot would paint over it.
    question.stop(None, cancels=asking, **_QUIET).then(stop, kept, outputs, **_QUIET)
    shown = show.click(None, cancels=asking, **_QUIET)
    shown.then(show_conversation, kept, [question, chat], **_QUIET)
