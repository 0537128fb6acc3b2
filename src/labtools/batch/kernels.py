"""The kernel of a report: the interpreter that runs labtools, reached by private sockets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config


class OwnKernelManager(AsyncKernelManager):  # type: ignore[misc]
    """Starts `sys.executable`, whatever kernels are installed or named in the notebook."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The one kernel there is."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="labtools", language="python")


@contextmanager
def private_connection() -> Iterator[Config]:
    """Settings for a kernel manager whose sockets lie in a folder that only this user can enter.

    The folder is short, as the path of a socket holds about a hundred characters, and is
    removed at the end. Windows has no such sockets: there it is TCP on this machine only.
    """
    if sys.platform == "win32":
        yield Config()
        return
    with TemporaryDirectory(prefix="labtools-", dir="/tmp") as folder:
        settings = {"transport": "ipc", "ip": f"{folder}/k", "connection_file": f"{folder}/k.json"}
        yield Config({"OwnKernelManager": settings})
