"""The messages of the chat: a question, a reply, a notice, and the buttons below them."""

from rag.types import Answer, Match
from ui.escape import escape_html
from ui.web.views.answer import answer_html, commands_html

_MATCHES: dict[Match, tuple[str, str]] = {
    "strong": ("Strong match", "The documents say something that fits the question closely."),
    "possible": ("Possible match", "It may not be what you asked for: read the source."),
}
"""How well the documents fit the question, in words, and what that means."""


def welcome_html() -> str:
    """What is shown before the first question."""
    return (
        '<div class="cs-welcome"><p class="cs-hello">What would you like to know?</p>'
        "<p>Every sentence of an answer opens the exact words it came from.</p></div>"
    )


def question_html(question: str, number: int | None = None) -> str:
    """A person's question; its position in the conversation is for the button that edits it."""
    text = f'<div class="cs-question">{escape_html(question)}</div>'
    if number is None:
        return text
    return f'{text}<div class="cs-actions">{_button("edit", number, "Edit this question")}</div>'


def reply_html(answer: Answer | None, notice: str = "", number: int | None = None) -> str:
    """The reply to a question so far.

    :param notice: a message beside the answer; plain text.
    :param number: the question's position in the conversation, for the buttons of a complete reply.
    """
    if answer is None and not notice:
        return '<div class="cs-waiting">Searching your documents…</div>'
    parts = [answer_html(answer, number)] if answer else []
    if notice:
        parts.append(notice_html(notice))
    if number is not None:
        parts.append(_actions_html(answer, number))
    return "".join(parts)


def notice_html(message: str) -> str:
    """A plain message in place of an answer: an error, or what to do next."""
    return f'<div class="cs-notice">{commands_html(message)}</div>'


def _actions_html(answer: Answer | None, number: int) -> str:
    """The buttons under a reply, how well it fits, and the chat model that wrote it."""
    about, buttons = "", [_button("retry", number, "Ask again")]
    if answer is not None:
        writer = "" if answer.answerer == "extractive" else answer.answerer.removeprefix("chat:")
        match = _match_html(answer.match) if answer.match else ""
        about = " · ".join(filter(None, (match, escape_html(writer))))
        buttons = [
            _button("copy", number, "Copy with citations"),
            *buttons,
            _button("up", number, "Good answer"),
            _button("down", number, "Bad answer"),
        ]
    meta = f'<span class="cs-meta">{about}</span>' if about else ""
    return f'<div class="cs-actions">{"".join(buttons)}{meta}</div>'


def _match_html(match: Match) -> str:
    words, meaning = _MATCHES[match]
    return f'<span title="{meaning}">{words}</span>'


def _button(action: str, number: int, label: str) -> str:
    """A button that ``assets/js/chat/answer_buttons.js`` carries out."""
    return (
        f'<button type="button" class="cs-act cs-icon cs-icon-{action}" name="{action}"'
        f' value="{number}" title="{label}"><span class="cs-spoken">{label}</span></button>'
    )
