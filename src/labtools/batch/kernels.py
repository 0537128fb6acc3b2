"""The kernel of a report: the interpreter that runs labtools, reached by private sockets."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode
from traitlets.config import Config

from labtools import reads
from labtools.batch.warm import PROVISIONER

# What the kernel does before the first cell, without leaving a name behind.
_FIRST = """--IPKernelApp.exec_lines=['__import__("labtools.reads").reads.watch_files();']"""


class OwnKernelManager(AsyncKernelManager):  # type: ignore[misc]
    """Starts `sys.executable`, whatever kernels are installed or named in the notebook.

    Where there is a `server` of kernels, it forks the kernel; else Python starts anew.
    """

    server = Unicode(help="Where a server of kernels listens.").tag(config=True)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The one kernel there is."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", _FIRST]
        fork = {"provisioner_name": PROVISIONER, "config": {"socket": self.server}}
        metadata = {"kernel_provisioner": fork} if self.server else {}
        return KernelSpec(argv=argv, display_name="labtools", language="python", metadata=metadata)


def watched_manager(see: Callable[[OwnKernelManager], None]) -> type[OwnKernelManager]:
    """A kernel manager that shows itself to `see` when it is made."""

    class WatchedKernelManager(OwnKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            see(self)

    return WatchedKernelManager


@contextmanager
def private_connection(server: str | None) -> Iterator[Config]:
    """Settings for a kernel manager whose sockets lie in a folder that only this user can enter.

    The folder is short, as the path of a socket holds about a hundred characters, and is
    removed at the end. Windows has no such sockets: there it is TCP on this machine only.
    server: where a server of kernels listens; None starts each kernel anew.
    """
    if sys.platform == "win32":
        yield Config()
        return
    with TemporaryDirectory(prefix="labtools-", dir="/tmp") as folder:
        settings = {"transport": "ipc", "ip": f"{folder}/k", "connection_file": f"{folder}/k.json"}
        yield Config({"OwnKernelManager": {**settings, "server": server or ""}})


@contextmanager
def told_reads() -> Iterator[Path]:
    """A file to which the kernels that this process starts meanwhile tell what they read."""
    with TemporaryDirectory(prefix="labtools-") as folder:
        path = Path(folder) / "reads"
        os.environ[reads.FILE] = str(path)
        try:
            yield path
        finally:
            del os.environ[reads.FILE]
