"""Which requests the server accepts, and what it lets a browser do (Content-Security-Policy).

Gradio starts itself from inline scripts in its index page and lists addresses of its own web site
there. Each inline script gets a fresh nonce, so that no other inline script can run, and the page's
own style and script are added the same way. A plain ASGI middleware: Starlette's own base class
would hide a closed tab from the event streams.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self' 'nonce-{nonce}'",
    # Gradio and its components set styles in attributes and in elements they create.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'self'",
)
_FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_OPEN = re.compile(
    r"/(?:v1/.+|mcp|healthz|metrics|assets/.+|static/.+|svelte/.+|page/.+|theme\.css|favicon\.ico|manifest\.json|robots\.txt"
    r"|config/?|gradio_api/(?:queue/(?:join|data)|cancel|reset/?|info/?|heartbeat/\w+"
    r"|startup-events))?"
)
"""The addresses for programs, and those that the page uses. Gradio has others, for uploads, files,
proxies and development, which are closed."""
UPLOADS = {"/page/documents", "/page/documents/batch"}
"""Addresses whose requests are files; others are read as JSON, while everybody else waits."""
_LARGEST = 2_000_000
"""Bytes of a request to any other address: a long conversation is less."""
_SCRIPT = re.compile(r"<script(?=[\s>])")
_PREVIEW_META = re.compile(r'(?<!\s)\s*<meta\s+(?:property="og:|name="twitter:)[^>]*>')
"""Link-preview addresses of Gradio's web site; nothing on this page is for a preview."""


class BrowserPolicy:
    """ASGI middleware that closes all other addresses and adds the headers and the nonces.

    :param head: HTML put at the end of the index page's head; its scripts get the nonce too.
    :param largest: most bytes of an uploaded file.
    """

    def __init__(self, app: ASGIApp, head: str = "", largest: int = 0) -> None:
        self._app = app
        self._head = head
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and change what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not _OPEN.fullmatch(scope["path"]):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
            return
        most = self._largest if scope["path"] in UPLOADS else _LARGEST
        if refusal := self._check_request(Headers(scope=scope), scope["method"], most):
            await self._refuse(*refusal, most, scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        held: list[Message] = []
        page: list[bytes] = []

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name in [name for name in headers if name.startswith("access-control-")]:
                    del headers[name]  # Gradio lets every page of this machine read its answers
                headers["Content-Security-Policy"] = "; ".join(_DIRECTIVES).format(nonce=nonce)
                headers.update(_FIXED_HEADERS)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Cache-Control"] = "no-store"
                    held.append(message)
                    return
            elif held:
                page.append(message.get("body", b""))
                if message.get("more_body", False):
                    return
                body = self._add_nonces(b"".join(page).decode(), nonce).encode()
                MutableHeaders(scope=held[0])["Content-Length"] = str(len(body))
                await send(held.pop())
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._app(scope, receive, send_with_policy)

    def _check_request(self, headers: Headers, method: str, most: int) -> tuple[int, str] | None:
        """Check where a request comes from, and its size; a status and why when it is refused.

        :param most: bytes that its body may have.
        """
        if _is_from_elsewhere(headers):
            return 403, "Requests from other web sites are refused."
        if method in {"GET", "HEAD", "OPTIONS"}:
            return None
        if "transfer-encoding" in headers:  # its size is not known beforehand
            return 411, "The length of the request is missing."
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            told = most // 1_000_000
            return 413, f"This is larger than {told} MB, the most that is taken. Send less at once."
        return None

    async def _refuse(
        self, status: int, why: str, most: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Refuse a request in the form that its sender reads."""
        unread = 2 * most if status == 413 else 0
        while unread > 0:  # many clients see no answer before they have sent their request
            message = await receive()
            unread -= max(1, len(message.get("body", b"")))
            if not message.get("more_body", False):
                break
        error = {"message": why, "type": "invalid_request_error", "param": None, "code": None}
        body = {"error": error} if scope["path"].startswith("/v1/") else {"detail": why}
        await JSONResponse(body, status)(scope, receive, send)

    def _add_nonces(self, page: str, nonce: str) -> str:
        page = _PREVIEW_META.sub("", page).replace("</head>", f"{self._head}</head>", 1)
        return _SCRIPT.sub(f'<script nonce="{nonce}"', page)


def _is_from_elsewhere(headers: Headers) -> bool:
    """Whether a page of another web site sent a request, reading ones too."""
    origin = headers.get("origin")
    if origin is None:
        return False
    scheme, _, place = origin.partition("://")
    return scheme not in {"http", "https"} or place != headers.get("host")
