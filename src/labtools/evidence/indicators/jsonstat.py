"""JSON-stat 2 → the cells of one table, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from labtools.evidence.indicators.web import bad_answer, number_of
from labtools.faults import BadInput

_MOST_CELLS = 1_000_000  # of one table; Statistics Sweden sends at most 150,000


@dataclass(frozen=True)
class Cube:
    """A table as JSON-stat tells it: each variable's codes, the variables' roles, its cells.

    `values` and `statuses` are by the cell's place, the last variable running fastest; a place
    without a value is absent. `units` is by the code of the measure, which may be without one.
    """

    variables: dict[str, list[str]]
    place: str
    time: str
    measure: str | None
    units: dict[str, str]
    values: dict[int, float]
    statuses: dict[int, str]

    def cells(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each cell's place, and its code by variable."""
        for place, codes in enumerate(product(*self.variables.values())):
            yield place, dict(zip(self.variables, codes, strict=True))


def read_cube(url: str, answer: Mapping[str, Any]) -> Cube:
    """The table in an answer.

    url: whence the answer came, for messages. BadInput where its class, sizes, codes or number
    of cells do not fit together, where a value is no number, or where it has not one variable
    of place, one of time and at most one of measure.
    """
    try:
        return _read_cube(url, answer)
    except BadInput:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise bad_answer(url, "is JSON-stat 2", repr(error)[:80]) from error


def _read_cube(url: str, answer: Mapping[str, Any]) -> Cube:
    dimensions = answer["dimension"]
    variables = {name: codes_of(dimensions[name]["category"]) for name in answer["id"]}
    sizes = [len(codes) for codes in variables.values()]
    if answer["class"] != "dataset" or answer["size"] != sizes:
        raise bad_answer(url, f"is a dataset of the sizes {sizes}", repr(answer["size"])[:80])
    size = prod(sizes)
    if size > _MOST_CELLS:
        do = "ask for fewer codes at a time"
        raise bad_answer(url, f"has at most {_MOST_CELLS} cells", str(size), do)
    roles = {role: answer["role"].get(role, []) for role in ("geo", "time", "metric")}
    found = {role: names for role, names in roles.items() if len(names) != 1}
    found = {role: names for role, names in found.items() if names or role != "metric"}
    if found:
        do = "choose a table with one variable of place and one of time"
        raise bad_answer(url, "has one variable of place and one of time", repr(found)[:80], do)
    named = [name for names in roles.values() for name in names]
    if len(set(named) & set(variables)) < len(named):
        raise bad_answer(url, "names its own variables as roles", repr(named)[:80])
    measure = roles["metric"][0] if roles["metric"] else None
    units = dimensions[measure]["category"].get("unit", {}) if measure else {}
    values = _cells(url, answer["value"], size)
    statuses = _cells(url, answer.get("status") or {}, size)
    return Cube(
        variables=variables,
        place=roles["geo"][0],
        time=roles["time"][0],
        measure=measure,
        units={code: str(unit.get("base") or "").strip() for code, unit in units.items()},
        values={place: number_of(url, value) for place, value in values.items()},
        statuses={place: str(status or "").strip() for place, status in statuses.items()},
    )


def codes_of(category: Mapping[str, Any]) -> list[str]:
    """A variable's codes in the order of the cells; one code alone may have only its label."""
    index = category.get("index", list(category.get("label", {})))
    if not isinstance(index, dict):
        return [str(code) for code in index]
    if sorted(index.values()) != list(range(len(index))):
        raise ValueError("an index with gaps")
    return sorted(index, key=index.__getitem__)


def _cells(url: str, cells: object, size: int) -> dict[int, Any]:
    """Cells by place, from an array with all of them, or an object with some."""
    if isinstance(cells, list) and len(cells) == size:
        return dict(enumerate(cells))
    if isinstance(cells, dict) and all(0 <= int(place) < size for place in cells):
        return {int(place): cell for place, cell in cells.items()}
    found = f"{len(cells)}" if isinstance(cells, list | dict) else type(cells).__name__
    raise bad_answer(url, f"has {size} cells", found)
