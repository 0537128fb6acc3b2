"""Files that hold the same bytes under two names, and so would be counted twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from labtools.faults import Fault


def check_copies(files: Mapping[str, Path], *, do: str) -> list[Fault]:
    """One fault for each file with the bytes of one before it, which it names.

    files: by the names that messages call them, in their order; do: what to do about a copy.
    Files of different sizes are not opened, and those without content are no copies.
    """
    sizes: dict[int, list[str]] = {}
    for name, path in files.items():
        sizes.setdefault(path.stat().st_size, []).append(name)
    first: dict[bytes, str] = {}
    faults = []
    for size, names in sizes.items():
        if size == 0 or len(names) == 1:
            continue
        for name in names:
            with suppress(OSError):  # who reads the file tells that it cannot be read
                before = first.setdefault(_digest(files[name]), name)
                if before != name:
                    must = "holds what no other file holds"
                    faults.append(Fault(name, must, f"the same bytes as {before}", do))
    return faults


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
