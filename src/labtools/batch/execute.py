"""Runs one report in a kernel of its own; whatever goes wrong becomes its reason."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.models import Parameter as PapermillParameter
from papermill.translators import PythonTranslator, papermill_translators

from labtools.batch.kernels import OwnKernelManager, private_connection
from labtools.batch.parameters import read_parameters
from labtools.batch.plan import Report
from labtools.batch.reasons import tell_reason
from labtools.versions import versions

Status = Literal["done", "failed", "stopped"]


@dataclass(frozen=True)
class Outcome:
    """What became of a report; `reason` is one line, `stderr` whether a cell wrote there."""

    report: Report
    status: Status
    reason: str
    seconds: float
    stderr: bool
    when: str


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
    """Follows a run from cell to cell: where it is, whether something was written to stderr."""

    def __init__(self, seconds: float) -> None:
        self.cell = 0
        self.stderr = False
        self._end = time.monotonic() + seconds

    def left(self, _source: object) -> float:
        """Seconds left for the cell that starts now; what is used up leaves a moment."""
        return max(self._end - time.monotonic(), 0.01)

    def start(self, *, cell: nbformat.NotebookNode, **_: object) -> None:
        """Count the code cells of the notebook itself."""
        self.cell += "injected-parameters" not in cell.metadata.get("tags", [])

    def end(self, *, cell: nbformat.NotebookNode, **_: object) -> None:
        """Look at what the cell wrote."""
        self.stderr |= any(output.get("name") == "stderr" for output in cell.outputs)


def executed_path(out: Path, name: str) -> Path:
    """Where the executed notebook of a report named so lies."""
    return out / ".notebooks" / f"{name}.ipynb"


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
    watch, begun, reason = _Watch(timeout), time.monotonic(), ""
    try:
        with private_connection(server) as config:
            _execute(report, part, watch=watch, config=config)
    except PapermillExecutionError as error:
        reason = f"code cell {watch.cell}: {error.ename}: {error.evalue}"
    except DeadKernelError:
        reason = f"code cell {watch.cell}: the kernel died, perhaps for want of memory"
    except CellTimeoutError:
        reason = f"code cell {watch.cell}: not finished {timeout:g} seconds after the start"
    except Exception as error:  # told as the reason, so that the other reports go on
        reason = f"{type(error).__name__}: {error}"
    if part.exists():
        os.replace(part, path)
    else:
        path.unlink(missing_ok=True)  # of an earlier run: no longer what the evidence says
    status: Status = "failed" if reason else "done"
    seconds = time.monotonic() - begun
    return describe(report, status, reason, seconds=seconds, stderr=watch.stderr)


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
        kernel_manager_class=OwnKernelManager,
        config=config,
        resources={"metadata": {"path": str(report.notebook.root)}},
        shutdown_kernel="immediate",
        timeout_func=watch.left,
        on_cell_execute=watch.start,
        on_cell_executed=watch.end,
    )


def describe(
    report: Report, status: Status, reason: str, *, seconds: float = 0.0, stderr: bool = False
) -> Outcome:
    """The outcome now, its reason on one line that tells nothing of this machine."""
    line = tell_reason(reason, root=report.notebook.root)
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    return Outcome(report, status, line, round(seconds, 2), stderr, when)
