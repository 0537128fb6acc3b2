"""`labtools export`: what a lab holds, for other programs."""

from __future__ import annotations

import click

from labtools.cli.coding import export_coding
from labtools.cli.framework import export_framework


@click.group("export")
def export_data() -> None:
    """Write what a lab holds for the researcher's own programs; raw words are in it."""


export_data.add_command(export_framework)
export_data.add_command(export_coding)
