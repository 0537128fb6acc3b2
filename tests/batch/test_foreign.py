"""Notebooks that know nothing of labtools come out as they do with papermill alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from labtools.batch.execute import run_report
from labtools.batch.foreign import are_foreign, plan_foreign
from labtools.batch.record import executed_path
from labtools.faults import BadInput

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
DECLARED = new_code_cell("a = 1\nb: 'str | None' = 'x=|y'", metadata={"tags": ["parameters"]})
NOTEBOOKS: dict[str, list[Any]] = {
    "plain": [new_code_cell("import os\nprint(os.path.basename(os.getcwd()))"), new_code_cell("1")],
    "declared": [DECLARED, new_code_cell("print(a, b)")],
    "error": [new_code_cell("print(1)"), new_code_cell("{}['n']"), new_code_cell("print(2)")],
    "expected": [
        new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}),
        new_code_cell("import sys; print('after', file=sys.stderr)"),
    ],
    "magic": [new_code_cell("%%capture kept\nprint('x')"), new_code_cell("!echo made")],
    "rich": [
        new_code_cell("from IPython.display import HTML, display, update_display"),
        new_code_cell("shown = display(HTML('<b>1</b>'), display_id='x')"),
        new_code_cell("update_display(HTML('<i>2</i>'), display_id='x'); {'å': 'ä'}"),
    ],
    "syntax": [new_code_cell("1 +")],
    "exit": [new_code_cell("import sys; sys.exit(3)")],
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    return tmp_path


def write(name: str, cells: list[Any], metadata: dict[str, Any] = PYTHON) -> Path:
    path = Path("analysis") / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(
        new_notebook(cells=[new_markdown_cell(f"# {name}"), *cells], metadata=metadata), path
    )
    return path


def outputs(path: Path) -> list[Any]:
    """Of every cell, without papermill's note above a notebook that failed."""
    cells = nbformat.read(path, as_version=4).cells
    return [
        json.loads(json.dumps(output))
        for cell in cells
        if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
    ]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_status_error_and_outputs_are_papermills(here: Path, name: str) -> None:
    path = write(name, NOTEBOOKS[name])
    parameters = {"a": 5, "b": "å|ä"} if name == "declared" else {}
    error = ""
    try:
        papermill.execute_notebook(
            path, "alone.ipynb", parameters, progress_bar=False, autosave_cell_every=0
        )
    except PapermillExecutionError as failure:
        error = f"{failure.ename}: {failure.evalue}"
    (report,), _ = plan_foreign([str(path)], values={n: str(v) for n, v in parameters.items()})
    outcome = run_report(report, out=here / "out", timeout=60)
    assert outcome.status == ("failed" if error else "done")
    assert outcome.reason.partition(": ")[2] == error
    ours = outputs(executed_path(here / "out", report.name))
    assert ours == outputs(Path("alone.ipynb"))


def test_a_notebook_without_a_kernels_name_fails_as_with_papermill(here: Path) -> None:
    path = write("nameless", [new_code_cell("1")], metadata={})
    with pytest.raises(ValueError, match="No kernel name found"):
        papermill.execute_notebook(path, "alone.ipynb", progress_bar=False)
    (report,), _ = plan_foreign([str(path)], values={})
    outcome = run_report(report, out=here / "out", timeout=60)
    assert (outcome.status, outcome.reason.partition(":")[0]) == ("failed", "ValueError")


def test_names_count_from_here_or_from_the_nearest_folder_that_holds_all(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [str(write(name, []).resolve()) for name in ("one", "two")]
    reports, base = plan_foreign(paths, values={"n": "1"})
    assert [report.notebook.name for report in reports] == ["analysis/one", "analysis/two"]
    assert base == here
    assert reports[0].parameters == {"n": 1}
    elsewhere = here / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    reports, base = plan_foreign(paths, values={})
    assert [report.notebook.name for report in reports] == ["one", "two"]
    assert (base, reports[0].notebook.root) == (here / "analysis", elsewhere)


def test_what_is_no_notebook_is_told(here: Path) -> None:
    Path("x.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.ipynb: must be a notebook; found JSONDecodeError"):
        plan_foreign(["x.ipynb"], values={})


def test_names_and_the_labs_own_notebooks_are_not_foreign_and_do_not_mix(here: Path) -> None:
    own = here / "notebooks" / "a" / "01_x.ipynb"
    own.parent.mkdir(parents=True)
    own.touch()
    foreign = str(write("one", []))
    folder = here / "notebooks"
    assert not are_foreign([], folder=folder)
    assert not are_foreign(["a/01_x", str(own)], folder=folder)
    assert are_foreign([foreign], folder=folder)
    with pytest.raises(BadInput, match="run the two kinds one after the other"):
        are_foreign([foreign, "a/01_x"], folder=folder)


def test_the_command_runs_them_and_then_only_what_changed(here: Path) -> None:
    """Several at once; a failed one is told and gives status 1; an input that one opens counts."""
    write("fine", [new_code_cell("print(open('data.csv').read())")])
    write("wrong", [new_code_cell("1 / 0")])
    Path("data.csv").write_text("1\n", encoding="utf-8")
    main = "from labtools.cli import main; main()"
    command = [sys.executable, "-c", main, "run", "analysis/fine.ipynb"]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        full = [*command, *more, "--out", "pages"]
        return subprocess.run(full, capture_output=True, text=True)

    first = run("analysis/wrong.ipynb")
    assert first.returncode == 1
    told = "analysis/wrong/lab: failed: code cell 1: ZeroDivisionError: division by zero"
    assert first.stderr.splitlines()[-1] == told
    page = Path("pages/analysis/fine/lab.html").read_text(encoding="utf-8")
    assert "<h1" in page
    assert "lab<" not in page
    assert run("--dry-run").stdout == "0 of 1 reports would run\n"
    Path("data.csv").write_text("2\n", encoding="utf-8")
    assert "analysis/fine/lab: input changed: data.csv" in run("--dry-run").stdout
    assert run().returncode == 0
    assert run("--city", "umea").returncode == 2
