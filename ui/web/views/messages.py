"""The messages of the chat: a question, a reply, a notice, and the buttons below them."""

from collections.abc import Sequence

from rag.types import QUOTING, Answer, Match
from ui.escape import escape_html
from ui.web.views.answer import answer_html
from ui.web.views.error_messages import NO_DOCUMENTS

_MATCHES: dict[Match, tuple[str, str]] = {
    "strong": ("Strong match", "the documents fit your question closely."),
    "possible": ("Possible match", "read the source, it may be about something else."),
}
"""How well the documents fit the question, in words, and what that means."""


def welcome_html() -> str:
    """What is shown before the first question."""
    return (
        '<div class="cs-welcome"><p class="cs-hello">What would you like to know?</p>'
        "<p>Every sentence of an answer opens the exact words it came from.</p></div>"
    )


def question_html(question: str, key: str | None = None) -> str:
    """A person's question; the id of its turn is for the button that edits it."""
    text = f'<div class="cs-question">{escape_html(question)}</div>'
    if key is None:
        return text
    return f'{text}<div class="cs-actions">{_button("edit", key, "Edit this question")}</div>'


def reply_html(
    answer: Answer | None,
    notice: str = "",
    key: str | None = None,
    rating: str = "",
    selected: Sequence[str] = (),
) -> str:
    """The reply to a question so far.

    :param notice: a message beside the answer; plain text.
    :param key: the id of its turn, for the buttons of a complete reply.
    :param rating: the thumb that was given, ``up`` or ``down``.
    :param selected: names of the documents that the person had selected.
    """
    if answer is None and not notice:
        return '<div class="cs-waiting">Searching your documents…</div>'
    parts = [answer_html(answer, key, selected)] if answer else []
    if notice:
        parts.append(notice_html(notice))
    if key is not None:
        parts.append(_next_steps_html(answer, notice, key, selected))
    if key is not None and answer is not None:
        parts.append(_actions_html(answer, key, rating))
    return "".join(parts)


def notice_html(message: str) -> str:
    """A plain message in place of an answer: an error, or what to do next."""
    return f'<div class="cs-notice">{escape_html(message)}</div>'


def _next_steps_html(answer: Answer | None, notice: str, key: str, selected: Sequence[str]) -> str:
    """Buttons for what can be done when there is no answer."""
    if answer is not None and answer.status != "abstained":
        return ""
    steps = []
    if selected or (answer is not None and answer.scope):
        steps.append(("all" if selected else "widen", "Search all documents"))
    if answer is not None or notice == NO_DOCUMENTS:
        steps.append(("documents", "Add documents"))
    elif not steps:
        steps.append(("retry", "Ask again"))
    buttons = (
        f'<button type="button" class="cs-act cs-button" name="{action}"'
        f' value="{escape_html(key)}">{label}</button>'
        for action, label in steps
    )
    return f'<div class="cs-steps">{"".join(buttons)}</div>'


def _actions_html(answer: Answer, key: str, rating: str) -> str:
    """The buttons under an answer, how well it fits, and the chat model that wrote it."""
    writer = "" if answer.answerer == QUOTING else answer.answerer.removeprefix("chat:")
    match = _match_html(answer.match) if answer.match else ""
    about = " · ".join(filter(None, (escape_html(writer), match)))
    buttons = [
        _button("copy", key, "Copy with citations"),
        _button("retry", key, "Ask again"),
        _button("up", key, "Good answer", chosen=rating == "up"),
        _button("down", key, "Bad answer", chosen=rating == "down"),
    ]
    meta = f'<span class="cs-meta">{about}</span>' if about else ""
    return f'<div class="cs-actions">{"".join(buttons)}{meta}</div>'


def _match_html(match: Match) -> str:
    words, meaning = _MATCHES[match]
    return f"<strong>{words}</strong>: {meaning}"


def _button(action: str, key: str, label: str, *, chosen: bool = False) -> str:
    """A button that ``assets/js/chat/answer_buttons.js`` carries out."""
    return (
        f'<button type="button" class="cs-act cs-icon cs-icon-{action}{" cs-chosen" * chosen}"'
        f' name="{action}" value="{escape_html(key)}" title="{label}">'
        f'<span class="cs-spoken">{label}</span></button>'
    )
