"""`labtools check`: every fault of a lab's folder, as lines, as JSON or as a page."""

from __future__ import annotations

from pathlib import Path

import click

from labtools.cli.group import lab_option


@click.command()
@lab_option
@click.option("--json", "as_json", is_flag=True, help="Faults and files as JSON, for programs.")
@click.option("--html", "page", type=Path, metavar="FILE", help="Write a page of them as well.")
@click.pass_context
def check(ctx: click.Context, lab_folder: str, *, as_json: bool, page: Path | None) -> None:
    """Hold a lab's folder against the data contract and name every fault, one line each.

    The lab's key is looked at too. File names and labels are told as they stand, so the lines
    and the page may hold names: they are for those who mend the files.

    Exit status: 0 without a fault, 1 with any.
    """
    from labtools.privacy.lab_key import check_with_key

    found = check_with_key(lab_folder)
    if page is not None:
        from labtools.site.check import write_check

        write_check(page, found, lab_folder=lab_folder)
    if as_json:
        click.echo(found.to_json())
    else:
        for fault in found.faults:
            click.echo(str(fault))
        for note in found.notes:
            click.echo(f"note: {note}")
        n = len(found.faults)
        count = {0: "no fault", 1: "one fault"}.get(n, f"{n} faults")
        click.echo(f"{lab_folder}: {count} found")
    ctx.exit(1 if found.faults else 0)
