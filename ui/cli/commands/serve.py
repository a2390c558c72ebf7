"""``citespan chat`` and ``citespan mcp``: the library served to a browser or an assistant."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import typer

from ui.cli.options import AnswerOptions, expand_options
from ui.cli.terminal import print_err, print_out


@expand_options
def chat(
    options: AnswerOptions,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; if it is taken, the next free one.")] = 7860,
    auth: Annotated[
        str | None,
        typer.Option(
            help="Require this name and password.",
            envvar="CITESPAN_AUTH",
            metavar="NAME:PASSWORD",
        ),
    ] = None,
    without_auth: Annotated[
        bool,
        typer.Option(
            "--without-auth", help="Allow everybody who reaches the address, without a password."
        ),
    ] = False,
    read_only: Annotated[
        bool,
        typer.Option("--read-only", help="Do not let the page add or remove documents."),
    ] = False,
) -> None:
    """Serve the chat page and print its address."""
    from ui.web.security.login import Login, is_loopback

    try:
        login = Login.parse(auth) if auth else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--auth") from error
    if login is None and not without_auth and not is_loopback(host):
        raise typer.BadParameter(
            f"at {host}, other people can read and change the library; add --auth NAME:PASSWORD, "
            "or --without-auth to allow it",
            param_hint="--host",
        )
    from rag import Rag
    from ui.web.server import serve

    with Rag(options.settings()) as rag:
        serve(
            rag,
            host,
            port,
            auth=login,
            read_only=read_only,
            ready=lambda url: _print_address(url, port),
        )


def _print_address(url: str, wanted: int) -> None:
    """Print where the page is, and why it is not at the port asked for; port 0 is any."""
    port = urlsplit(url).port
    if wanted not in {0, port}:
        print_err(f"port {wanted} is taken or reserved by the system; port {port} is used")
    print_out(f"citespan is running at {url} (Ctrl-C stops it)")


@expand_options
def mcp(options: AnswerOptions) -> None:
    """Serve an assistant over stdin and stdout (MCP): tools `ask`, `search`."""
    from importlib.util import find_spec

    from rag import Rag
    from rag.errors import missing_extra
    from ui.answering import Answering

    if find_spec("mcp") is None:
        raise missing_extra("mcp")
    from ui.api.mcp_server import serve_stdio

    with Rag(options.settings()) as rag:
        serve_stdio(Answering(rag))
