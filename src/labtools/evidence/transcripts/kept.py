"""What was made of a lab's turns before, kept until anything of the lab's people changes.

It lies in the lab's cache beside the turns, for the one who made it alone to read, and can be
deleted at any time. Its files are named by the state of the lab: what it says of its sources,
its people and their consent, its surveys, and the turns read. As soon as turns are read in
another state all of it is removed, and with it the words of one who has withdrawn. The turns
beside it hold these, as raw/ does, until their file is taken away.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from labtools.evidence.files.store import save
from labtools.evidence.transcripts import cache

_TABLES = ("lab.toml", "sources.csv", "people.csv", "speakers.csv", "consent.csv")
_SUFFIX = ".made"


@dataclass(frozen=True)
class Kept:
    """What is kept of a lab in one state: arrays by the key of what they were made from."""

    folder: Path
    state: str

    def read(self, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """The arrays of a key; None where they are not kept, or not whole."""
        try:
            with self._path(key).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return dict(arrays)
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return None

    def keep(self, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep arrays, which must not hold objects; where the folder cannot be written, nothing."""
        data = io.BytesIO()
        np.savez(data, allow_pickle=False, **arrays)
        with suppress(OSError):
            save(self._path(key), data.getvalue(), mode=0o600)

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
