"""The kernel of a report: the interpreter that runs labtools, reached by private sockets."""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from traitlets import Bool, Unicode, default
from traitlets.config import Config

from labtools import reads
from labtools.batch.warm import MOMENT, PROVISIONER, THREADS

# What the kernel does before the first cell, without leaving a name behind.
_FIRST = """--IPKernelApp.exec_lines=['__import__("labtools.reads").reads.watch_files();']"""


class PromptClient(AsyncKernelClient):  # type: ignore[misc]
    """Begins as soon as the kernel has answered; Jupyter's own waits a fifth of a second more."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel is heard on both channels, and what it said before is read."""
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            asked = self.kernel_info()
            reply = await self._hear(self.shell_channel, asked, "kernel_info_reply", seconds=1)
            if reply and await self._hear(self.iopub_channel, asked, "status", seconds=0.02):
                return
            if not await self._async_is_alive():
                raise DeadKernelError("Kernel died before it could be asked anything")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _hear(self, channel: Any, asked: str, kind: str, *, seconds: float) -> bool:
        """Whether a channel gives the last answer of a kind, after any others; each in time."""
        while True:
            try:
                message = await channel.get_msg(timeout=seconds)
            except Empty:
                return False
            is_last = message["content"].get("execution_state", "idle") == "idle"
            answers = message["parent_header"].get("msg_id") == asked
            if message["msg_type"] == kind and is_last and answers:
                return True


class OwnKernelManager(AsyncKernelManager):  # type: ignore[misc]
    """Starts `sys.executable` as Python's kernel, whatever kernels are installed.

    Where there is a `server` of kernels, it forks the kernel; else Python starts anew. The
    kernel tells what it reads to the file `told`.
    """

    server = Unicode(help="Where a server of kernels listens.").tag(config=True)
    foreign = Bool(help="Whether its notebook knows nothing of labtools.").tag(config=True)
    told = Unicode(help="To which the kernel tells what it reads.").tag(config=True)

    async def _async_wait(self, pollinterval: float = MOMENT) -> None:
        """Jupyter's own looks ten times a second whether a kernel has ended."""
        await super()._async_wait(min(pollinterval, MOMENT))

    async def _async_interrupt_kernel(self) -> None:
        """Jupyter's own interrupts a kernel that is about to end, which would tell of it."""
        if not self.shutting_down:
            await super()._async_interrupt_kernel()

    @default("client_factory")
    def _default_client(self) -> type[PromptClient]:
        return PromptClient

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this interpreter, or what is installed under another name."""
        if self.kernel_name != NATIVE_KERNEL_NAME:
            return super().kernel_spec
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", _FIRST]
        fork = {"provisioner_name": PROVISIONER, "config": {"socket": self.server}}
        threads = {name: os.environ.get(name, number) for name, number in THREADS.items()}
        metadata = {"kernel_provisioner": fork} if self.server else {}
        return KernelSpec(
            argv=argv,
            display_name="labtools",
            language="python",
            metadata=metadata,
            env={**({} if self.foreign else threads), reads.FILE: self.told},
        )


def watched_manager(
    see: Callable[[OwnKernelManager], None], *, hurry: Callable[[], bool]
) -> type[OwnKernelManager]:
    """A kernel manager that shows itself to `see` when it is made.

    hurry: asked at the end whether the kernel is to be killed; else it ends as Python does, and
    what the notebook left to be saved at its end is saved.
    """

    class WatchedKernelManager(OwnKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            see(self)

        async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
            await self._async_shutdown_kernel(now=now or hurry(), restart=restart)

    return WatchedKernelManager


@contextmanager
def own_event_loop() -> Iterator[None]:
    """The loop in which this thread talks with a kernel, closed at the end."""
    loop = ensure_event_loop()
    try:
        yield
    finally:
        left = asyncio.all_tasks(loop)  # of a kernel that died, or was not waited for
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()


@contextmanager
def private_connection(
    server: str | None, *, foreign: bool = False
) -> Iterator[tuple[Config, Path]]:
    """Settings for a kernel manager, and the file to which its kernel tells what it reads.

    They lie, with the kernel's sockets, in a folder that only this user can enter. It is short,
    as the path of a socket holds about a hundred characters, and is removed at the end. Windows
    has no such sockets: there it is TCP on this machine only.
    server: where a server of kernels listens; None starts each kernel anew.
    """
    here = None if sys.platform == "win32" else "/tmp"
    with TemporaryDirectory(prefix="labtools-", dir=here) as folder:
        told = Path(folder) / "reads"
        settings: dict[str, object] = {
            "server": server or "",
            "told": str(told),
            "foreign": foreign,
        }
        if sys.platform != "win32":
            settings |= {
                "transport": "ipc",
                "ip": f"{folder}/k",
                "connection_file": f"{folder}/k.json",
            }
        yield Config({"OwnKernelManager": settings}), told
