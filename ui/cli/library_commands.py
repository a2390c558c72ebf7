"""The commands that look after a library: list, remove, doctor, export, import.

Imports that take time stay inside the commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.terminal import (
    Exit,
    Home,
    Json,
    Model,
    fields_of,
    nearby,
    say,
    say_json,
    settings_of,
    tell,
    waiting,
)


def list_documents(as_json: Json = False, home: Home = None) -> None:
    """List the documents of the library."""
    from rag import Rag

    with Rag(settings_of(home)) as rag:
        documents = rag.documents()
    if as_json:
        say_json([fields_of(document) for document in documents])
        return
    for document in documents:
        names = ", ".join(nearby(name) for name in document.sources)
        say(f"{document.chunks:>7} chunks  {document.characters:>10,} characters  {names}")
    if not documents:
        tell("no documents; run `citespan ingest PATH…`")


def remove(
    names: Annotated[
        list[str] | None, typer.Argument(help="Files or folders, as listed.", metavar="[NAME…]")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Forget every document.")] = False,
    home: Home = None,
) -> None:
    """Forget documents; the files themselves stay."""
    from ingest import remove as run, remove_all

    if bool(names) == everything:
        raise typer.BadParameter("name what to remove, or give --all")
    settings = settings_of(home)
    gone = remove_all(settings) if everything else run(names or [], settings)
    for name in gone:
        say(f"removed {nearby(name)}")
    if not gone:
        tell("nothing of that name is in the library; `citespan list` shows the names")
        raise typer.Exit(Exit.FAILURE)


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="First mend what can be mended of the library.")
    ] = False,
    as_json: Json = False,
    home: Home = None,
    embedding_model: Model = None,
) -> None:
    """Check the model, the library and its indexes, all of them."""
    from rag.library.maintenance import repair as mend
    from ui.cli.doctor import examine

    settings = settings_of(home, embedding_model)
    if repair:
        mend(settings, tell)
    with waiting("checking"):
        findings = examine(settings)
    if as_json:
        say_json([fields_of(finding) for finding in findings])
    else:
        for finding in findings:
            say(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.what}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.FAILURE)


def export_library(
    file: Annotated[Path, typer.Argument(help="The file to make.", metavar="FILE")],
    replace: Annotated[bool, typer.Option("--replace", help="Write over the file.")] = False,
    home: Home = None,
) -> None:
    """Put the whole library into one file."""
    from rag.library.maintenance import export

    with waiting("writing"):
        documents, chunks = export(settings_of(home), file, replace=replace)
    say(f"{documents:,} documents, {chunks:,} chunks in {nearby(str(file.absolute()))}")


def import_library(
    file: Annotated[Path, typer.Argument(help="What export made.", metavar="FILE")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Forget what the library holds.")
    ] = False,
    home: Home = None,
) -> None:
    """Fill the library from such a file, all or nothing."""
    from rag.library.maintenance import import_

    settings = settings_of(home)
    with waiting("reading"):
        documents, chunks = import_(settings, file, replace=replace)
    say(f"{documents:,} documents, {chunks:,} chunks in {nearby(str(settings.home))}")
