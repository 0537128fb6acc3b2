"""Runs a plan on a Dask cluster that the user has started, as `runner` does on this machine."""

from __future__ import annotations

import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from labtools.batch.cluster.needs import describe_job
from labtools.batch.execute import STOPPED, Outcome, describe
from labtools.batch.plan import Report
from labtools.batch.record import executed_path, log_path, write_text
from labtools.batch.runner import stopped_like_ctrl_c
from labtools.faults import BadInput, Fault

if TYPE_CHECKING:
    from labtools.batch.cluster.crew import Crew
    from labtools.batch.cluster.worker import Result

_LOOK = 0.5  # seconds, as is the next
_FETCH = 5.0
_CHANCES = 3  # as many workers a report may cost

KILLED = "every worker that ran it was killed, perhaps for want of memory"
ALONE = "no worker of the cluster was left to run it"


def run_on_dask(
    reports: Sequence[Report],
    *,
    address: str,
    lab_folder: Path,
    files: Mapping[str, str],
    out: Path,
    timeout: float,
    modules: Iterable[str],
    progress: Callable[[Outcome], None],
    tell: Callable[[str], None],
) -> list[Outcome]:
    """Run every report on a cluster's workers; one outcome per report, in the order of the plan.

    address: of the scheduler. files: of the lab, with a digest each, as `state.hash_files` tells,
    and `the key` where there is one: a worker takes part only where it has the same files, the
    same notebooks and the same versions. modules: of labtools, that the notebooks import. tell:
    called with a line about each worker that is refused, and where none is there yet. The rest is
    as in `runner.run_plan`, with which `progress` and signals agree; a worker runs as many
    reports at a time as it has threads. What a lost worker ran, another one runs again.

    Raises BadInput where the scheduler does not answer, or every worker is refused.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        must, do = "has the packages of the extra dask", "run pip install 'labtools[dask]'"
        raise BadInput([Fault("--dask", must, str(error), do)]) from error
    from labtools.batch.cluster.crew import Crew, connect

    outcomes = dict[str, Outcome]()
    with stopped_like_ctrl_c(), suppress(KeyboardInterrupt), connect(address) as client:
        if reports:
            name = f"labtools-{uuid.uuid4().hex}"
            job = describe_job(
                reports,
                name=name,
                lab_folder=lab_folder,
                files=files,
                modules=modules,
                timeout=timeout,
            )
            wake = Event()
            crew = Crew(client, job, address=address, wake=wake, tell=tell)
            work = _Work(client, reports, name=name, out=out, crew=crew, wake=wake)
            try:
                for outcome in work.outcomes():
                    outcomes[outcome.report.name] = outcome
                    progress(outcome)
            finally:
                crew.dismiss(work.running)
    return [outcomes.get(report.name) or describe(report, "stopped", STOPPED) for report in reports]


class _Work:
    """The reports that wait and those that run, at whose address.

    Each is given to one worker that is ready and has a thread free. Neither Dask's own choice
    of a worker nor its executor would do: they know nothing of the check, and a worker that
    joins or begins anew in the middle would be given reports before it.
    """

    def __init__(
        self,
        client: Any,
        reports: Iterable[Report],
        *,
        name: str,
        out: Path,
        crew: Crew,
        wake: Event,
    ) -> None:
        self._client, self._name, self._out = client, name, out
        self._crew, self._wake = crew, wake
        self._waiting = deque(reports)
        self.running: dict[Any, tuple[str, Report]] = {}
        self._losses = Counter[str]()

    def outcomes(self) -> Iterator[Outcome]:
        """Each outcome as it comes, until none is left."""
        while self._waiting or self.running:
            self._wake.clear()
            self._crew.look()
            self._give()
            self._wake.wait(_LOOK)
            for future in list(self.running):
                if outcome := self._collect(future):
                    yield outcome
            if self._crew.is_given_up and not self.running:
                for report in self._waiting:
                    yield self._keep(describe(report, "failed", ALONE), None, None)
                self._waiting.clear()

    def _give(self) -> None:
        """Give reports to those with a thread free, the freest first."""
        from labtools.batch.cluster.worker import run

        busy = Counter(address for address, _ in self.running.values())
        free = Counter(self._crew.threads)
        free.subtract(busy)
        while self._waiting and free and free.most_common(1)[0][1] > 0:
            address = free.most_common(1)[0][0]
            report = self._waiting.popleft()
            future = self._client.submit(run, self._name, report, workers=[address], pure=False)
            future.add_done_callback(lambda _: self._wake.set())
            self.running[future] = address, report
            free[address] -= 1

    def _collect(self, future: Any) -> Outcome | None:
        """The outcome of what has ended; a report that was lost waits again."""
        from distributed import KilledWorker

        address, report = self.running[future]
        if future.status == "error" and not isinstance(future.exception(), KilledWorker):
            error = future.exception()
            del self.running[future]
            reason = f"{type(error).__name__}: {error}"
            return self._keep(describe(report, "failed", reason), None, None)
        if future.status == "finished":
            with suppress(OSError, CancelledError):  # lost with its worker, which is seen soon
                result: Result | None = future.result(timeout=_FETCH)
                del self.running[future]
                if result is not None and result.outcome.status != "stopped":
                    return self._keep(result.outcome, result.notebook, result.log)
                self._crew.forget(address)  # which is about to end, or began anew
                self._waiting.appendleft(report)
            return None
        if future.status in ("error", "cancelled") or address not in self._crew.there:
            return self._lose(future)
        return None

    def _lose(self, future: Any) -> Outcome | None:
        """Let a report wait again whose worker was lost, unless it has cost too many."""
        _, report = self.running.pop(future)
        future.cancel()
        self._losses[report.name] += 1
        if self._losses[report.name] < _CHANCES:
            self._waiting.appendleft(report)
            return None
        return self._keep(describe(report, "failed", KILLED), None, None)

    def _keep(self, outcome: Outcome, notebook: str | None, log: str | None) -> Outcome:
        """Write what came back below the output folder, in place of what an earlier run wrote."""
        texts = {executed_path: notebook, log_path: log}
        try:
            for where, text in texts.items():
                path = where(self._out, outcome.report.name)
                if text is not None:
                    write_text(path, text)
                else:
                    path.unlink(missing_ok=True)
        except OSError as error:
            return describe(outcome.report, "failed", f"{type(error).__name__}: {error}")
        return outcome
