"""Runs one report in a kernel of its own; whatever goes wrong becomes its reason."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import nbformat
import papermill
import psutil
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.models import Parameter as PapermillParameter
from papermill.translators import PythonTranslator, papermill_translators

from labtools.batch.kernels import (
    OwnKernelManager,
    private_connection,
    told_reads,
    watched_manager,
)
from labtools.batch.parameters import read_parameters
from labtools.batch.plan import Report
from labtools.batch.reasons import tell_reason
from labtools.batch.record import executed_path
from labtools.batch.warm import is_there
from labtools.reads import Read, read_told
from labtools.versions import versions

Status = Literal["done", "failed", "stopped"]


@dataclass(frozen=True)
class Outcome:
    """What became of a report; `reason` is one line, `stderr` whether a cell wrote there.

    cpu_seconds: processor time of its kernel and of what ran it; cell_cpu_seconds: of that, the
    kernel's from the first cell's start to the last one's end. Both are 0 for what did not run.
    reads: of the lab; files: that the notebook opened itself, below the project's root.
    """

    report: Report
    status: Status
    reason: str
    seconds: float
    cpu_seconds: float
    cell_cpu_seconds: float
    stderr: bool
    when: str
    reads: tuple[Read, ...] = ()
    files: tuple[str, ...] = ()


class _Translator(PythonTranslator):  # type: ignore[misc]
    """Injects text as a person would type it, and reads parameters as the plan does."""

    @classmethod
    def translate_escaped_str(cls, text: object) -> str:
        return repr(text)

    @classmethod
    def inspect(cls, cell: nbformat.NotebookNode) -> list[PapermillParameter]:
        return [
            PapermillParameter(name, parameter.annotation, repr(parameter.default), "")
            for name, parameter in read_parameters(cell.source, file="parameters").items()
        ]


papermill_translators.register("python", _Translator)


class _Watch:
    """Follows a run from cell to cell: where it is, what it costs, whether it wrote to stderr."""

    def __init__(self, seconds: float) -> None:
        self.cell = 0
        self.stderr = False
        self.kernel_cpu = self.cell_cpu = 0.0
        self.reads: tuple[Read, ...] = ()
        self.files: tuple[str, ...] = ()
        self._begun = time.monotonic()
        self._end = self._begun + seconds
        self._own_cpu = time.process_time()
        self._before: float | None = None
        self._manager: OwnKernelManager | None = None

    def see(self, manager: OwnKernelManager) -> None:
        """Remember the manager of the report's kernel."""
        self._manager = manager

    def costs(self) -> dict[str, float]:
        """Seconds so far: by the clock, of processors, of the cells alone."""
        own = time.process_time() - self._own_cpu
        return {
            "seconds": round(time.monotonic() - self._begun, 2),
            "cpu_seconds": round(own + self.kernel_cpu, 2),
            "cell_cpu_seconds": round(self.cell_cpu, 2),
        }

    def _look_at_kernel(self) -> None:
        """Read the kernel's processor time, as long as there is a kernel."""
        try:
            times = psutil.Process(self._manager.provisioner.pid).cpu_times()  # type: ignore[union-attr]
        except (AttributeError, TypeError, psutil.Error):
            return
        self.kernel_cpu = times.user + times.system
        self._before = self.kernel_cpu if self._before is None else self._before
        self.cell_cpu = self.kernel_cpu - self._before

    def left(self, _source: object) -> float:
        """Seconds left for the cell that starts now; what is used up leaves a moment."""
        return max(self._end - time.monotonic(), 0.01)

    def start(self, *, cell: nbformat.NotebookNode, **_: object) -> None:
        """Count the code cells of the notebook itself."""
        self._look_at_kernel()
        self.cell += "injected-parameters" not in cell.metadata.get("tags", [])

    def end(self, *, cell: nbformat.NotebookNode, **_: object) -> None:
        """Look at what the cell wrote, and cost."""
        self._look_at_kernel()
        self.stderr |= any(output.get("name") == "stderr" for output in cell.outputs)


def forget_report(report: Report, *, out: Path) -> None:
    """Remove what this run or an earlier one wrote of a report."""
    path = executed_path(out, report.name)
    path.unlink(missing_ok=True)
    path.with_suffix(".part.ipynb").unlink(missing_ok=True)


def run_report(report: Report, *, out: Path, timeout: float, server: str | None = None) -> Outcome:
    """Run one report in a kernel of its own, at the project's root; whatever goes wrong is told.

    server: of kernels, as `warm.kernel_server` gives it; None starts Python anew.

    The executed notebook gets its name when it is complete. A failed one is kept, up to the
    cell that failed, where papermill could write it.
    """
    path = executed_path(out, report.name)
    part = path.with_suffix(".part.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    watch, reason = _Watch(timeout), ""
    try:
        with private_connection(server) as config, told_reads() as told:
            _execute(report, part, watch=watch, config=config)
            reads, files = read_told(told)
            watch.reads, watch.files = tuple(reads), tuple(files)
    except PapermillExecutionError as error:
        reason = f"code cell {watch.cell}: {error.ename}: {error.evalue}"
    except DeadKernelError:
        if server is not None and not is_there(server):  # its kernels died with it
            return run_report(report, out=out, timeout=timeout)
        where = f"code cell {watch.cell}" if watch.cell else "before its first cell"
        reason = f"{where}: the kernel died, perhaps for want of memory"
    except CellTimeoutError:
        reason = f"code cell {watch.cell}: not finished {timeout:g} seconds after the start"
    except Exception as error:  # told as the reason, so that the other reports go on
        reason = f"{type(error).__name__}: {error}"
    if part.exists():
        os.replace(part, path)
    else:
        path.unlink(missing_ok=True)  # of an earlier run: no longer what the evidence says
    status: Status = "failed" if reason else "done"
    outcome = describe(report, status, reason, stderr=watch.stderr, **watch.costs())
    return replace(outcome, reads=watch.reads, files=watch.files)


def _execute(report: Report, part: Path, *, watch: _Watch, config: Any) -> None:
    notebook = nbformat.read(report.notebook.path, as_version=4)
    notebook.metadata["labtools"] = {"versions": versions()}
    papermill.execute_notebook(
        notebook,
        str(part).replace("{", "{{").replace("}", "}}"),  # papermill fills in braces of a path
        report.parameters,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        kernel_manager_class=watched_manager(watch.see),
        config=config,
        resources={"metadata": {"path": str(report.notebook.root)}},
        shutdown_kernel="immediate",
        timeout_func=watch.left,
        on_cell_execute=watch.start,
        on_cell_executed=watch.end,
    )


def describe(
    report: Report,
    status: Status,
    reason: str,
    *,
    seconds: float = 0.0,
    cpu_seconds: float = 0.0,
    cell_cpu_seconds: float = 0.0,
    stderr: bool = False,
) -> Outcome:
    """The outcome now, its reason on one line that tells nothing of this machine."""
    line = tell_reason(reason, root=report.notebook.root)
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    return Outcome(report, status, line, seconds, cpu_seconds, cell_cpu_seconds, stderr, when)
