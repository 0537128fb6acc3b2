"""What runs on the workers of a Dask cluster: the check of what they hold, and the reports."""

from __future__ import annotations

import asyncio
import logging
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from distributed import WorkerPlugin, get_worker
from distributed.utils import sync

from labtools.batch.cluster.needs import Job, find_faults, find_root
from labtools.batch.execute import Outcome, run_report
from labtools.batch.plan import Report
from labtools.batch.record import executed_path, log_path
from labtools.batch.stop import Stop
from labtools.batch.warm import kernel_server
from labtools.faults import Fault


@dataclass(frozen=True)
class Result:
    """An outcome, and the texts of the executed notebook and of the log, where there are such."""

    outcome: Outcome
    notebook: str | None
    log: str | None


class Station(WorkerPlugin):  # type: ignore[misc]
    """A worker's place in one run: where the project lies there, its kernels, and their end."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._root: Path | None = None
        self._server: str | None = None
        self._stop = Stop()
        self._open = ExitStack()
        self._lock = Lock()

    def begin(self, *, who: str) -> list[Fault]:
        """Check the worker; where nothing is wrong, start its server of kernels."""
        root = find_root(self.job)
        faults = find_faults(self.job, root, who=who)
        with self._lock:
            if not faults and not self._stop.asked:
                logging.getLogger("papermill").setLevel(logging.CRITICAL)
                self._server = self._open.enter_context(kernel_server(self.job.modules))
                self._root = root
        return faults

    def run(self, report: Report, *, folder: str) -> Result | None:
        """Run a report, leaving nothing in `folder`; None where this worker was not checked."""
        if self._root is None:
            return None
        path = self._root / report.notebook.path.relative_to(self.job.root)
        own = replace(report, notebook=replace(report.notebook, path=path))
        with TemporaryDirectory(prefix="labtools-", dir=folder) as name:
            out = Path(name)
            outcome = run_report(
                own, out=out, timeout=self.job.timeout, server=self._server, stop=self._stop
            )
            executed, log = executed_path(out, report.name), log_path(out, report.name)
            return Result(replace(outcome, report=report), _read(executed), _read(log))

    async def teardown(self, worker: Any) -> None:
        """End what runs; called when the run ends, and when the worker does."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with self._lock:
            self._stop.ask()
            self._open.close()


def _read(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8") if path.exists() else None


def begin(job: Job, who: str, _imported: object) -> list[Fault]:
    """As a task, after that which imports this module: check the worker that it runs on.

    The worker is ready if nothing is wrong.
    """
    worker, station = get_worker(), Station(job)
    sync(worker.loop, worker.plugin_add, plugin=station, name=job.name)
    return station.begin(who=who)


def run(name: str, report: Report) -> Result | None:
    """As a task: run a report of a run; None where the worker did not begin it, or began anew."""
    worker = get_worker()
    station = worker.plugins.get(name)
    return None if station is None else station.run(report, folder=worker.local_directory)


async def end(name: str, dask_worker: Any) -> None:
    """On a worker, outside of its tasks: end a run's reports and kernels there."""
    if name in dask_worker.plugins:
        await dask_worker.plugin_remove(name=name)
