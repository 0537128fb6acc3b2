"""The reason of a failure: one line, without terminal colours or paths of this machine."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LONGEST = 400


def tell_reason(text: str, *, root: Path) -> str:
    """The text on one line of tolerable length, the machine's folders in short forms.

    root: the project's root, which becomes `.`; home becomes `~`, the temporary folder `<tmp>`.

    >>> tell_reason("FileNotFoundError:\\n '/srv/lab/data/x.csv'", root=Path("/srv/lab"))
    "FileNotFoundError: './data/x.csv'"
    """
    line = " ".join(without_colours(text).split())
    for path, short in _short_forms(root):
        line = re.sub(rf"(?<![\w.~-]){re.escape(path)}(?![\w-])", short, line)
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


def without_colours(text: str) -> str:
    """The text as it would be read without a terminal."""
    return _ANSI.sub("", text)


def _short_forms(root: Path) -> list[tuple[str, str]]:
    """From a folder as a message may write it to its short form, the longest first."""
    folders = [(root, "."), (Path.home(), "~"), (Path(tempfile.gettempdir()), "<tmp>")]
    folders.append((Path("/tmp"), "<tmp>"))  # where the kernels' sockets are
    forms = {
        written: short
        for folder, short in reversed(folders)
        for path in (folder, folder.resolve())
        if path.name  # the root of a file system is part of every path
        for written in (str(path), path.as_posix(), repr(str(path))[1:-1])
    }
    return sorted(forms.items(), key=lambda form: len(form[0]), reverse=True)
