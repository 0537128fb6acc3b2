"""What is saved makes the command run again, once; what it writes itself never does."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from labtools.batch.watch import watch_and_run
from labtools.faults import BadInput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ended by signals")

WATCH = """
import sys
from functools import partial
from pathlib import Path
from labtools.batch.watch import watch_and_run

command = [sys.executable, "-I", "-c", sys.argv[1]]
tell, folders = partial(print, flush=True), [Path("lab"), Path("lab/sub"), Path("notebooks")]
sys.exit(watch_and_run(command, folders=folders, out=Path("notebooks/out"), tell=tell))
"""

DEAF = "import signal\nfor one in (2, 15):\n    signal.signal(one, signal.SIG_IGN)\n"
"""So that a run which has printed its last line ends with its own status, whatever comes."""

RUN = DEAF + "print('ran', flush=True)"

WAIT = """
import signal, time
for one in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(one, signal.default_int_handler)
try:
    print("runs", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("ended well", flush=True)
    raise SystemExit(1)
"""


class Watched:
    """A process that watches, read line by line; one that hangs is killed after a minute."""

    def __init__(self, root: Path, command: str, **environment: str) -> None:
        self.root = root
        for name in ("lab/sub", "notebooks/out"):
            (root / name).mkdir(parents=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", WATCH, command],
            cwd=root,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.timer = threading.Timer(60, self.kill)
        self.timer.start()

    def kill(self) -> None:
        """With the command that it runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def line(self) -> str:
        """The next one, of the watching or of the command."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def save(self, *names: str) -> None:
        """As editors do, so that no file is seen half written."""
        for name in names:
            path = self.root / name
            path.parent.mkdir(exist_ok=True)
            part = self.root / "part"
            part.write_text("text", encoding="utf-8")
            part.replace(path)

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[str, str, int]:
        """What is printed from now on, and the exit status."""
        if how == signal.SIGTERM:
            self.process.send_signal(how)
        else:
            os.killpg(self.process.pid, how)
        out, err = self.process.communicate()
        return out, err, self.process.returncode


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[type[Watched]]:
    begun: list[Watched] = []

    def start(command: str, **environment: str) -> Watched:
        begun.append(Watched(tmp_path, command, **environment))
        return begun[-1]

    yield start
    for one in begun:
        one.timer.cancel()
        one.kill()
        one.process.communicate()


@pytest.mark.parametrize("polling", ["", "true"])
def test_the_command_runs_at_once_and_after_each_change_that_is_told(start, polling):
    """Where the system does not tell of changes, too."""
    watched = start(RUN, WATCHFILES_FORCE_POLLING=polling)
    assert watched.line() == "ran"
    watched.save("lab/activities.csv")
    assert [watched.line() for _ in range(2)] == ["changed: lab/activities.csv", "ran"]
    watched.save("notebooks/å.ipynb")
    assert [watched.line() for _ in range(2)] == ["changed: notebooks/å.ipynb", "ran"]
    (watched.root / "lab" / "activities.csv").unlink()
    assert [watched.line() for _ in range(2)] == ["changed: lab/activities.csv", "ran"]
    assert watched.end() == ("", "", 0)


@pytest.mark.parametrize("polling", ["", "true"])
def test_what_runs_and_editors_write_beside_is_no_change(start, polling):
    """A change is saved last: it is the first to be told, and nothing else is told with it."""
    watched = start(RUN, WATCHFILES_FORCE_POLLING=polling)
    assert watched.line() == "ran"
    watched.save(
        "lab/.cache/a.parquet",
        "lab/~$cities.xlsx",
        "lab/.#notes.md",
        "lab/#notes.md#",
        "lab/notes.md~",
        "lab/4913",
        "lab/cities.csv.part",
        "lab/sub/.notes.md.swp",
        "notebooks/.ipynb_checkpoints/a.ipynb",
        "notebooks/__pycache__/a.pyc",
        "notebooks/out/index.html",
        "notebooks/out/run.json",
        "beside.csv",
    )
    (watched.root / "lab" / "sub").chmod(0o700)
    watched.save("lab/sub/real.csv")
    assert [watched.line() for _ in range(2)] == ["changed: lab/sub/real.csv", "ran"]
    assert watched.end() == ("", "", 0)


def test_a_change_during_a_run_makes_one_more(start):
    """Each run waits for a file that lets it end."""
    once = (
        DEAF + "import pathlib, time\nprint('runs', flush=True)\ngo = pathlib.Path('go')\n"
        "while not go.exists():\n    time.sleep(0.02)\ngo.unlink()\nprint('ran', flush=True)"
    )
    watched = start(once)
    assert watched.line() == "runs"
    watched.save("lab/a.csv", "lab/b.csv", "lab/sub/c.csv", "lab/sub/d.csv", "go")
    assert watched.line() == "ran"
    assert watched.line() == "changed: lab/a.csv, lab/b.csv, lab/sub/c.csv and 1 more"
    assert watched.line() == "runs"
    watched.save("go")
    assert watched.line() == "ran"
    watched.save("lab/last.csv", "go")
    assert [watched.line() for _ in range(3)] == ["changed: lab/last.csv", "runs", "ran"]
    assert watched.end() == ("", "", 0)


def test_a_folder_that_is_moved_in_is_a_change_and_so_are_its_files_from_then_on(start):
    watched = start(RUN)
    assert watched.line() == "ran"
    watched.save("new/a.csv")
    (watched.root / "new").rename(watched.root / "lab" / "new")
    assert [watched.line() for _ in range(2)] == ["changed: lab/new", "ran"]
    watched.save("lab/new/a.csv")
    assert [watched.line() for _ in range(2)] == ["changed: lab/new/a.csv", "ran"]


def test_after_a_run_that_was_refused_the_watching_goes_on(start):
    """The exit status is that of the last run."""
    watched = start(
        DEAF + "import pathlib, sys\nprint('ran', flush=True)\n"
        "sys.exit(0 if pathlib.Path('lab/mended').exists() else 2)"
    )
    assert watched.line() == "ran"
    watched.save("lab/wrong")
    assert [watched.line() for _ in range(2)] == ["changed: lab/wrong", "ran"]
    watched.save("lab/mended")
    assert [watched.line() for _ in range(2)] == ["changed: lab/mended", "ran"]
    assert watched.end(signal.SIGINT) == ("", "", 0)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_during_a_run_ends_both_and_the_run_ends_itself(start, name):
    """SIGTERM reaches the watching process alone, the others reach both from the terminal."""
    watched = start(WAIT)
    assert watched.line() == "runs"
    watched.save("lab/a.csv")
    assert watched.end(getattr(signal, name)) == ("ended well\n", "", 1)


def test_a_run_that_a_signal_kills_gives_the_status_that_a_shell_gives(start):
    watched = start("import time\nprint('runs', flush=True)\ntime.sleep(60)")
    assert watched.line() == "runs"
    assert watched.end() == ("", "", 128 + signal.SIGTERM)


def test_where_the_system_watches_no_more_files_they_are_looked_at_again_and_again(
    tmp_path, monkeypatch
):
    """Only the refusal is made up."""
    from labtools.batch import watch as module

    asked = []
    real = module.watch

    def refusing(*places, force_polling=None, **options):
        asked.append(force_polling)
        if not force_polling:
            raise OSError("OS file watch limit reached")
        return real(*places, force_polling=True, **options)

    monkeypatch.setattr(module, "watch", refusing)
    command = [sys.executable, "-c", "import os, signal\nos.kill(os.getppid(), signal.SIGINT)"]
    before = signal.getsignal(signal.SIGINT)
    (tmp_path / "lab").mkdir()
    folders = [tmp_path / "lab"]
    assert watch_and_run(command, folders=folders, out=tmp_path / "out", tell=pytest.fail) == 0
    assert asked == [None, True]
    assert signal.getsignal(signal.SIGINT) == before


def test_a_folder_that_is_not_there_and_one_in_the_output_are_refused(tmp_path):
    folders = [tmp_path / "none", tmp_path / "out" / "lab"]
    folders[1].mkdir(parents=True)
    with pytest.raises(BadInput) as caught:
        watch_and_run(["false"], folders=folders, out=tmp_path / "out", tell=pytest.fail)
    absent, inside = map(str, caught.value.faults)
    assert f"{folders[0]}: must be a folder; found none" in absent
    assert "must lie beside or below what is watched" in inside
