"""``citespan chat`` and ``citespan mcp``: the library served to a browser or an assistant."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from ui.cli.options import AnswerOptions, In, expand_options
from ui.cli.terminal import print_err, print_out


@expand_options
def chat(
    options: AnswerOptions,
    sources: In = None,
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: Annotated[
        str | None, typer.Option(envvar="CITESPAN_AUTH", metavar="NAME:PASSWORD")
    ] = None,
    without_auth: bool = False,
    read_only: bool = False,
) -> None:
    """Serve the chat page and print its address.

    :param sources: Ask only these: a document, a folder or a pattern such as "*.pdf"; repeatable.
    :param host: Address to listen on.
    :param port: Port; if it is taken, the next free one.
    :param auth: Require this name and password.
    :param without_auth: Allow everybody who reaches the address, without a password.
    :param read_only: Do not let the page add or remove documents.
    """
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
    from rag import Filter, Rag
    from rag.questions.checks import check_part
    from ui.web.server import serve

    def print_address(url: str) -> None:
        used = urlsplit(url).port
        if port not in {0, used}:  # 0 is any
            print_err(f"port {port} is taken or reserved by the system; port {used} is used")
        print_out(f"citespan is running at {url} (Ctrl-C stops it)")

    with Rag(options.settings()) as rag:
        part = Filter(sources=sources)
        if sources:
            check_part(rag.library.catalog, part)
        serve(rag, host, port, part=part, auth=login, read_only=read_only, ready=print_address)


@expand_options
def mcp(options: AnswerOptions, sources: In = None) -> None:
    """Serve an assistant over stdin and stdout (MCP): it asks, searches, lists and reads documents.

    :param sources: Ask only these: a document, a folder or a pattern such as "*.pdf"; repeatable.
    """
    from importlib.util import find_spec

    from rag import Filter, Rag
    from rag.errors import missing_extra
    from ui.answering import Answering

    if find_spec("mcp") is None:
        raise missing_extra("mcp")
    from ui.api.mcp_server import serve_stdio

    with Rag(options.settings()) as rag:
        serve_stdio(Answering(rag, part=Filter(sources=sources)))
