"""Runs a plan: several worker processes, one report after the other, failures kept apart."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from labtools.batch.execute import Outcome, describe, run_report
from labtools.batch.plan import Report


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
    Ctrl-C stops the reports that run; they and those not begun come back as stopped.
    To be called from the main thread.
    """
    outcomes: dict[str, Outcome] = {}
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(
        max_workers=max(1, min(jobs, len(reports))), mp_context=context, initializer=_begin_worker
    ) as pool:
        try:
            with _interrupts_ignored():  # as the workers inherit it, from their first moment on
                futures = {
                    pool.submit(_work, report, out=out, timeout=timeout): report
                    for report in reports
                }
            for future in as_completed(futures):
                report = futures[future]
                outcomes[report.name] = _result(future, report)
                progress(outcomes[report.name])
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
    return [
        outcomes.get(report.name) or describe(report, "stopped", "stopped before it was finished")
        for report in reports
    ]


def _result(future: Future[Outcome], report: Report) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return describe(report, "failed", "a process that runs notebooks was killed; run it again")


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Stopped(BaseException):
    """The parent asks a worker to stop: the kernel is shut down on the way out."""


def _begin_worker() -> None:
    """Leave Ctrl-C, which reaches the terminal's every process, and reporting to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("papermill").setLevel(logging.CRITICAL)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stopped


def _work(report: Report, *, out: Path, timeout: float) -> Outcome:
    """Run a report in a worker; when asked to stop, leave no kernel behind."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        return run_report(report, out=out, timeout=timeout)
    except _Stopped:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
