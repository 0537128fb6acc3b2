"""survey.toml → what a survey is, which variables play a part in it, its scales."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labtools.evidence.files.encodings import decode_text, read_bytes
from labtools.evidence.questionnaires.profiles import PROFILES
from labtools.evidence.settings import check_filled, check_keys
from labtools.evidence.sheets.delimited import DELIMITERS
from labtools.evidence.sheets.tabular import DECIMALS, ENCODINGS, UNFINISHED, FileSettings
from labtools.faults import BadInput, Fault

COLUMNS = ("person_id", "city", "wave", "date")
_TEXT_TABLES = {
    "survey": ("name_sv", "name_en", "population", "mode", "sampling"),
    "columns": COLUMNS,
    "design": ("strata", "cluster", "weight", "fpc"),
    "file": ("profile", "encoding", "delimiter", "decimal", "sheet", "unfinished"),
}
_CHOICES = {
    "profile": PROFILES,
    "encoding": ENCODINGS,
    "delimiter": tuple(DELIMITERS),
    "decimal": DECIMALS,
    "unfinished": UNFINISHED,
}
_SAMPLING = ("random", "census", "convenience", "unknown")
_SCORES = ("mean", "sum", "percent")
_SCALE = ("variables", "score", "minimum_answered", "range", "name_sv", "name_en")


@dataclass(frozen=True)
class Scale:
    """A score of several variables: how it is made, and of how many answers at the least.

    `range` is the lowest and highest code of its variables.
    """

    name: str
    variables: tuple[str, ...]
    score: str
    minimum_answered: int
    range: tuple[float, float]
    name_sv: str
    name_en: str


@dataclass(frozen=True)
class Settings:
    """survey.toml: `columns` and `design` give the variable that plays each part.

    file: how the answers are to be read, where that is not to be found out.
    """

    survey: dict[str, str]
    columns: dict[str, str]
    design: dict[str, str]
    file: FileSettings
    scales: dict[str, Scale]


def read_settings(path: Path, *, name: str) -> Settings:
    """What survey.toml says; BadInput with each key that is missing, unknown or mistyped."""
    text, _ = decode_text(read_bytes(path, name=name), name=name)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = Fault(name, "the file is TOML", str(error), "correct that line")
        raise BadInput([fault]) from error
    scales = found.get("scale", {})
    faults = check_filled(found, name=name) + check_keys(
        found, ("survey", "columns", "design", "file", "scale"), table="", name=name
    )
    for table, keys in _TEXT_TABLES.items():
        cells = found.get(table, {})
        faults += check_keys(cells, keys, table=f"[{table}]", name=name)
        faults += [
            _wrong(name, f"{key} in [{table}] is text", cell)
            for key, cell in (cells.items() if isinstance(cells, dict) else ())
            if not (isinstance(cell, str) and cell)
        ]
    if not faults and found.get("survey", {}).get("sampling") not in _SAMPLING:
        must = f"sampling in [survey] is one of {', '.join(_SAMPLING)}"
        faults.append(_wrong(name, must, found.get("survey", {}).get("sampling", "none")))
    if not faults:
        faults += [
            _wrong(name, f"{key} in [file] is one of {' '.join(map(repr, choices))}", cell)
            for key, choices in _CHOICES.items()
            if (cell := found.get("file", {}).get(key)) is not None and cell not in choices
        ]
    if isinstance(scales, dict):
        for scale, table in scales.items():
            faults += _check_scale(table, table_name=f"scale.{scale}", name=name)
    else:
        faults.append(_wrong(name, "each scale has a table such as [scale.belonging]", scales))
    if faults:
        raise BadInput(faults)
    texts = {table: dict(found.get(table, {})) for table in ("survey", "columns", "design")}
    return Settings(
        **texts,
        file=FileSettings(**found.get("file", {})),
        scales={key: _scale(key, table) for key, table in scales.items()},
    )


def _wrong(name: str, must: str, found: object) -> Fault:
    return Fault(name, must, str(found), "correct it; data/README.md shows a whole file")


def _check_scale(table: Any, *, table_name: str, name: str) -> list[Fault]:
    faults = check_keys(table, _SCALE, table=f"[{table_name}]", name=name)
    if faults:
        return faults
    variables, limits = table.get("variables"), table.get("range")
    least = table.get("minimum_answered")
    has_variables = _is_list_of(variables, str) and len(variables) > 0
    most = len(variables) if has_variables else 1
    rules = {
        "variables is a list of variables": (has_variables, variables),
        f"score is one of {', '.join(_SCORES)}": (
            table.get("score") in _SCORES,
            table.get("score"),
        ),
        f"minimum_answered is a whole number from 1 to {most}": (
            isinstance(least, int) and 1 <= least <= most,
            least,
        ),
        "range is the lowest and the highest code, as [1, 5]": (
            _is_list_of(limits, int, float) and len(limits) == 2 and limits[0] < limits[1],
            limits,
        ),
        "name_sv and name_en are text": (
            all(isinstance(table.get(key, ""), str) for key in ("name_sv", "name_en")),
            [table.get("name_sv"), table.get("name_en")],
        ),
    }
    return [
        _wrong(name, f"[{table_name}] {must}", "none" if found is None else found)
        for must, (holds, found) in rules.items()
        if not holds
    ]


def _is_list_of(cells: Any, *types: type) -> bool:
    return isinstance(cells, list) and all(isinstance(cell, types) for cell in cells)


def _scale(name: str, table: dict[str, Any]) -> Scale:
    low, high = table["range"]
    return Scale(
        name,
        tuple(table["variables"]),
        table["score"],
        table["minimum_answered"],
        (float(low), float(high)),
        table.get("name_sv", ""),
        table.get("name_en", ""),
    )
