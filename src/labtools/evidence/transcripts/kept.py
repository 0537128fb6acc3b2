"""What was made of a lab's turns before, kept until anything of the lab's people changes.

It lies in the lab's cache beside the turns, for the one who made it alone to read, and can be
deleted at any time. Its files are named by the state of the lab: what it says of its sources,
its people and their consent, its surveys, and the turns read. As soon as turns are read in
another state all of it is removed, and with it the words of one who has withdrawn. The turns
beside it hold these, as raw/ does, until their file is taken away.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from labtools.evidence.files.store import save
from labtools.evidence.transcripts import cache

_TABLES = ("lab.toml", "sources.csv", "people.csv", "speakers.csv", "consent.csv")
_SUFFIX = ".made"
_HEAD = 64  # bytes


@dataclass(frozen=True)
class Kept:
    """What is kept of a lab in one state: arrays by the key of what they were made from."""

    folder: Path
    state: str

    def read(self, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """The arrays of a key, which cannot be written to; None where they are not kept, or whole.

        They stay in their file until they are looked at: of ten million words that is five times
        as fast as reading them all.
        """
        try:
            whole = pa.memory_map(str(self._path(key))).read_buffer()
            content = whole.slice(_HEAD)
            if bytes(whole.slice(0, _HEAD)) != _make_head(content):
                return None
            table = pa.ipc.open_file(content).read_all()
        except (OSError, pa.ArrowException):
            return None
        return {name: table[name].chunk(0).values.to_numpy() for name in table.column_names}

    def keep(self, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep arrays of numbers; where the folder cannot be written, nothing."""
        rows = {
            name: pa.LargeListArray.from_arrays([0, len(array)], pa.array(array))
            for name, array in arrays.items()
        }
        table, written = pa.table(rows), pa.BufferOutputStream()
        with pa.ipc.new_file(written, table.schema) as file:
            file.write_table(table)
        content = written.getvalue()
        with suppress(OSError):
            save(self._path(key), _make_head(content) + content.to_pybytes(), mode=0o600)

    def _path(self, key: str) -> Path:
        return self.folder / f"{self.state}-{key}{_SUFFIX}"


def open_kept(lab_folder: Path) -> Kept:
    """What is kept of a lab as it is now."""
    return Kept(lab_folder / cache.FOLDER, _find_state(lab_folder))


def tidy(lab_folder: Path) -> None:
    """Remove what was kept in any other state than the present one."""
    there = sorted((lab_folder / cache.FOLDER).glob(f"*{_SUFFIX}"))
    state = _find_state(lab_folder) if there else ""
    for path in there:
        if not path.name.startswith(f"{state}-"):
            with suppress(OSError):
                path.unlink()


def make_key(turns: pd.DataFrame, *columns: str, by: object) -> str:
    """A name for what is made of some columns of the turns, by that code, version or argument."""
    table = pa.Table.from_pandas(turns[list(columns)], preserve_index=False).combine_chunks()
    written = pa.BufferOutputStream()
    with pa.ipc.new_stream(written, table.schema) as stream:
        stream.write_table(table)
    whole = hashlib.sha256(repr(by).encode())
    whole.update(written.getvalue())
    return whole.hexdigest()[:32]


def _make_head(content: pa.Buffer) -> bytes:
    """What stands before the content: its check sum, as wide as Arrow aligns what follows."""
    return b"%0*x" % (_HEAD, zlib.crc32(content))


def _find_state(lab_folder: Path) -> str:
    surveys = (path for path in lab_folder.glob("surveys/*/*") if path.is_file())
    files = [*(lab_folder / table for table in _TABLES), *sorted(surveys)]
    whole = hashlib.sha256()
    for path in files:
        with suppress(OSError), path.open("rb") as file:
            whole.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    for digest in cache.find_digests(lab_folder / cache.FOLDER):
        whole.update(digest)
    return whole.hexdigest()[:16]
