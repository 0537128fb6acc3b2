"""A Dask cluster: its scheduler, its workers, and who of them has what the reports need."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.metadata import version
from threading import Event
from typing import Any

from distributed import Client, Future, KilledWorker
from distributed.utils import silence_logging_cmgr
from distributed.versions import VersionMismatchWarning

from labtools.batch.cluster.needs import Job
from labtools.batch.cluster.worker import begin, end
from labtools.faults import BadInput, Fault

_REACH = 10.0  # seconds, within which a scheduler answers
_PATIENCE = 30.0  # seconds: a worker that was lost may come back, or another in its place


@contextmanager
def connect(address: str) -> Iterator[Client]:
    """A client of the scheduler; what distributed logs stays unsaid, as it is told in one line."""
    with silence_logging_cmgr(logging.CRITICAL):
        try:
            with warnings.catch_warnings():  # versions that matter are compared, not warned of
                warnings.simplefilter("ignore", VersionMismatchWarning)
                client = Client(address, timeout=_REACH, set_as_default=False, name="labtools")
        except Exception as error:  # whatever distributed makes of the address or the network
            must = "is the address of a Dask scheduler that answers"
            do = "write it as the scheduler shows it, such as tcp://host:8786"
            found = f"{address}: {type(error).__name__}: {error}"
            raise BadInput([Fault("--dask", must, found, do)]) from error
        with client:
            _check_scheduler(client, address)
            yield client


def _check_scheduler(client: Client, address: str) -> None:
    """BadInput where it could not read what it hands to the workers."""
    faults = []
    for package in ("distributed", "labtools"):
        try:
            found = client.run_on_scheduler(version, package)
        except ImportError:
            found = "none"
        if found != version(package):
            must, do = f"has {package} {version(package)}", "install it there, and start it anew"
            faults.append(Fault(f"scheduler {address}", must, found, do))
    if faults:
        raise BadInput(faults)


class Crew:
    """The workers that are `there`, and the `threads` of those that were checked and are ready.

    Both are by the worker's address, as of the last look.
    Each worker is checked when it is first seen, as a task of its own, so that a slow one keeps
    nobody waiting. None gets a report before: a plugin that the scheduler hands to every worker
    would break those that have no labtools to read it with.
    """

    def __init__(
        self, client: Client, job: Job, *, address: str, wake: Event, tell: Callable[[str], None]
    ) -> None:
        self.threads: dict[str, int] = {}
        self.there: dict[str, Any] = {}
        self.is_given_up = False
        self._client, self._job, self._address = client, job, address
        self._wake, self._tell = wake, tell
        self._checks: dict[str, Future] = {}
        self._refused: dict[str, list[Fault]] = {}
        self._untold: list[Fault] = []
        self._ready_at: float | None = None
        self._waits = False

    def look(self) -> None:
        """See who has come and gone, and what the checks found; BadInput where all are refused.

        A worker that is refused once some other was ready is told, and so is waiting for the
        first one. `is_given_up` where there was one, and for a while has been none.
        """
        there = self.there = self._ask()
        for known in (self.threads, self._checks, self._refused):
            for address in known.keys() - there.keys():
                del known[address]
        for address, worker in there.items():
            if address in self._checks:
                if self._checks[address].done():
                    self._hear(address, worker)
            elif address in self.threads or address in self._refused:
                continue
            elif worker["status"] == "running":
                self._checks[address] = self._check(address, worker["name"])
        if self.threads:
            self._ready_at = time.monotonic()
            for fault in self._untold:
                self._tell(str(fault))
            self._untold = []
        elif self._ready_at is not None:
            self.is_given_up = time.monotonic() - self._ready_at > _PATIENCE and not self._checks
        elif there and there.keys() == self._refused.keys():
            raise BadInput(self._untold)
        elif not there and not self._waits:
            self._waits = True
            self._tell(f"{self._address}: no worker is there yet; waiting for one, until Ctrl-C")

    def _ask(self) -> dict[str, Any]:
        """The workers that the scheduler knows, by their address; none while it is not reached."""
        if self._client.status != "running":
            return {}
        return dict(self._client.scheduler_info(n_workers=-1)["workers"])

    def _check(self, address: str, name: object) -> Future:
        """Check a worker once it has imported labtools: a function it cannot read would end it."""
        here = {"workers": [address], "pure": False}
        imported = self._client.submit(import_module, begin.__module__, **here)
        check = self._client.submit(begin, self._job, _name(address, name), imported, **here)
        check.add_done_callback(lambda _: self._wake.set())
        return check

    def _hear(self, address: str, worker: dict[str, Any]) -> None:
        """Take what a check found; where it was cut short, the worker is checked again."""
        check = self._checks.pop(address)
        if check.status == "finished":
            faults = check.result()
        elif check.status == "error" and not isinstance(check.exception(), KilledWorker):
            error = check.exception()
            found = f"{type(error).__name__}: {error}"
            do = "install it there, and start the worker anew"
            must = "has labtools as it is here"
            faults = [Fault(_name(address, worker["name"]), must, found, do)]
        else:
            return
        if faults:
            self._refused[address] = faults
            self._untold += faults
        else:
            self.threads[address] = worker["nthreads"]

    def forget(self, address: str) -> None:
        """Have a worker checked again, which began anew at the same address."""
        self.threads.pop(address, None)

    def dismiss(self, running: Iterable[Future]) -> None:
        """End the run on every worker that was asked to take part, and what runs there."""
        workers = [*self.threads, *self._checks]
        if self._client.status == "running" and workers:
            with suppress(OSError):  # the scheduler has ended, and its workers do
                self._client.cancel([*running, *self._checks.values()])
                self._client.run(end, self._job.name, workers=workers, on_error="ignore")


def _name(address: str, name: object) -> str:
    return f"worker {address}" if name == address else f"worker {name} ({address})"
