"""Whose turn it is, and that nobody waits for what does not concern them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import anyio
import pytest

from chat_server import ChatServer, hangs, serving
from rag import Rag, Settings
from ui.answering import Answering, BusyError, Line, Waiting, published

MARKERS = "Which markers help identify cancer stem cells?"


def served_next(line: Line) -> list[int]:
    """Wait to the end; the places on the way."""
    return list(line.wait())


def test_who_is_served_at_once_does_not_wait() -> None:
    line = Line(at_once=2)
    assert [served_next(line), served_next(line)] == [[], []]


def test_first_come_is_first_served() -> None:
    line = Line(at_once=1)
    served_next(line)
    waiting = [line.wait() for _ in range(3)]
    assert [next(each) for each in waiting] == [0, 0, 0]  # none of them is looking meanwhile
    order: list[int] = []

    def stand(number: int) -> None:
        for _ in waiting[number]:
            pass
        with line.leaving():
            order.append(number)

    with ThreadPoolExecutor() as pool:
        ended = []
        for number in range(3):
            ended.append(pool.submit(stand, number))
            while not line._waiting[number].looking:
                time.sleep(0.005)
        with line.leaving():
            pass
        for each in ended:
            each.result(timeout=60)
    assert order == [0, 1, 2]


def test_who_goes_away_makes_room() -> None:
    line = Line(at_once=1, longest=1)
    served_next(line)
    first = line.wait()
    next(first)
    with pytest.raises(BusyError, match="1 questions are waiting"):
        next(line.wait())
    first.close()
    second = line.wait()
    assert next(second) == 0


@pytest.mark.parametrize(
    ("before", "says"),
    [(0, "yours is next"), (1, "1 question comes before"), (7, "7 questions come before")],
)
def test_who_waits_is_told_the_place(before: int, says: str) -> None:
    assert says in str(Waiting(before))


@pytest.fixture
def hanging() -> Iterator[ChatServer]:
    with serving(hangs) as chat:
        yield chat


@contextmanager
def asking(answering: Answering, people: int, until: threading.Event) -> Iterator[None]:
    """So many people who ask and get no answer before that event."""
    with ThreadPoolExecutor(people) as pool:
        for _ in range(people):
            pool.submit(list, answering.stream(MARKERS))
        try:
            yield
        finally:
            until.set()


@pytest.mark.fault(95)
def test_a_slow_chat_model_never_blocks_the_documents_own_answers(
    seeds_home: Any, hanging: ChatServer, bot: Rag
) -> None:
    settings = Settings(home=seeds_home, chat_model="openai:tiny", chat_base_url=hanging.url)
    with Rag(settings) as prose:
        answering = Answering(prose)
        with asking(answering, 40, until=hanging.closing):
            extractive = prose.varied(chat_model=None)
            answers = [answering.stream(MARKERS, rag=extractive) for _ in range(4)]
            texts = {list(each)[-1].text for each in answers}
            found = answering.search(MARKERS, 3)
    assert texts == {bot.ask(MARKERS).text}
    assert len(found) == 3


@pytest.mark.fault(95)
def test_twenty_people_at_once_get_the_same_answer(bot: Rag) -> None:
    answering = Answering(bot)
    with ThreadPoolExecutor(20) as pool:
        streams = list(pool.map(lambda _: list(answering.stream(MARKERS)), range(20)))
    assert {stream[-1].text for stream in streams} == {bot.ask(MARKERS).text}


def test_a_reader_who_stops_reading_keeps_no_place(bot: Rag) -> None:
    answering = Answering(bot, at_once=1)
    slow = answering.stream(MARKERS)
    next(slow)
    assert list(answering.stream(MARKERS))
    slow.close()
    assert list(answering.stream(MARKERS))


@pytest.mark.fault(96)
def test_who_stops_waiting_closes_the_stream_and_leaves_the_line(bot: Rag) -> None:
    answering = Answering(bot, at_once=1)
    answering._computing._served = 1  # somebody is being served

    async def impatient() -> None:
        stream = answering.stream(MARKERS)
        with anyio.move_on_after(0.1):
            async for _ in answering.each(stream):
                pass
        assert stream.gi_frame is None

    anyio.run(impatient)
    assert answering._computing._waiting == []


def test_what_leaves_the_machine_does_not_tell_where_files_lie(bot: Rag) -> None:
    answer = bot.ask(MARKERS)
    inside, outside = answer.as_dict(), published(answer)
    assert inside["citations"][0]["source"] == answer.citations[0].source
    assert outside.keys() == inside.keys()
    home = str(answer.citations[0].source).rsplit("/", 1)[0]
    assert home not in str(outside)
    assert outside["citations"][0]["source"] == "stem-cell-therapy-advances.txt"
