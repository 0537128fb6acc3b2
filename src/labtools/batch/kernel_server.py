"""A process that has imported what notebooks import, and forks itself into a kernel on request.

    python -m labtools.batch.kernel_server NUMBER [MODULE ...]

NUMBER is the inherited socket at which it listens; MODULE another module to import. Each
connection asks for one kernel by a line of JSON: `argv` (of an ordinary kernel), `cwd` and `env`.
It is answered by a line with the kernel's process id, by a second one when the kernel listens at
its sockets, and stays open until the kernel has ended. The server ends when its standard input
does, and its kernels end with it. Linux only.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import importlib.util
import io
import json
import os
import select
import signal
import socket
import sys
import warnings
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

STACK = (
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "numpy",
    "pandas",
    "seaborn",
    "scipy.stats",
    "IPython.core.completer",
    "ipykernel.ipkernel",
    "ipykernel.debugger",  # each kernel looks whether it is there
    "ipykernel.kernelapp",
    "labtools.reads",
    "pyarrow.parquet",
)
"""Imported before the first fork, with the given modules. Anything else notebooks import anew."""

_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG


def serve(number: int, modules: Sequence[str]) -> None:
    """Import, then fork a kernel for each request that comes to the socket, or already waits."""
    with socket.socket(fileno=number) as server:
        server.set_inheritable(False)
        _import_stack(modules)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels leave nothing behind
        while True:
            ready, _, _ = select.select([server, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            connection, _ = server.accept()
            with connection:
                _fork_kernel(server, connection)


def _import_stack(modules: Iterable[str]) -> None:
    """Import, and set apart what is imported, so that no kernel's collector copies it.

    What a module of `modules` reads but once, such as a dictionary, its `prepare()` reads now.
    """
    gc.disable()  # nothing of it is to be collected
    for name in STACK:
        importlib.import_module(name)
    for name in modules:
        prepare = getattr(importlib.import_module(name), "prepare", None)
        if prepare is not None:
            prepare()
    gc.enable()
    gc.collect()
    gc.freeze()


def _fork_kernel(server: socket.socket, connection: socket.socket) -> None:
    line = connection.makefile("r", encoding="utf-8").readline()
    if not line:
        return
    parent = os.getpid()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of threads: those of the stack have handlers for forks
        pid = os.fork()
    if pid == 0:
        server.close()
        _become_kernel(connection, json.loads(line), parent=parent)


def _become_kernel(connection: socket.socket, request: dict[str, Any], *, parent: int) -> NoReturn:
    """Be what `ipykernel_launcher` would be, started anew with this environment."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it died before it could be told
            os._exit(code)
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.register_at_fork(after_in_child=connection.close)  # it tells of this process alone
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        launcher, *arguments = request["argv"]
        sys.argv = [_find_module(launcher), *arguments]
        connection.sendall(f"{os.getpid()}\n".encode())
        _run_kernel(arguments, connection)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        _finish()
        os._exit(code)


def _finish() -> None:
    """What Python does at its end that others can see; taking it all down would cost more."""
    atexit._run_exitfuncs()
    for thing in gc.get_objects():  # none of those that were there before the fork
        if isinstance(thing, io.IOBase):
            with suppress(OSError, ValueError):
                thing.flush()
    sys.stdout.flush()
    sys.stderr.flush()


def _find_module(name: str) -> str:
    spec = importlib.util.find_spec(name)
    return name if spec is None or spec.origin is None else spec.origin


def _run_kernel(arguments: list[str], connection: socket.socket) -> None:
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    np.random.seed()  # what `import numpy` does in a process of its own
    application = IPKernelApp.instance(parent_handle=os.getppid())
    application.initialize(arguments)
    # At the end these close the sockets on which another thread may still be saying goodbye,
    # which ZeroMQ answers with an error on stderr or by aborting. They end with the process.
    atexit.unregister(application.close)
    atexit.unregister(application.iopub_thread.stop)
    _show_figures(application.shell)
    connection.sendall(b"listening\n")
    application.start()


def _show_figures(shell: Any) -> None:
    """What importing pyplot does in a kernel: figures go to the backend of the environment."""
    import matplotlib
    from IPython.core.pylabtools import activate_matplotlib
    from matplotlib_inline.backend_inline import configure_inline_support

    backend = os.environ["MPLBACKEND"]  # which the kernel has just set, unless it was
    matplotlib.rcParams["backend"] = backend
    activate_matplotlib(backend)
    configure_inline_support(shell, backend)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.path.pop(0)  # the folder that -m puts there, which kernels do not have
    serve(int(sys.argv[1]), sys.argv[2:])
