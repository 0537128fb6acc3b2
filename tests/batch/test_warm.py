"""Forked kernels give what ordinary ones give, share nothing, and end when they should."""

import os
import signal
import stat
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from labtools.batch.execute import run_report
from labtools.batch.plan import Notebook, Report, read_notebook
from labtools.batch.record import executed_path
from labtools.batch.warm import Forked, kernel_server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")

LIGHT = (
    "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt",
    "import os, sys\nimport seaborn as sns",
    "table = pd.DataFrame({'a': np.random.default_rng(1).normal(size=50), 'b': list('xy') * 25})",
    "table.groupby('b').agg(['mean', 'std'])",
    "sns.histplot(table, x='a', hue='b')",
    "figure, ax = plt.subplots()\nax.plot(table['a'])\nplt.show()",
    "print(os.getcwd(), __name__, sys.path, sys.argv[0])",
    "print(plt.get_backend(), plt.isinteractive(), plt.rcParams['figure.dpi'], plt.get_fignums())",
    "signal_names = __import__('signal').getsignal(__import__('signal').SIGCHLD); signal_names",
)


@pytest.fixture(scope="module")
def server() -> Any:
    with kernel_server([]) as path:
        yield path


def write(root: Path, name: str, *sources: str) -> Report:
    first = new_code_cell("n: int = 1", metadata={"tags": ["parameters"]})
    path = root / "notebooks" / "a" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[first, *map(new_code_cell, sources)]), path)
    notebook: Notebook = read_notebook(path)
    return Report(notebook, None, {"n": 1})


def outputs(report: Report, out: Path, server: str | None) -> list[Any]:
    outcome = run_report(report, out=out, timeout=60, server=server)
    assert outcome.status == "done", outcome.reason
    cells = nbformat.read(executed_path(out, report.name), as_version=4).cells
    return [output for cell in cells for output in cell.outputs]


def printed(report: Report, out: Path, server: str | None) -> list[str]:
    return [output.text.strip() for output in outputs(report, out, server)]


def test_outputs_are_those_of_an_ordinary_kernel_byte_for_byte(tmp_path: Path, server: str) -> None:
    report = write(tmp_path, "light", *LIGHT)
    warm = outputs(report, tmp_path / "warm", server)
    ordinary = outputs(report, tmp_path / "ordinary", None)
    assert sum("image/png" in output.get("data", {}) for output in warm) == 2
    assert warm == ordinary


def test_no_state_passes_from_one_report_to_the_next(tmp_path: Path, server: str) -> None:
    """Environment, folder, settings, figures, modules, random state, names."""
    spoil = write(
        tmp_path,
        "spoil",
        "import os, sys, random, numpy as np, matplotlib.pyplot as plt, pandas as pd",
        "os.environ['LEAK'] = 'x'; os.chdir('/'); sys.path.append('/leak'); plt.figure(num=7);",
        "plt.rcParams['figure.dpi'] = 33; pd.options.display.max_rows = 3; pd.leak = leak = 1",
        "np.random.seed(0); random.seed(0)",
    )
    look = write(
        tmp_path,
        "look",
        "import os, sys, random, numpy as np, matplotlib.pyplot as plt, pandas as pd",
        "print(os.environ.get('LEAK'), os.getcwd(), '/leak' in sys.path, 'leak' in globals())",
        "print(plt.get_fignums(), plt.rcParams['figure.dpi'], pd.options.display.max_rows)",
        "print(hasattr(pd, 'leak'))",
    )
    outputs(spoil, tmp_path / "out", server)
    found = printed(look, tmp_path / "out", server)
    assert found == [f"None {tmp_path} False False", "[] 100.0 60", "False"]


def test_every_report_has_random_numbers_of_its_own(tmp_path: Path, server: str) -> None:
    report = write(
        tmp_path,
        "random",
        "import random, uuid, numpy as np",
        "print(random.random(), np.random.rand(), np.random.default_rng().random(), uuid.uuid4())",
    )
    (first,), (second,) = (printed(report, tmp_path / "out", server) for _ in range(2))
    assert not set(first.split()) & set(second.split())


def test_threads_and_processes_work_in_a_forked_kernel(tmp_path: Path, server: str) -> None:
    report = write(
        tmp_path,
        "threads",
        "import subprocess, sys, numpy as np, pyarrow as pa, pyarrow.compute as pc",
        "from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor",
        "with ThreadPoolExecutor(2) as pool:\n    print(sum(pool.map(abs, range(-3, 3))))",
        "print((np.ones((300, 300)) @ np.ones((300, 300))).sum())",
        "print(pc.sum(pa.array(range(100000))))",
        "print(subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True).stdout)",
    )
    assert printed(report, tmp_path / "out", server) == ["9", "27000000.0", "4999950000", "b'1\\n'"]


def test_the_server_outlives_a_killed_kernel(tmp_path: Path, server: str) -> None:
    killed = write(tmp_path, "killed", "import os\nos.kill(os.getpid(), 9)")
    outcome = run_report(killed, out=tmp_path / "out", timeout=60, server=server)
    assert outcome.reason == "code cell 2: the kernel died, perhaps for want of memory"
    fine = write(tmp_path, "fine", "print(os.getppid()) if (os := __import__('os')) else 0")
    assert printed(fine, tmp_path / "out", server)[0].isdigit()


def test_only_its_user_can_reach_the_server(server: str) -> None:
    mode = stat.S_IMODE(Path(server).parent.stat().st_mode)
    assert mode == 0o700


def ask(server: str) -> Forked:
    """A process that waits for ever in place of a kernel: its connection file is not there."""
    argv = ["ipykernel_launcher", "-f", f"{server}.fifo"]
    return Forked(server, {"argv": argv, "cwd": "/", "env": dict(os.environ)})


def test_kernels_end_with_their_server(tmp_path: Path) -> None:
    with kernel_server([]) as path:
        kernel = ask(path)
        assert kernel.poll() is None
    assert wait_for(lambda: kernel.poll() is not None)
    assert not Path(path).parent.exists()


def test_a_report_runs_in_an_ordinary_kernel_where_the_server_is_gone(tmp_path: Path) -> None:
    report = write(tmp_path, "fine", "print('fine')")
    assert printed(report, tmp_path / "out", str(tmp_path / "nowhere")) == ["fine"]


def test_a_kernel_takes_signals_only_while_it_lives() -> None:
    with kernel_server([]) as path:
        kernel = ask(path)
        kernel.kill()
        assert wait_for(lambda: kernel.poll() is not None)
        kernel.pid = os.getpid()  # as if the number had gone to another process
        kernel.send_signal(signal.SIGTERM)
        assert kernel.wait() == -1


def wait_for(holds: Any) -> bool:
    end = time.monotonic() + 20
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(holds())
