"""Whose turn it is, and that nobody waits for what does not concern them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from chat_server import ChatServer, hangs, serving
from rag import Answer, QuestionError, Rag, Settings
from rag.types import EVERYTHING, Filter
from ui.answer_json import public_json
from ui.answering import Answering
from ui.work_queue import BusyError, Waiting, WorkQueue

MARKERS = "Which markers help identify cancer stem cells?"


@pytest.fixture
def busy() -> Iterator[tuple[WorkQueue, threading.Event]]:
    """A queue whose one place is taken until the event."""
    queue, over = WorkQueue(at_once=1, longest=3), threading.Event()

    def work() -> Iterator[None]:
        over.wait(60)
        yield

    with ThreadPoolExecutor() as pool:
        begun = pool.submit(list, queue.stream(work))
        while not queue._threads or queue._waiting:
            time.sleep(0.001)
        yield queue, over
        over.set()
        begun.result(timeout=60)


def test_work_gives_its_items_as_they_come() -> None:
    queue = WorkQueue(at_once=2)
    assert list(queue.stream(lambda: iter("abc"))) == ["a", "b", "c"]
    assert list(queue.stream(lambda: iter(()))) == []


def test_an_error_is_raised_where_somebody_waits_for_it() -> None:
    with pytest.raises(ZeroDivisionError):
        list(WorkQueue(at_once=1).stream(lambda: iter([1 // 0])))


def test_first_come_is_first_served(busy: tuple[WorkQueue, threading.Event]) -> None:
    queue, over = busy
    done: list[int] = []
    streams = [queue.stream(lambda n=number: iter([done.append(n)])) for number in range(3)]
    assert [next(each) for each in streams] == [Waiting(0), Waiting(1), Waiting(2)]
    over.set()
    assert [list(each)[-1] for each in reversed(streams)] == [None] * 3
    assert done == [0, 1, 2]


def test_who_goes_away_makes_room(busy: tuple[WorkQueue, threading.Event]) -> None:
    queue, over = busy
    done: list[int] = []
    streams = [queue.stream(lambda n=number: iter([done.append(n)])) for number in range(3)]
    assert [next(each).before for each in streams] == [0, 1, 2]
    with pytest.raises(BusyError, match="3 questions are waiting"):
        next(queue.stream(lambda: iter("abc")))
    streams[1].close()
    assert next(streams[2]) == Waiting(1)
    over.set()
    list(streams[2])
    assert done == [0, 2]


def test_a_persons_second_question_comes_after_everybodys_first(
    busy: tuple[WorkQueue, threading.Event],
) -> None:
    queue, over = busy
    done: list[str] = []
    asked = [("ann", "ann 1"), ("ann", "ann 2"), ("ben", "ben 1")]
    streams = [queue.stream(lambda n=name: iter([done.append(n)]), who) for who, name in asked]
    assert [next(each).before for each in streams] == [0, 1, 1]
    over.set()
    for each in streams:
        list(each)
    assert done == ["ann 1", "ben 1", "ann 2"]


@pytest.mark.fault(95)
def test_who_fills_the_queue_makes_room_for_others(busy: tuple[WorkQueue, threading.Event]) -> None:
    queue, over = busy
    done: list[str] = []
    greedy = [queue.stream(lambda: iter([done.append("ann")]), "ann") for _ in range(3)]
    assert [next(each).before for each in greedy] == [0, 1, 2]
    with pytest.raises(BusyError):
        next(queue.stream(lambda: iter("abc"), "ann"))
    other = queue.stream(lambda: iter([done.append("ben")]), "ben")
    assert next(other) == Waiting(1)
    with pytest.raises(BusyError, match="3 questions are waiting"):
        list(greedy[2])
    over.set()
    for each in (*greedy[:2], other):
        list(each)
    assert done == ["ann", "ben", "ann"]


def test_work_ends_when_nobody_wants_it_any_more() -> None:
    made: list[int] = []
    closed = threading.Event()
    wanted = threading.Event()

    def work() -> Iterator[int]:
        try:
            for number in range(100):
                made.append(number)
                yield number
                wanted.wait(60)
        finally:
            closed.set()

    stream = WorkQueue(at_once=1).stream(work)
    next(stream)
    stream.close()
    wanted.set()
    assert closed.wait(60)
    assert len(made) <= 2


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
    seeds_home: Path, hanging: ChatServer, bot: Rag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.answering.MOST_CHATS", 4)
    settings = Settings(home=seeds_home, chat_model="openai:tiny", chat_base_url=hanging.url)
    with Rag(settings) as prose:
        answering = Answering(prose)
        with asking(answering, 6, until=hanging.closing):
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
    assert list(slow)


@pytest.mark.fault(96)
def test_who_stops_waiting_leaves_the_queue(
    busy: tuple[WorkQueue, threading.Event], bot: Rag
) -> None:
    answering = Answering(bot)
    answering._computing = busy[0]
    stream = answering.stream(MARKERS)

    async def impatient() -> None:
        with anyio.move_on_after(0.1):
            async for _ in answering.iterate_async(stream):
                pass

    anyio.run(impatient)
    assert stream.gi_frame is None  # closed
    assert not busy[0]._waiting


@pytest.mark.fault(96)
def test_a_task_cancelled_while_a_thread_works_closes_what_it_listened_to(bot: Rag) -> None:
    working, released = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        yield 1
        working.set()
        released.wait(60)
        yield 2

    given = items()

    async def listen() -> None:
        async for _ in Answering(bot).iterate_async(given):
            pass

    async def cancelled() -> None:
        listening = asyncio.create_task(listen())
        await asyncio.to_thread(working.wait, 60)
        listening.cancel()
        await asyncio.sleep(0.1)
        released.set()
        with pytest.raises(asyncio.CancelledError):
            await listening

    asyncio.run(cancelled())
    assert given.gi_frame is None  # closed


def test_what_leaves_the_machine_does_not_tell_where_files_lie(bot: Rag) -> None:
    answer = bot.ask(MARKERS)
    inside, outside = answer.as_dict(), public_json(answer)
    assert inside["citations"][0]["source"] == answer.citations[0].source
    assert outside.keys() == inside.keys()
    home = str(answer.citations[0].source).rsplit("/", 1)[0]
    assert home not in str(outside)
    assert outside["citations"][0]["source"] == "stem-cell-therapy-advances.txt"


def test_a_part_narrows_every_question_and_search(bot: Rag) -> None:
    names = [Path(each.sources[0]).name for each in bot.documents()]
    answering = Answering(bot, part=Filter(sources=names[0]))
    for where in (EVERYTHING, Filter(sources="*.txt")):
        found = answering.search("stem cells", 8, where)
        assert {Path(each.source).name for each in found} == {names[0]}
        *_, answer = answering.stream("What are stem cells?", where=where)
        assert isinstance(answer, Answer)
        assert {Path(each.source).name for each in answer.passages} == {names[0]}
    with pytest.raises(QuestionError):
        answering.search("stem cells", 8, Filter(sources=names[1]))
