"""The commands that look after a library: list, remove, doctor, export, import."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.options import HomeOptions, Json, LibraryOptions, expand_options
from ui.cli.terminal import Exit, print_err, print_json, print_out, relative_path, show_spinner


@expand_options
def list_documents(options: HomeOptions, as_json: Json = False) -> None:
    """List the documents of the library."""
    from rag import Rag

    with Rag(options.settings()) as rag:
        documents = rag.documents()
    if as_json:
        print_json([asdict(document) for document in documents])
        return
    for document in documents:
        names = ", ".join(relative_path(name) for name in document.sources)
        print_out(f"{document.chunks:>7} chunks  {document.characters:>10,} characters  {names}")
    if not documents:
        print_err("no documents; run `citespan ingest PATH…`")


@expand_options
def remove(
    options: HomeOptions,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME…]")] = None,
    everything: Annotated[bool, typer.Option("--all")] = False,
) -> None:
    """Remove documents from the library; your files stay, uploads are deleted.

    :param names: Files or folders, as `citespan list` shows them.
    :param everything: Remove every document.
    """
    from ingest import remove as run, remove_all

    if bool(names) == everything:
        raise typer.BadParameter("name the documents to remove, or give --all")
    settings = options.settings()
    gone = remove_all(settings) if everything else run(names or [], settings)
    for name in gone:
        print_out(f"removed {relative_path(name)}")
    if not gone:
        print_err("no document of that name is in the library; `citespan list` shows the names")
        raise typer.Exit(Exit.FAILURE)


@expand_options
def doctor(options: LibraryOptions, repair: bool = False, as_json: Json = False) -> None:
    """Check the models, the library, its indexes and the environment.

    :param repair: Repair what can be repaired, then check.
    """
    from rag.library.maintenance import repair as repair_library
    from ui.cli.doctor_checks import run_checks

    settings = options.settings()
    if repair:
        repair_library(settings, print_err)
    with show_spinner("checking"):
        findings = run_checks(settings)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print_out(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.what}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.FAILURE)


@expand_options
def export_library(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    options: HomeOptions,
    replace: bool = False,
) -> None:
    """Write the whole library to one file.

    :param file: The file to write.
    :param replace: Overwrite the file.
    """
    from rag.library.maintenance import export

    with show_spinner("writing"):
        documents, chunks = export(options.settings(), file, replace=replace)
    print_out(f"{documents:,} documents, {chunks:,} chunks in {relative_path(file.absolute())}")


@expand_options
def import_library(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    options: HomeOptions,
    replace: bool = False,
    yes: bool = False,
) -> None:
    """Fill the library from an exported file, all or nothing; shows first what is in it.

    :param file: A file that `citespan export` wrote.
    :param replace: Replace the documents of the library.
    :param yes: Do not ask before documents are replaced.
    """
    from rag.library.maintenance import ExportSummary, import_

    settings = options.settings()

    def confirm(summary: ExportSummary) -> bool:
        named = ", ".join(map(relative_path, summary.names))
        more = summary.documents - len(summary.names)
        print_err(
            f"{relative_path(file.absolute())}: {summary.documents:,} documents, "
            f"{summary.chunks:,} chunks, embedded with {summary.embedder}: {named}"
            f"{f' and {more:,} more' if more > 0 else ''}"
        )
        if not replace or yes or not sys.stdin.isatty():
            return True
        return typer.confirm("Replace the documents of the library by these?", err=True)

    documents, chunks = import_(settings, file, replace=replace, confirm=confirm)
    print_out(f"{documents:,} documents, {chunks:,} chunks in {relative_path(settings.home)}")
