"""Answer in a chat model's prose; check each sentence against what it cites.

The documents' own sentences are the safety net. They answer when the model fails, says nothing, or
says too little that its sources support, and they complete an answer that was cut off.
"""

import logging
import re
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count

from rag.answers.abstention import is_plainly_english, lacks_confidence
from rag.answers.extractive import ExtractiveAnswerer, Found, with_sentences
from rag.chat.call import End, stream_reply
from rag.chat.failures import ChatFailure, capitalize, notice_of_failure
from rag.chat.models import ChatModel
from rag.chat.prompt import (
    OwnPrompt,
    Prompt,
    PromptError,
    build_answer_prompt,
    build_rewriting_prompt,
)
from rag.chat.reply import Reply
from rag.chat.reply_reader import ReplyReader
from rag.chat.resolver import Resolver
from rag.support.judge import SupportJudge
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import Answer, Embed, History

_log = logging.getLogger(__name__)

_PAUSE = 0.5
"""Seconds before the second try, twice that before the third, unless the server asks for more."""
_REWRITING_SHARE = 0.25
"""The share of a follow-up's time for making it stand alone."""
_REPLY_CHARACTERS = 8
"""The most per allowed token; a server that sends more ignores the limit."""
_MAY_BE_LOST = 0.34
"""Share of a follow-up's content words that the rewritten question may say otherwise."""
_LABELS = re.compile(r"(?<!\s)\s*\[(?:\d+|partly supported|not supported)\]")
"""The marks that :attr:`rag.types.Sentence.marked` puts after a sentence."""


