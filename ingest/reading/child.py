"""The child process of a reader: parses files within limits, until its input ends.

Both ends send frames: four bytes of length, then JSON; after a job's frame come the file's bytes.
Nothing that a parser made from a file is ever unpickled.
"""

import base64
import json
import os
import signal
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import IO, Any

from ingest.readers import LONGEST_TEXT, Source, formats, too_long_error
from ingest.reading.cutting import cut_text, pack_cut
from ingest.reading.dates import find_date
from rag.errors import DocumentError
from rag.text.layout import Layout
from rag.types import Aside

CPU_SECONDS = 60
"""Processor time for one page."""
_BYTES_PER_SECOND = 1_000
"""Of a file, for each further second of processor time that all of its pages may take together: a
file may say that it has a million pages, and each would have its own time."""
_CUT_PER_SECOND = 20_000
"""Bytes of text for each further second that cutting it may take; it takes a twentieth of that."""
_COUNTED_AT_ONCE = 500_000
"""Characters of the texts whose tokens are counted with one message."""
_TELL_EVERY = 0.5
"""Seconds between two frames that report progress."""


def write_frame(stream: IO[bytes], value: dict[str, Any]) -> None:
    data = json.dumps(value).encode()
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> dict[str, Any]:
    """Read the next JSON object.

    :raises EOFError: the other end is gone.
    """
    header = stream.read(4)
    if len(header) < 4:
        raise EOFError
    (length,) = struct.unpack(">I", header)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    value: dict[str, Any] = json.loads(data)
    return value


def pack(source: Source) -> dict[str, Any]:
    """Write a source as JSON values; :func:`unpack` reads them."""
    layout = base64.b64encode(source.layout.encode()).decode() if source.layout else ""
    return asdict(replace(source, layout=None)) | {"layout": layout}


def unpack(fields: dict[str, Any]) -> Source:
    """Read the source that :func:`pack` wrote."""
    layout = base64.b64decode(fields["layout"])
    asides = tuple(Aside(*aside) for aside in fields["asides"])
    return Source(
        **fields | {"layout": Layout.decode(layout) if layout else None, "asides": asides}
    )


def main() -> None:
    """Do jobs from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it goes to the parent, which closes our input
    jobs, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output of C libraries must not get between frames
    _limit("RLIMIT_AS", int(sys.argv[3]))
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_FSIZE", 0)  # a reader writes nothing
    while True:
        try:
            job = read_frame(jobs)
        except EOFError:
            return
        data = jobs.read(job["size"])
        do = partial(_cut, jobs=jobs) if "cut" in job else _read
        write_frame(results, _run_job(do, job, data, results))


Job = Callable[[dict[str, Any], bytes, IO[bytes]], dict[str, Any]]


def _run_job(do: Job, job: dict[str, Any], data: bytes, results: IO[bytes]) -> dict[str, Any]:
    """Do a job; what it raises becomes its answer."""
    try:
        return do(job, data, results)
    except DocumentError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"failed": "it needs too much memory"}
    except RecursionError:
        return {"failed": "it is nested too deep"}
    except Exception as error:  # noqa: BLE001 - a parser raises anything on a damaged file
        return {"failed": f"{type(error).__name__}: {error}"[:200]}


def _cut(
    job: dict[str, Any], data: bytes, results: IO[bytes], *, jobs: IO[bytes]
) -> dict[str, Any]:
    """Cut a text into chunks; the other end has the tokenizer and counts."""

    def count_tokens(texts: Sequence[str]) -> list[int]:
        counted: list[int] = []
        for group in _group(texts):
            write_frame(results, {"count": group})
            counted += read_frame(jobs)["counts"]
        return counted

    _limit_processor_time(CPU_SECONDS + len(data) / _CUT_PER_SECOND)
    wanted = job["cut"]
    cut = cut_text(
        data.decode(),
        wanted["title"],
        count_tokens,
        wanted["tokens"],
        markdown=wanted["markdown"],
        cuts=wanted["cuts"],
    )
    return {"cut": pack_cut(cut)}


def _group(texts: Sequence[str]) -> Iterator[list[str]]:
    """Group texts for messages that are not too long."""
    group: list[str] = []
    size = 0
    for text in texts:
        group.append(text)
        size += len(text)
        if size >= _COUNTED_AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _read(job: dict[str, Any], data: bytes, results: IO[bytes]) -> dict[str, Any]:
    """Read a file, or draw one of its pages."""
    last = time.monotonic()
    most = time.process_time() + CPU_SECONDS + len(data) / _BYTES_PER_SECOND

    def tell(done: int, total: int) -> None:
        nonlocal last
        _limit_processor_time(min(CPU_SECONDS, most - time.process_time()))
        if done == total or time.monotonic() - last >= _TELL_EVERY:
            last = time.monotonic()
            write_frame(results, {"pages": [done, total]})

    _limit_processor_time(CPU_SECONDS)
    format_ = formats()[job["format"]]
    if "page" in job:
        assert format_.draw is not None
        image = format_.draw(data, job["page"], job["scale"], job["runs"])
        return {"image": asdict(image) | {"png": base64.b64encode(image.png).decode()}}
    source = format_.readers[job["reader"]](data, tell)
    if len(source.text) > LONGEST_TEXT:
        raise too_long_error()
    return {"source": pack(replace(source, date=find_date(job["format"], data, source.text)))}


def _limit(name: str, value: int) -> None:
    """Lower a limit of this process, where the system has it (POSIX)."""
    try:
        import resource
    except ImportError:
        return
    kind = getattr(resource, name, None)
    if kind is not None:
        _, hard = resource.getrlimit(kind)
        within = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (within, hard))


def _limit_processor_time(seconds: float) -> None:
    """Give this process so many seconds from now on."""
    _limit("RLIMIT_CPU", int(time.process_time() + max(0.0, seconds)) + 1)
