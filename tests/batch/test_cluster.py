"""A plan on a Dask cluster: the same results as here, whoever is lost, and nothing from strangers.

The clusters are real: a scheduler and workers in processes of their own, on this machine.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from labtools.batch.cluster import caller as cluster
from labtools.batch.cluster import crew
from labtools.batch.cluster.needs import describe_job, find_faults, find_root
from labtools.batch.plan import Report, read_notebook
from labtools.batch.record import executed_path, log_path
from labtools.batch.runner import run_plan
from labtools.batch.state import hash_files
from labtools.faults import BadInput
from labtools.reads import hash_input

pytest.importorskip("distributed", reason="needs labtools[dask]")


HERE = ("--host", "127.0.0.1", "--no-dashboard")


class Cluster:
    """A scheduler on a port that was free, and the workers that a test has start."""

    def __init__(self, folder: Path, processes: ExitStack) -> None:
        self.folder = folder
        self.processes = processes
        self.file = folder / "scheduler.json"
        self.start("scheduler", *HERE, "--port", "0", "--scheduler-file", self.file, cwd=folder)
        wait_until(lambda: self.file.exists() and self.file.read_text().endswith("}"))
        self.address = json.loads(self.file.read_text())["address"]

    def worker(self, name: str, cwd: Path, *, threads: int = 1, program=("-m", "dask")):
        options = ["--no-nanny", "--nthreads", threads, "--name", name, "--scheduler-file"]
        scratch = ["--local-directory", self.folder / name]
        return self.start("worker", *HERE, *options, self.file, *scratch, cwd=cwd, program=program)

    def start(self, *arguments, cwd: Path, program=("-m", "dask")):
        process = subprocess.Popen(
            [sys.executable, *program, *map(str, arguments)],
            cwd=cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.callback(process.wait)
        self.processes.callback(process.kill)
        return process


@pytest.fixture
def project(tmp_path) -> Path:
    """A folder with a lab of two files; `write` puts notebooks beside it."""
    (tmp_path / "project" / "lab").mkdir(parents=True)
    (tmp_path / "project" / "lab" / "cities.csv").write_text("city\nö\n", encoding="utf-8")
    (tmp_path / "project" / "lab" / "answers.csv").write_text("answer\n1\n", encoding="utf-8")
    return tmp_path / "project"


@pytest.fixture
def dask(tmp_path):
    with ExitStack() as processes:
        folder = tmp_path / "dask"
        folder.mkdir()
        yield Cluster(folder, processes)


def write(root: Path, name: str, *sources: str) -> Report:
    first = new_code_cell('city: str = "x"  # = y', metadata={"tags": ["parameters"]})
    path = root / "notebooks" / "a" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[first, *map(new_code_cell, sources)]), path)
    return Report(read_notebook(path), "ö", {"city": "ö"})


def run(reports, *, root: Path, address: str, out: Path, told=None, progress=None):
    return cluster.run_on_dask(
        reports,
        address=address,
        lab_folder=root / "lab",
        files=hash_files(root / "lab"),
        out=out,
        timeout=60,
        modules=["labtools.intervals"],
        progress=progress or (lambda outcome: None),
        tell=(lambda line: None) if told is None else told.append,
    )


def test_a_cluster_gives_what_this_machine_gives(project, dask, tmp_path, capfd):
    """Reports read the lab and draw, one fails; a worker with two threads is in a copy."""
    code = "print(open('lab/cities.csv', encoding='utf-8').read(), city)"
    draw = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    reports = [write(project, f"0{n}_fine", code, draw, f"{n}") for n in range(3)]
    reports.append(write(project, "04_wrong", "1 / 0", "print('no')"))
    copy = shutil.copytree(project, tmp_path / "copy")
    dask.worker("one", project)
    dask.worker("two", copy, threads=2)
    seen = []
    outcomes = run(
        reports, root=project, address=dask.address, out=tmp_path / "out", progress=seen.append
    )
    local = run_plan(
        reports, out=tmp_path / "local", jobs=2, timeout=60, server=None, progress=seen.append
    )

    assert [outcome.report for outcome in outcomes] == reports
    assert [outcome.status for outcome in outcomes] == ["done", "done", "done", "failed"]
    assert outcomes[-1].reason == "code cell 2: ZeroDivisionError: division by zero"
    assert list(outcomes[0].files) == ["lab/cities.csv"]
    assert len(seen) == 8
    for here, there in zip(local, outcomes, strict=True):
        assert (here.status, here.reason, here.reads, here.files, here.stderr) == (
            (there.status, there.reason, there.reads, there.files, there.stderr)
        )
        name = here.report.name
        assert cells(tmp_path / "out", name) == cells(tmp_path / "local", name)
        assert log_path(tmp_path / "out", name).read_text("utf-8").startswith("begun ")
    assert not list((tmp_path / "out").rglob("*.part*"))
    wait_until(lambda: not list(dask.folder.rglob("labtools-*")))
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_what_a_killed_worker_ran_another_one_runs_again(project, dask, tmp_path):
    """One is killed while it is at a report that has the other one's reports behind it."""
    kill = "import os, pathlib\nonce = pathlib.Path('once')\nbegun = once.exists()\nonce.touch()"
    wait = "import time\nif not begun:\n    time.sleep(60)\nprint(city)"
    reports = [write(project, "01_unlucky", kill, wait)]
    reports += [write(project, f"1{n}_fine", "print(city)") for n in range(2)]
    workers = {name: dask.worker(name, project) for name in ("one", "two")}
    killed = []

    def kill_one(_outcome):
        if (project / "once").exists() and not killed:
            running = [name for name in workers if list((dask.folder / name).rglob("01_unlucky"))]
            workers[running[0]].kill()
            killed.extend(running)

    outcomes = run(
        reports, root=project, address=dask.address, out=tmp_path / "out", progress=kill_one
    )
    assert len(killed) == 1
    assert [outcome.status for outcome in outcomes] == ["done"] * 3
    assert cells(tmp_path / "out", reports[0].name)[-1][0]["text"] == "ö\n"


