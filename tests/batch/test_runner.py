"""Reports run in kernels of their own; what goes wrong with one stays with it."""

import ast
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from labtools.batch.execute import _Translator, describe
from labtools.batch.plan import Notebook, Report, read_notebook
from labtools.batch.record import executed_path
from labtools.batch.runner import run_plan
from labtools.batch.warm import kernel_server


def write(root: Path, name: str, *sources: str) -> Notebook:
    first = new_code_cell('city: str = "x"  # = y', metadata={"tags": ["parameters"]})
    path = root / "notebooks" / "a" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[first, *map(new_code_cell, sources)]), path)
    return read_notebook(path)


def test_reports_run_at_the_root_and_failures_stay_apart(tmp_path, capfd):
    """One run, as kernels cost seconds: text kept, place, stderr, error, dead kernel, time-out."""
    root, out = tmp_path / "projekt {å}", tmp_path / "out {x}"
    text = "Umeå 😀 \"double\" 'single' \\ back\nslash {brace}"
    fine = write(root, "01_fine", "import os\nprint(os.getcwd(), city, sep='|')")
    wrong = write(
        root, "02_wrong", "import sys\nprint('careful', file=sys.stderr)", "1 / 0", "print('no')"
    )
    dead = write(root, "03_dead", "import os\nos.kill(os.getpid(), 9)")
    slow = write(root, "04_slow", "import time\ntime.sleep(60)")
    reports = [Report(notebook, "x", {"city": text}) for notebook in (fine, wrong, dead, slow)]
    seen = []
    outcomes = run_plan(
        reports, out=out, jobs=2, timeout=8, server=None, progress=lambda one: seen.append(one)
    )

    assert [outcome.status for outcome in outcomes] == ["done", "failed", "failed", "failed"]
    assert [outcome.reason for outcome in outcomes] == [
        "",
        "code cell 3: ZeroDivisionError: division by zero",
        "code cell 2: the kernel died, perhaps for want of memory",
        "code cell 2: not finished 8 seconds after the start",
    ]
    assert [outcome.stderr for outcome in outcomes] == [False, True, False, False]
    assert {outcome.report.name for outcome in seen} == {report.name for report in reports}

    executed = nbformat.read(executed_path(out, "a/01_fine/x"), as_version=4)
    injected, last = executed.cells[1], executed.cells[2]
    assert last.outputs[0].text == f"{root}|{text}\n"
    assert "Umeå 😀" in injected.source
    assert not list(out.rglob("*.part.ipynb"))
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


@given(st.text(st.characters(codec="utf-8")))
def test_injected_text_is_a_literal_of_the_same_text(text):
    assert ast.literal_eval(_Translator.translate(text)) == text


def test_a_reason_is_one_line_without_terminal_colours(tmp_path):
    report = Report(write(tmp_path, "01_x"), None, {})
    outcome = describe(report, "failed", "\x1b[0;31mKeyError\x1b[0m:\n  'n' " + "x" * 1000)
    assert outcome.reason.startswith("KeyError: 'n' xxx")
    assert len(outcome.reason) < 450


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")
def test_where_the_server_of_kernels_is_killed_its_reports_run_in_ordinary_ones(tmp_path):
    """One report kills the server while another waits in a kernel of it; all come to their end."""
    kill = "import os, pathlib\nonce = pathlib.Path('once')\n"
    unlucky = write(
        tmp_path,
        "01_unlucky",
        kill + "if not once.exists():\n    once.touch()\n    os.kill(os.getppid(), 9)",
    )
    beside = write(tmp_path, "02_beside", "import time\ntime.sleep(2)\nprint(city)")
    fine = write(tmp_path, "03_fine", "print(city)")
    reports = [Report(notebook, "x", {"city": "x"}) for notebook in (unlucky, beside, fine)]
    seen = []
    with kernel_server([]) as server:
        outcomes = run_plan(
            reports, out=tmp_path / "out", jobs=2, timeout=60, server=server, progress=seen.append
        )
    assert [outcome.status for outcome in outcomes] == ["done", "done", "done"]
    assert len(seen) == 3
    written = sorted(path.name for path in (tmp_path / "out" / ".notebooks" / "a").glob("*/*"))
    assert written == ["x.ipynb"] * 3 + ["x.log"] * 3


def test_an_error_of_the_callers_stops_the_run_and_is_raised_again(tmp_path):
    """As when the record cannot be written; what runs meanwhile is ended."""
    reports = [
        Report(write(tmp_path, "01_fine", "print(city)"), "x", {"city": "x"}),
        Report(write(tmp_path, "02_slow", "import time\ntime.sleep(60)"), "x", {"city": "x"}),
    ]

    def refuse(outcome):
        raise OSError(28, "No space left on device")

    begun = time.monotonic()
    with pytest.raises(OSError, match="No space left"):
        run_plan(reports, out=tmp_path / "o", jobs=2, timeout=60, server=None, progress=refuse)
    assert time.monotonic() - begun < 30


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals for one process")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_stops_what_runs_and_leaves_nothing_half_written(tmp_path, name):
    """The run is interrupted while its first report sleeps; no kernel outlives it.

    SIGHUP goes twice and to every process of the run, as from a terminal that is closed, and
    SIGTERM to every process, as from the program timeout.
    """
    marker = tmp_path / "pid"
    sleep = f"import os, time\nopen({str(marker)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    write(tmp_path, "01_sleep", sleep)
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            f"""
            from pathlib import Path
            from labtools.batch.plan import Report, read_notebook
            from labtools.batch.runner import run_plan

            if __name__ == "__main__":
                notebook = read_notebook(Path({str(tmp_path)!r}) / "notebooks/a/01_sleep.ipynb")
                reports = [Report(notebook, city, {{"city": city}}) for city in "abcd"]
                out = Path({str(tmp_path)!r}) / "out"
                options = dict(jobs=1, timeout=60, server=None, progress=print)
                outcomes = run_plan(reports, out=out, **options)
                print(*[outcome.status for outcome in outcomes])
            """
        ),
        encoding="utf-8",
    )
    run = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: marker.exists() and marker.read_text() != "")
    for _ in range(2 if name == "SIGHUP" else 1):
        os.killpg(run.pid, getattr(signal, name))
    out, err = run.communicate(timeout=30)
    assert (out, err) == ("stopped stopped stopped stopped\n", "")
    kernel = int(marker.read_text())
    wait_until(lambda: not is_running(kernel))
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert [path.suffix for path in written] == [".log"]
    assert written[0].read_text("utf-8").endswith("stopped: stopped before it was finished\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
def test_after_a_run_signals_mean_what_they_did_before():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    assert run_plan([], out=Path("unused"), jobs=1, timeout=1, server=None, progress=print) == []
    assert [signal.getsignal(number) for number in numbers] == before


def wait_until(holds, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
