"""Follows a report from cell to cell: where it is, what it costs, and its log."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from nbformat import NotebookNode

from labtools.batch.reasons import without_colours
from labtools.batch.stop import Stop


class Course:
    """One report's: `cell`, the code cell it is at, whether it wrote to `stderr`, its costs.

    log: gets a line as each code cell begins and ends, with the seconds since the start, what
    the cell wrote to stderr, and the traceback of its error.
    """

    def __init__(self, *, seconds: float, stop: Stop, log: Path) -> None:
        self.cell = 0
        self.stderr = False
        self._stop = stop
        self._log = log
        self._begun = time.monotonic()
        self._end = self._begun + seconds
        self._kernel_cpu = self._cell_cpu = 0.0
        self._before: float | None = None
        self._manager: Any = None

    def begin(self) -> None:
        """Begin the log."""
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        self._log.write_text(f"begun {now}\n", encoding="utf-8", newline="\n")

    def see(self, manager: Any) -> None:
        """Remember the manager of the report's kernel."""
        self._manager = manager
        self._stop.see(manager)

    def costs(self) -> dict[str, float]:
        """Seconds so far: by the clock, of the kernel's processor, of that the cells'."""
        return {
            "seconds": round(time.monotonic() - self._begun, 3),
            "cpu_seconds": round(self._kernel_cpu, 3),
            "cell_cpu_seconds": round(self._cell_cpu, 3),
        }

    def left(self, _source: object) -> float:
        """Seconds left for the cell that starts now; what is used up leaves a moment."""
        return max(self._end - time.monotonic(), 0.01)

    def is_over(self) -> bool:
        """Whether its time is up, or the run is stopped: nothing is waited for any more."""
        return self._stop.asked or time.monotonic() >= self._end

    def start(self, *, cell: NotebookNode, **_: object) -> None:
        """Count the code cells of the notebook itself; Stopped where the run is."""
        self._stop.check()
        self._look_at_kernel()
        if _is_own(cell):
            self.cell += 1
            first = cell.source.partition("\n")[0]
            self.tell(f"code cell {self.cell} begins: {first}")

    def end(self, *, cell: NotebookNode, **_: object) -> None:
        """Look at what the cell wrote, and cost."""
        self._look_at_kernel()
        for output in cell.outputs:
            if output.get("name") == "stderr":
                self.stderr = True
                self.tell("stderr: " + output.text.rstrip())
            if output.output_type == "error":
                self.tell(without_colours("\n".join(output.traceback)))
        if _is_own(cell):
            self.tell(f"code cell {self.cell} ends")

    def finish(self, status: str) -> None:
        """The report's last line, and its manager forgotten."""
        if self._manager is not None:
            self._stop.forget(self._manager)
        with suppress(OSError):  # a full disk is told of the report, which stays what it is
            self.tell(status)

    def tell(self, line: str) -> None:
        """Add to the log."""
        with self._log.open("a", encoding="utf-8", errors="replace", newline="\n") as log:
            log.write(f"{time.monotonic() - self._begun:9.3f} s  {line}\n")

    def _look_at_kernel(self) -> None:
        """Read the kernel's processor time, as long as there is a kernel."""
        try:
            times = psutil.Process(self._manager.provisioner.pid).cpu_times()
        except (AttributeError, TypeError, psutil.Error):
            return
        self._kernel_cpu = times.user + times.system
        self._before = self._kernel_cpu if self._before is None else self._before
        self._cell_cpu = self._kernel_cpu - self._before


def _is_own(cell: NotebookNode) -> bool:
    """Whether a cell is the notebook's, and not the one that papermill adds."""
    return "injected-parameters" not in cell.metadata.get("tags", [])
