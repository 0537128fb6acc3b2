"""Published statistics: breaks, units and margins kept; what does not hold is told."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from labtools.cities import context, problems, small_multiples
from labtools.words import Language, say

CITIES = pd.DataFrame(
    {
        "city": ["boden", "umea", "lost"],
        "name": ["Boden", "Umeå", "Lost"],
        "municipality_code": ["2582", "2480", ""],
    }
)
AREAS = pd.DataFrame(
    {"area": ["a1", "a2"], "city": "boden", "level": "deso", "version": "2018", "name": ["A", "B"]}
)


def _indicators(*rows: tuple[str, str, str, float], **changed: object) -> pd.DataFrame:
    """Figures as indicator, region, period, value."""
    table = pd.DataFrame(rows, columns=["indicator", "region", "period", "value"])
    about = {"provider": "scb", "area_version": "", "group": "", "unit": "percent"}
    told = {"margin": np.nan, "status": "", "retrieved": "2025-01-02"}
    return table.assign(**about | told | changed)


def _definitions(*codes: str, breaks: str = "", unit: str = "percent") -> pd.DataFrame:
    table = pd.DataFrame({"indicator": codes, "name_sv": codes, "name_en": ""}, dtype="str")
    return table.assign(provider="scb", unit=unit, breaks=breaks, source="SCB")


def _values(
    indicators: pd.DataFrame, definitions: pd.DataFrame, language: Language = "sv"
) -> pd.DataFrame:
    listed = context.list_indicators(indicators, definitions, language=language)
    return context.list_values(indicators, listed)


YEARS = [("A", "2582", str(year), float(year - 2000)) for year in range(2018, 2024)]


def test_a_break_and_new_areas_begin_another_segment() -> None:
    values = _values(_indicators(*YEARS), _definitions("A", breaks="2020; 2022"))
    assert values["segment"].tolist() == ["/0", "/0", "/1", "/1", "/2", "/2"]
    redrawn = _indicators(*YEARS, area_version=["2018"] * 3 + ["2025"] * 3)
    assert _values(redrawn, _definitions("A"))["segment"].nunique() == 2


def test_the_margin_as_published_is_the_interval_and_without_one_there_is_none() -> None:
    two = _indicators(*YEARS[:2], margin=[1.5, np.nan])
    values = _values(two, _definitions("A"))
    assert values[["low", "high"]].to_numpy() == pytest.approx(
        np.array([[16.5, 19.5], [np.nan, np.nan]]), nan_ok=True
    )


def test_months_lie_within_their_year() -> None:
    months = _indicators(("A", "2582", "2024-01", 1), ("A", "2582", "2024-07", 2))
    assert _values(months, _definitions("A"))["year"].tolist() == [2024, 2024.5]


def test_a_unit_is_the_definitions_or_the_figures_and_two_are_left_out() -> None:
    kolada = _indicators(*YEARS, unit="")
    assert set(_values(kolada, _definitions("A"))["key_figure"]) == {"A (procent)"}
    assert set(_values(kolada, _definitions("A"), "en")["key_figure"]) == {"A (percent)"}
    undefined = _values(_indicators(*YEARS, unit="kr"), _definitions())
    assert set(undefined["key_figure"]) == {"A (kr)"}
    mixed = _indicators(*YEARS, unit=["percent"] * 5 + ["share"])
    assert _values(mixed, _definitions("A")).empty


def test_key_figures_of_the_same_name_are_told_apart_by_their_code() -> None:
    alike = _definitions("A", "B").assign(name_sv="Arbetslöshet")
    both = _indicators(("A", "2582", "2024", 1), ("B", "2582", "2024", 2))
    lines = context.list_indicators(both, alike, language="sv")["key_figure"]
    assert lines.tolist() == ["Arbetslöshet (procent), A", "Arbetslöshet (procent), B"]


def test_few_places_are_told_one_by_one_the_city_first() -> None:
    rows = [("A", place, "2024", at) for at, place in enumerate(["0114", "2480", "2582", "00"])]
    found = context.compare_places(
        _values(_indicators(*rows), _definitions("A")), "2582", lab=["2480", "2582"]
    )
    assert found["place"].tolist() == ["2582", "2480", "0114", "00"]
    assert found["standing"].tolist() == ["here", "other", "other", "wider"]


def test_of_many_places_the_labs_stay_beside_the_quartiles_of_all() -> None:
    """Nine municipalities with 1 to 9: quartiles 3, 5 and 7."""
    codes = ["2480", "2582", *(f"012{at}" for at in range(7))]
    rows = [("A", place, "2024", at + 1.0) for at, place in enumerate(codes)]
    rows += [("A", place, "2023", 1.0) for place in codes[:4]]
    values = _values(_indicators(*rows), _definitions("A"))
    found = context.compare_places(values, "2582", lab=["2480", "2582"])
    of_last = found[found["period"] == "2024"].set_index("place")["estimate"].to_dict()
    quartiles = {"lower_quartile": 3, "median": 5, "upper_quartile": 7}
    assert of_last == {"2582": 2, "2480": 1} | quartiles
    assert "median" not in set(found.loc[found["period"] == "2023", "place"])
    alone = context.compare_places(values, "2582", lab=codes)
    assert set(alone["standing"]) == {"here", "quartile"}


def test_the_number_of_people_in_the_country_is_no_yardstick() -> None:
    rows = [("A", place, "2024", 5.0) for place in ("2582", "0000")]
    values = _values(_indicators(*rows, unit="people"), _definitions("A", unit="people"))
    assert context.compare_places(values, "2582", lab=["2582"])["place"].tolist() == ["2582"]


def test_the_others_are_told_for_the_citys_own_latest_year() -> None:
    rows = [("A", "2582", "2022", 1), ("A", "2582", "2023", np.nan)]
    rows += [("A", "2480", "2022", 2), ("A", "2480", "2023", 3), ("B", "2480", "2023", 4)]
    values = _values(_indicators(*rows), _definitions("A", "B"))
    latest = context.list_latest(context.compare_places(values, "2582", lab=["2582", "2480"]))
    told = latest[["key_figure", "place", "period", "estimate"]].to_numpy().tolist()
    assert told == [["A (procent)", "2582", "2022", 1.0], ["A (procent)", "2480", "2022", 2.0]]


def test_groups_are_told_apart_from_everybody() -> None:
    rows = [YEARS[0], YEARS[0], YEARS[1]]
    three = _indicators(*rows, group=["", "sex=women", "sex=women"])
    values = _values(three, _definitions("A"))
    (part,) = context.list_parts(values, "2582").to_dict("records")
    assert (part["part"], part["period"], part["estimate"]) == ("sex=women", "2019", 19.0)
    assert len(context.compare_places(values, "2582", lab=["2582"])) == 1


def test_a_city_without_a_code_has_no_figures_and_no_fault_of_its_own() -> None:
    place = context.find_place(CITIES, "lost")
    values = _values(_indicators(*YEARS), _definitions("A"))
    listed = context.list_indicators(_indicators(*YEARS), _definitions("A"), language="sv")
    (row,) = context.summarize(values, listed, place).to_dict("records")
    assert (row["indicators"], row["places"], row["here"]) == (1, 1, 0)
    assert context.name_places(CITIES, language="en")["2480"] == "Umeå"


def _problems(indicators: pd.DataFrame, definitions: pd.DataFrame) -> dict[str, str]:
    listed = context.list_indicators(indicators, definitions, language="sv")
    found = problems.find_problems(indicators, definitions, AREAS, listed, "2582")
    return dict(zip(found["problem"], found["found"], strict=True))


@pytest.mark.parametrize(
    ("indicators", "expected"),
    [
        (_indicators(*YEARS), {}),
        (_indicators(*YEARS[:2], unit=["percent", "kr"]), {"several_units": "percent; kr"}),
        (_indicators(("A", "2582", "våren", 1)), {"no_date": "våren"}),
        (_indicators(*YEARS[:1], ("A", "Boden", "2024", 1)), {"unknown_region": "Boden"}),
        (_indicators(("A", "2480", "2024", 1)), {"not_here": "2582"}),
        (_indicators(*YEARS[:1], group="sex=men"), {"only_groups": "sex=men"}),
    ],
    ids=["none", "two units", "no date", "no place", "not here", "only groups"],
)
def test_each_problem_is_named_once_with_what_was_found(
    indicators: pd.DataFrame, expected: dict[str, str]
) -> None:
    assert _problems(indicators, _definitions("A")) == expected


def test_an_indicator_without_definition_or_unit_and_one_without_figures_are_named() -> None:
    found = _problems(_indicators(*YEARS, unit=""), _definitions("B"))
    assert found == {"no_unit": "A", "undefined": "A", "no_figures": "B"}


def test_counts_of_areas_are_held_against_their_list_and_their_total() -> None:
    rows = [("A", area, "2024", value) for area, value in (("a1", 5), ("a1", 4), ("a1", 12))]
    kinds = ["sex=men", "sex=women", ""]
    assert _problems(_indicators(*rows, group=kinds), _definitions("A")) == {
        "no_area": "a2",
        "uneven_sums": "3",
    }
    rows = [("A", "a1", "2024", np.nan), ("A", "a2", "2024", 4)]
    old = _indicators(*rows, group="sex=men", area_version=["2018", "2025"])
    assert _problems(old, _definitions("A")) == {
        "other_version": "2025",
        "no_count": "a1",
        "no_denominator": "boden: sex=men",
        "no_area": "a2",
    }


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_problem_has_its_words(language: Language) -> None:
    mixed = _indicators(*YEARS[:2], unit=["percent", "kr"])
    listed = context.list_indicators(mixed, _definitions("A"), language=language)
    found = problems.find_problems(mixed, _definitions("A"), AREAS, listed, "2582")
    assert str(say("problem", found, language=language)).startswith("A: ")
    assert say("problem", found.head(0), language=language)


def _draw(values: pd.DataFrame, *, lab: list[str]) -> list[plt.Axes]:
    compared = context.compare_places(values, "2582", lab=lab)
    axes = small_multiples.new_grid(compared["key_figure"].nunique())
    small_multiples.draw_series(
        compared,
        names=context.name_places(CITIES, language="sv"),
        limits=small_multiples.find_limits(values),
        language="sv",
        axes=axes,
    )
    return axes


def test_no_line_crosses_a_break_which_has_a_line_of_its_own() -> None:
    (ax,) = _draw(_values(_indicators(*YEARS), _definitions("A", breaks="2021")), lab=["2582"])
    drawn = [line.get_xdata().tolist() for line in ax.lines if len(line.get_xdata()) > 2]
    assert drawn == [[2018, 2019, 2020], [2021, 2022, 2023]]
    upright = [line.get_xdata()[0] for line in ax.lines if line.get_label() == "Här bryts serien"]
    assert upright == [2020.5]
    assert "serien bryts 2021" in ax.get_label()
    plt.close(ax.figure)


def test_a_figure_with_a_status_is_hollow_and_a_margin_an_upright_stroke() -> None:
    marked = _indicators(*YEARS, status=["", "", "", "", "", "preliminär"], margin=2.0)
    (ax,) = _draw(_values(marked, _definitions("A")), lab=["2582"])
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert [line.get_xdata().tolist() for line in hollow] == [[2023]]
    strokes = ax.collections[0].get_segments()
    assert strokes[0][:, 1].tolist() == [16, 20]
    plt.close(ax.figure)


def test_the_scale_is_the_same_on_every_citys_page() -> None:
    rows = [("A", place, "2024", value) for place, value in (("2582", 4.0), ("2480", 9.0))]
    values = _values(_indicators(*rows), _definitions("A"))
    limits = small_multiples.find_limits(values)
    assert limits == {"A (procent)": (4.0, 9.0)}
    (ax,) = _draw(values, lab=["2582"])
    assert ax.get_ylim() == pytest.approx((3.7, 9.3))
    assert ax.get_yscale() == "linear"
    plt.close(ax.figure)


def test_a_scale_that_spans_stockholm_and_boden_is_one_of_ratios_and_says_so() -> None:
    rows = [("A", place, "2024", value) for place, value in (("2582", 9.0), ("0180", 999.0))]
    (ax,) = _draw(_values(_indicators(*rows), _definitions("A")), lab=["2582"])
    assert ax.get_yscale() == "log"
    assert "logaritmisk skala" in ax.get_title("left")
    plt.close(ax.figure)


def test_without_figures_nothing_is_drawn() -> None:
    (ax,) = _draw(_values(_indicators(), _definitions()), lab=["2582"])
    assert ax.get_label() == ""
    plt.close(ax.figure)


def test_a_break_within_the_series_is_told_and_one_outside_is_not() -> None:
    assert _problems(_indicators(*YEARS), _definitions("A", breaks="2018; 2021")) == {
        "broken": "2021"
    }


def test_a_group_by_area_without_the_others_has_no_denominator() -> None:
    rows = [("A", "a1", "2024", 5.0), ("A", "a2", "2024", 4.0)]
    found = _problems(_indicators(*rows, group="background=abroad"), _definitions("A"))
    assert found == {"no_denominator": "boden: background=abroad"}


def test_a_city_stands_beside_the_country_and_its_own_group_of_municipalities() -> None:
    cities = CITIES.assign(
        municipality_group=["G1", "", ""], municipality_group_name=["Små städer", "", ""]
    )
    rows = [("A", place, "2024", 5.0) for place in ("2582", "0000", "G1", "G2")]
    values = _values(_indicators(*rows), _definitions("A"))
    group = context.find_group(cities, "boden")
    beside = context.compare_places(values, "2582", lab=["2582"], group=group)
    assert beside["place"].tolist() == ["2582", "0000", "G1"]
    assert context.count_wider(beside).to_numpy().tolist() == [[1, 1]]
    assert context.name_places(cities, language="sv")["G1"] == "Små städer"
    none = context.compare_places(
        values, "2582", lab=["2582"], group=context.find_group(cities, "umea")
    )
    assert none["place"].tolist() == ["2582", "0000"]
    assert context.find_group(CITIES, "boden") is None
    any_group = context.compare_places(values, "2582", lab=["2582"])
    assert any_group["place"].tolist() == ["2582", "0000", "G1", "G2"]


@pytest.mark.parametrize(
    ("places", "told"),
    [
        (["2582"], "Riket har inga siffror här, så staden står inte bredvid det."),
        (["2582", "0000"], "Ingen kommungrupp har siffror här"),
        (["2480", "0000"], "Kommunen har inga siffror att lägga bredvid"),
    ],
    ids=["alone", "country", "no figure"],
)
def test_what_a_city_cannot_be_laid_beside_is_said(places: list[str], told: str) -> None:
    rows = [("A", place, "2024", 5.0) for place in places]
    beside = context.compare_places(
        _values(_indicators(*rows), _definitions("A")), "2582", lab=["2582"]
    )
    assert told in say("wider", context.count_wider(beside), language="sv")
