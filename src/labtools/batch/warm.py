"""Kernels that are forked from a process which has imported the stack already (Linux)."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

PROVISIONER = "labtools-fork"
"""Its name among Jupyter's kernel provisioners, as pyproject.toml declares it."""

# One thread for linear algebra: reports run side by side, and the number of threads tells in
# the last digits of a product.
THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# As Jupyter starts a kernel, whose debugger would complain of frozen modules.
_PYTHON = (sys.executable, "-Xfrozen_modules=off")
MOMENT = 0.002
_LONGEST_START = 30


@contextmanager
def kernel_server(modules: Sequence[str], *, foreign: bool = False) -> Iterator[str | None]:
    """Start a server of kernels; its socket, in a folder that only this user can enter.

    foreign: of notebooks that know nothing of labtools, whose linear algebra is left alone.
    modules: of labtools, that the notebooks import: they are there when a kernel starts.
    None where the system cannot fork as is needed here: only Linux does.
    """
    if sys.platform != "linux":
        yield None
        return
    with TemporaryDirectory(prefix="labtools-", dir="/tmp") as folder:
        path = str(Path(folder) / "server")
        backend = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen(64)
            number = listening.fileno()
            process = subprocess.Popen(
                [*_PYTHON, "-m", "labtools.batch.kernel_server", str(number), *modules],
                stdin=subprocess.PIPE,
                env={**({} if foreign else THREADS), **os.environ, **backend},
                pass_fds=(number,),
                start_new_session=True,
            )
        try:
            yield path
        finally:
            process.communicate()


def is_there(path: str) -> bool:
    """Whether a server of kernels still listens."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path)
        except OSError:
            return False
    return True


class ForkProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Has a server fork the kernel, where Jupyter's own provisioner would start Python anew."""

    socket = Unicode(help="Where the server of kernels listens.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Ask for a kernel that does what `cmd` would do; return how to reach it."""
        request = {"argv": cmd[2:], "cwd": kwargs.get("cwd") or os.getcwd(), "env": kwargs["env"]}
        try:
            self.process = Forked(self.socket, request)
        except OSError:  # the server is gone: the report need not be
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        end = time.monotonic() + _LONGEST_START
        while not self.process.listens and self.process.poll() is None and time.monotonic() < end:
            await asyncio.sleep(MOMENT)
        self.cwd = request["cwd"]
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait until the kernel has ended; Jupyter's own looks ten times a second."""
        while await self.poll() is None:
            await asyncio.sleep(MOMENT)
        return await super().wait()  # type: ignore[no-any-return]


class Forked:
    """A forked kernel, with those parts of `subprocess.Popen` that Jupyter's provisioner calls.

    The connection through which it was asked for stays open as long as it lives: its number is
    believed only so long, since another process may get it afterwards. `listens`, as far as the
    last `poll` knew: who connects earlier is let in only a tenth of a second later.
    """

    stdin = stdout = stderr = None

    def __init__(self, path: str, request: dict[str, Any]) -> None:
        self.returncode: int | None = None
        self.listens = False
        self._lock = threading.RLock()  # a run that is stopped ends it from another thread
        self._connection = socket.socket(socket.AF_UNIX)
        try:
            self._connection.connect(path)
            self._connection.sendall((json.dumps(request) + "\n").encode("utf-8"))
            self.pid = self._receive_number()
        except BaseException:
            self._connection.close()
            raise

    def _receive_number(self) -> int:
        said = b""
        while b"\n" not in said:
            part = self._connection.recv(64)
            if not part:
                raise ConnectionError("the server of kernels has ended")
            said += part
        number, rest = said.split(b"\n", 1)
        self.listens = bool(rest)
        return int(number)

    def poll(self) -> int | None:
        """None while the kernel lives, else -1: how it ended is not known."""
        with self._lock:
            if self.returncode is None:
                ready, _, _ = select.select([self._connection], [], [], 0)
                if ready:
                    self._hear()
            return self.returncode

    def _hear(self) -> None:
        """Take what the kernel says, or the end of the connection, which is its own."""
        try:
            said = self._connection.recv(64)
        except ConnectionError:
            said = b""
        if said:
            self.listens = True
        else:
            self.returncode = -1
            self._connection.close()

    def wait(self) -> int:
        """Wait until the kernel has ended."""
        while (code := self.poll()) is None:
            time.sleep(MOMENT)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, if it lives."""
        with self._lock:
            if self.poll() is None:
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel, and what it has started that did not leave its group."""
        with self._lock:
            if self.poll() is None:
                os.killpg(self.pid, signal.SIGKILL)