@dataclass(frozen=True)
class ChatAnswerer:
    """Answers in a chat model's words, streamed, cited and judged sentence by sentence.

    :param safety_net: answers when the model does not, and when the confidence is far below its
        minimum; for a question in another language than English that says nothing.
    :param seconds: for all calls of one question.
    :param reply_tokens: the most that a reply may have.
    :param strict: whether unsupported sentences are left out.
    :param rules: what the model is told besides the built-in rules.
    :param own_prompt: asks for the answer instead of the built-in prompt.
    """

    chat: ChatModel
    safety_net: ExtractiveAnswerer
    embed: Embed
    judge: SupportJudge
    seconds: float
    reply_tokens: int
    strict: bool
    rules: str = ""
    own_prompt: OwnPrompt | None = None

    def standalone(self, question: str, history: History) -> str:
        """Have the model make a follow-up stand alone; when it fails, do it by rules."""
        if not history:
            return question
        try:
            return self._rewrite(question, history)
        except ChatFailure as failure:
            _log.info("the follow-up is made to stand alone by rules: %s", failure)
            return self.safety_net.standalone(question, history)

    def answers(self, found: Found) -> Iterator[Answer]:
        """Yield the answer as it grows; when the model fails, the last may drop earlier sentences.

        :raises CitationError: a quote is not what its document holds at its span.
        """
        unsure = lacks_confidence(
            found.draft.confidence, self.safety_net.min_confidence, chat_model=True
        )
        if unsure and is_plainly_english(found.draft.standalone_question):
            yield from self.safety_net.answers(found)
            return
        draft = found.draft
        reply = self.begin_reply(draft)
        try:
            yield from self._stream(found, reply)
        except ChatFailure as failure:
            reply.failure = failure.what
        problem = reply.problem
        if reply.abstained or not problem:
            yield reply.answer
        elif reply.is_supported:
            yield self._complete(found, reply.answer, problem)
        else:
            yield from self._replace(found, reply.answer, problem)

    def _stream(self, found: Found, reply: Reply) -> Iterator[Answer]:
        """Stream the reply; when the prompt was too long, ask once more with a shorter one."""
        share = 1 - _REWRITING_SHARE if found.history else 1
        deadline = time.monotonic() + share * self.seconds
        try:
            yield from self.read_reply(self._build_prompt(found, self.room), deadline, reply)
        except ChatFailure as failure:
            if not failure.overflow or reply.claims:
                raise
            yield from self.read_reply(self._build_prompt(found, self.room // 2), deadline, reply)

    def begin_reply(self, draft: Answer) -> Reply:
        """Begin a reply that a draft becomes."""
        draft = replace(draft, answerer=f"chat:{self.chat.place.name}")
        return Reply(draft, self.chat.place.name, self.chat.tells_end, self.strict)

    @property
    def room(self) -> int:
        """The tokens that a prompt may take."""
        return self.chat.context_tokens - self.reply_tokens

    def read_reply(self, prompt: Prompt, deadline: float, reply: Reply) -> Iterator[Answer]:
        """Call the model and read its reply, sentence by sentence."""
        reply.note_passages(prompt.passages, self.chat.count_notice)
        reader = ReplyReader(len(prompt.passages))
        resolver = Resolver(self.safety_net.catalog, prompt.passages, self.embed, self.judge)
        characters = 0
        with closing(self._call(prompt, deadline)) as events:
            for event in events:
                if isinstance(event, End):
                    reply.end = event
                    break
                characters += len(event)
                if characters > self.reply_tokens * _REPLY_CHARACTERS:
                    reply.end = End(reason="length")
                    return
                for sentence in reader.add(event):
                    if reply.add(sentence, resolver) and reply.may_be_shown:
                        yield reply.answer
                    if reply.is_hopeless:
                        return
        for sentence in reader.finish():
            whole = reply.finish(sentence.text)
            if whole and reply.add(sentence, resolver) and reply.may_be_shown:
                yield reply.answer

    def _call(self, prompt: Prompt, deadline: float) -> Generator[str | End]:
        """Call the model; call it again after a failure, if nothing came and that may help."""
        chat = self.chat
        for attempt in count(1):
            received = False
            try:
                with closing(stream_reply(chat.model, prompt, chat.place, deadline)) as events:
                    for event in events:
                        received = True
                        yield event
                return
            except ChatFailure as failure:
                pause = _PAUSE * attempt if failure.pause is None else failure.pause
                late = time.monotonic() + pause >= deadline
                if received or late or attempt == failure.tries:
                    raise self._add_model_names(failure) from None
            time.sleep(pause)

    def _add_model_names(self, failure: ChatFailure) -> ChatFailure:
        """Add the names of the server's models when it does not have the one in the settings."""
        if not failure.unknown_model:
            return failure
        listed = self.chat.list_models()
        return ChatFailure(
            f"{failure.what}; it has {', '.join(listed)}"
            if listed
            else f"{failure.what}; look up what it has, and correct CITESPAN_CHAT_MODEL"
        )

    def _build_prompt(self, found: Found, room: int) -> Prompt:
        try:
            return build_answer_prompt(
                found.draft.standalone_question,
                (*found.draft.passages, *found.further),
                _strip_marks(found.history),
                room=room,
                count=self.chat.count,
                rules=self.rules,
                own=self.own_prompt,
            )
        except PromptError as error:
            raise ChatFailure(str(error)) from None

    def _replace(self, found: Found, answer: Answer, problem: str) -> Iterator[Answer]:
        """Answer by the documents' own sentences instead of the model's."""
        notices = (*answer.notices, notice_of_failure(problem))
        draft = replace(found.draft, notices=notices, usage=answer.usage, chat_problem=problem)
        yield from self.safety_net.answers(replace(found, draft=draft))

    def _complete(self, found: Found, answer: Answer, problem: str) -> Answer:
        """Complete an answer by the documents' own sentences that it does not cite yet."""
        missing = [
            evidence
            for evidence in self.safety_net.chosen(found)
            if not any(
                citation.document_id == evidence.passage.document_id
                and citation.start < evidence.passage.start + evidence.end
                and evidence.passage.start + evidence.start < citation.end
                for citation in answer.citations
            )
        ]
        first = 1 + max((citation.number for citation in answer.citations), default=0)
        more = tuple(self.safety_net.sentences(missing, first))
        if more and any(sentence.lead for sentence in answer.sentences):
            more = (replace(more[0], lead="\n\n"), *more[1:])
        complete = with_sentences(answer, (*answer.sentences, *more))
        last = "sentence is" if len(more) == 1 else f"{len(more)} sentences are"
        rest = f"; its last {last} the documents' own" if more else ""
        notice = f"{capitalize(problem)}. The answer is incomplete{rest}."
        return replace(complete, notices=(*answer.notices, notice), chat_problem=problem)

    def _rewrite(self, question: str, history: History) -> str:
        prompt = build_rewriting_prompt(
            question, _strip_marks(history), room=self.room, count=self.chat.count
        )
        deadline = time.monotonic() + _REWRITING_SHARE * self.seconds
        text = ""
        with closing(stream_reply(self.chat.model, prompt, self.chat.place, deadline)) as events:
            for event in events:
                text += event if isinstance(event, str) else ""
                if len(text) > self.reply_tokens * _REPLY_CHARACTERS:
                    break
        text = " ".join(re.sub(r"(?s)^\s*<think>.*?</think>", "", text).split()).strip("\"“”' ")
        if not _is_rewritten(question, text):
            raise ChatFailure(f"{self.chat.place.name} gave no question back")
        return text


def _is_rewritten(question: str, text: str) -> bool:
    """Whether a text may be a question made to stand alone: a question that says what it said."""
    wanted = vocabulary(question) - STOP_WORDS
    lost = len(wanted - vocabulary(text))
    return (
        any(char.isalnum() for char in text)
        and len(text) <= 2 * len(question) + 200
        and not _LABELS.search(text)
        and ("?" in text or "?" not in question)
        and lost <= _MAY_BE_LOST * len(wanted)
    )


def _strip_marks(history: History) -> list[tuple[str, str]]:
    """Remove the citation marks of earlier turns, which number other passages."""
    return [(question, _LABELS.sub("", answer)) for question, answer in history]
