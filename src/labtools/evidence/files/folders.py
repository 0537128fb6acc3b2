"""A folder → the files in it, by name."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize


def find_files(folder: Path) -> dict[str, Path]:
    """The files below a folder, by their name relative to it in NFC.

    Hidden files, files in hidden folders and links that lead out of the folder are left out.
    Of two names that differ in their Unicode form alone, the one not in NFC keeps its form.
    """
    inside = folder.resolve()
    there = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(inside))
    }
    seen = {
        name: path
        for name, path in there.items()
        if not any(part.startswith(".") for part in name.split("/"))
    }
    return {
        name if normalize("NFC", name) in seen else normalize("NFC", name): path
        for name, path in seen.items()
    }
