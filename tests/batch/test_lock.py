"""One run at a time writes to an output folder; the next one says that it waits."""

import subprocess
import sys
import threading

import pytest

from labtools.batch.lock import hold_output
from labtools.faults import BadInput

HOLD = """
import sys
from pathlib import Path
from labtools.batch.lock import hold_output

with hold_output(Path(sys.argv[1]), tell=print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the folder until its input ends."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "held\n"
        yield run


def test_a_second_run_says_that_it_waits_and_goes_on_after_the_first(tmp_path, other):
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        threading.Timer(0.2, other.stdin.close).start()

    with hold_output(tmp_path / "out", tell=tell):
        assert told == [f"{tmp_path / 'out'}: another run writes there; waiting until it is done"]


def test_a_run_that_was_killed_holds_nothing(tmp_path, other):
    other.kill()
    other.wait()
    with hold_output(tmp_path / "out", tell=pytest.fail):
        pass


def test_runs_of_other_folders_do_not_wait(tmp_path, other):
    with hold_output(tmp_path / "out2", tell=pytest.fail):
        pass


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_in_place_of_the_folder_is_refused_in_a_line(tmp_path, place):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        pytest.raises(BadInput, match="must be a folder that can be written to") as caught,
        hold_output(tmp_path / place, tell=pytest.fail),
    ):
        pass
    assert len(str(caught.value).splitlines()) == 1
