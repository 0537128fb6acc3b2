"""SQLite databases of other programs, read and never written."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd

from labtools.evidence.files.encodings import read_bytes
from labtools.faults import BadInput, Fault

_MAGIC = b"SQLite format 3\0"
_UNSAVED = ("-wal", "-journal")


@contextmanager
def open_database(
    path: Path, *, name: str, program: str, tables: Collection[str]
) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, and leaves no file beside the database.

    tables: what makes it a project of this program. BadInput where the file is absent, empty,
    too large, no whole database, lacks one of them, or is open in its program: then the last
    changes are in a file of their own. What SQLite refuses within the block is BadInput as well.
    """
    must, do = f"the file is a whole project of {program}", f"open it in {program}, and export it"
    if not read_bytes(path, name=name).startswith(_MAGIC):
        raise BadInput([Fault(name, must, "something else than a database", do)])
    beside = [path.with_name(path.name + ending) for ending in _UNSAVED]
    if unsaved := [file.name for file in beside if file.exists() and file.stat().st_size]:
        closed = f"the project is closed in {program}"
        raise BadInput([Fault(name, closed, unsaved[0], f"close {program}, and try again")])
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            missing = sorted(set(tables) - list_tables(connection))
            if missing:
                found = f"a database without the tables {', '.join(missing)}"
                raise BadInput([Fault(name, must, found, do)])
            yield connection
    except sqlite3.Error as error:
        found = f"a damaged database ({error})"
        raise BadInput([Fault(name, must, found, do)]) from error


def list_tables(connection: sqlite3.Connection) -> set[str]:
    """The tables of a database; views are none, so that nothing is reckoned when read."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {str(table) for (table,) in found}


def read_rows(connection: sqlite3.Connection, table: str, *columns: str) -> pd.DataFrame:
    """The rows of a table in the order they were written; what it lacks is None throughout.

    A table that is not there has no row.
    """
    if table not in list_tables(connection):
        return pd.DataFrame(columns=list(columns), dtype="object")
    there = {str(row[1]) for row in connection.execute(f'PRAGMA table_info("{table}")')}
    chosen = ", ".join(f'"{column}"' if column in there else "NULL" for column in columns)
    rows = connection.execute(f'SELECT {chosen} FROM "{table}" ORDER BY rowid').fetchall()
    return pd.DataFrame(rows, columns=list(columns), dtype="object")


def as_text(value: object) -> str:
    """A cell as text; NULL is blank.

    >>> as_text(None), as_text(3), as_text("å")
    ('', '3', 'å')
    """
    return "" if value is None else str(value)


def as_position(value: object) -> float:
    """A cell as a position in a text; NaN where it is no number."""
    return float(value) if isinstance(value, int | float) else float("nan")
