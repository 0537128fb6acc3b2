"""Runs a command again whenever something is saved that it may depend on."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from watchfiles import Change, watch
from watchfiles.main import FileChange

from labtools.faults import BadInput, Fault

_QUIET = 100  # milliseconds without a further change, so that a copied folder is one change
_MOST_NAMES = 3
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
_PASSING = ("__pycache__", "4913")  # Vim tries with 4913 whether it can write to a folder
_BEGINNINGS = (".", "~$", "#")  # hidden; locks of Office; Emacs' own copies
_ENDINGS = ("~", ".pyc", ".part", ".swp", ".tmp")


def watch_and_run(
    command: Sequence[str], *, folders: Sequence[Path], out: Path, tell: Callable[[str], None]
) -> int:
    """Run a command now and after every change below some folders, until a signal ends that.

    command: a program and its arguments; whatever its exit status, the watching goes on. What is
    saved while it runs makes it run once more. folders: with all that lies below them, but for
    what is hidden or passing, such as an editor's locks. out: the folder that the command writes
    to, which is not watched. tell: called with one line before each further run, the names of
    what changed. To be called from the main thread.

    Ctrl-C, SIGTERM and SIGHUP end it as soon as the command has ended, which hears of SIGTERM
    from here and of the others from the terminal. Returns the exit status of the last run, above
    128 where a signal killed it. Raises BadInput where a folder is not there, or lies in `out`.
    """
    with _heeded_signals() as end:
        while True:
            with closing(_begin(folders, out=out, end=end)) as changes:
                status = end.run(command)
                changed = next(filter(None, changes), None)
            if changed is None:
                return status
            tell(f"changed: {_tell_names(changed)}")


class _End:
    """Whether the end was asked for, told to the command that runs then."""

    def __init__(self) -> None:
        self._asked = False
        self._process: subprocess.Popen[bytes] | None = None

    def is_set(self) -> bool:
        """As `watchfiles` asks for it."""
        return self._asked

    def hear(self, number: int, _frame: FrameType | None) -> None:
        self._asked = True
        if self._process is not None and number == signal.SIGTERM:
            self._process.terminate()

    def run(self, command: Sequence[str]) -> int:
        """Run a command to its end; its exit status."""
        self._process = subprocess.Popen(command)
        if self._asked:  # while it was started
            self._process.terminate()
        status = self._process.wait()
        return status if status >= 0 else 128 - status


@contextmanager
def _heeded_signals() -> Iterator[_End]:
    """Signals ask for the end, but for those that the caller ignores."""
    end = _End()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    heeded = [number for number in _SIGNALS if before[number] is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, end.hear)
    try:
        yield end
    finally:
        for number in heeded:
            signal.signal(number, before[number])


def _begin(
    folders: Sequence[Path], *, out: Path, end: _End
) -> Generator[set[FileChange], None, None]:
    """The changes from now on: nothing that is saved after this call is missed.

    Where the system watches no more files for this user, they are looked at again and again.
    """
    faults = [
        Fault(str(folder), "is a folder", "none", "watch one that is there")
        for folder in folders
        if not folder.is_dir()
    ]
    faults += [
        Fault(str(out), "lies beside or below what is watched", str(folder), "give another --out")
        for folder in folders
        if folder.resolve().is_relative_to(out.resolve())
    ]
    if faults:
        raise BadInput(faults)
    places = [folder.resolve() for folder in folders]
    begin = partial(
        watch,
        *places,
        watch_filter=partial(_is_saved, places=places, out=out.resolve()),
        step=_QUIET,
        rust_timeout=_QUIET,
        yield_on_timeout=True,  # the first time, this tells that the watching has begun
        stop_event=end,
        ignore_permission_denied=True,
    )
    try:
        changes = begin()
        next(changes, None)
    except (OSError, RuntimeError):  # the latter is watchfiles' own
        changes = begin(force_polling=True)
        next(changes, None)
    return changes


def _is_saved(change: Change, path: str, *, places: Sequence[Path], out: Path) -> bool:
    """Whether a change is of something that the command may read."""
    changed = Path(path)
    if changed.is_relative_to(out) or (change == Change.modified and changed.is_dir()):
        return False
    return any(
        changed.is_relative_to(place)
        and not any(map(_is_passing, changed.relative_to(place).parts))
        for place in places
    )


def _is_passing(name: str) -> bool:
    return name in _PASSING or name.startswith(_BEGINNINGS) or name.endswith(_ENDINGS)


def _tell_names(changed: set[FileChange]) -> str:
    """The names of what changed, the first few of many, as they are seen from here."""
    here = Path.cwd()
    paths = sorted({Path(path) for _, path in changed})
    names = [
        (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
        for path in paths[:_MOST_NAMES]
    ]
    more = len(paths) - _MOST_NAMES
    line = " ".join(", ".join(names).split())
    return f"{line} and {more} more" if more > 0 else line
