"""``citespan chat`` and ``citespan mcp``: the library served to a browser or an assistant."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from ui.cli.options import AnswerOptions, In, expand_options
from ui.cli.terminal import print_err, print_out

if TYPE_CHECKING:
    from ui.web.security.login import Login


@expand_options
def chat(
    options: AnswerOptions,
    sources: In = None,
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    auth_file: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    without_auth: bool = False,
    allow_host: Annotated[list[str] | None, typer.Option(metavar="NAME")] = None,
    read_only: bool = False,
) -> None:
    """Serve the chat page and print its address.

    :param sources: Ask only these: a document, a folder or a pattern such as "*.pdf"; repeatable.
    :param host: Address to listen on.
    :param port: Port; if it is taken, the next free one.
    :param auth: Require this name and a password, which is asked for.
    :param auth_file: Require the name and password in the first line of this file, NAME:PASSWORD.
        The variable CITESPAN_AUTH can hold the same.
    :param without_auth: Allow everybody who reaches the address, without a password.
    :param allow_host: Answer requests that call the server by this name too, such as a proxy's;
        repeatable, "*" is any.
    :param read_only: Do not let the page add or remove documents.
    """
    from ui.web.security.hosts import is_loopback

    login = _read_login(auth, auth_file)
    if login is None and not without_auth and not is_loopback(host):
        raise typer.BadParameter(
            f"at {host}, other people can read and change the library; add --auth NAME or "
            "--auth-file FILE, or --without-auth to allow it",
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
        serve(
            rag, host, port, hosts=allow_host or (), part=part, auth=login, read_only=read_only,
            ready=print_address,
        )  # fmt: skip


def _read_login(name: str | None, file: Path | None) -> Login | None:
    """Read the login; its password is never an argument, which every user of the machine sees.

    :raises typer.BadParameter: it is not of the right form, or its file is open to others.
    """
    from ui.web.security.login import Login

    try:
        if file is not None:
            return Login.read(file)
        if name is None:
            given = os.environ.get("CITESPAN_AUTH")
            return Login.parse(given) if given else None
        if ":" in name:
            raise ValueError(
                "other users of this machine can see a password that is an argument; give only "
                "the name and type the password when asked, or use --auth-file or CITESPAN_AUTH"
            )
        if not sys.stdin.isatty():
            raise ValueError("there is no terminal to type the password; use --auth-file")
        return Login(name, typer.prompt("Password", hide_input=True, err=True))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--auth") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise typer.BadParameter(f"{file}: {why}", param_hint="--auth-file") from error


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
