"""Notebooks: the rules of their cells, and that each runs for every city of both labs."""

import re
from pathlib import Path
from statistics import median

import nbformat
import pytest

from labtools.batch.plan import Report, find_notebooks, plan_reports, read_notebook
from labtools.batch.runner import run_plan
from labtools.batch.warm import kernel_server
from labtools.lab import open_lab

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = find_notebooks(ROOT / "notebooks")
BY_NAME = [one.name for one in map(read_notebook, NOTEBOOKS) if one.only_by_name]


def _cells(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == kind]


def _tagged(path: Path, language: str) -> list[str]:
    cells = _cells(path, "markdown")
    return [cell.source for cell in cells if f"lang-{language}" in cell.metadata.get("tags", [])]


each_notebook = pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=[f"{path.parent.name}/{path.stem}" for path in NOTEBOOKS]
)


def test_every_chapter_has_a_notebook() -> None:
    assert {path.parent.name for path in NOTEBOOKS} >= {
        "evidence",
        "interviews",
        "surveys",
        "cities",
    }


@each_notebook
def test_code_cells_are_many_and_short(path: Path) -> None:
    """15–30 code cells, median three lines at most, fifteen lines at most.

    What runs only by name is for a person at the keyboard, and may ask fewer questions.
    """
    lengths = [len(cell.source.splitlines()) for cell in _cells(path, "code")]
    fewest = 10 if read_notebook(path).only_by_name else 15
    assert fewest <= len(lengths) <= 30
    assert median(lengths) <= 3
    assert max(lengths) <= 15


@each_notebook
def test_code_holds_no_arithmetic_of_its_own(path: Path) -> None:
    code = "\n".join(cell.source for cell in _cells(path, "code"))
    for forbidden in (r"\bdef ", r"^for ", r"sys\.path", r"filterwarnings", r"\.\./", r"lambda"):
        assert not re.search(forbidden, code, flags=re.MULTILINE), forbidden


@each_notebook
def test_outputs_are_stripped(path: Path) -> None:
    for cell in _cells(path, "code"):
        assert not cell.outputs
        assert cell.execution_count is None


@each_notebook
def test_each_swedish_cell_has_its_english_twin_beside_it(path: Path) -> None:
    tags = [cell.metadata.get("tags", []) for cell in _cells(path, "markdown")]
    assert tags == [["lang-sv"], ["lang-en"]] * (len(tags) // 2)
    for swedish, english in zip(_tagged(path, "sv"), _tagged(path, "en"), strict=True):
        marks = [
            re.findall(r"^#+|^- |\*\*", text, flags=re.MULTILINE) for text in (swedish, english)
        ]
        assert marks[0] == marks[1], swedish


@each_notebook
def test_every_section_is_a_question_but_the_last(path: Path) -> None:
    """Each ## heading is the question that its section answers."""
    for language in ("sv", "en"):
        headings = re.findall(r"^## (.+)$", "\n".join(_tagged(path, language)), re.MULTILINE)
        assert all(heading.endswith("?") for heading in headings[:-1]), headings
        assert headings[-1].split()[0] in ("Gränser,", "Limits,")


@each_notebook
def test_prose_types_no_result(path: Path) -> None:
    """Percentages and decimals in prose outlive their data; sentences with numbers are said."""
    for text in _tagged(path, "sv") + _tagged(path, "en"):
        assert not re.search(r"\d+[.,]\d|\d\s?%", text), text


@pytest.mark.parametrize("name", ["example", "innovationslabb"])
def test_every_notebook_runs_for_every_city(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All reports are done, nothing is written to stderr, every figure has its text."""
    monkeypatch.chdir(ROOT)
    reports = plan_reports(open_lab(f"data/{name}"), folder=ROOT / "notebooks", language="sv")
    assert len(reports) >= len(NOTEBOOKS) - len(BY_NAME) + 6
    _run_all(reports, tmp_path)


def test_every_notebook_runs_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For one city, and for the whole lab."""
    monkeypatch.chdir(ROOT)
    lab = open_lab("data/example")
    folder = ROOT / "notebooks"
    planned = plan_reports(lab, folder=folder, language="en")
    others = plan_reports(lab, folder=folder, language="en", cities=list(lab.city_names())[:-1])
    reports = [one for one in planned if one.name not in {other.name for other in others}]
    assert len(reports) == len(NOTEBOOKS) - len(BY_NAME)
    _run_all(reports, tmp_path)


@pytest.mark.parametrize(("name", "language"), [("example", "sv"), ("innovationslabb", "en")])
def test_what_runs_only_by_name_runs_when_it_is_named(
    name: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Topics with as few runs as can be compared: with all of them they take a minute."""
    monkeypatch.chdir(ROOT)
    reports = plan_reports(
        open_lab(f"data/{name}"),
        folder=ROOT / "notebooks",
        notebooks=BY_NAME,
        language=language,
        values={"seeds": "2", "most_topics": "6"},
    )
    _run_all(reports, tmp_path)


def _run_all(reports: list[Report], tmp_path: Path) -> None:
    """Run them: all are done, nothing is written to stderr, every figure has its text."""
    with kernel_server(["labtools.lab", "labtools.interviews.tokens"]) as server:
        outcomes = run_plan(
            reports, out=tmp_path, jobs=2, timeout=300, server=server, progress=lambda _: None
        )
    assert [(one.report.name, one.reason) for one in outcomes if one.status != "done"] == []
    assert [one.report.name for one in outcomes if one.stderr] == []
    for path in tmp_path.rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                if "image/png" in output.get("data", {}):
                    assert len(output.metadata["image/png"]["alt"]) > 40
