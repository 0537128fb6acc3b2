"""A folder that keeps what can be made again: files in it are whole, or are not there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n"


def save(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file of the store, and the folder, which tells git and backups to leave it out."""
    path.parent.mkdir(exist_ok=True)
    for name, content in ((".gitignore", b"*\n"), ("CACHEDIR.TAG", _TAG)):
        if not (path.parent / name).exists():
            _write(path.parent / name, content, mode=0o644)
    _write(path, data, mode=mode)


def _write(path: Path, data: bytes, *, mode: int) -> None:
    """Whole or not at all, whoever else writes it at the same time."""
    part = path.with_name(f"{path.name}-{secrets.token_hex(8)}.part")
    try:
        part.touch(mode=0o600)
        part.write_bytes(data)
        part.chmod(mode)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
