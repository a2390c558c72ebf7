"""A server on this machine that speaks OpenAI's chat protocol, well or badly, over real sockets.

It also knows the plain reply and the errors of Ollama's and Anthropic's.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


@dataclass
class ChatServer:
    """What it was asked, and what it does next; the last behaviour stays."""

    url: str
    behaviours: list[Behaviour]
    models: tuple[str, ...] = ("tiny", "small")
    requests: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0
    keys: list[str] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def asked(self, number: int = -1) -> str:
        """Both messages of a request as one text."""
        return "\n".join(message["content"] for message in self.requests[number]["messages"])


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    chat: ChatServer

    def setup(self) -> None:
        self.chat.connections += 1
        super().setup()

    def do_GET(self) -> None:
        if self.path == "/api/tags":
            tags = [{"name": name, "model": name} for name in self.chat.models]
            self.answer(200, json.dumps({"models": tags}))
            return
        listed = [{"id": name, "object": "model"} for name in self.chat.models]
        self.answer(200, json.dumps({"object": "list", "data": listed}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chat.requests.append(body)
        key = self.headers.get("Authorization") or self.headers.get("x-api-key")
        self.chat.keys.append(key or "")
        behaviours = self.chat.behaviours
        behave = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        try:
            behave(self)
        except OSError:
            self.chat.hung_up.set()
            self.close_connection = True

    def answer(
        self, status: int, body: str, kind: str = "application/json", **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())

    def begin(self, kind: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def event(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        self.send(f"data: {json.dumps(_chunk([choice]))}\n\n")

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


def _chunk(choices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "tiny",
        "choices": choices,
        **more,
    }


def _pieces(text: str) -> Iterable[str]:
    """Small pieces that fall anywhere in words and marks, as tokens do."""
    return (text[i : i + 3] for i in range(0, len(text), 3))


def says(text: str, finish: str | None = "stop", **delta: str) -> Behaviour:
    """A proper reply."""

    def behave(handler: Handler) -> None:
        handler.begin()
        handler.event({"role": "assistant", "content": "", **delta})
        for piece in _pieces(text):
            handler.event({"content": piece})
        if finish:
            handler.event({}, finish)
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        handler.send(f"data: {json.dumps(_chunk([], usage=usage))}\n\n")
        handler.send("data: [DONE]\n\n")
        handler.end()

    return behave


def says_as_ollama(text: str, reason: str | None = "stop") -> Behaviour:
    """A reply in Ollama's protocol: JSON lines."""

    def behave(handler: Handler) -> None:
        handler.begin("application/x-ndjson")
        common = {"model": "tiny", "created_at": "2026-11-21T00:00:00Z"}
        for piece in _pieces(text):
            message = {"role": "assistant", "content": piece}
            handler.send(json.dumps(common | {"message": message, "done": False}) + "\n")
        if reason:
            counts = {"prompt_eval_count": 100, "eval_count": 20, "done_reason": reason}
            message = {"role": "assistant", "content": ""}
            handler.send(json.dumps(common | counts | {"message": message, "done": True}) + "\n")
        handler.end()

    return behave


def says_as_anthropic(text: str, reason: str | None = "end_turn") -> Behaviour:
    """A reply in Anthropic's protocol: named events."""

    def behave(handler: Handler) -> None:
        def event(kind: str, **fields: Any) -> None:
            handler.send(f"event: {kind}\ndata: {json.dumps({'type': kind} | fields)}\n\n")

        handler.begin()
        message = {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "tiny", "content": [],
            "stop_reason": None, "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 1},
        }  # fmt: skip
        event("message_start", message=message)
        event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in _pieces(text):
            event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
        event("content_block_stop", index=0)
        if reason:
            delta = {"stop_reason": reason, "stop_sequence": None}
            event("message_delta", delta=delta, usage={"input_tokens": 100, "output_tokens": 20})
        event("message_stop")
        handler.end()

    return behave


def echoes(extract: Callable[[str], str]) -> Behaviour:
    """Says what it makes of the prompt."""

    def behave(handler: Handler) -> None:
        says(extract(handler.chat.asked()))(handler)

    return behave


def refuses(status: int, message: str = "", **headers: str) -> Behaviour:
    """An error as OpenAI words it."""

    def behave(handler: Handler) -> None:
        body = {"error": {"message": message, "type": "error", "param": None, "code": None}}
        handler.answer(status, json.dumps(body), **headers)

    return behave


def hangs(handler: Handler) -> None:
    """Takes the request and says nothing."""
    handler.connection.settimeout(0.05)
    while not handler.chat.closing.is_set():
        with suppress(TimeoutError):
            if not handler.connection.recv(1):
                raise ConnectionResetError


def drips(handler: Handler) -> None:
    """A byte now and then, for ever, so that no read ever takes long."""
    handler.begin()
    while not handler.chat.closing.wait(0.02):
        handler.send(":")


def never_ends(text: str) -> Behaviour:
    """Says the same for ever."""

    def behave(handler: Handler) -> None:
        handler.begin()
        while not handler.chat.closing.wait(0.001):
            handler.event({"content": text})

    return behave


def says_and_drips(text: str) -> Behaviour:
    """Begins a reply and does not go on."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for piece in _pieces(text):
            handler.event({"content": piece})
        while not handler.chat.closing.wait(0.02):
            handler.send(":")

    return behave


def cut(text: str) -> Behaviour:
    """The connection breaks in the middle."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for piece in _pieces(text):
            handler.event({"content": piece})
        time.sleep(0.05)
        handler.close_connection = True

    return behave


def sends(body: str, kind: str = "text/event-stream") -> Behaviour:
    """Whatever it is told to."""

    def behave(handler: Handler) -> None:
        handler.answer(200, body, kind)

    return behave


@contextmanager
def serving(*behaviours: Behaviour) -> Iterator[ChatServer]:
    """The server, while it runs."""
    chat = ChatServer("", list(behaviours))
    handler = type("BoundHandler", (Handler,), {"chat": chat})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    chat.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield chat
    finally:
        chat.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
