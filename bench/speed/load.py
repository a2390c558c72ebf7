"""Fifty people who ask at once, for a minute: errors, waiting times and memory of the served app.

The real ``citespan chat`` over the seeds in a process of its own, asked on loopback twice over: as
the page in a browser asks (Gradio's queue, every update read), and as a program asks (``/v1``,
streamed). Each person asks the next question as soon as the answer to the last one is there, which
is more than fifty people would do.

    python -m bench.speed.load [--people 50] [--seconds 60]

Memory is looked at after each tenth of the time; whether it stays flat takes minutes to see.
"""

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.machine import describe_machine
from bench.speed.chromium import ROOT, serve_seeds

CASES = (ROOT / "seeds" / "questions.jsonl").read_text("utf-8").splitlines()
QUESTIONS = [case["question"] for case in map(json.loads, CASES) if not case.get("history")]


@dataclass
class Seen:
    """What one round of asking saw; times in seconds."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    told_to_wait: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def row(self, name: str, seconds: float, work: float, memory: tuple[float, float]) -> str:
        p50, p95 = find_quantiles(self.whole)
        first50, first95 = find_quantiles(self.first)
        each = work / max(1, len(self.whole))
        return (
            f"{name:<6} {sum(self.errors.values()):>7} {len(self.whole):>8} "
            f"{len(self.whole) / seconds:>6.1f} {each:>6.2f} {first50:>7.2f} "
            f"{first95:>7.2f} {p50:>7.2f} {p95:>7.2f} {self.told_to_wait:>7} "
            f"{memory[0]:>7.0f} {memory[1]:>7.0f}"
        )


def find_quantiles(times: list[float]) -> tuple[float, float]:
    """The median, and what 95 % stay below."""
    if len(times) < 2:
        return float("nan"), float("nan")
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


Ask = Callable[[httpx.AsyncClient, str, Seen], Awaitable[None]]


async def ask_as_program(client: httpx.AsyncClient, question: str, seen: Seen) -> None:
    """One question over OpenAI's protocol."""
    started = time.perf_counter()
    messages = [{"role": "user", "content": question}]
    request = {"model": "citespan", "messages": messages, "stream": True}
    first = None
    done = waited = False
    async with client.stream("POST", "/v1/chat/completions", json=request) as response:
        if response.status_code != 200:
            raise RuntimeError(f"HTTP {response.status_code}")
        async for line in response.aiter_lines():
            waited |= line.startswith(": ")
            if not line.startswith("data: {"):
                continue
            event = json.loads(line.removeprefix("data: "))
            if "error" in event:
                raise RuntimeError(event["error"]["message"])
            if first is None and event["choices"][0]["delta"].get("content"):
                first = time.perf_counter()
            done |= "citespan" in event
    if first is None or not done:
        raise RuntimeError("no answer")
    seen.told_to_wait += waited
    seen.first.append(first - started)
    seen.whole.append(time.perf_counter() - started)


def make_page_ask(config: dict) -> Ask:
    """One question as the page's own script asks it."""
    parts = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
    box = next(id_ for id_, name in parts.items() if name == "cs-question")
    event = next(
        each for each in config["dependencies"] if [box, "submit"] in map(list, each["targets"])
    )

    async def ask(client: httpx.AsyncClient, question: str, seen: Seen) -> None:
        started = time.perf_counter()
        session = f"{random.getrandbits(48):x}"
        data = [question if id_ == box else None for id_ in event["inputs"]]
        request = {"data": data, "fn_index": event["id"], "session_hash": session}
        (await client.post("/gradio_api/queue/join", json=request)).raise_for_status()
        first = None
        waited = False
        shown = ""
        address = f"/gradio_api/queue/data?session_hash={session}"
        async with client.stream("GET", address) as response:
            async for line in response.aiter_lines():
                if not line.startswith("data: "):
                    continue
                message = json.loads(line.removeprefix("data: "))
                shown += line
                waited |= "Many questions are being answered" in line
                if first is None and "cs-words" in line:
                    first = time.perf_counter()
                if message["msg"] == "process_completed":
                    if not message["success"]:
                        raise RuntimeError(f"page: {message['output']}")
                    break
        ended = time.perf_counter()
        if "cs-" not in shown or "Something went wrong" in shown:
            raise RuntimeError("page: no answer")
        seen.told_to_wait += waited
        seen.first.append((first or ended) - started)
        seen.whole.append(ended - started)

    return ask


async def ask_at_once(address: str, ask: Ask, people: int, seconds: float) -> Seen:
    """So many people, each asking one question after the other."""
    seen = Seen()
    ends = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=people)

    async def person(number: int) -> None:
        own = random.Random(number)
        while time.monotonic() < ends:
            try:
                await ask(client, own.choice(QUESTIONS), seen)
            except (httpx.HTTPError, RuntimeError) as error:
                seen.errors[f"{type(error).__name__}: {error}"] += 1

    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=120) as client:
        await asyncio.gather(*(person(number) for number in range(people)))
    return seen


async def ask_and_watch(
    address: str, ask: Ask, people: int, seconds: float, server: subprocess.Popen[str]
) -> tuple[Seen, list[float]]:
    """What they saw, and the server's memory at the beginning and after each tenth of the time."""

    async def watch() -> list[float]:
        memory = [read_memory(server)]
        for _ in range(10):
            await asyncio.sleep(seconds / 10)
            memory.append(read_memory(server))
        return memory

    return await asyncio.gather(ask_at_once(address, ask, people, seconds), watch())


def read_memory(process: subprocess.Popen[str]) -> float:
    """Resident memory, MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1000


def read_work(process: subprocess.Popen[str]) -> float:
    """Seconds of processor time so far: other work on the machine does not count."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    people, seconds = options.people, options.seconds
    print(f"{describe_machine()}; {people} people, {seconds:.0f} s each")
    print(f"{'work':>29} {'first words':>15} {'whole answer':>15} {'told to':>7} {'MB':>7}")
    print("       errors  answers  per s   each     p50     p95     p50     p95", end="")
    print("    wait   start     end")
    with serve_seeds() as (address, server):
        page = make_page_ask(httpx.get(f"{address}/config").json())
        for name, ask in (("page", page), ("/v1", ask_as_program)):
            asyncio.run(ask_at_once(address, ask, 4, 5))  # warm
            work, started = read_work(server), time.monotonic()
            seen, memory = asyncio.run(ask_and_watch(address, ask, people, seconds, server))
            taken, work = time.monotonic() - started, read_work(server) - work
            print(seen.row(name, taken, work, (memory[0], read_memory(server))))
            print("    MB:", " ".join(f"{each:.0f}" for each in memory), flush=True)
            for error, times in seen.errors.most_common(5):
                print(f"    {times} × {error[:200]}")


if __name__ == "__main__":
    main()
