"""A change of one city's rows touches that city's reads and those across cities alone."""

import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from labtools import reads
from labtools.batch.changes import Evidence, find_changes
from labtools.batch.execute import describe
from labtools.batch.plan import Report, read_notebook
from labtools.batch.record import Entry, executed_path
from labtools.batch.state import hash_files, read_states
from labtools.lab import open_lab
from labtools.site.build import Output
from labtools.site.frame import Site


@pytest.fixture(scope="module")
def example(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "example"
    shutil.copytree(root / "data" / "example", folder, ignore=shutil.ignore_patterns(".cache"))
    return folder


def change(folder: Path, file: str, old: str, new: str, encoding: str = "utf-8") -> None:
    path = folder / file
    text = path.read_bytes().decode(encoding)
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode(encoding))


def test_who_reads_what_changed_runs_again(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row of activities, a word of an interview, a removed file, a new source: one city each."""
    told_to = tmp_path / "reads"
    monkeypatch.setenv(reads.FILE, str(told_to))
    lab = open_lab(example)
    for city in ("norrvik", "ekhamra", None):
        lab.read_activities(city)
        lab.read_turns(city, types=["interview"])
        lab.read_sources(city)
    lab.read_goals()
    told, _ = reads.read_told(told_to)
    monkeypatch.delenv(reads.FILE)
    before = hash_files(example)

    def touched() -> set[tuple[str, str]]:
        evidence = Evidence(open_lab(example), files=hash_files(example), before=before)
        return {
            (read.reader, read.arguments.split(",")[0].strip("[]").strip('"'))
            for read in told
            if evidence.differs(read)
        }

    assert touched() == set()
    (example / "cities.csv").touch()
    assert touched() == set()

    first = sorted((example / "raw" / "norrvik" / "interview").glob("*.txt"))[0]
    said = first.read_text(encoding="utf-8-sig")
    first.write_text(said + "\nOch så en sak till.\n", encoding="utf-8")
    assert touched() == {("read_turns", "norrvik"), ("read_turns", "null")}
    evidence = Evidence(lab, files=hash_files(example), before=before)
    assert evidence.tell_changed() == f"raw/norrvik/interview/{first.name}"

    first.unlink()
    assert touched() == {("read_turns", "norrvik"), ("read_turns", "null")}
    first.write_text(said, encoding="utf-8")
    assert touched() == set()

    row = next(
        line
        for line in (example / "activities.csv").read_text(encoding="utf-8").splitlines()
        if ",ekhamra," in line
    )
    change(example, "activities.csv", row, row[:-1] + ("1" if row[-1] != "1" else "2"))
    assert touched() == {("read_activities", "ekhamra"), ("read_activities", "null")}


def test_many_changed_files_are_told_by_the_first_few() -> None:
    files = {f"{name}.csv": "1" for name in "abcde"}
    assert Evidence(None, files=files, before={}).tell_changed() == "a.csv, b.csv, c.csv and 2 more"


def test_what_a_report_is_made_with_counts_and_the_first_reason_is_told(tmp_path: Path) -> None:
    notebook = tmp_path / "notebooks" / "a" / "01_x.ipynb"
    notebook.parent.mkdir(parents=True)
    parameters = new_code_cell("n: int = 1", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[parameters]), notebook)
    report = Report(read_notebook(notebook), None, {"n": 1})
    executed_path(tmp_path, report.name).parent.mkdir(parents=True)
    executed_path(tmp_path, report.name).touch()
    states = read_states([report])
    site = Site("Labb", False, {}, "sv")
    output = Output(tmp_path, "x", notebook.parents[1], site, {"lab.toml": "a"}, states)
    entry = output.as_entry(describe(report, "done", ""))
    older = {**entry.state, "versions": {**entry.state["versions"], "pandas": "2.0"}}

    def reason(entry: Entry, **files: str) -> str:
        evidence = Evidence(None, files={"lab.toml": "a", **files}, before={})
        (told,) = find_changes(
            [report], {report.name: entry}, states=states, out=tmp_path, evidence=evidence
        ).values()
        return told

    assert reason(entry) == ""
    assert reason(entry, **{"other.csv": "b"}) == ""
    assert reason(entry, **{"lab.toml": "b"}) == "input changed: lab.toml"
    assert reason(replace(entry, state=older)) == "version changed: pandas"
    assert reason(replace(entry, state={**older, "library": "x"})) == "library changed"
    assert reason(replace(entry, status="failed", parameters={})) == "failed last time"
    executed_path(tmp_path, report.name).write_text("of another run", encoding="utf-8")
    assert reason(entry) == "output changed"
    executed_path(tmp_path, report.name).unlink()
    assert reason(entry) == "output missing"
