"""The command line: data on stdout, progress and errors on stderr, exit codes that tell.

Imports that take time stay inside the commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from ui.cli.calibrate_command import calibrate
from ui.cli.eval_command import eval_app
from ui.cli.library_commands import (
    doctor,
    export_library,
    import_library,
    list_documents,
    remove,
)
from ui.cli.printing import plan_line, print_answer, print_ingested, print_plan
from ui.cli.terminal import (
    BaseUrl,
    ChatModel,
    Exit,
    Home,
    Json,
    Model,
    Strict,
    exit_code,
    progress_bar,
    say,
    settings_of,
    stoppable,
    tell,
    waiting,
)

if TYPE_CHECKING:
    from rag.models.embedder import Embedder
    from rag.models.pair_reader import PairReader

app = typer.Typer(
    name="citespan",
    help="Ask your documents; every sentence of the answer opens the characters it came from.",
    epilog="Exit codes: 0 ok, 1 failure, 2 wrong usage, 3 some files could not be read, "
    "4 the documents do not hold the answer, 130 stopped. Settings: CITESPAN_HOME and other "
    "CITESPAN_* variables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: it pipes well, and rich would take half of the start
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(eval_app)
app.command()(calibrate)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"citespan {version('citespan')}")
        raise typer.Exit


@app.callback()
def _before_commands(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Only to take ``--version``; the help is the app's own."""


@app.command()
def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(help="Files and folders, s3://BUCKET/… among them.", metavar="PATH…"),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Forget documents gone from these folders.")
    ] = False,
    include: Annotated[
        list[str] | None,
        typer.Option(
            "--include", help="Of folders take only these, as in a .gitignore.", metavar="PATTERN"
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude", help="Of folders leave these out, as in a .gitignore.", metavar="PATTERN"
        ),
    ] = None,
    checksum: Annotated[
        bool,
        typer.Option(
            "--checksum", help="Hash every file, and try again what could not be read before."
        ),
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option("--ray", help="Have a Ray cluster read and embed.", metavar="HOST:PORT"),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until Ctrl-C, following every change.")
    ] = False,
    as_json: Json = False,
    home: Home = None,
    embedding_model: Model = None,
) -> None:
    """Bring documents into the library; unchanged ones cost nothing.

    Stopped with Ctrl-C, it keeps what is committed, and goes on from there when run again.
    """
    from functools import partial

    from ingest import ingest as run, plan

    settings = settings_of(home, embedding_model)
    patterns: dict[str, Any] = {"include": include or (), "exclude": exclude or ()}
    if dry_run:
        made = plan(paths, settings, checksum=checksum, **patterns)
        print_plan(made, as_json=as_json)
        raise typer.Exit(Exit.PARTIAL if made.failed else Exit.OK)
    show = partial(print_ingested, as_json=as_json)
    if watch and ray:
        raise typer.BadParameter("it follows changes here, without a cluster", param_hint="--watch")
    if watch:
        from ingest.watch import watch as follow

        with progress_bar() as progress, suppress(KeyboardInterrupt):
            follow(paths, settings, done=show, prune=prune, progress=progress, **patterns)
        return
    with progress_bar() as progress, stoppable():
        report = run(
            paths,
            settings,
            prune=prune,
            checksum=checksum,
            ray=ray,
            planned=lambda made: tell(plan_line(made)),
            progress=progress,
            **patterns,
        )
    show(report)
    if report.failed:
        done = report.added or report.changed or report.unchanged
        raise typer.Exit(Exit.PARTIAL if done else Exit.FAILURE)


def _load(*models: Embedder | PairReader) -> None:
    """One after the other, as they are needed."""
    for model in models:
        model.load()


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    as_json: Json = False,
    home: Home = None,
    embedding_model: Model = None,
    chat_model: ChatModel = None,
    base_url: BaseUrl = None,
    strict: Strict = None,
) -> None:
    """Answer a question with cited sentences."""
    gc.disable()  # looking for garbage among what is imported costs more than one question leaves
    settings = settings_of(home, embedding_model, chat_model, base_url, strict)
    from rag.library.home import CATALOG
    from rag.models.embedder import Embedder
    from rag.models.pair_reader import PairReader

    embedder, pair_reader = Embedder(settings=settings), PairReader(settings)
    if settings.catalog or (settings.home / CATALOG).is_file():
        # the models are loaded while the rest is imported and passages are searched
        Thread(target=_load, args=(embedder, pair_reader)).start()
    from rag import Rag

    rag = Rag(settings, embedder=embedder, pair_reader=pair_reader, once=True)
    with rag, waiting("looking it up"):
        answer = rag.ask(question)
    print_answer(answer, as_json=as_json)
    if answer.status == "abstained":
        raise typer.Exit(Exit.ABSTAINED)


@app.command()
def chat(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; the next free one when taken.")] = 7860,
    auth: Annotated[
        str | None,
        typer.Option(
            help="Let in only who gives this name and password.",
            envvar="CITESPAN_AUTH",
            metavar="NAME:PASSWORD",
        ),
    ] = None,
    without_auth: Annotated[
        bool,
        typer.Option("--without-auth", help="Let in everybody who reaches the address."),
    ] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Neither add nor remove documents in the page.")
    ] = False,
    home: Home = None,
    embedding_model: Model = None,
    chat_model: ChatModel = None,
    base_url: BaseUrl = None,
    strict: Strict = None,
) -> None:
    """Serve the chat page and print its address."""
    from ui.web.auth import Login, is_loopback

    try:
        login = Login.parse(auth) if auth else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--auth") from error
    if login is None and not without_auth and not is_loopback(host):
        raise typer.BadParameter(
            f"at {host} others than you can read and change the library; give --auth "
            "NAME:PASSWORD, or --without-auth if they all may",
            param_hint="--host",
        )
    from rag import Rag
    from ui.web.server import serve

    with Rag(settings_of(home, embedding_model, chat_model, base_url, strict)) as rag:
        serve(
            rag,
            host,
            port,
            auth=login,
            read_only=read_only,
            ready=lambda url: _tell_address(url, port),
        )


def _tell_address(url: str, wanted: int) -> None:
    """Where the page is, and why it is not at the port that was asked for; port 0 is any."""
    port = urlsplit(url).port
    if wanted not in {0, port}:
        tell(f"port {wanted} is taken by another program, or the system keeps it; {port} is used")
    say(f"citespan answers at {url} (Ctrl-C ends)")


@app.command()
def mcp(
    home: Home = None,
    embedding_model: Model = None,
    chat_model: ChatModel = None,
    base_url: BaseUrl = None,
    strict: Strict = None,
) -> None:
    """Give an assistant the tools `ask` and `search`, over stdin and stdout."""
    from importlib.util import find_spec

    from rag import Rag
    from rag.errors import missing_extra
    from ui.answering import Answering

    if find_spec("mcp") is None:
        raise missing_extra("mcp")
    from ui.api.mcp_server import serve_stdio

    with Rag(settings_of(home, embedding_model, chat_model, base_url, strict)) as rag:
        serve_stdio(Answering(rag))


for command, name in (
    (list_documents, "list"),
    (remove, "remove"),
    (doctor, "doctor"),
    (export_library, "export"),
    (import_library, "import"),
):
    app.command(name)(command)


def main() -> None:
    """Run the command line; an error that has a remedy ends as one sentence on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.FAILURE)
    except Exception as error:
        from rag.errors import RagError

        if not isinstance(error, RagError):
            raise
        tell(f"error: {error}")
        sys.exit(exit_code(error))


if __name__ == "__main__":
    main()
