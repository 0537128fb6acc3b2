"""Runs one report in a kernel of its own; whatever goes wrong becomes its reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.models import Parameter as PapermillParameter
from papermill.translators import PythonTranslator, papermill_translators

from labtools.batch.course import Course
from labtools.batch.kernels import own_event_loop, private_connection, watched_manager
from labtools.batch.parameters import read_parameters
from labtools.batch.plan import Report
from labtools.batch.reasons import tell_reason
from labtools.batch.record import executed_path, log_path
from labtools.batch.stop import Stop
from labtools.batch.warm import is_there
from labtools.faults import BadInput
from labtools.reads import Read, read_told
from labtools.versions import versions

Status = Literal["done", "failed", "stopped"]

STOPPED = "stopped before it was finished"


@dataclass(frozen=True)
class Outcome:
    """What became of a report; `reason` is one line, `stderr` whether a cell wrote there.

    cpu_seconds: processor time of its kernel; cell_cpu_seconds: of that, from the first cell's
    start to the last one's end. Both are 0 for what did not run.
    reads: of the lab; files: that the notebook opened itself, below the project's root, each with
    a digest of what it held then.
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
    files: Mapping[str, str] = field(default_factory=dict)


class _Translator(PythonTranslator):  # type: ignore[misc]
    """Injects text as a person would type it, and reads parameters as the plan does."""

    @classmethod
    def translate_escaped_str(cls, text: object) -> str:
        return repr(text)

    @classmethod
    def inspect(cls, cell: nbformat.NotebookNode) -> list[PapermillParameter]:
        try:
            parameters = read_parameters(cell.source, file="parameters")
        except BadInput:  # of a notebook that knows nothing of labtools
            return list(super().inspect(cell))
        return [
            PapermillParameter(name, parameter.annotation, repr(parameter.default), "")
            for name, parameter in parameters.items()
        ]


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's own, which shows the notebook that it fills in."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, show: Callable[[Any], None], **options: Any
    ) -> None:
        show(nb_man)
        super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_translators.register("python", _Translator)
papermill_engines.register("labtools", _Engine)


def run_report(
    report: Report,
    *,
    out: Path,
    timeout: float,
    server: str | None = None,
    stop: Stop | None = None,
) -> Outcome:
    """Run one report in a kernel of its own, at the project's root; whatever goes wrong is told.

    server: of kernels, as `warm.kernel_server` gives it; None starts Python anew. stop: where it
    is asked for, the report comes back as stopped, and what an earlier run wrote stays.

    The executed notebook gets its name when it is written whole. A failed one is kept, up to the
    cell that failed. Its log lies beside it.
    """
    stop = stop or Stop()
    path = executed_path(out, report.name)
    part = path.with_suffix(".part.ipynb")
    course = Course(seconds=timeout, stop=stop, log=log_path(out, report.name))
    reads: list[Read] = []
    files: dict[str, str] = {}
    is_whole, reason = True, ""
    try:
        stop.check()
        path.parent.mkdir(parents=True, exist_ok=True)
        course.begin()
        foreign = report.notebook.foreign is not None
        with (
            own_event_loop(),
            private_connection(server, foreign=foreign) as (config, told),
        ):
            _execute(report, part, course=course, config=config)
            reads, files = read_told(told)
    except PapermillExecutionError as error:
        reason = f"code cell {course.cell}: {error.ename}: {error.evalue}"
    except DeadKernelError:
        if server is not None and not stop.asked and not is_there(server):  # it died with it
            course.finish("the server of kernels died; once more in a kernel of its own")
            return run_report(report, out=out, timeout=timeout, stop=stop)
        where = f"code cell {course.cell}" if course.cell else "before its first cell"
        reason = f"{where}: the kernel died, perhaps for want of memory"
    except CellTimeoutError:
        reason = f"code cell {course.cell}: not finished {timeout:g} seconds after the start"
    except Exception as error:  # told as the reason, so that the other reports go on
        is_whole, reason = False, f"{type(error).__name__}: {error}"
    status: Status = "done" if not reason else "stopped" if stop.asked else "failed"
    if status == "stopped":
        reason = STOPPED
    elif is_whole and part.exists():
        os.replace(part, path)
    else:
        path.unlink(missing_ok=True)  # of an earlier run: no longer what the evidence says
    part.unlink(missing_ok=True)
    outcome = describe(report, status, reason, stderr=course.stderr, **course.costs())
    course.finish(f"{status}: {outcome.reason}" if reason else status)
    return replace(outcome, reads=tuple(reads), files=files)


def _execute(report: Report, part: Path, *, course: Course, config: Any) -> None:
    """Run the notebook with papermill, and write what came of it, as far as it came.

    papermill would write it too, but changes the folder of the whole process meanwhile.
    """
    notebook = nbformat.read(report.notebook.path, as_version=4)
    notebook.metadata["labtools"] = {"versions": versions()}
    own = report.notebook.foreign is None
    shown: list[Any] = []
    try:
        papermill.execute_notebook(
            notebook,
            None,
            report.parameters,
            engine_name="labtools",
            show=shown.append,
            kernel_name="python3" if own else None,
            language="python" if own else None,
            progress_bar=False,
            kernel_manager_class=watched_manager(course.see, hurry=course.is_over),
            config=config,
            resources={"metadata": {"path": str(report.notebook.root)}},
            timeout_func=course.left,
            on_cell_execute=course.start,
            on_cell_executed=course.end,
        )
    finally:
        for manager in shown:
            nbformat.write(manager.nb, part)


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
