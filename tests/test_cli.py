"""`labtools run` from the outside: exit status, what it prints, what it leaves behind."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labtools.batch.record import identify_lab
from labtools.cli import main
from labtools.cli.run import _count_cores
from labtools.faults import BadInput


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab of two cities, and a notebook that fails for one of them when asked to."""
    lab = tmp_path / "data" / "tiny"
    lab.mkdir(parents=True)
    (lab / "lab.toml").write_text(
        '[lab]\nname = "Labb"\nlanguage = "sv"\nsynthetic = true\n', encoding="utf-8"
    )
    head = "city,name,municipality_code,company,lab,target_group,start,end"
    cities = f"{head}\nnorrvik,Norrvik,,,,,,\numea,Umeå,,,,,,\n"
    (lab / "cities.csv").write_text(cities, encoding="utf-8")
    (lab / "sources.csv").write_text(
        "source_id,city,type,date,file,language,status\n", encoding="utf-8"
    )
    parameters = 'lab_folder: str = "x"\ncity: str = "x"\nfails_for: str | None = None'
    cells = [
        new_markdown_cell("# Mål", metadata={"tags": ["lang-sv"]}),
        new_markdown_cell("# Goals", metadata={"tags": ["lang-en"]}),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell("if city == fails_for:\n    raise ValueError(f'inget från {city}')"),
        new_code_cell("from pathlib import Path\nPath(lab_folder, 'lab.toml').exists()"),
    ]
    chapter = tmp_path / "notebooks" / "cities"
    chapter.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), chapter / "01_goals.ipynb")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_failed_report_is_told_and_the_others_are_pages(project):
    result = call("run", "--lab", "data/tiny", "--jobs", "2", "-p", "fails_for", "umea")
    out = Path("outputs/tiny/internal-sv")
    reason = "code cell 2: ValueError: inget från umea"
    assert result.exit_code == 1
    assert result.stdout == f"{out / 'index.html'}\n"
    assert f"cities/01_goals/umea: failed: {reason}" in result.stderr.splitlines()
    assert sorted(path.name for path in (out / "cities" / "01_goals").iterdir()) == ["norrvik.html"]
    assert "<pre>True</pre>" in (out / "cities" / "01_goals" / "norrvik.html").read_text("utf-8")
    assert reason in (out / "index.html").read_text("utf-8")
    reports = json.loads((out / "run.json").read_text("utf-8"))["reports"]
    assert [report["status"] for report in reports] == ["done", "failed"]
    assert reports[0]["parameters"]["lab_folder"] == "data/tiny"

    result = call("run", "--lab", "data/tiny", "cities/01_goals", "--city", "umea")
    assert result.exit_code == 0
    assert (out / "cities" / "01_goals" / "umea.html").exists()
    assert not [path for path in out.rglob("*") if ".part" in path.name]


def test_a_wrong_choice_is_refused_in_a_line_before_anything_runs(project):
    result = call("run", "--lab", "data/tiny", "--city", "umeo", "-p", "fails", "umea")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "--city: must be a city of cities.csv; found umeo; did you mean umea?",
        "-p: must be a parameter of a chosen notebook; found fails; did you mean fails_for?",
    ]
    assert not Path("outputs").exists()


def test_a_missing_lab_is_one_line(project):
    result = call("run", "--lab", "data/tyni")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_a_damaged_record_is_told_and_everything_runs_again(project):
    record = Path("outputs/tiny/internal-sv/run.json")
    record.parent.mkdir(parents=True)
    record.write_text("{", encoding="utf-8")
    result = call("run", "--lab", "data/tiny")
    assert result.exit_code == 0
    assert "not a record of this version of labtools" in result.stderr.splitlines()[0]
    assert len(json.loads(record.read_text("utf-8"))["reports"]) == 2


