"""What reads documents, questions, histories, replies, ignore files and stored conversations."""

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from growth.files import FILES
from ingest.readers import code, html, json as json_reader, markdown, text
from ingest.readers.mail import eml, mbox
from ingest.readers.open import log, rtf, subtitles
from ingest.readers.tabular import csv
from ingest.reading.dates import find_date
from ingest.references import find_references
from ingest.sources.scan import Scan
from ingest.split import split
from rag import judge_support
from rag.chat.prompt import build_answer_prompt, build_rewriting_prompt
from rag.chat.reply_reader import ReplyReader, split_reply
from rag.english.patterns.questions import ASKS_FOR_ASIDE, NUMBERED_PART
from rag.languages.identify import identify_language
from rag.questions.checks import LONGEST_QUESTION
from rag.questions.follow_ups import make_standalone
from rag.questions.question import parse_question
from rag.questions.scope.names import may_name_document
from rag.questions.scope.versions import asks_for_latest, find_period
from rag.records.lookup import NamedRows
from rag.records.tables import read_tables
from rag.requests.mentions import find_asked_words
from rag.text.sentences import sentence_spans
from rag.text.tables import find_tables
from rag.text.terms import terms, vocabulary
from rag.types import Answer, Sentence, Support
from ui.api.openai_requests import ChatRequest, read_turns
from ui.web.chat.conversation import Conversation, Turn, read_conversation
from ui.web.chat.page_settings import read_settings
from ui.web.views.messages import question_html
from ui.web.views.source_text import render_source

_REPLY = 16_384
"""Characters of a reply: those of the most tokens that the settings allow by default."""
_CHUNK = 4_000
"""Characters of a chunk, at most."""
_KEPT = 400_000


@dataclass(frozen=True, slots=True)
class Door:
    """A function that reads what others wrote.

    :param largest: characters that it is ever given.
    """

    read: Callable[[str], object]
    largest: int = 1_000_000


def _tell(_done: int, _total: int) -> None:
    """Nobody is told."""


