"""Child processes that read files, so that a parser that crashes, hangs or swells hurts nobody.

Each has a limit of memory and of processor time (POSIX; memory on Linux), and everywhere a limit of
time without a sign of life. They are started when first needed and serve many files.
"""

from __future__ import annotations

import base64
import queue
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from ingest.child import read_frame, unpacked, write_frame
from ingest.readers import PageImage, Source, Tell, formats
from rag.errors import DocumentError
from rag.processes import command_of

MEMORY = 2 << 30
"""Bytes of address space of a reader, the interpreter and its libraries included."""
SILENCE = 120.0
"""Seconds that a reader may go without finishing a page; processor time is limited more tightly."""
_FILES = 500
"""Files that one process serves; libraries leak, and a new process costs a tenth of a second."""


class SilentReaderError(DocumentError):
    """A reader took too long by the clock, which may be the machine's fault, not the file's."""


class Workers:
    """At most ``count`` reading processes; any thread may use them.

    :param silence: seconds without a sign of life after which a process is ended.
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
        """Read a file; when a reader fails unexpectedly, the format's next one takes over.

        :param format_: the name of the format's module.
        :raises DocumentError: no reader got through, and why.
        """
        failures: list[_FailedError] = []
        for number in range(len(formats()[format_].readers)):
            worker = self._borrow()
            try:
                answer = worker.answer({"format": format_, "reader": number}, data, tell)
                return unpacked(answer["source"])
            except _FailedError as failure:
                failures.append(failure)
            finally:
                self._give_back(worker)
        why = "; the second reader: ".join(dict.fromkeys(map(str, failures)))
        silent = any(failure.silent for failure in failures)
        kind = SilentReaderError if silent else DocumentError
        raise kind(f"cannot be read as {formats()[format_].name}: {why}")

    def draw(
        self, format_: str, data: bytes, page: int, scale: float, runs: Sequence[tuple[int, str]]
    ) -> PageImage:
        """A page as a picture with characters boxed; see :data:`ingest.readers.Drawer`.

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
        return PageImage(**image | {"png": base64.b64decode(image["png"]), "boxes": boxes})

    def abandon(self) -> None:
        """End every process now; who is reading gets a DocumentError, and nobody can read again."""
        self._abandoned = True
        for worker in list(self._busy):
            worker.end()

    def close(self) -> None:
        """End the processes, once nobody is reading."""
        for _ in range(self._count):
            worker = self._idle.get()
            if worker is not None:
                worker.end()

    def _borrow(self) -> _Worker:
        worker = self._idle.get()
        try:
            if self._abandoned:
                raise DocumentError("given up, since reading was stopped")
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _FailedError(Exception):
    """A reader failed in a way that says nothing about the file; another may get through."""

    def __init__(self, message: str, *, silent: bool = False) -> None:
        super().__init__(message)
        self.silent = silent


class _Worker:
    """One child process."""

    def __init__(self, silence: float, memory: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
            command_of("ingest.child", str(memory)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._silence = silence
        self._files = 0
        self._silent = False

    def answer(self, job: dict[str, Any], data: bytes, tell: Tell) -> dict[str, Any]:
        """What the child says to a job, once it is no longer telling how far it is."""
        self._files += 1
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        watch = self._watch()
        try:
            write_frame(stdin, job | {"size": len(data)})
            stdin.write(data)
            stdin.flush()
            while "pages" in (answer := read_frame(stdout)):
                watch.cancel()
                watch = self._watch()
                tell(*answer["pages"])
        except (OSError, EOFError, ValueError):  # ValueError: its pipes were closed by end()
            raise _FailedError(self._cause_of_death(), silent=self._silent) from None
        except BaseException:
            self.end()  # Ctrl-C in the middle of an exchange: what follows could not be understood
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
        """The worker, unless it has ended or served enough."""
        if self._process.poll() is None and self._files < _FILES:
            return self
        self.end()
        return None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # what could not be sent is of no use any more
                    stream.close()

    def _watch(self) -> threading.Timer:
        timer = threading.Timer(self._silence, self._end_silent)
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
