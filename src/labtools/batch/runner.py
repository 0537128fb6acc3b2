"""Runs a plan: several worker processes, one report after the other, failures kept apart."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from labtools.batch.execute import Outcome, describe, forget_report, run_report
from labtools.batch.plan import Report
from labtools.batch.warm import kernel_server

_KILLED_TWICE = "the process that ran it was killed twice, perhaps for want of memory"
_OF_TERMINAL = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
_OF_PARENT = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def run_plan(
    reports: Sequence[Report],
    *,
    out: Path,
    jobs: int,
    timeout: float,
    progress: Callable[[Outcome], None],
) -> list[Outcome]:
    """Run every report, `jobs` at a time; one outcome per report, in the order of the plan.

    timeout: seconds that one report may take. progress: called with each outcome as it comes.
    A report whose process was killed runs once more, after the others. Ctrl-C, SIGTERM and
    SIGHUP stop the reports that run; they and those not begun come back as stopped.
    To be called from the main thread.
    """
    with kernel_server() as server:
        return _run_all(reports, out, jobs, timeout, progress, server)


def _run_all(
    reports: Sequence[Report],
    out: Path,
    jobs: int,
    timeout: float,
    progress: Callable[[Outcome], None],
    server: str | None,
) -> list[Outcome]:
    outcomes: dict[str, Outcome] = {}
    others = set(multiprocessing.active_children())
    work = partial(_work, out=out, timeout=timeout, server=server)
    workers = [_Worker() for _ in range(max(1, min(jobs, len(reports))))]
    idle, waiting = list(workers), deque(reports)
    running: dict[Future[Outcome], tuple[Report, _Worker]] = {}
    killed: set[str] = set()
    with _stopped_like_ctrl_c():
        try:
            while waiting or running:
                while waiting and idle:
                    report, worker = waiting.popleft(), idle.pop()
                    running[worker.submit(partial(work, report))] = report, worker
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    report, worker = running.pop(future)
                    idle.append(worker)
                    try:
                        outcome = future.result()
                    except BrokenProcessPool:
                        worker.start_anew()
                        if report.name not in killed:
                            killed.add(report.name)
                            waiting.append(report)
                            continue
                        forget_report(report, out=out)
                        outcome = describe(report, "failed", _KILLED_TWICE)
                    outcomes[report.name] = outcome
                    progress(outcome)
        except KeyboardInterrupt:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
        finally:
            for worker in workers:
                worker.close()
    return [
        outcomes.get(report.name) or describe(report, "stopped", "stopped before it was finished")
        for report in reports
    ]


class _Worker:
    """One process that runs a report at a time: where it is killed, that report alone is hit."""

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """The process itself starts with its first report; Python's own helper may start here."""
        context = multiprocessing.get_context("spawn")
        with _terminal_ignored():
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin_worker)

    def submit(self, work: Callable[[], Outcome]) -> Future[Outcome]:
        with _terminal_ignored():
            try:
                return self._pool.submit(work)
            except BrokenProcessPool:  # killed while it had nothing to do
                self.start_anew()
                return self._pool.submit(work)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def _stopped_like_ctrl_c() -> Iterator[None]:
    """SIGTERM and SIGHUP stop the run as Ctrl-C does; more of them change nothing.

    What the caller ignores, as nohup does with SIGHUP, stays ignored.
    """
    before = {number: signal.getsignal(number) for number in _OF_PARENT}
    heeded = [number for number in _OF_PARENT if before[number] is not signal.SIG_IGN]

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in heeded:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, before[number])


@contextmanager
def _terminal_ignored() -> Iterator[None]:
    """For processes that start meanwhile, which inherit it from their first moment on."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _OF_TERMINAL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Stopped(BaseException):
    """The parent asks a worker to stop: the kernel is shut down on the way out."""


def _begin_worker() -> None:
    """Leave what the terminal sends to its every process, and reporting, to the parent."""
    for number in _OF_TERMINAL:
        signal.signal(number, signal.SIG_IGN)
    logging.getLogger("papermill").setLevel(logging.CRITICAL)


def _stop(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # the parent may ask again: the way out is not cut short
    raise _Stopped


def _work(report: Report, *, out: Path, timeout: float, server: str | None) -> Outcome:
    """Run a report in a worker; when asked to stop, leave no kernel behind."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        return run_report(report, out=out, timeout=timeout, server=server)
    except _Stopped:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
