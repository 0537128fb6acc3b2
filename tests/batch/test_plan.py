"""What the plan finds, and what it refuses before anything runs."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labtools.batch.parameters import read_parameters
from labtools.batch.plan import (
    Report,
    find_notebooks,
    locate_notebooks,
    plan_reports,
    read_notebook,
)
from labtools.faults import BadInput
from labtools.lab import Lab, open_lab

PER_CITY = 'city: str = "norrvik"  # which city\nlevel: float = 0.95  # of the intervals'
LIKE = 'write it like: city: str = "norrvik" # which city'
PER_LAB = 'lab_folder: str = "data/example"  # where\nlanguage: Literal["sv", "en"] = "sv"'


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    folder = tmp_path / "data" / "tiny"
    folder.mkdir(parents=True)
    (folder / "lab.toml").write_text('[lab]\nname = "Labb"\nlanguage = "sv"\n', encoding="utf-8")
    head = "city,name,municipality_code,company,lab,target_group,start,end"
    cities = f"{head}\nnorrvik,Norrvik,,,,,,\numea,Umeå,,,,,,\n"
    (folder / "cities.csv").write_text(cities, encoding="utf-8")
    (folder / "sources.csv").write_text(
        "source_id,city,type,date,file,language,status\n", encoding="utf-8"
    )
    return open_lab(folder)


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    return tmp_path / "notebooks"


def write(folder: Path, name: str, *parameters: str, tags: tuple[str, ...] = ()) -> Path:
    """A notebook with a cell tagged parameters, and with these tags, for each text."""
    cells = [
        new_markdown_cell("# Mål\n\nText", metadata={"tags": ["lang-sv"]}),
        new_markdown_cell("## Goals", metadata={"tags": ["lang-en"]}),
        *(new_code_cell(text, metadata={"tags": ["parameters", *tags]}) for text in parameters),
    ]
    path = folder / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)
    return path


def names(reports: list[Report]) -> list[str]:
    return [report.name for report in reports]


def refusal(lab: Lab, folder: Path, **options: object) -> list[str]:
    with pytest.raises(BadInput) as caught:
        plan_reports(lab, folder=folder, **options)  # type: ignore[arg-type]
    return [str(fault) for fault in caught.value.faults]


def test_a_notebook_with_a_city_runs_per_city_and_any_other_once(lab, notebooks):
    write(notebooks, "surveys/02_belonging", PER_CITY)
    write(notebooks, "cities/01_goals", PER_LAB)
    reports = plan_reports(lab, folder=notebooks)
    assert names(reports) == [
        "cities/01_goals/lab",
        "surveys/02_belonging/norrvik",
        "surveys/02_belonging/umea",
    ]
    assert reports[0].parameters == {"lab_folder": "data/tiny", "language": "sv"}
    assert reports[2].parameters == {"city": "umea", "level": 0.95}
    assert reports[0].notebook.root == notebooks.parent


def test_hidden_notebooks_and_checkpoints_are_left_out(notebooks):
    kept = write(notebooks, "surveys/02_belonging", PER_CITY)
    write(notebooks, "surveys/.hidden", PER_CITY)
    write(notebooks, ".ipynb_checkpoints/02_belonging", PER_CITY)
    write(notebooks, "surveys/.ipynb_checkpoints/02_belonging-checkpoint", PER_CITY)
    assert find_notebooks(notebooks) == [kept.resolve()]


def test_titles_are_the_first_heading_of_each_language(notebooks):
    notebook = read_notebook(write(notebooks, "cities/01_goals", PER_LAB))
    assert notebook.titles == {"sv": "Mål", "en": "Goals"}


def test_notebooks_are_chosen_by_name_or_path(lab, notebooks, monkeypatch):
    path = write(notebooks, "surveys/02_belonging", PER_CITY)
    write(notebooks, "cities/01_goals", PER_LAB)
    monkeypatch.chdir(notebooks.parent)
    for choice in ("surveys/02_belonging", str(path), "notebooks/surveys/02_belonging.ipynb"):
        reports = plan_reports(lab, folder=Path("notebooks"), notebooks=[choice], cities=["umea"])
        assert names(reports) == ["surveys/02_belonging/umea"]


def test_what_runs_only_by_name_is_left_out_unless_it_is_named(lab, notebooks):
    write(notebooks, "interviews/00_explore", 'word: str = "x"', tags=("only-by-name",))
    write(notebooks, "cities/01_goals", PER_LAB)
    assert names(plan_reports(lab, folder=notebooks)) == ["cities/01_goals/lab"]
    (named,) = plan_reports(lab, folder=notebooks, notebooks=["interviews/00_explore"])
    assert (named.name, named.notebook.only_by_name) == ("interviews/00_explore/lab", True)
    (fault,) = refusal(lab, notebooks, values={"word": "y"})
    assert fault.startswith("-p: must be a parameter of a chosen notebook; found word")


def test_a_folder_where_everything_runs_only_by_name_is_refused_unless_one_is_named(lab, notebooks):
    write(notebooks, "interviews/00_explore", PER_CITY, tags=("only-by-name",))
    (fault,) = refusal(lab, notebooks, cities=["umea"])
    assert fault.endswith("found none; name one: interviews/00_explore")


def test_values_are_converted_to_the_type_of_each_notebook(lab, notebooks):
    write(notebooks, "a/01_x", 'n: int | None = 3\nkind: Literal["mean", "sum"] = "mean"')
    write(notebooks, "a/02_y", "n: float = 3\nfull: bool = False")
    values = {"n": "4", "kind": "sum", "full": "true"}
    reports = plan_reports(lab, folder=notebooks, values=values)
    assert reports[0].parameters == {"n": 4, "kind": "sum"}
    assert reports[1].parameters == {"n": 4.0, "full": True}


def test_everything_wrong_with_the_choice_is_told_at_once(lab, notebooks):
    write(notebooks, "a/01_x", "n: int = 3\nfull: bool = False")
    faults = refusal(
        lab,
        notebooks,
        cities=["umeo"],
        language="fi",
        audience="partner",
        values={"n": "many", "ful": "true", "city": "umea"},
    )
    assert faults == [
        "--city: must be a city of cities.csv; found umeo; did you mean umea?",
        "--language: must be a language of the pages; found fi; choose among sv, en",
        "--audience: must be an audience; found partner; did you mean partners?",
        "-p city: must be given with --city; found -p; write --city",
        "-p: must be a parameter of a chosen notebook; found ful; did you mean full?",
        "a/01_x.ipynb: n must be int; found 'many'; give another -p n",
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('city = "norrvik"', "city = 'norrvik'"),
        ('cities: list[str] = ["norrvik"]', "cities: list[str] = ['norrvik']"),
        ("n: int = 2 * 3", "n: int = 2 * 3"),
        ("n: int", "n: int"),
        ('kind: Literal["a", 1] = "a"', "kind: Literal['a', 1] = 'a'"),
        ("n: int = (\n    3\n)", "n: int = 3"),
        ("import os", "import os"),
        ("n: int = 1\nn: int = 2", "n: int = 2"),
    ],
)
def test_a_line_that_is_no_typed_literal_refuses_the_notebook(lab, notebooks, line, found):
    write(notebooks, "a/01_x", line)
    assert refusal(lab, notebooks) == [
        "notebooks/a/01_x.ipynb: each line of the parameters cell must be a new name: annotation = "
        f"literal; found `{found}`; {LIKE}"
    ]


@pytest.mark.parametrize("default", ["True", "'x'", "None", "0.5"])
def test_a_default_of_another_type_refuses_the_notebook(lab, notebooks, default):
    write(notebooks, "a/01_x", f"n: int = {default}")
    assert refusal(lab, notebooks) == [
        f"notebooks/a/01_x.ipynb: the default of n must be int; found {default}; "
        "mend one of the two"
    ]


def test_a_parameters_cell_that_is_not_python_refuses_the_notebook(lab, notebooks):
    write(notebooks, "a/01_x", "m: int = 1\nn: int =")
    assert refusal(lab, notebooks) == [
        "notebooks/a/01_x.ipynb: the parameters cell must be Python; found invalid syntax "
        f"in its line 2; {LIKE}"
    ]


def test_every_wrong_line_is_told_at_once(lab, notebooks):
    write(notebooks, "a/01_x", "import os\nm: int = 1\nn: int = 'x'")
    assert [fault.split("; ")[1] for fault in refusal(lab, notebooks)] == [
        "found `import os`",
        "found 'x'",
    ]


def test_notebooks_are_found_from_a_folder_below_theirs(notebooks, monkeypatch):
    folder = write(notebooks, "surveys/02_belonging", PER_CITY).parent
    monkeypatch.chdir(folder)
    assert locate_notebooks(Path("notebooks")) == notebooks
    assert locate_notebooks(Path("absent")) == Path("absent")
    assert locate_notebooks(folder) == folder
    monkeypatch.chdir(notebooks.parent)
    assert locate_notebooks(Path("notebooks")) == Path("notebooks")


def test_every_allowed_annotation_is_found_with_its_default():
    """The lines that papermill's own inspection drops are among them."""
    source = (
        'a: str = "x=y"  # = and # in a comment\nb: int | None = None\n'
        'c: Literal["u", "v"] | None = "v"\nd: float = -1\ne: bool = True'
    )
    found = read_parameters(source, file="x.ipynb")
    assert [parameter.default for parameter in found.values()] == ["x=y", None, "v", -1, True]