def test_only_what_changed_runs_again(project):
    """Prose, one city's page, code, a parameter, a file the notebook opens itself, the lab."""
    run = ("run", "--lab", "data/tiny")
    page = Path("outputs/tiny/internal-sv/cities/01_goals/norrvik.html")
    path = Path("notebooks/cities/01_goals.ipynb")
    Path("own.txt").write_text("1", encoding="utf-8")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell("open('own.txt').read()"))
    nbformat.write(notebook, path)

    def would_run(*options: str) -> list[str]:
        return call(*run, "--dry-run", *options).stdout.splitlines()

    both = [f"cities/01_goals/{city}" for city in ("norrvik", "umea")]
    assert would_run() == [f"{name}: never run" for name in both] + ["2 of 2 reports would run"]
    assert not page.exists()
    assert call(*run).exit_code == 0
    nothing = ["0 of 2 reports would run"]
    assert would_run() == nothing
    kept = call(*run)
    assert (kept.exit_code, kept.stderr) == (0, "")

    page.unlink()
    assert would_run() == nothing
    call(*run)
    assert page.exists()

    notebook.cells[0].source = "# Andra mål"
    nbformat.write(notebook, path)
    assert would_run() == nothing
    call(*run)
    assert "Andra mål" in page.read_text("utf-8")

    assert would_run("-p", "fails_for", "x")[0] == f"{both[0]}: parameters changed"
    Path("own.txt").write_text("2", encoding="utf-8")
    assert would_run()[0] == f"{both[0]}: input changed: own.txt"
    call(*run)
    executed = Path("outputs/tiny/internal-sv/.notebooks/cities/01_goals/umea.ipynb")
    executed.unlink()
    assert would_run() == [f"{both[1]}: output missing", "1 of 2 reports would run"]
    call(*run)
    notebook.cells[-1].source += "  # another line"
    nbformat.write(notebook, path)
    assert would_run()[0] == f"{both[0]}: notebook changed"
    call(*run)
    assert call(*run, "-p", "fails_for", "umea").exit_code == 1
    assert would_run("-p", "fails_for", "umea")[0] == f"{both[1]}: failed last time"


def test_the_record_of_another_lab_in_a_folder_of_the_same_name_is_refused(project):
    record = Path("outputs/tiny/internal-sv/run.json")
    record.parent.mkdir(parents=True)
    other = identify_lab(Path("other/tiny"), record.parent)
    record.write_text(json.dumps({"lab": other, "reports": []}), encoding="utf-8")
    result = call("run", "--lab", "data/tiny")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"{record}: must be the record of this lab; found another one in a folder of the same "
        "name; give another --out"
    ]


def test_an_output_folder_that_is_a_file_is_refused_in_a_line(project):
    Path("taken").write_text("", encoding="utf-8")
    result = call("run", "--lab", "data/tiny", "--out", "taken")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(
        f"{Path('taken/tiny/internal-sv')}: must be a folder that can be written to"
    )


def test_a_run_from_the_notebook_s_own_folder_writes_where_any_other_does(project, monkeypatch):
    monkeypatch.chdir(project / "notebooks" / "cities")
    result = call("run", "01_goals.ipynb", "--lab", "data/tiny", "--city", "umea")
    index = project / "outputs" / "tiny" / "internal-sv" / "index.html"
    assert (result.exit_code, result.stdout) == (0, f"{index}\n")
    assert index.exists()
    assert not Path("outputs").exists()


def test_a_run_takes_no_more_cores_than_it_may_use(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1, 3}, raising=False)
    assert _count_cores() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert _count_cores() == 64


def test_the_traceback_is_there_for_who_asks(project):
    result = call("--debug", "run", "--lab", "data/tyni")
    assert isinstance(result.exception, BadInput)


def test_help_names_every_exit_status():
    text = call("run", "--help").stdout
    assert "0 all well, 1 a report failed, 2 refused before anything ran" in " ".join(text.split())


