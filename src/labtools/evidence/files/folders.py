"""A folder → the files in it, by name."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

_LITTER = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
_STUB = ".icloud"


def find_files(folder: Path) -> dict[str, Path]:
    """The files below a folder, by their name relative to it in NFC.

    Hidden files, files in hidden folders and links that lead out of the folder are left out, and
    so is what programs leave behind: `Thumbs.db`, `desktop.ini`, the lock files `~$…` of Office.
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
        if not any(part.startswith(".") for part in name.split("/")) and not _is_litter(path.name)
    }
    return {
        name if normalize("NFC", name) in seen else normalize("NFC", name): path
        for name, path in seen.items()
    }


def _is_litter(name: str) -> bool:
    return name.startswith("~$") or name.casefold() in _LITTER


def find_stubs(folder: Path) -> set[str]:
    """The names, as `find_files` gives them, of files that iCloud has not downloaded.

    Instead of `x.docx` there is then `.x.docx.icloud`.
    """
    return {
        normalize("NFC", stub.with_name(stub.name[1 : -len(_STUB)]).relative_to(folder).as_posix())
        for stub in folder.rglob(f".?*{_STUB}")
    }
