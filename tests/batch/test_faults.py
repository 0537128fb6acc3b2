"""What goes wrong during a run costs no report but its own, and the next run completes.

The command as a process of its own, for four cities; the fault is caused, told and mended. Its
worker lost is a matter of test_cluster.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CITIES = ("norrvik", "ekhamra", "sundby", "vretinge")
COMMAND = (sys.executable, "-c", "from labtools.cli import main; main()", "run")
CELLS = (
    "import json, os, time\nfrom pathlib import Path\nfrom labtools.lab import open_lab",
    "with open(f'runs/{city}', 'a') as runs:\n    print(os.getpid(), file=runs)",
    "exec(json.loads(os.environ.get('TROUBLE', '{}')).get(city, ''))",
    "print(city, open(f'own/{city}.txt').read())",
    "open_lab(lab_folder).read_table('activities')['activity'].tolist()",
)
TOLD = re.compile(r"\d+ of \d+  |a/01_trial/\w+: failed: |outputs/tiny/")
PROGRESS = re.compile(r"\d+ of \d+  ")
SLEEP = "time.sleep(60)"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals for one process")


@dataclass(frozen=True)
class Project:
    """A lab of four cities, and one notebook that counts its runs and does what TROUBLE says."""

    root: Path

    @property
    def out(self) -> Path:
        return self.root / "outputs" / "tiny" / "internal-en"

    def start(self, *options: str, trouble: dict[str, str] | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, "--lab", "data/tiny", "--jobs", "2", *options],
            cwd=self.root,
            env={**os.environ, "TROUBLE": json.dumps(trouble or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *options: str, trouble: dict[str, str] | None = None) -> tuple[int, list[str]]:
        """The exit status, and what was told beside the progress."""
        run = self.start(*options, trouble=trouble)
        _, told = run.communicate(timeout=120)
        return run.returncode, [line for line in told.splitlines() if not PROGRESS.match(line)]

    def kernels(self, city: str) -> list[int]:
        """The process of each kernel in which the report of a city has begun."""
        path = self.root / "runs" / city
        return list(map(int, path.read_text().split())) if path.exists() else []

    def runs(self) -> Counter[str]:
        return Counter({city: len(self.kernels(city)) for city in CITIES})


def executed(out: Path) -> dict[str, list[Any]]:
    """The outputs of each executed notebook, by city."""
    notebooks = {path.stem: nbformat.read(path, 4) for path in out.rglob("*.ipynb")}
    for notebook in notebooks.values():
        nbformat.validate(notebook)
    return {
        city: [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
        for city, notebook in notebooks.items()
    }


def pages(out: Path) -> set[str]:
    """The cities with a page; every page, those about all of them among them, is whole."""
    found = {path.stem: path.read_text("utf-8") for path in out.rglob("*.html")}
    of_all = {"index", "about"}
    for city, text in found.items():
        assert text.rstrip().endswith("</html>")
        assert city in of_all or f"{city} the own file of {city}" in text
        html.fromstring(text)
    return found.keys() - of_all


def compose(root: Path) -> Project:
    lab, chapter = root / "data" / "tiny", root / "notebooks" / "a"
    for folder in (lab, chapter, root / "runs", root / "own"):
        folder.mkdir(parents=True)
    texts = {
        "lab.toml": '[lab]\nname = "Tiny"\nlanguage = "en"\nsynthetic = true\n',
        "cities.csv": "city,name,municipality_code,company,lab,target_group,start,end\n"
        + "".join(f"{city},{city.title()},,,,,,\n" for city in CITIES),
        "sources.csv": "source_id,city,type,date,file,language,status\n",
        "activities.csv": "activity,city,date,type,visits,people\n"
        "A1,norrvik,2024-09-03,cafe,16,12\n",
    }
    for name, text in texts.items():
        (lab / name).write_text(text, encoding="utf-8")
    for city in CITIES:
        (root / "own" / f"{city}.txt").write_text(f"the own file of {city}", encoding="utf-8")
    parameters = 'lab_folder: str = "x"\ncity: str = "x"'
    cells = [
        new_markdown_cell("# Prov", metadata={"tags": ["lang-sv"]}),
        new_markdown_cell("# Trial", metadata={"tags": ["lang-en"]}),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        *map(new_code_cell, CELLS),
    ]
    nbformat.write(new_notebook(cells=cells), chapter / "01_trial.ipynb")
    return Project(root)


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def finished(out: Path) -> set[str]:
    """The cities whose report the record, or what a run has left in its place, calls done."""
    record, lines = out / "run.json", out / "run.jsonl"
    found = json.loads(record.read_bytes())["reports"] if record.exists() else []
    for line in lines.read_bytes().split(b"\n") if lines.exists() else []:
        with suppress(ValueError):  # cut short
            found.append(json.loads(line)["report"])
    return {report["city"] for report in found if report["status"] == "done"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project after a run to which nothing happened."""
    project = compose(tmp_path_factory.mktemp("undisturbed"))
    assert project.run() == (0, [])
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return compose(tmp_path / "projekt å")


