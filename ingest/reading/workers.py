"""Child processes that read files, so that a parser that crashes, hangs or swells does no harm.

Each has a limit of memory and of processor time (POSIX; memory on Linux), and on every system a
limit of time without a message. They are started when they are first needed and read many files.
"""

from __future__ import annotations

import base64
import os
import queue
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

from ingest.passages.headings import CountTokens
from ingest.readers import PageImage, Source, Tell, formats
from ingest.reading.child import read_frame, unpack, write_frame
from ingest.reading.cutting import CutText, unpack_cut
from rag.errors import DocumentError
from rag.processes import command_of

MEMORY = 2 << 30
"""Bytes of address space of a reader, with the interpreter and its libraries."""
SILENCE = 120.0
"""Seconds that a reader may take for a page; the limit of processor time is lower."""
THREADS = min(4, os.cpu_count() or 1)
"""Files that are read at once."""
_CUT_PER_SECOND = 10_000
"""Bytes of text for each further second that cutting it may take without a message."""
_FILES = 500
"""Files that one process reads; libraries leak memory, and a new process takes 0.1 seconds."""


class SilentReaderError(DocumentError):
    """A reader took too long; the cause may be the machine and not the file."""


class Workers:
    """At most ``count`` reading processes; any thread may use them.

    :param silence: seconds without a message after which a process is ended.
    :param memory: bytes of address space that each may take.
    """

    def __init__(self, count: int, silence: float = SILENCE, memory: int = MEMORY) -> None:
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)  # a process not started yet
        self._count = count
        self._silence = silence
        self._memory = memory
        self._busy: set[_Worker] = set()
        self._abandoned = False

    def read(self, format_: str, data: bytes, tell: Tell) -> Source:
        """Read a file; if a reader fails unexpectedly, the format's next one takes over.

        :param format_: the name of the format's module.
        :raises DocumentError: no reader could read it, and why.
        """
        failures: list[_FailedError] = []
        for number in range(len(formats()[format_].readers)):
            worker = self._borrow()
            try:
                answer = worker.answer({"format": format_, "reader": number}, data, tell)
                return unpack(answer["source"])
            except _FailedError as failure:
                failures.append(failure)
            finally:
                self._give_back(worker)
        why = "; the second reader: ".join(dict.fromkeys(map(str, failures)))
        silent = any(failure.silent for failure in failures)
        kind = SilentReaderError if silent else DocumentError
        raise kind(f"cannot be read as {formats()[format_].name}: {why}")

    def cut(
        self,
        text: str,
        title: str,
        count_tokens: CountTokens,
        tokens: int,
        *,
        markdown: bool,
        cuts: Sequence[int] | None = None,
    ) -> CutText:
        """Cut a text into chunks; see :func:`ingest.reading.cutting.cut_text`.

        :param count_tokens: is called here, in the thread of the caller.
        :param tokens: of a chunk, at most.
        :param cuts: where chunks begin, if that is settled.
        :raises DocumentError: it takes too long, or too much memory.
        """
        data = text.encode()
        wanted = {"title": title, "tokens": tokens, "markdown": markdown, "cuts": cuts}
        job = {"cut": wanted}
        worker = self._borrow()
        try:
            answer = worker.answer(
                job, data, lambda *_: None, count_tokens, len(data) / _CUT_PER_SECOND
            )
        except _FailedError as failure:
            kind = SilentReaderError if failure.silent else DocumentError
            raise kind(f"cannot be cut into passages: {failure}") from None
        finally:
            self._give_back(worker)
        return unpack_cut(answer["cut"], text)

    def draw(
        self, format_: str, data: bytes, page: int, scale: float, runs: Sequence[tuple[int, str]]
    ) -> PageImage:
        """Draw a page with boxes around characters; see :data:`ingest.readers.Drawer`.

        :raises DocumentError: the page cannot be drawn, and why.
        """
        worker = self._borrow()
        try:
            job = {"format": format_, "page": page, "scale": scale, "runs": list(runs)}
            image = worker.answer(job, data, lambda *_: None)["image"]
        except _FailedError as failure:
            raise DocumentError(f"page {page} cannot be drawn: {failure}") from None
        finally:
            self._give_back(worker)
        boxes = tuple(tuple(box) for box in image["boxes"])
        lines = tuple(tuple(line) for line in image["lines"])
        png = base64.b64decode(image["png"])
        return PageImage(**image | {"png": png, "boxes": boxes, "lines": lines})

    def abandon(self) -> None:
        """End every process now: a read in progress gets a DocumentError, no other can start."""
        self._abandoned = True
        for worker in list(self._busy):
            worker.end()

    def close(self) -> None:
        """End the processes when no reading is in progress."""
        for _ in range(self._count):
            worker = self._idle.get()
            if worker is not None:
                worker.end()

    def _borrow(self) -> _Worker:
        worker = self._idle.get()
        try:
            if self._abandoned:
                raise DocumentError("not read, since the ingest was stopped; ingest it again")
            worker = worker or _Worker(self._silence, self._memory)
            self._busy.add(worker)
        except BaseException:
            self._idle.put(worker)
            raise
        return worker

    def _give_back(self, worker: _Worker) -> None:
        self._busy.discard(worker)
        self._idle.put(worker.reusable())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _FailedError(Exception):
    """A reader failed in a way that says nothing about the file; another may succeed."""

    def __init__(self, message: str, *, silent: bool = False) -> None:
        super().__init__(message)
        self.silent = silent