@pytest.mark.parametrize("cells", [[], [PER_CITY, PER_CITY]])
def test_a_notebook_needs_exactly_one_parameters_cell(lab, notebooks, cells):
    write(notebooks, "a/01_x", *cells)
    (fault,) = refusal(lab, notebooks)
    assert fault.startswith("notebooks/a/01_x.ipynb: must have one cell tagged parameters; found")


def test_what_is_not_a_notebook_is_refused_in_one_line(lab, notebooks):
    write(notebooks, "a/01_x", PER_CITY).write_text("{}", encoding="utf-8")
    (fault,) = refusal(lab, notebooks)
    assert fault.startswith("notebooks/a/01_x.ipynb: must be a notebook; found")


def test_an_unknown_notebook_and_an_empty_folder_are_refused(lab, notebooks):
    assert "must be a folder with notebooks" in refusal(lab, notebooks)[0]
    write(notebooks, "cities/01_goals", PER_LAB)
    (fault,) = refusal(lab, notebooks, notebooks=["cities/01_goal"])
    assert fault.endswith("found cities/01_goal; did you mean cities/01_goals?")


def test_a_city_without_any_notebook_about_cities_is_refused(lab, notebooks):
    write(notebooks, "cities/01_goals", PER_LAB)
    (fault,) = refusal(lab, notebooks, cities=["umea"])
    assert fault.startswith("--city: some chosen notebook must have a city parameter")


def test_text_that_is_not_unicode_is_refused(lab, notebooks):
    write(notebooks, "a/01_x", 'word: str = "x"')
    assert len(refusal(lab, notebooks, values={"word": "Ume\udce5"})) == 1
