"""Files that only their owner may read, and where they may lie."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from labtools.faults import BadInput, Fault


def check_place(path: Path, *, lab_folder: Path | None = None) -> None:
    """Raise BadInput where a private file may not lie at `path`, or is open to others.

    It may lie neither inside a git work tree nor inside the lab's folder, whether as `path`
    is written or with its links resolved, nor in a folder in which everybody may write. A file
    that is there already may be readable and writable to its owner alone; on Windows, which
    has no such modes, neither mode is looked at.
    """
    faults = []
    name = str(path)
    if not path.parent.is_dir():
        do = "make the folder first"
        raise BadInput([Fault(name, "lies in a folder that is there", "no such folder", do)])
    ways = {Path(os.path.abspath(path)), path.resolve()}
    trees = {parent for way in ways for parent in way.parents if (parent / ".git").exists()}
    if trees:
        found = f"the work tree {min(trees)}"
        do = "choose a folder that git does not know"
        faults.append(Fault(name, "lies outside every git work tree", found, do))
    if lab_folder is not None and any(
        way.is_relative_to(lab) for way in ways for lab in (lab_folder.resolve(),)
    ):
        do = "choose a folder elsewhere"
        faults.append(Fault(name, "lies outside the lab's folder", str(lab_folder), do))
    if os.name == "posix":
        faults += _check_modes(path)
    if faults:
        raise BadInput(faults)


def _check_modes(path: Path) -> list[Fault]:
    faults = []
    folders = {path.parent, path.resolve().parent}
    if any(folder.stat().st_mode & stat.S_IWOTH for folder in folders if folder.is_dir()):
        must = "lies in a folder where only its owner writes"
        found = "a folder in which everybody may write"
        faults.append(Fault(str(path), must, found, "choose a folder of your own"))
    if path.exists() and path.stat().st_mode & 0o077:
        found = f"mode {stat.S_IMODE(path.stat().st_mode):o}"
        do = f"run chmod 600 {path}"
        faults.append(Fault(str(path), "is readable to its owner alone", found, do))
    return faults


def write_private(path: Path, text: str) -> None:
    """Write `text` as UTF-8 in one step, with mode 600; what `path` links to is replaced."""
    target = path.resolve()
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(part, target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
