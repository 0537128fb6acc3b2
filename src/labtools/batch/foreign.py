"""Notebooks that know nothing of labtools → the reports to run, each with what papermill sets."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from labtools.batch.cells import Cell, read_cells
from labtools.batch.parameters import Value
from labtools.batch.plan import LANGUAGES, Notebook, Report
from labtools.faults import BadInput, Fault

SUFFIX = ".ipynb"


def are_foreign(choices: Sequence[str], *, folder: Path) -> bool:
    """Whether all choices are notebooks' files that lie elsewhere than in the notebooks' folder.

    BadInput where only some of them are.
    """
    own = folder.resolve()
    elsewhere = [
        choice
        for choice in choices
        if choice.endswith(SUFFIX)
        and Path(choice).is_file()
        and not Path(choice).resolve().is_relative_to(own)
    ]
    if elsewhere and len(elsewhere) < len(choices):
        must, do = f"lies in {folder}, as the others do", "run the two kinds one after the other"
        raise BadInput([Fault(choice, must, "another folder", do) for choice in elsewhere])
    return bool(elsewhere)


def plan_foreign(choices: Sequence[str], *, values: Mapping[str, str]) -> tuple[list[Report], Path]:
    """A report for each notebook, and the folder from which they have their names.

    That is the current folder where all lie in it, else the nearest that holds them all. They
    run in the current folder, as with papermill. values: parameters as typed on the command
    line; what looks like a number or a truth value is one. BadInput with all that are none.
    """
    here = Path.cwd().resolve()
    paths = list(dict.fromkeys(Path(choice).resolve() for choice in choices))
    inside = all(path.is_relative_to(here) for path in paths)
    base = here if inside else Path(os.path.commonpath([path.parent for path in paths]))
    parameters = {name: resolve_value(text) for name, text in values.items()}
    reports, faults = [], []
    for path in paths:
        name = path.relative_to(base).with_suffix("").as_posix()
        try:
            title = _find_title(read_cells(path)) or path.stem
        except (OSError, ValueError) as error:
            found = f"{type(error).__name__}: {str(error)[:200]}"
            faults.append(Fault(path.name, "is a notebook", found, "save it again in Jupyter"))
            continue
        titles = dict.fromkeys(LANGUAGES, title)
        reports.append(Report(Notebook(name, path, {}, titles, here), None, parameters))
    if faults:
        raise BadInput(faults)
    return reports, base


def resolve_value(text: str) -> Value:
    """What papermill's own command takes a parameter for.

    >>> [resolve_value(text) for text in ("5", "0.5", "True", "None", "Umeå")]
    [5, 0.5, True, None, 'Umeå']
    """
    words: dict[str, Value] = {"True": True, "False": False, "None": None}
    if text in words:
        return words[text]
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    return text


def _find_title(cells: Sequence[Cell]) -> str | None:
    """The first heading of any text."""
    lines = (line for cell in cells if cell.kind == "markdown" for line in cell.source.splitlines())
    return next((line.lstrip("#").strip() for line in lines if line.startswith("#")), None)