def count_tokens(texts: list[str]) -> list[int]:
    """Count words and parts of long ones, much as a tokenizer does."""
    return [len(each.split()) + len(each) // 6 for each in texts]


def _read_by(reader: Callable[..., object], frame: str = "{}") -> Callable[[str], object]:
    def read(bait: str) -> object:
        return reader(frame.replace("{}", bait).encode("utf-8", "replace"), _tell)

    return read


def _stream(bait: str) -> None:
    """Send a reply in pieces, as a model does."""
    reader = ReplyReader(3)
    for start in range(0, len(bait), 12):
        list(reader.add(bait[start : start + 12]))
    list(reader.finish())


def _answer(words: str) -> Answer:
    sentence = Sentence(words, (), Support("unsupported", 0.0))
    return Answer(
        question=words[:1000], standalone_question=words, status="answered", text=words,
        sentences=(sentence, Sentence(words, (), Support("partial", 0.0), lead=f"{words[:100]}\n")),
        passages=(), answerer="chat:m", confidence=0.5, notices=(words,), scope=(words,),
    )  # fmt: skip


def _show_conversation(bait: str) -> None:
    kept = Conversation("a", (Turn("q", _answer(bait), bait, complete=True),)).as_json()
    read_conversation(kept).messages()


def _ignore(bait: str) -> None:
    """Walk a folder whose ignore file has the bait, and whose files are named much like it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, ".citespanignore").write_text(bait, encoding="utf-8", errors="replace")
        for letter in "ab":
            Path(folder, f"{letter * 100}.txt").write_text("a")
        list(Scan([folder]).files())


def _ask(history: list[tuple[str, str]]) -> None:
    make_standalone("and what about them?", history)


def _turns(bait: str) -> None:
    _ask([(part, part) for part in (bait[i : i + 50] for i in range(0, len(bait), 50))])


def _read_request(bait: str) -> None:
    messages = [{"role": "user", "content": bait}, {"role": "assistant", "content": bait}]
    body = json.dumps({"model": "m", "messages": [*messages, messages[0]]})
    read_turns(ChatRequest.model_validate_json(body).messages)


def _patterns(bait: str) -> None:
    for pattern in (NUMBERED_PART, *ASKS_FOR_ASIDE.values()):
        pattern.search(bait)


DOCUMENTS: Mapping[str, Door] = {
    "split": Door(lambda bait: split(bait, "Title", count_tokens, 160)),
    "split plain text": Door(lambda bait: split(bait, "Title", count_tokens, 160, markdown=False)),
    "sentences": Door(sentence_spans),
    "tables": Door(find_tables),
    "records": Door(lambda bait: read_tables("d", bait)),
    "named rows": Door(NamedRows),
    "references": Door(lambda bait: list(find_references(bait))),
    "references listed": Door(lambda bait: list(find_references(f"# References\n\n{bait}"))),
    "language": Door(identify_language),
    "terms": Door(lambda bait: (terms(bait), vocabulary(bait))),
    "date of Markdown": Door(lambda bait: find_date("markdown", b"", f"---\n{bait}")),
    "date of a page": Door(lambda bait: find_date("html", bait.encode("utf-8", "replace"), bait)),
    "date of a mail": Door(lambda bait: find_date("eml", bait.encode("utf-8", "replace"), bait)),
    "text": Door(_read_by(text.read)),
    "markdown": Door(_read_by(markdown.read)),
    "markdown header": Door(_read_by(markdown.read, "---\ntitle: {}")),
    "html": Door(_read_by(html.read)),
    "html in an element": Door(_read_by(html.read, "<body><p>{}</p><table><tr><td>{}</table>")),
    "html again": Door(_read_by(html.read_again)),
    "html in an attribute": Door(_read_by(html.read, "<p class='{}' style='{}'>a</p>")),
    "json": Door(
        lambda bait: json_reader.read(json.dumps({"a": bait, bait: [bait]}).encode(), _tell)
    ),
    "csv": Door(_read_by(csv.read)),
    "csv in a row": Door(_read_by(csv.read, "a,b\n{}\n{}\n")),
    "code": Door(_read_by(code.read)),
    "log": Door(_read_by(log.read)),
    "rtf": Door(_read_by(rtf.read, "{\\rtf1 {}}")),
    "subtitles": Door(_read_by(subtitles.read, "1\n00:00:01,000 --> 00:00:02,000\n{}\n")),
    "mail": Door(_read_by(eml.read)),
    "mail header": Door(_read_by(eml.read, "Subject: {}\nFrom: {}\nTo: {}\n\n{}")),
    "mail body": Door(_read_by(eml.read, "Subject: a\nFrom: a@b.c\n\n{}")),
    "mbox": Door(_read_by(mbox.read, "From a@x.org Mon Mar  2 09:00:00 2026\n\n{}")),
    **{name: Door(read) for name, read in FILES.items()},
}
OTHERS: Mapping[str, Door] = {
    "question": Door(parse_question, LONGEST_QUESTION),
    "question's patterns": Door(_patterns, LONGEST_QUESTION),
    "question's scope": Door(
        lambda bait: (may_name_document(bait), asks_for_latest(bait), find_period(bait)),
        LONGEST_QUESTION,
    ),
    "asked words": Door(find_asked_words, LONGEST_QUESTION),
    "follow-up": Door(
        lambda bait: make_standalone(bait, [("What is a cat?", "It is Tom.")]), LONGEST_QUESTION
    ),
    "earlier question": Door(lambda bait: _ask([(bait, "It is Tom.")])),
    "earlier answer": Door(lambda bait: _ask([("Who is that?", bait)])),
    "earlier turns": Door(_turns),
    "prompt": Door(lambda bait: build_answer_prompt(
        bait[:LONGEST_QUESTION], (), [(bait, bait)], room=4_000, count=lambda s: len(s) // 4)),
    "rewriting prompt": Door(lambda bait: build_rewriting_prompt(
        bait[:LONGEST_QUESTION], [(bait, bait)], room=4_000, count=lambda s: len(s) // 4)),
    "request": Door(_read_request),
    "streamed reply": Door(_stream, _REPLY),
    "reply": Door(lambda bait: list(split_reply(bait, 3)), _REPLY),
    "judged sentence": Door(lambda bait: judge_support(bait, "The cat sat on 3 mats."), _REPLY),
    "quote": Door(lambda bait: judge_support("The cat sat on 3 mats.", bait), _CHUNK),
    "ignore file": Door(_ignore),
    "kept conversation": Door(_show_conversation, _KEPT),
    "garbled conversation": Door(lambda bait: read_conversation(bait).messages()),
    "page settings": Door(read_settings),
    "shown question": Door(question_html),
    "shown source": Door(lambda bait: render_source(bait, 10, 20)),
    "shown Markdown": Door(lambda bait: render_source(bait, 10, 20, text_format="markdown")),
}  # fmt: skip
DOORS: Mapping[str, Door] = {**DOCUMENTS, **OTHERS}
