"""`labtools check`: every fault of a lab's folder, one line each."""

from __future__ import annotations

import click

from labtools.cli.group import lab_option


@click.command()
@lab_option
@click.pass_context
def check(ctx: click.Context, lab_folder: str) -> None:
    """Hold a lab's folder against the data contract and name every fault, one line each.

    Exit status: 0 without a fault, 1 with any.
    """
    from labtools.evidence.checks import check_lab

    faults = check_lab(lab_folder)
    for fault in faults:
        click.echo(str(fault))
    count = {0: "no fault", 1: "one fault"}.get(len(faults), f"{len(faults)} faults")
    click.echo(f"{lab_folder}: {count} found")
    ctx.exit(1 if faults else 0)
