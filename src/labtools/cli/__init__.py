"""The command line: `labtools check | run | share | new | import | export | key`, a module each."""

from __future__ import annotations

import click

from labtools.cli.check import check
from labtools.cli.data import import_data
from labtools.cli.export import export_data
from labtools.cli.group import Commands
from labtools.cli.key import key
from labtools.cli.new import new
from labtools.cli.run import run
from labtools.cli.share import share


@click.group(cls=Commands)
@click.option("--debug", is_flag=True, help="Show the traceback of bad input.")
def main(debug: bool) -> None:
    """Turn an innovation lab's field material into pages that can be trusted."""


for command in (check, run, share, new, import_data, export_data, key):
    main.add_command(command)
