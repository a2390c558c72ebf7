"""The command line: data on stdout, progress and errors on stderr, exit codes that tell.

Each command imports what takes time when it runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.commands.ask import ask
from ui.cli.commands.calibrate import calibrate
from ui.cli.commands.evaluate import eval_app
from ui.cli.commands.ingest import ingest
from ui.cli.commands.library import doctor, export_library, import_library, list_documents, remove
from ui.cli.commands.serve import chat, mcp
from ui.cli.log import LogLevel, set_up_log
from ui.cli.terminal import Exit, print_err, print_out

if TYPE_CHECKING:
    from rag import RagError

app = typer.Typer(
    name="citespan",
    help="Ask your documents; every sentence of the answer opens the characters it came from.",
    epilog="Exit codes: 0 success, 1 failure, 2 wrong usage, 3 some files could not be read, "
    "4 the documents do not answer the question, 130 stopped. Settings: CITESPAN_HOME and other "
    "CITESPAN_* variables; see docs/reference/settings.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: it pipes well, and rich would take half of the start
    context_settings={"help_option_names": ["-h", "--help"]},
)
_NAMES = {list_documents: "list", export_library: "export", import_library: "import"}
for command in (
    ingest, ask, chat, mcp, list_documents, remove, doctor, export_library, import_library,
    calibrate,
):  # fmt: skip
    app.command(_NAMES.get(command))(command)
app.add_typer(eval_app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print_out(f"citespan {version('citespan')}")
        raise typer.Exit


@app.callback()
def _read_global_options(
    version: Annotated[  # noqa: ARG001 - its callback prints it
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
    log_level: Annotated[
        LogLevel, typer.Option("--log-level", help="Least level of what is logged on stderr.")
    ] = "warning",
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log one JSON object on each line.")
    ] = False,
) -> None:
    """Take the options before a command; the help text is the app's own."""
    if log_level != "warning" or log_json:
        set_up_log(log_level, as_json=log_json)


def main() -> None:
    """Run the command line; an error that has a remedy ends as one sentence on stderr."""
    set_up_log()
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
        print_err(f"error: {error}")
        sys.exit(_exit_code(error))


def _exit_code(error: RagError) -> Exit:
    """Tell a wrong request from a failure.

    A pipeline can so tell an evaluation that cannot be run from one with too low scores.
    """
    from eval import CasesError, JudgeError
    from eval.gates import ThresholdError
    from rag import ChatModelError, QuestionError
    from rag.chat.failures import ChatFailure

    wrong_requests = (
        CasesError, ChatFailure, ChatModelError, JudgeError, QuestionError, ThresholdError,
    )  # fmt: skip
    return Exit.USAGE if isinstance(error, wrong_requests) else Exit.FAILURE


if __name__ == "__main__":
    main()
