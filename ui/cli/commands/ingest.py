"""``citespan ingest``: documents into the library."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Annotated, Any

import typer

from ui.cli.exit_codes import Exit
from ui.cli.options import Json, LibraryOptions, expand_options
from ui.cli.printing import format_plan, print_plan, print_report
from ui.cli.terminal import exit_on_interrupt, print_err, show_progress


@expand_options
def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files and folders; s3://BUCKET/… works wherever a folder does.", metavar="PATH…"
        ),
    ],
    options: LibraryOptions,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Remove documents that are no longer in these folders."),
    ] = False,
    include: Annotated[
        list[str] | None,
        typer.Option(
            "--include",
            help="In folders, read only files that match, as in a .gitignore.",
            metavar="PATTERN",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude",
            help="In folders, skip files that match, as in a .gitignore.",
            metavar="PATTERN",
        ),
    ] = None,
    checksum: Annotated[
        bool,
        typer.Option(
            "--checksum", help="Hash every file, and retry files that could not be read before."
        ),
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option("--ray", help="Read and embed on a Ray cluster.", metavar="HOST:PORT"),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep running until Ctrl-C and ingest every change.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Add documents to the library, and update those that changed.

    Ctrl-C stops it; committed documents are kept, and the next run continues from there.
    """
    from ingest import ingest as run, plan

    settings = options.settings()
    patterns: dict[str, Any] = {"include": include or (), "exclude": exclude or ()}
    if dry_run:
        made = plan(paths, settings, checksum=checksum, **patterns)
        print_plan(made, as_json=as_json)
        raise typer.Exit(Exit.PARTIAL if made.failed else Exit.OK)
    show = partial(print_report, as_json=as_json)
    if watch and ray:
        raise typer.BadParameter("cannot be combined with --ray", param_hint="--watch")
    if watch:
        from ingest.watch import watch as follow

        with show_progress() as progress, suppress(KeyboardInterrupt):
            follow(paths, settings, done=show, prune=prune, progress=progress, **patterns)
        return
    with show_progress() as progress, exit_on_interrupt():
        report = run(
            paths,
            settings,
            prune=prune,
            checksum=checksum,
            ray=ray,
            planned=lambda made: print_err(format_plan(made)),
            progress=progress,
            **patterns,
        )
    show(report)
    if report.failed:
        done = report.added or report.changed or report.unchanged
        raise typer.Exit(Exit.PARTIAL if done else Exit.FAILURE)
