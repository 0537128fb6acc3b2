"""`labtools new`: an empty lab."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=Path)
def new(folder: Path) -> None:
    """Lay an empty lab in FOLDER: a commented lab.toml and every table with its header."""
    from labtools.evidence.templates import write_empty_lab

    write_empty_lab(folder)
    click.echo(f"{folder}: write its name in lab.toml and its cities in cities.csv, then")
    click.echo(f"labtools check --lab {folder}")
