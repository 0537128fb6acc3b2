"""Notebooks × cities → the reports to run, all refused before anything runs if one cannot be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from labtools.batch.cells import Cell, read_cells
from labtools.batch.parameters import Parameter, Value, read_parameters
from labtools.faults import BadInput, Fault
from labtools.words import Language

if TYPE_CHECKING:  # a worker needs the plan's classes, not all that a lab can read
    from labtools.lab import Lab

LANGUAGES: tuple[str, ...] = get_args(Language)
AUDIENCES = ("internal", "partners")
FOR_PARTNERS = frozenset({"audience", "min_people"})
"""The parameters of a notebook that shows partners nothing of a few people."""
_BY_OPTION = {
    "lab_folder": "--lab",
    "city": "--city",
    "language": "--language",
    "audience": "--audience",
}


@dataclass(frozen=True)
class Notebook:
    """One notebook: its name such as `surveys/02_belonging`, its parameters, a title a language.

    foreign: where it runs, if it knows nothing of labtools. only_by_name, document: whether its
    parameters cell has that tag too (`only-by-name`, `document`), so that it runs only if it is
    named, or its page comes as a Word document as well.
    """

    name: str
    path: Path
    parameters: dict[str, Parameter]
    titles: dict[str, str]
    foreign: Path | None = None
    only_by_name: bool = False
    document: bool = False

    @property
    def root(self) -> Path:
        """Where it runs: the folder that holds `notebooks/`, unless it is foreign."""
        return self.foreign or self.path.parents[2]


@dataclass(frozen=True)
class Report:
    """One notebook for one city, or for the whole lab where `city` is None; every parameter set."""

    notebook: Notebook
    city: str | None
    parameters: dict[str, Value]

    @property
    def name(self) -> str:
        """Where it lies within the output folder, without its suffix.

        >>> Report(Notebook("cities/01_goals", Path("x"), {}, {}), None, {}).name
        'cities/01_goals/lab'
        """
        return f"{self.notebook.name}/{self.city or 'lab'}"


def find_notebooks(folder: Path) -> list[Path]:
    """Every `<chapter>/<notebook>.ipynb` of a folder, sorted; hidden ones are left out."""
    paths = sorted(folder.resolve().glob("*/*.ipynb"))
    return [path for path in paths if not any(part[0] == "." for part in path.parts[-2:])]


def locate_notebooks(folder: Path) -> Path:
    """The first such folder that holds notebooks, from here upwards; `folder` where there is none.

    So a notebook's own folder is as good a place to run from as the project's root.
    """
    here = Path.cwd()
    places = [] if folder.is_absolute() else [up / folder for up in here.parents]
    return next((place for place in (folder, *places) if find_notebooks(place)), folder)


def name_notebook(path: Path) -> str:
    """What a notebook is called: its chapter and its file's name.

    >>> name_notebook(Path("notebooks/cities/01_goals.ipynb"))
    'cities/01_goals'
    """
    return f"{path.parent.name}/{path.stem}"


def read_notebook(path: Path) -> Notebook:
    """One notebook's parameters and titles; BadInput where it cannot take part."""
    name = name_notebook(path)
    file = f"{path.parents[1].name}/{name}.ipynb"
    try:
        cells = read_cells(path)
    except (OSError, ValueError) as error:
        found = f"{type(error).__name__}: {str(error)[:200]}"
        raise BadInput([Fault(file, "is a notebook", found, "save it again in Jupyter")]) from error
    tagged = [cell for cell in cells if "parameters" in cell.tags]
    if len(tagged) != 1:
        do = "tag the cell that holds its parameters, and only that one"
        must = "has one cell tagged parameters"
        raise BadInput([Fault(file, must, f"{len(tagged)} of them", do)])
    titles = {language: _title(cells, f"lang-{language}") or path.stem for language in LANGUAGES}
    parameters = read_parameters(tagged[0].source, file=file)
    return Notebook(
        name,
        path.absolute(),
        parameters,
        titles,
        only_by_name="only-by-name" in tagged[0].tags,
        document="document" in tagged[0].tags,
    )


def _title(cells: Iterable[Cell], tag: str) -> str | None:
    """The first heading of the first cell with this tag."""
    for cell in cells:
        if tag in cell.tags:
            lines = [line for line in cell.source.splitlines() if line.startswith("#")]
            return lines[0].lstrip("#").strip() if lines else None
    return None