def test_strangers_are_refused_by_name_and_the_rest_is_run_by_the_others(project, dask, tmp_path):
    """One has another file, one another package, one no labtools; nothing runs on these alone."""
    reports = [write(project, f"0{n}_fine", "import os\nprint(os.getcwd())") for n in range(3)]
    other = shutil.copytree(project, tmp_path / "other")
    (other / "lab" / "answers.csv").write_text("answer\n2\n", encoding="utf-8")
    old = tmp_path / "old.py"
    old.write_text(
        textwrap.dedent(
            """
            import sys
            from importlib import metadata

            def version(name, true=metadata.version):
                return "2.1.0" if name == "pandas" else true(name)

            metadata.version = version
            from dask.__main__ import main
            main()
            """
        )
    )
    bare = tmp_path / "bare.py"
    bare.write_text(
        "import sys\nsys.modules['labtools'] = None\nfrom dask.__main__ import main\nmain()\n"
    )
    dask.worker("other", other)
    dask.worker("old", project, program=(old,))
    dask.worker("bare", project, program=(bare,))
    wait_for_workers(dask.address, 3)
    with pytest.raises(BadInput) as caught:
        run(reports, root=project, address=dask.address, out=tmp_path / "out")
    sentences = str(caught.value).splitlines()
    assert not (tmp_path / "out").exists()

    dask.worker("good", project)
    told = []
    wait_for_workers(dask.address, 4)
    outcomes = run(reports, root=project, address=dask.address, out=tmp_path / "out", told=told)
    assert [outcome.status for outcome in outcomes] == ["done"] * 3
    lines = sorted(told)
    assert lines == sorted(sentences)
    without, *lines = lines
    assert without.startswith("worker bare (tcp://127.0.0.1:")
    assert "must have labtools as it is here; found ModuleNotFoundError: No module" in without
    assert len(lines) == 2
    assert lines[0].startswith("worker old (tcp://127.0.0.1:")
    assert "must have the same versions as here; found pandas 2.1.0 instead of" in lines[0]
    assert lines[1].startswith("worker other (tcp://127.0.0.1:")
    assert "the same files of the lab as here; found another answers.csv; copy" in lines[1]
    places = {cells(tmp_path / "out", report.name)[-1][0]["text"] for report in reports}
    assert places == {f"{project}\n"}


def test_everything_that_a_machine_has_otherwise_is_told(project, tmp_path, monkeypatch):
    """Notebook, library, files of the lab and the key, each in a sentence with its remedy."""
    (project / "helper.py").write_text("one = 1\n", encoding="utf-8")
    reports = [write(project, f"0{n}", "import helper") for n in range(6)]
    key = tmp_path / "key.csv"
    key.write_text("key", encoding="utf-8")
    monkeypatch.setenv("LABTOOLS_KEY", str(key))
    job = describe_job(
        reports,
        name="job",
        lab_folder=project / "lab",
        files={**hash_files(project / "lab"), "the key": hash_input(key)},
        modules=[],
        timeout=1,
    )
    assert job.lab == Path("lab")
    assert find_faults(job, project, who="worker w") == []

    other = shutil.copytree(project, tmp_path / "other")
    write(other, "00", "import helper, os")
    (other / "helper.py").write_text("one = 2\n", encoding="utf-8")
    (other / "lab" / "cities.csv").unlink()
    (other / "lab" / "more.csv").touch()
    key.write_text("another", encoding="utf-8")
    assert [str(fault) for fault in find_faults(job, other, who="worker w")] == [
        "worker w: must have the same notebooks as here; found another notebooks/a/00.ipynb; "
        "copy the project's folder there again",
        "worker w: must have the same code of labtools and of the project as here; found other "
        "code behind notebooks/a/01.ipynb, notebooks/a/02.ipynb, notebooks/a/03.ipynb and 2 more; "
        "copy it there again, and start the worker anew",
        "worker w: must have the same files of the lab as here; found no cities.csv, another the "
        "key, in addition more.csv; copy the lab's folder there again",
    ]
    shutil.rmtree(other / "lab")
    assert f"found no folder {other / 'lab'}" in str(find_faults(job, other, who="w")[-1])
    monkeypatch.chdir(tmp_path)
    assert find_root(job) == project
    monkeypatch.chdir(other)
    assert find_root(job) == other
    [fault] = find_faults(job, None, who="w")
    assert str(fault).endswith("start the worker in the project's folder")


