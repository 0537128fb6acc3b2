"""One run at a time writes to an output folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from labtools.faults import BadInput, Fault

FILE = ".lock"


@contextmanager
def hold_output(folder: Path, *, tell: Callable[[str], None]) -> Iterator[None]:
    """Make an output folder and keep other runs from it; wait for the one that writes there.

    tell: called with one line where there is something to wait for. The lock ends with its
    process, however that ends. Raises BadInput where there can be no such folder.
    """
    lock = FileLock(folder / FILE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"{folder}: another run writes there; waiting until it is done")
            lock.acquire()
    except OSError as error:
        must, do = "is a folder that can be written to", "give another --out"
        found = error.strerror or type(error).__name__
        raise BadInput([Fault(str(folder), must, found, do)]) from error
    try:
        yield
    finally:
        lock.release()