@pytest.fixture
def ran(undisturbed: Project, tmp_path: Path) -> Project:
    """The undisturbed project's twin, in another place."""
    return Project(shutil.copytree(undisturbed.root, tmp_path / "projekt å"))


@pytest.fixture
def expected(undisturbed: Project) -> dict[str, list[Any]]:
    """What each executed notebook gives where nothing happens."""
    return executed(undisturbed.out)


def completes(project: Project, missing: set[str], expected: dict[str, list[Any]]) -> None:
    """The next run runs what is missing, nothing else, and all is as if nothing had happened."""
    before = project.runs()
    assert project.run() == (0, [])
    assert set(project.runs() - before) == missing
    is_whole(project.out, set(CITIES), expected)
    assert not (project.out / "run.jsonl").exists()


def is_whole(out: Path, done: set[str], expected: dict[str, list[Any]]) -> None:
    """What is done is there, all of it, and is right; of nothing else there is a page."""
    assert finished(out) == done
    assert pages(out) == done
    found = executed(out)
    assert {city: found[city] for city in done} == {city: expected[city] for city in done}
    assert not list(out.rglob("*.part*"))


@posix
def test_an_error_a_dead_kernel_and_a_time_out_are_told_and_stay_apart(project, expected):
    trouble = {
        "norrvik": "1 / 0",
        "ekhamra": f"os.kill(os.getpid(), {signal.SIGKILL})",
        "sundby": SLEEP,
    }
    assert project.run("--timeout", "6", trouble=trouble) == (
        1,
        [
            "a/01_trial/norrvik: failed: code cell 4: ZeroDivisionError: division by zero",
            "a/01_trial/ekhamra: failed: code cell 4: the kernel died, perhaps for want of memory",
            "a/01_trial/sundby: failed: code cell 4: not finished 6 seconds after the start",
        ],
    )
    is_whole(project.out, {"vretinge"}, expected)
    completes(project, {"norrvik", "ekhamra", "sundby"}, expected)


@posix
def test_an_input_that_cannot_be_read_fails_the_reports_that_read_it(ran, expected):
    """A folder in its place, a link to nothing, a file that is gone."""
    own = {city: ran.root / "own" / f"{city}.txt" for city in CITIES}
    texts = {city: path.read_text() for city, path in own.items()}
    for city in CITIES[:3]:
        own[city].unlink()
    own["norrvik"].mkdir()
    own["ekhamra"].symlink_to("nowhere")
    before = ran.runs()
    status, told = ran.run()
    missing = "FileNotFoundError: [Errno 2] No such file or directory:"
    assert (status, told) == (
        1,
        [
            "a/01_trial/norrvik: failed: code cell 5: "
            "IsADirectoryError: [Errno 21] Is a directory: 'own/norrvik.txt'",
            f"a/01_trial/ekhamra: failed: code cell 5: {missing} 'own/ekhamra.txt'",
            f"a/01_trial/sundby: failed: code cell 5: {missing} 'own/sundby.txt'",
        ],
    )
    assert set(ran.runs() - before) == set(CITIES[:3])
    is_whole(ran.out, {"vretinge"}, expected)
    own["norrvik"].rmdir()
    own["ekhamra"].unlink()
    for city in CITIES[:3]:
        own[city].write_text(texts[city])
    completes(ran, set(CITIES[:3]), expected)


@posix
def test_a_table_that_cannot_be_read_fails_the_reports_that_read_it(ran, expected):
    """First a link to nothing, which is no absent table, then a folder in its place."""
    table = ran.root / "data" / "tiny" / "activities.csv"
    text = table.read_text()
    table.unlink()
    table.symlink_to("nowhere")
    linked = ran.run()
    is_whole(ran.out, set(), expected)
    table.unlink()
    table.mkdir()
    folder = ran.run()
    is_whole(ran.out, set(), expected)
    fault = "code cell 6: BadInput: activities.csv: the file must be there to read; found "
    for status, told in (linked, folder):
        assert status == 1
        places = [line.partition(fault)[0] for line in told]
        assert places == [f"a/01_trial/{city}: failed: " for city in CITIES]
    table.rmdir()
    table.write_text(text)
    completes(ran, set(CITIES), expected)


@pytest.mark.parametrize("name", ["lab.toml", "cities.csv", "sources.csv"])
def test_a_lab_that_cannot_be_opened_is_told_before_anything_runs(ran, expected, name):
    path = ran.root / "data" / "tiny" / name
    path.rename(path.with_name("away"))
    path.mkdir()
    before = ran.runs()
    status, told = ran.run()
    assert (status, len(told)) == (2, 1)
    path.rmdir()
    path.with_name("away").rename(path)
    assert ran.runs() == before
    is_whole(ran.out, set(CITIES), expected)


