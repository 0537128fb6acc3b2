"""Asks reports that run to end, at once."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from threading import Lock
from typing import Any


class Stopped(Exception):
    """The report was asked to end before its next cell."""


class Stop:
    """One for a whole run: its kernels are killed, and no further cell begins."""

    def __init__(self) -> None:
        self.asked = False
        self._lock = Lock()
        self._managers: list[Any] = []

    def see(self, manager: Any) -> None:
        """Remember the manager of a report's kernel."""
        with self._lock:
            self._managers.append(manager)

    def forget(self, manager: Any) -> None:
        """The report is finished."""
        with self._lock:
            self._managers.remove(manager)

    def ask(self) -> None:
        """End every kernel; a report whose kernel is about to start ends at its first cell."""
        self.asked = True
        with self._lock:
            for manager in self._managers:
                process = getattr(manager.provisioner, "process", None)
                if process is not None and process.poll() is None:
                    with suppress(ProcessLookupError):
                        _kill(process)

    def check(self) -> None:
        """Raise Stopped where it was asked for."""
        if self.asked:
            raise Stopped


def _kill(process: Any) -> None:
    """End a kernel and what it has started, as Jupyter's provisioner does."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)  # every kernel leads a group of its own
    else:
        process.kill()
