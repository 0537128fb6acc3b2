"""Figures in `labtools check` that cannot be set side by side: units, breaks, groups."""

import pandas as pd
import pytest

from labtools.evidence.indicators.series import check_series, list_breaks

AREAS = pd.DataFrame({"area": ["a1", "a2", "b1"], "city": ["boden", "boden", "umea"]})


def _indicators(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Figures as region, group, unit, in the second row of their file and on."""
    table = pd.DataFrame(rows, columns=["region", "group", "unit"])
    return table.assign(provider="scb", indicator="A").set_axis(range(2, 2 + len(table)))


def _definitions(unit: str = "percent", breaks: str = "") -> pd.DataFrame:
    row = {"provider": "scb", "indicator": "A", "unit": unit, "breaks": breaks}
    return pd.DataFrame([row], index=[2])


def _told(indicators: pd.DataFrame, definitions: pd.DataFrame | None) -> list[str]:
    return [str(fault) for fault in check_series(indicators, definitions, AREAS)]


@pytest.mark.parametrize("definition", ["percent", ""])
def test_an_indicator_in_two_units_is_one_fault(definition: str) -> None:
    rows = _indicators(("2582", "", "percent"), ("2582", "", "people"), ("2480", "", "people"))
    (line,) = _told(rows, _definitions(definition))
    assert line.startswith(
        "context/indicators.csv, row 3, column unit: A must have one unit; found percent, people; "
    )


def test_figures_in_another_unit_than_their_definition_are_a_fault() -> None:
    (line,) = _told(_indicators(("2582", "", "people")), _definitions("percent"))
    assert "row 2, column unit: A must have one unit; found percent, people" in line
    assert _told(_indicators(("2582", "", "")), _definitions("percent")) == []


def test_a_break_that_is_no_period_is_a_fault() -> None:
    (line,) = _told(_indicators(), _definitions(breaks="2019; ny definition"))
    assert line == (
        "context/definitions.csv, row 2, column breaks: a break must be a period, as 2021 or "
        "2021-05; found ny definition; write the first period after it"
    )
    assert _told(_indicators(), _definitions(breaks="2019; 2021-05")) == []


def test_a_group_by_area_without_the_others_is_a_fault_of_its_city() -> None:
    both = [("a1", "background=abroad", ""), ("a2", "background=sweden", "")]
    alone = ("b1", "background=abroad", "")
    (line,) = _told(_indicators(*both, alone), None)
    assert line.startswith(
        "context/indicators.csv, row 4, column group: A of umea must have everybody else beside a "
        "group; found background=abroad alone"
    )


def test_a_table_without_its_columns_or_rows_has_no_further_fault() -> None:
    assert list(check_series(pd.DataFrame(), None, None)) == []
    assert list(check_series(_indicators(), _definitions().head(0), AREAS.head(0))) == []


def test_a_break_that_is_told_is_a_note_and_no_fault() -> None:
    rows = _indicators(("2582", "", "percent"))
    definitions = _definitions(breaks="2021;2023")
    assert _told(rows, definitions) == []
    assert list_breaks(rows.assign(area_version=""), definitions) == [
        "context/definitions.csv, row 2, column breaks: A is broken at 2021, 2023; "
        "what is on either side is not compared"
    ]


def test_areas_of_several_versions_are_a_note() -> None:
    rows = _indicators(("a1", "", "people"), ("a1", "", "people"), ("a2", "", "people"))
    (line,) = list_breaks(rows.assign(area_version=["2018", "2025", "2018"]), None)
    assert line.startswith("context/indicators.csv, column area_version: A has areas of several")
    assert list_breaks(rows.assign(area_version="2018"), None) == []