def test_a_report_that_kills_its_workers_fails_and_so_does_what_none_is_left_for(
    project, dask, tmp_path, monkeypatch
):
    """There is one worker, as many as a report may cost here; an earlier page is not kept."""
    monkeypatch.setattr(cluster, "_CHANCES", 1)
    monkeypatch.setattr(crew, "_PATIENCE", 0.5)
    kill = "import psutil\npsutil.Process().parent().parent().kill()\nimport time\ntime.sleep(60)"
    reports = [write(project, "01_deadly", kill), write(project, "02_fine", "print(city)")]
    old = executed_path(tmp_path / "out", reports[1].name)
    old.parent.mkdir(parents=True)
    old.write_text("of an earlier run", encoding="utf-8")
    dask.worker("one", project)
    outcomes = run(reports, root=project, address=dask.address, out=tmp_path / "out", told=[])
    assert [outcome.status for outcome in outcomes] == ["failed", "failed"]
    assert [outcome.reason for outcome in outcomes] == [cluster.KILLED, cluster.ALONE]
    assert not old.exists()


def test_it_waits_for_a_worker_and_a_signal_ends_what_runs_there(project, dask, tmp_path):
    """Another run on the same worker, whose caller has an error, leaves nothing there either."""
    marker = project / "pid"
    sleep = f"import os, time\nopen({str(marker)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    reports = [write(project, "01_fine", "print(city)"), write(project, "02_slow", sleep)]
    reports.append(write(project, "03_never", "print(city)"))
    told, workers = [], []

    def tell(line):
        told.append(line)
        workers.append(dask.worker("one", project))

    def stop(_outcome):
        Stopper(marker).start()

    options = {
        "address": dask.address,
        "lab_folder": project / "lab",
        "files": hash_files(project / "lab"),
        "out": tmp_path / "out",
        "timeout": 60,
        "modules": [],
        "tell": tell,
    }
    outcomes = cluster.run_on_dask(reports, progress=stop, **options)
    assert [outcome.status for outcome in outcomes] == ["done", "stopped", "stopped"]
    assert len(told) == 1
    assert told[0].endswith("no worker is there yet; waiting for one, until Ctrl-C")
    kernel = int(marker.read_text())
    wait_until(lambda: not is_running(kernel))
    wait_until(lambda: not list(dask.folder.rglob("labtools-*")))

    def refuse(_outcome):
        raise OSError(28, "No space left on device")

    begun = time.monotonic()
    with pytest.raises(OSError, match="No space left"):
        cluster.run_on_dask(reports, progress=refuse, **options)
    assert time.monotonic() - begun < 20
    assert workers[0].poll() is None
    wait_until(lambda: not psutil.Process(workers[0].pid).children())


def test_a_scheduler_that_does_not_answer_is_told_in_one_line(project, tmp_path, monkeypatch):
    monkeypatch.setattr(crew, "_REACH", 1.0)
    reports = [write(project, "01_fine")]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(BadInput, match=r"--dask: must be the address of .*; found tcp"):
            run(reports, root=project, address=address, out=tmp_path / "out")
    with pytest.raises(BadInput, match="found lab: ValueError: missing port number") as caught:
        run(reports, root=project, address="lab", out=tmp_path / "out")
    assert "\n" not in str(caught.value)


def test_without_the_extra_its_name_is_told(project, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match=r"must have .* extra dask; found .*; run pip install"):
        run([write(project, "01")], root=project, address="tcp://127.0.0.1:1", out=tmp_path)


class Stopper(threading.Thread):
    """Sends this process a signal as soon as a report has begun."""

    def __init__(self, marker: Path) -> None:
        super().__init__()
        self.marker = marker

    def run(self) -> None:
        wait_until(lambda: self.marker.exists() and self.marker.read_text() != "")
        os.kill(os.getpid(), signal.SIGTERM)


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid)


def cells(out: Path, name: str):
    """The outputs of each code cell; tracebacks, which tell the kernel's number, left out."""
    executed = nbformat.read(executed_path(out, name), as_version=4)
    outputs = [cell.outputs for cell in executed.cells if cell.cell_type == "code"]
    for output in (output for group in outputs for output in group):
        output.pop("traceback", None)
    return json.loads(json.dumps(outputs))


def wait_for_workers(address: str, number: int) -> None:
    with crew.connect(address) as client:
        client.wait_for_workers(number, timeout=30)


def wait_until(holds, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)
