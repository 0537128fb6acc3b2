"""Runs a plan: several reports at a time, each in a kernel of its own, failures kept apart."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import zip_longest
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

from labtools.batch.execute import STOPPED, Outcome, describe, run_report
from labtools.batch.plan import Report
from labtools.batch.stop import Stop

_OF_PARENT = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_LOOK = 0.5  # seconds: Windows hears Ctrl-C only between two waits


def run_plan(
    reports: Sequence[Report],
    *,
    out: Path,
    jobs: int,
    timeout: float,
    server: str | None,
    progress: Callable[[Outcome], None],
) -> list[Outcome]:
    """Run every report, `jobs` at a time; one outcome per report, in the order of the plan.

    timeout: seconds that one report may take. server: of kernels, as `warm.kernel_server` gives
    it. progress: called with each outcome as it comes; an error of its own stops the run and is
    raised again. Ctrl-C, SIGTERM and SIGHUP stop the reports that run; they and those not begun
    come back as stopped. To be called from the main thread.
    """
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what went wrong is told here
    stop, futures = Stop(), list[Future[Outcome]]()
    ended: SimpleQueue[Future[Outcome]] = SimpleQueue()
    work = partial(run_report, out=out, timeout=timeout, server=server, stop=stop)
    pool = ThreadPoolExecutor(max(1, jobs), thread_name_prefix="report")
    with stopped_like_ctrl_c():
        try:
            for report in reports:
                futures.append(pool.submit(work, report))
                futures[-1].add_done_callback(ended.put)
            for _ in futures:
                progress(_next_of(ended).result())
        except BaseException as error:
            stop.ask()
            if not isinstance(error, KeyboardInterrupt):
                raise
        finally:
            pool.shutdown(cancel_futures=True)
    return [
        describe(report, "stopped", STOPPED)
        if future is None or future.cancelled()
        else future.result()
        for report, future in zip_longest(reports, futures)
    ]


def _next_of(ended: SimpleQueue[Future[Outcome]]) -> Future[Outcome]:
    """The next report that comes to its end."""
    while True:
        with suppress(Empty):
            return ended.get(timeout=_LOOK)


@contextmanager
def stopped_like_ctrl_c() -> Iterator[None]:
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