def test_check_tells_programs_the_same_faults_as_people(project):
    (project / "data" / "tiny" / "people.csv").write_text("person_id\nx y\n", encoding="utf-8")
    told = call("check", "--lab", "data/tiny").stdout.splitlines()
    result = call("check", "--lab", "data/tiny", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [fault["line"] for fault in found["faults"]] == told[:-1]
    assert {one["file"]: one["status"] for one in found["files"]} == {
        "cities.csv": "read",
        "sources.csv": "read",
        "people.csv": "refused",
    }


def test_check_writes_a_page_with_each_fault_and_each_unread_file(project):
    (project / "data" / "tiny" / "people.csv").write_text("person_id\nx y\n", encoding="utf-8")
    result = call("check", "--lab", "data/tiny", "--html", "fel.html")
    page = Path("fel.html").read_text("utf-8")
    assert result.exit_code == 1
    assert '<html lang="sv">' in page
    assert "Kontroll av underlaget – Labb" in page
    assert re.search(r'<td[^>]* lang="en">is an id without space, comma or semicolon</td>', page)
    assert "Gick inte att läsa" in page
    assert "<script" not in page


def test_check_writes_its_page_of_a_lab_that_cannot_be_opened(project):
    (project / "data" / "tiny" / "lab.toml").write_text("[lab", encoding="utf-8")
    result = call("check", "--lab", "data/tiny", "--html", "fel.html")
    assert result.exit_code == 1
    assert "Kontroll av underlaget – tiny" in Path("fel.html").read_text("utf-8")


def test_an_import_tells_what_was_found_out_and_what_is_left_to_do(project):
    Path("export.csv").write_text("nr;Trivs du?\n1;Ja\n2;Nej\n3;Ja\n", encoding="utf-8")
    asked = ("import", "survey", "export.csv", "--as", "boende", "--lab", "data/tiny")
    result = call(*asked)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "surveys/boende: 3 rows of answers.csv",
        "found: profile plain, encoding utf-8, delimiter ;, decimal sign none seen, language sv",
        "guessed id (1): nr",
        "guessed single (1): trivs",
        "to do: fill in survey.toml; read dictionary.csv: the types are guesses; 1 question "
        "without a wording there; choices that nobody made are not in codes.csv; then labtools "
        "check --lab data/tiny",
    ]
    folder = Path("data/tiny/surveys/boende")
    assert {path.name for path in folder.iterdir()} == {
        "survey.toml", "dictionary.csv", "codes.csv", "answers.csv"
    }  # fmt: skip
    again = call(*asked)
    assert again.exit_code == 2
    assert again.stderr.splitlines() == [
        "--as: must be a name that no survey of the lab has; found boende; give another, or move "
        "surveys/boende away"
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_after_a_run_was_killed_only_what_is_missing_runs(project):
    """One report is finished, the other asleep, when the run is killed with no word of warning."""
    path = Path("notebooks/cities/01_goals.ipynb")
    notebook = nbformat.read(path, as_version=4)
    sleep = "while city == 'umea' and not pathlib.Path('awake').exists():\n    time.sleep(0.1)"
    notebook.cells.append(new_code_cell(f"import pathlib, time\n{sleep}"))
    nbformat.write(notebook, path)
    record = Path("outputs/tiny/internal-sv/run.json")
    command = [sys.executable, "-c", "from labtools.cli import main; main()"]
    run = subprocess.Popen([*command, "run", "--lab", "data/tiny"], stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not record.with_name("run.jsonl").exists():
            assert time.monotonic() < end, "no report was finished"
            time.sleep(0.1)
    finally:
        run.kill()
        run.wait()
    assert call("run", "--lab", "data/tiny", "--dry-run").stdout.splitlines() == [
        "cities/01_goals/umea: never run",
        "1 of 2 reports would run",
    ]
    Path("awake").touch()
    assert call("run", "--lab", "data/tiny").exit_code == 0
    pages = sorted(page.name for page in record.parent.glob("cities/*/*.html"))
    assert pages == ["norrvik.html", "umea.html"]
    assert len(json.loads(record.read_text("utf-8"))["reports"]) == 2
