"""An overview in a chat model's words, over the whole of a document.

A document that does not fit into one prompt is read part by part. Of each part the model tells what
matters; the sentences of the document that support that are what the overview is then written from.
Each sentence of it is cited and judged as those of answers are.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.chat.answerer import ChatAnswerer
from rag.chat.failures import ChatFailure, capitalize, notice_of_failure
from rag.chat.prompt import Prompt, PromptError, build_overview_prompt
from rag.types import Answer, Passage

_SENTENCES_OF_PART = 4
"""That the model tells of each part of a long document."""
_MOST_PARTS = 8
"""Parts of a document that are read; of a longer one, so many of them."""

Fallback = Callable[[Answer], Iterator[Answer]]


@dataclass(frozen=True)
class OverviewWriter:
    """Writes overviews by a chat model; the document's own sentences are the safety net."""

    answerer: ChatAnswerer

    def answers(
        self, draft: Answer, passages: Sequence[Passage], sentences: int, fallback: Fallback
    ) -> Iterator[Answer]:
        """Growing answers, one sentence more each.

        :param draft: an answer with question and intent, and nothing said yet.
        :param passages: all of the document, in its order.
        :param sentences: the most that are asked for.
        :param fallback: the overview in the document's own sentences.
        :raises CitationError: a document was replaced meanwhile.
        """
        deadline = time.monotonic() + self.answerer.seconds
        room, told = self.answerer.room, tuple[str, ...]()
        for tried in (room, room // 2):  # a server may have less room than the settings say
            reply = self.answerer.begin_reply(draft)
            try:
                prompt, told = self._prepare(draft, passages, sentences, tried, deadline)
                reply = self.answerer.begin_reply(replace(draft, passages=prompt.passages))
                yield from self.answerer.read_reply(prompt, deadline, reply)
            except ChatFailure as failure:
                if failure.overflow and not reply.claims and tried == room:
                    continue
                reply.failure = failure.what
            break
        problem = reply.problem
        if reply.is_supported and not reply.abstained:
            cut = (f"{capitalize(problem)}. The overview is incomplete.",) if problem else ()
            whole = reply.answer
            yield replace(whole, notices=(*told, *whole.notices, *cut), chat_problem=problem)
            return
        problem = problem or f"{reply.name} found nothing to sum up"
        notices = (*draft.notices, notice_of_failure(problem))
        usage = reply.answer.usage
        yield from fallback(replace(draft, notices=notices, usage=usage, chat_problem=problem))

    def _prepare(
        self, draft: Answer, passages: Sequence[Passage], sentences: int, room: int, deadline: float
    ) -> tuple[Prompt, tuple[str, ...]]:
        """Build the prompt for the overview; of a long document, from what its parts say.

        :return: with notices.
        """
        parts = list(self._split(draft.question, passages, room))
        if len(parts) == 1:
            return self._build(draft.question, parts[0], sentences, room), ()
        step = max(1.0, len(parts) / _MOST_PARTS)
        read = [parts[int(step * n)] for n in range(min(len(parts), _MOST_PARTS))]
        summed_up = (self._sum_up(draft, each, room, deadline) for each in read)
        quotes = list(chain.from_iterable(summed_up))
        if not quotes:
            raise ChatFailure("the chat model said nothing of the document that it supports")
        notice = f"The document is long: {len(read)} of its {len(parts)} parts were read."
        told = (notice,) if len(read) < len(parts) else ()
        prompt = self._build(draft.question, quotes, sentences, room)
        while len(prompt.passages) < len(quotes):  # every second one, and not the first ones only
            quotes = quotes[::2]
            prompt = self._build(draft.question, quotes, sentences, room)
        return prompt, told

    def _split(
        self, request: str, passages: Sequence[Passage], room: int
    ) -> Iterator[tuple[Passage, ...]]:
        """Split passages into runs that fit into a prompt each."""
        left = tuple(passages)
        while left:
            fitting = self._build(request, left, _SENTENCES_OF_PART, room).passages
            yield fitting
            left = left[len(fitting) :]

    def _sum_up(
        self, draft: Answer, part: Sequence[Passage], room: int, deadline: float
    ) -> Iterator[Passage]:
        """Find the sentences of a part that the model tells, as passages in their order."""
        reply = self.answerer.begin_reply(replace(draft, passages=tuple(part)))
        prompt = self._build(draft.question, part, _SENTENCES_OF_PART, room)
        for _ in self.answerer.read_reply(prompt, deadline, reply):
            pass
        supported = (s for s in reply.answer.sentences if s.support.verdict != "unsupported")
        cited = {(c.start, c.end): c for sentence in supported for c in sentence.citations}
        for (start, end), citation in sorted(cited.items()):
            own = next(each for each in part if each.chunk_id == citation.chunk_id)
            yield replace(own, start=start, end=end, text=citation.quote, asides=())

    def _build(
        self, request: str, passages: Sequence[Passage], sentences: int, room: int
    ) -> Prompt:
        answerer = self.answerer
        try:
            return build_overview_prompt(
                request,
                passages,
                sentences,
                room=room,
                count=answerer.chat.count,
                rules=answerer.rules,
            )
        except PromptError as error:
            raise ChatFailure(str(error)) from None