def plan_reports(
    lab: Lab,
    *,
    folder: Path,
    notebooks: Sequence[str] = (),
    cities: Sequence[str] = (),
    language: str | None = None,
    audience: str = "internal",
    values: Mapping[str, str] | None = None,
) -> list[Report]:
    """The reports to run: a notebook with a `city` parameter once per city, any other once.

    folder: holds the notebooks. notebooks: names such as `surveys/02_belonging` or paths; none
    means all but those that run only by name. cities: slugs; none means all, and the notebooks
    about the whole lab. language: None means the lab's own. audience: for `partners` only the
    notebooks with FOR_PARTNERS run. values: further parameters, as typed on the command line.
    Raises BadInput with everything that is wrong with the choice or with a chosen notebook.
    """
    language = language or lab.language
    faults = [
        *_not_among(cities, lab.city_names(), option="--city", must="is a city of cities.csv"),
        *_not_among([language], LANGUAGES, option="--language", must="is a language of the pages"),
        *_not_among([audience], AUDIENCES, option="--audience", must="is an audience"),
    ]
    chosen, lost = _choose(find_notebooks(folder), notebooks, folder=folder)
    read: list[Notebook] = []
    for path in chosen:
        try:
            read.append(read_notebook(path))
        except BadInput as error:
            faults += error.faults
    faults += lost
    running = [one for one in read if notebooks or not one.only_by_name]
    if audience == "partners":
        running, unfit = _keep_fit(running, named=bool(notebooks))
        faults += unfit
    if len(read) == len(chosen):
        faults += _unknown(values or {}, running)
    common: dict[str, Value] = {
        "lab_folder": _from_root(lab.folder, folder.resolve().parent),
        "language": language,
        "audience": audience,
        "min_people": lab.min_people,
    }
    reports: list[Report] = []
    for notebook in running:
        fixed, wrong = _set_parameters(notebook, common, values or {})
        faults += wrong
        for city in _cities_of(notebook, lab, cities):
            own = fixed if city is None else {**fixed, "city": city}
            reports.append(Report(notebook, city, own))
    if not running and not faults:
        must, do = "holds a notebook that runs without being named", f"name one: {read[0].name}"
        if audience == "partners":
            must = f"holds a notebook with parameters {' and '.join(sorted(FOR_PARTNERS))}"
            do = "see CONTRIBUTING.md, Pages for partners"
        faults = [Fault(str(folder), must, "none", do)]
    elif not reports and not faults:
        must = "some chosen notebook has a city parameter, as --city asks"
        faults = [Fault("--city", must, "none", "leave --city out, or choose other notebooks")]
    if faults:
        raise BadInput(faults)
    return reports


def _keep_fit(notebooks: Sequence[Notebook], *, named: bool) -> tuple[list[Notebook], list[Fault]]:
    """The notebooks that hide what partners must not see; a fault for each other that was named."""
    fit = [one for one in notebooks if one.parameters.keys() >= FOR_PARTNERS]
    must = f"has the parameters {' and '.join(sorted(FOR_PARTNERS))}, as pages for partners need"
    do = "leave it out: it is the team's own"
    unfit = [
        Fault(f"{one.name}.ipynb", must, "not both", do)
        for one in notebooks
        if named and one not in fit
    ]
    return fit, unfit


def _choose(
    found: list[Path], notebooks: Sequence[str], *, folder: Path
) -> tuple[list[Path], list[Fault]]:
    """The chosen paths, in the folder's order, and a fault for each choice that is not there."""
    names = {name_notebook(path): path for path in found}
    if not names:
        do = "name the folder that holds <chapter>/<notebook>.ipynb with --notebooks"
        return [], [Fault(str(folder), "is a folder with notebooks", "none in it", do)]
    by_path = {str(path.resolve()): name for name, path in names.items()}
    wanted = [by_path.get(str(Path(choice).resolve()), choice) for choice in notebooks]
    faults = _not_among(wanted, names, option="NOTEBOOKS", must=f"is a notebook of {folder}")
    return [path for name, path in names.items() if name in wanted or not wanted], faults


def _not_among(
    given: Iterable[str], known: Iterable[str], *, option: str, must: str
) -> list[Fault]:
    known = list(known)
    return [
        Fault(option, must, value, _nearest(value, known)) for value in given if value not in known
    ]


def _nearest(word: str, known: Sequence[str]) -> str:
    """What to do about a word that is not known: the nearest one, or else all of them.

    >>> _nearest("langauge", ["city", "language"])
    'did you mean language?'
    """
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"choose among {', '.join(known) or 'nothing'}"


def _unknown(values: Mapping[str, str], notebooks: Sequence[Notebook]) -> list[Fault]:
    """Parameters that no chosen notebook has, or that an option of their own sets."""
    known = sorted({name for notebook in notebooks for name in notebook.parameters})
    free = [name for name in known if name not in _BY_OPTION]
    taken = [
        Fault(f"-p {name}", f"is given with {_BY_OPTION[name]}", "-p", f"write {_BY_OPTION[name]}")
        for name in values
        if name in _BY_OPTION
    ]
    others = [name for name in values if name not in _BY_OPTION]
    must = "is a parameter of a chosen notebook"
    return taken + _not_among(others, free, option="-p", must=must)


def _set_parameters(
    notebook: Notebook, common: Mapping[str, Value], values: Mapping[str, str]
) -> tuple[dict[str, Value], list[Fault]]:
    """Every parameter of a notebook with its value, and a fault for each that does not fit."""
    result: dict[str, Value] = {}
    faults: list[Fault] = []
    for name, parameter in notebook.parameters.items():
        place, must = f"{notebook.name}.ipynb", f"{name} is {parameter.annotation}"
        result[name] = common.get(name, parameter.default)
        if name in values and name not in _BY_OPTION:
            try:
                result[name] = parameter.convert(values[name])
            except ValueError:
                faults.append(Fault(place, must, repr(values[name]), f"give another -p {name}"))
        elif not parameter.accepts(result[name]):
            faults.append(Fault(place, must, repr(result[name]), "mend the parameters cell"))
        if name == "city" and parameter.annotation != "str":
            faults.append(Fault(place, "city is str", parameter.annotation, "mend its annotation"))
    return result, faults


def _cities_of(notebook: Notebook, lab: Lab, cities: Sequence[str]) -> list[str | None]:
    if "city" not in notebook.parameters:
        return [] if cities else [None]
    return [city for city in lab.city_names() if city in cities or not cities]


def _from_root(folder: Path, root: Path) -> str:
    """The lab's folder as a notebook writes it: from the project's root where it lies inside."""
    folder = folder.resolve()
    return (folder.relative_to(root) if folder.is_relative_to(root) else folder).as_posix()
