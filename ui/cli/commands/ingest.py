"""``citespan ingest``: documents into the library."""

from contextlib import suppress
from functools import partial
from typing import Annotated, Any

import typer

from ui.cli.options import Json, LibraryOptions, expand_options
from ui.cli.printing import format_plan, print_plan, print_report
from ui.cli.terminal import Exit, exit_on_interrupt, print_err, show_progress


@expand_options
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…")],
    options: LibraryOptions,
    dry_run: bool = False,
    prune: bool = False,
    include: Annotated[list[str] | None, typer.Option(metavar="PATTERN")] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="PATTERN")] = None,
    checksum: bool = False,
    ray: Annotated[str | None, typer.Option(metavar="HOST:PORT")] = None,
    watch: bool = False,
    allow_private_addresses: bool = False,
    as_json: Json = False,
) -> None:
    """Add documents to the library, and update those that changed.

    Ctrl-C stops it; committed documents are kept, and the next run continues from there.

    :param paths: Files, folders, and web addresses (https://…); s3://BUCKET/… works wherever a
        folder does.
    :param dry_run: Show what would change, and change nothing.
    :param prune: Remove documents that are no longer in these folders or at these addresses.
    :param include: In folders, read only files that match, as in a .gitignore.
    :param exclude: In folders, skip files that match, as in a .gitignore.
    :param checksum: Hash every file, and retry files that could not be read before.
    :param ray: Read and embed on a Ray cluster.
    :param watch: Keep running until Ctrl-C and ingest every change.
    :param allow_private_addresses: Read web addresses of an intranet and of this machine too.
    """
    from ingest import ingest as run, plan

    settings = options.settings()
    chosen: dict[str, Any] = {
        "include": include or (),
        "exclude": exclude or (),
        "allow_private_addresses": allow_private_addresses,
    }
    if dry_run:
        made = plan(paths, settings, checksum=checksum, **chosen)
        print_plan(made, as_json=as_json)
        raise typer.Exit(Exit.PARTIAL if made.failed else Exit.OK)
    show = partial(print_report, as_json=as_json)
    if watch and ray:
        raise typer.BadParameter("cannot be combined with --ray", param_hint="--watch")
    if watch:
        from ingest.watch import watch as follow

        with show_progress() as progress, suppress(KeyboardInterrupt):
            follow(paths, settings, done=show, prune=prune, progress=progress, **chosen)
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
            **chosen,
        )
    show(report)
    if report.failed:
        done = report.added or report.changed or report.unchanged
        raise typer.Exit(Exit.PARTIAL if done else Exit.FAILURE)
