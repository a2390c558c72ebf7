"""Writing the answer in prose: a chat model's, each sentence held against what it cites.

The documents' own sentences are the safety net. They answer when the model cannot be reached, says
nothing, or says too little that its sources bear out, and they complete an answer that broke off.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from rag.answers.abstention import lacks_confidence
from rag.answers.citations import ReplyReader, Resolver
from rag.answers.extractive import ExtractiveAnswerer, Found, with_sentences
from rag.chat.call import End, called
from rag.chat.failures import ChatFailure, answered_without, capital
from rag.chat.prompt import Prompt, PromptError, answer_prompt, rewriting_prompt
from rag.chat.reply import Reply
from rag.types import Answer, Embed, History, Sentence

if TYPE_CHECKING:
    from rag.chat.models import ChatModel
    from rag.library.catalog import Catalog
    from rag.support.judge import SupportJudge

_log = logging.getLogger(__name__)

_PAUSE = 0.5
"""Seconds before the second try, twice that before the third; a server may ask for more."""
_REWRITING_SHARE = 0.25
"""Of the time for a follow-up, what may go into making it stand alone."""
_REPLY_CHARACTERS = 8
"""Per token allowed; a server that sends more does not keep to what it was asked."""
_LABELS = re.compile(r"\s*\[(?:\d+|partly supported|not supported)\]")
"""What :attr:`rag.types.Sentence.marked` puts behind a sentence."""


class ChatAnswerer:
    """Answers in a chat model's words, streamed, cited and judged sentence by sentence.

    :param safety_net: answers in the model's place.
    :param seconds: for all calls of one question.
    :param reply_tokens: the most a reply may have.
    :param strict: whether sentences that their sources do not support are dropped.
    :param min_confidence: far below it the model is not even asked.
    """

    def __init__(
        self,
        chat: ChatModel,
        safety_net: ExtractiveAnswerer,
        catalog: Catalog,
        embed: Embed,
        judge: SupportJudge,
        *,
        seconds: float,
        reply_tokens: int,
        strict: bool,
        min_confidence: float,
    ) -> None:
        self.name = f"chat:{chat.place.name}"
        self._chat = chat
        self._safety_net = safety_net
        self._catalog = catalog
        self._embed = embed
        self._judge = judge
        self._seconds = seconds
        self._reply_tokens = min(reply_tokens, chat.context_tokens // 2)
        self._strict = strict
        self._min_confidence = min_confidence

    def standalone(self, question: str, history: History) -> str:
        """The model's rewriting of a follow-up; by rules when it gives none."""
        if not history:
            return question
        try:
            return self._rewritten(question, history)
        except ChatFailure as failure:
            _log.info("the follow-up is made to stand alone by rules: %s", failure)
            return self._safety_net.standalone(question, history)

    def answers(self, found: Found) -> Iterator[Answer]:
        """The answer as it grows; should the model fail, the last one need not hold the earlier.

        :raises CitationError: a quote is not what its document holds at its span.
        """
        if lacks_confidence(found.draft.confidence, self._min_confidence, chat_model=True):
            yield from self._safety_net.answers(found)
            return
        draft = replace(found.draft, answerer=self.name)
        reply = Reply(draft, self._chat.place.name, self._chat.tells_end, self._strict)
        try:
            yield from self._heard(found, reply)
        except ChatFailure as failure:
            reply.broke = failure.what
        problem = reply.problem
        if reply.abstained or not problem:
            yield reply.answer
        elif reply.borne_out:
            yield self._completed(found, reply.answer, problem)
        else:
            yield from self._replaced(found, reply.answer, problem)

    def _heard(self, found: Found, reply: Reply) -> Iterator[Answer]:
        """The reply as it streams; asked once more, for less, when the prompt was too long."""
        room = self._chat.context_tokens - self._reply_tokens
        share = 1 - _REWRITING_SHARE if found.history else 1
        deadline = time.monotonic() + share * self._seconds
        try:
            yield from self._read(self._prompt(found, room), deadline, reply)
        except ChatFailure as failure:
            if not failure.overflow or reply.claims:
                raise
            yield from self._read(self._prompt(found, room // 2), deadline, reply)

    def _read(self, prompt: Prompt, deadline: float, reply: Reply) -> Iterator[Answer]:
        """One reply, sentence by sentence."""
        reply.tell_omission(len(prompt.passages), self._chat.count_notice)
        reader = ReplyReader(len(prompt.passages))
        resolver = Resolver(self._catalog, prompt.passages, self._embed, self._judge)
        characters = 0
        with closing(self._tried(prompt, deadline)) as events:
            for event in events:
                if isinstance(event, End):
                    reply.end = event
                    break
                characters += len(event)
                if characters > self._reply_tokens * _REPLY_CHARACTERS:
                    reply.end = End(reason="length")
                    return
                for sentence in reader.add(event):
                    if reply.take(sentence, resolver):
                        yield reply.answer
                    if reply.abstained:
                        return
        for sentence in reader.rest():
            if reply.ended(sentence.text) and reply.take(sentence, resolver):
                yield reply.answer

    def _tried(self, prompt: Prompt, deadline: float) -> Generator[str | End]:
        """The events of a call; it is made again while nothing has come and that may help."""
        chat = self._chat
        for attempt in count(1):
            heard = False
            try:
                with closing(called(chat.model, prompt, chat.place, deadline)) as events:
                    for event in events:
                        heard = True
                        yield event
                return
            except ChatFailure as failure:
                pause = _PAUSE * attempt if failure.pause is None else failure.pause
                late = time.monotonic() + pause >= deadline
                if heard or late or attempt == failure.tries:
                    raise self._with_names(failure) from None
            time.sleep(pause)

    def _with_names(self, failure: ChatFailure) -> ChatFailure:
        """What the server has, when it does not have the model that was named."""
        if not failure.unknown_model:
            return failure
        listed = self._chat.listed()
        return ChatFailure(
            f"{failure.what}; it has {', '.join(listed)}"
            if listed
            else f"{failure.what}; look up what it has, and correct CITESPAN_CHAT_MODEL"
        )

    def _prompt(self, found: Found, room: int) -> Prompt:
        try:
            return answer_prompt(
                found.draft.standalone_question,
                found.draft.passages,
                _plain(found.history),
                room=room,
                count=self._chat.count,
            )
        except PromptError as error:
            raise ChatFailure(str(error)) from None

    def _replaced(self, found: Found, answer: Answer, problem: str) -> Iterator[Answer]:
        """The documents' own sentences in the model's place."""
        notices = (*answer.notices, answered_without(problem))
        draft = replace(found.draft, notices=notices, usage=answer.usage, chat_problem=problem)
        yield from self._safety_net.answers(replace(found, draft=draft))

    def _completed(self, found: Found, answer: Answer, problem: str) -> Answer:
        """An incomplete answer, followed by the documents' own sentences it does not cite yet."""
        missing = [
            evidence
            for evidence in self._safety_net.chosen(found)
            if not any(
                citation.document_id == evidence.passage.document_id
                and citation.start < evidence.passage.start + evidence.end
                and evidence.passage.start + evidence.start < citation.end
                for citation in answer.citations
            )
        ]
        first = 1 + max((citation.number for citation in answer.citations), default=0)
        more = tuple(self._safety_net.sentences(missing, first))
        complete = with_sentences(answer, (*answer.sentences, *more))
        rest = _counted(more)
        notice = f"{capital(problem)}. The answer is incomplete{rest}."
        return replace(complete, notices=(*answer.notices, notice), chat_problem=problem)

    def _rewritten(self, question: str, history: History) -> str:
        room = self._chat.context_tokens - self._reply_tokens
        prompt = rewriting_prompt(question, _plain(history), room=room, count=self._chat.count)
        deadline = time.monotonic() + _REWRITING_SHARE * self._seconds
        text = ""
        with closing(called(self._chat.model, prompt, self._chat.place, deadline)) as events:
            for event in events:
                text += event if isinstance(event, str) else ""
                if len(text) > self._reply_tokens * _REPLY_CHARACTERS:
                    break
        text = " ".join(re.sub(r"(?s)^\s*<think>.*?</think>", "", text).split()).strip("\"“”' ")
        too_long = len(text) > 2 * len(question) + 200
        if not any(char.isalnum() for char in text) or too_long or _LABELS.search(text):
            raise ChatFailure(f"{self._chat.place.name} gave no question back")
        return text


def _plain(history: History) -> list[tuple[str, str]]:
    """Earlier turns without marks, which counted other passages than the next prompt's."""
    return [(question, _LABELS.sub("", answer)) for question, answer in history]


def _counted(more: tuple[Sentence, ...]) -> str:
    if not more:
        return ""
    sentences = "sentence is" if len(more) == 1 else f"{len(more)} sentences are"
    return f"; its last {sentences} the documents' own"
