"""A reason is one line that tells nothing of the machine it was found on."""

import tempfile
from pathlib import Path

import pytest

from labtools.batch.reasons import tell_reason

ROOT = Path("/srv/somebody/labb å")


@pytest.fixture(autouse=True)
def _machine(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("USERPROFILE", "/home/somebody")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/var/tmp/x1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"no such file: '{ROOT}/data/x.csv'", "no such file: './data/x.csv'"),
        (f"in {ROOT}: nothing", "in .: nothing"),
        ("/home/somebody/labs/tiny", "~/labs/tiny"),
        ("file:///home/somebody/x", "file://~/x"),
        ("/home/somebodyelse/x /home/somebody-2", "/home/somebodyelse/x /home/somebody-2"),
        ("/var/tmp/x1/y, /tmp/labtools-1/k", "<tmp>/y, <tmp>/labtools-1/k"),
        ("/data/tmp/x ./tmp", "/data/tmp/x ./tmp"),
        ("\x1b[0;31mKeyError\x1b[0m:\n  'n'", "KeyError: 'n'"),
    ],
)
def test_folders_of_the_machine_come_in_short_forms(text, told):
    assert tell_reason(text, root=ROOT) == told


def test_the_project_is_told_from_the_home_it_lies_in():
    root = Path("/home/somebody/labb")
    assert tell_reason("/home/somebody/labb/x /home/somebody/y", root=root) == "./x ~/y"


def test_a_home_that_is_the_root_of_the_file_system_has_no_short_form(monkeypatch):
    monkeypatch.setenv("HOME", "/")
    assert tell_reason("/etc/x", root=ROOT) == "/etc/x"


def test_a_long_reason_is_cut():
    assert len(tell_reason("x" * 1000, root=ROOT)) == 401
