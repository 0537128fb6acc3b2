"""What every command shares: how bad input is told, and which lab is meant."""

from __future__ import annotations

from typing import Any

import click

from labtools.faults import BadInput


class Commands(click.Group):
    """Shows what is wrong with the input as one line per fault, exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadInput as error:
            if ctx.params["debug"]:
                raise
            for fault in error.faults:
                click.echo(str(fault), err=True)
            ctx.exit(2)


lab_option = click.option(
    "--lab", "lab_folder", default="data/example", show_default=True, metavar="FOLDER"
)