class _Worker:
    def __init__(self, silence: float, memory: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
            command_of("ingest.reading.child", str(memory)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._silence = silence
        self._files = 0
        self._silent = False

    def answer(
        self,
        job: dict[str, Any],
        data: bytes,
        tell: Tell,
        count_tokens: CountTokens | None = None,
        patience: float = 0.0,
    ) -> dict[str, Any]:
        """Send a job and return the child's result; its messages about pages go to ``tell``.

        :param count_tokens: answers its questions for numbers of tokens.
        :param patience: seconds that it may be silent beyond the usual.
        """
        self._files += 1
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        watch = self._watch(patience)
        try:
            write_frame(stdin, job | {"size": len(data)})
            stdin.write(data)
            stdin.flush()
            while "pages" in (answer := read_frame(stdout)) or "count" in answer:
                watch.cancel()
                if "pages" in answer:
                    tell(*answer["pages"])
                elif count_tokens is not None:
                    write_frame(stdin, {"counts": count_tokens(answer["count"])})
                watch = self._watch(patience)
        except (OSError, EOFError, ValueError):  # ValueError: its pipes were closed by end()
            raise _FailedError(self._cause_of_death(), silent=self._silent) from None
        except BaseException:
            self.end()  # Ctrl-C in the middle of a message: what follows could not be parsed
            raise
        finally:
            watch.cancel()
        if "refused" in answer:
            raise DocumentError(answer["refused"])
        if "failed" in answer:
            self.end()  # memory may be short in it now
            raise _FailedError(answer["failed"])
        return answer

    def reusable(self) -> _Worker | None:
        """The worker; None if it has ended or has read enough files."""
        if self._process.poll() is None and self._files < _FILES:
            return self
        self.end()
        return None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # what could not be sent is not needed any more
                    stream.close()

    def _watch(self, patience: float) -> threading.Timer:
        timer = threading.Timer(self._silence + patience, self._end_silent)
        timer.daemon = True
        timer.start()
        return timer

    def _end_silent(self) -> None:
        self._silent = True
        self._process.kill()

    def _cause_of_death(self) -> str:
        code = self._process.wait()
        if self._silent:
            return f"a page took longer than {self._silence:g} seconds"
        if code == -24:  # SIGXCPU, which Windows does not have
            return "a page took too much processor time"
        return "its reader crashed"