def test_a_record_cut_in_half_is_told_and_everything_runs_again(ran, expected):
    record = ran.out / "run.json"
    record.write_bytes(record.read_bytes()[: record.stat().st_size // 2])
    before = ran.runs()
    status, told = ran.run()
    assert (status, len(told)) == (0, 1), told
    assert told[0].startswith(f"{record.relative_to(ran.root)}: not a record of this version")
    assert set(ran.runs() - before) == set(CITIES)
    is_whole(ran.out, set(CITIES), expected)


@posix
def test_of_two_runs_at_once_the_second_says_that_it_waits_and_then_has_nothing_to_do(
    project, expected
):
    wait = "while not Path('go').exists():\n    time.sleep(0.05)"
    first = project.start("--timeout", "60", trouble={"norrvik": wait})
    wait_until(lambda: project.kernels("norrvik") != [])
    second = project.start()
    line = f"{project.out.relative_to(project.root)}: another run writes there; waiting"
    assert second.stderr.readline() == f"{line} until it is done\n"
    (project.root / "go").touch()
    (_, _), (_, told) = first.communicate(timeout=60), second.communicate(timeout=60)
    assert (first.returncode, second.returncode, told) == (0, 0, "")
    assert project.runs() == dict.fromkeys(CITIES, 1)
    is_whole(project.out, set(CITIES), expected)


@posix
def test_ctrl_c_ends_what_runs_and_keeps_what_is_finished(project, expected):
    run = project.start("--jobs", "1", trouble={"sundby": SLEEP})
    wait_until(lambda: project.kernels("sundby") != [])
    os.killpg(run.pid, signal.SIGINT)
    _, told = run.communicate(timeout=60)
    assert run.returncode == 1
    assert told.splitlines()[-1] == "stopped: 2 of 4 reports were not finished"
    wait_until(lambda: not is_running(project.kernels("sundby")[0]))
    is_whole(project.out, {"norrvik", "ekhamra"}, expected)
    completes(project, {"sundby", "vretinge"}, expected)


KILLED = {
    "while a report runs": lambda project: project.kernels("sundby") != [],
    "while pages are written": lambda project: any(project.out.rglob("*.html")),
    "before the record is written": lambda project: (project.out / "index.html").exists(),
}


@posix
@pytest.mark.parametrize("moment", KILLED)
def test_a_run_that_is_killed_has_not_run_in_vain(project, expected, moment):
    run = project.start(trouble={"sundby": SLEEP} if moment == "while a report runs" else {})
    wait_until(lambda: KILLED[moment](project))
    run.kill()
    run.communicate(timeout=60)
    wait_until(lambda: not any(is_running(pid) for city in CITIES for pid in project.kernels(city)))
    pages(project.out)
    found, done = executed(project.out), finished(project.out)
    assert {city: found[city] for city in done} == {city: expected[city] for city in done}
    completes(project, set(CITIES) - done, expected)


class SmallDisk:
    """A file system of its own for a project's output, seen by the commands that it runs alone."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._shell = subprocess.Popen(
            ["unshare", "--map-root-user", "--mount", "sh"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.outputs = project.root / "outputs"
        self.outputs.mkdir()
        self.out = Path(f"/proc/{self._shell.pid}/root{project.out}")

    def do(self, *command: str | Path) -> tuple[int, list[str]]:
        """The exit status of a command at the project's root, and what it told."""
        told = self._project.root / "told"
        here = shlex.quote(str(self._project.root))
        line = f"cd {here} && {shlex.join(map(str, command))} >told 2>&1; echo $?\n"
        self._shell.stdin.write(line)
        self._shell.stdin.flush()
        status = self._shell.stdout.readline()
        if not status:
            return 1, self._shell.stderr.read().splitlines()
        return int(status), told.read_text("utf-8").splitlines()

    def resize(self, kilobytes: int, *, option: str = "remount") -> tuple[int, list[str]]:
        kind = ["-t", "tmpfs", "none"] if option == "new" else []
        options = f"{option},size={kilobytes}k".removeprefix("new,")
        return self.do("mount", *kind, "-o", options, self.outputs)

    def close(self) -> None:
        self._shell.communicate()


@pytest.fixture
def disk(project: Project) -> Iterator[SmallDisk]:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("needs Linux' unshare for a small disk, which is not here")
    small = SmallDisk(project)
    status, told = small.resize(4, option="new")
    if status:
        small.close()
        pytest.skip(f"needs the right to mount a small disk: {told}")
    yield small
    small.close()


def test_a_full_disk_is_told_in_a_line_and_spoils_nothing(project, disk, expected):
    """Full while this is written: a log, an executed notebook, a page, the index, the record."""
    run = [*COMMAND, "--lab", "data/tiny", "--jobs", "2"]
    target = project.out.relative_to(project.root)
    for kilobytes in (4, 24, 76, 112):
        disk.resize(kilobytes)
        before, done = project.runs(), finished(disk.out)
        status, told = disk.do(*run)
        assert status == 0 or any("No space left on device" in line for line in told)
        assert all(TOLD.match(line) for line in told)
        assert not set(project.runs() - before) & done
        assert not list(disk.out.rglob("*.part*"))
        pages(disk.out)
        found, done = executed(disk.out), finished(disk.out)
        assert {city: found[city] for city in done} == {city: expected[city] for city in done}
    disk.resize(1000)
    before, done = project.runs(), finished(disk.out)
    status, told = disk.do(*run)
    assert (status, told[-1]) == (0, str(target / "index.html"))
    assert set(project.runs() - before) == set(CITIES) - done
    is_whole(disk.out, set(CITIES), expected)
