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
from dataclasses import asdict, replace
from typing import IO, Any

from ingest.readers import Source, formats
from ingest.reading.dates import find_date
from rag.errors import DocumentError
from rag.text.layout import Layout
from rag.types import Aside

CPU_SECONDS = 60
"""Processor time for one page."""
LONGEST_TEXT = 100_000_000
"""Characters of text that a file may have."""
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
        write_frame(results, _run_job(job, jobs.read(job["size"]), results))


def _run_job(job: dict[str, Any], data: bytes, results: IO[bytes]) -> dict[str, Any]:
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        _renew_processor_time()
        if done == total or time.monotonic() - last >= _TELL_EVERY:
            last = time.monotonic()
            write_frame(results, {"pages": [done, total]})

    _renew_processor_time()
    format_ = formats()[job["format"]]
    try:
        if "page" in job:
            assert format_.draw is not None
            image = format_.draw(data, job["page"], job["scale"], job["runs"])
            return {"image": asdict(image) | {"png": base64.b64encode(image.png).decode()}}
        source = format_.readers[job["reader"]](data, tell)
        if len(source.text) > LONGEST_TEXT:
            raise DocumentError(
                f"it has more than {LONGEST_TEXT:,} characters of text; split it into several files"
            )
    except DocumentError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"failed": "it needs too much memory"}
    except RecursionError:
        return {"failed": "it is nested too deep"}
    except Exception as error:  # noqa: BLE001 - a parser raises anything on a damaged file
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
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


def _renew_processor_time() -> None:
    _limit("RLIMIT_CPU", int(time.process_time()) + CPU_SECONDS)
