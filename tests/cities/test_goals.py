"""Outcomes of goals: shares, intervals, the unknown, accounts that differ."""

import numpy as np
import pandas as pd
import pytest

from labtools.cities import accounts, goals
from labtools.lab import open_lab
from labtools.words import say

NAN = float("nan")


def _goals(kind: str = "participants") -> pd.DataFrame:
    texts = {f"{name}_{language}": f"{name} {language}" for language in ("sv", "en")
             for name in ("indicator", "definition", "denominator")}  # fmt: skip
    return pd.DataFrame(
        [{"goal": "work", "city": "", "kind": kind, "target": 0.5, "due": "", **texts}]
    )


def _observations(*rows: tuple[str, str, float, float, float, str]) -> pd.DataFrame:
    columns = ["city", "date", "numerator", "denominator", "unknown", "source"]
    return pd.DataFrame(rows, columns=columns).assign(goal="work", note="")


def _outcomes(
    *rows: tuple[str, str, float, float, float, str], kind: str = "participants"
) -> pd.DataFrame:
    """As the lab's own team sees them."""
    found = goals.estimate_outcomes(_observations(*rows), _goals(kind))
    return found.assign(too_few=False)


def test_published_outcomes_of_the_real_labs(root: object) -> None:
    """9 of 10 (60–98 %), 15 of 22 (47–84 %), and the other account without a share."""
    lab = open_lab(f"{root}/data/innovationslabb")
    found = goals.estimate_outcomes(lab.read_observations(), lab.read_goals())
    counted = found[found["n"] > 0].set_index("city")
    assert counted.loc["boden", ["numerator", "n"]].tolist() == [9, 10]
    assert counted[["low", "high"]].round(2).to_numpy().tolist() == [[0.60, 0.98], [0.47, 0.84]]
    both = goals.find_conflicts(found)
    assert both["source"].tolist() == ["allmannytta-integration", "portalen"]
    assert both["numerator"].tolist() == [15, 10]
    assert both["estimate"].isna().tolist() == [False, True]


def test_a_register_has_a_share_and_no_interval() -> None:
    row = _outcomes(("a", "2020", 30, 60, 0, "s"), kind="register").iloc[0]
    assert row["estimate"] == 0.5
    assert np.isnan(row["low"])


def test_without_numerator_or_denominator_the_share_is_undefined_not_nought() -> None:
    found = _outcomes(
        ("a", "", NAN, 10, 0, "s"), ("b", "", 5, NAN, 0, "s"), ("c", "", 0, 0, 0, "s")
    )
    assert found["estimate"].isna().all()
    assert found["n"].tolist() == [10, 0, 0]


def test_a_design_effect_widens_a_samples_interval() -> None:
    plain = goals.estimate_outcomes(_observations(("a", "", 50, 100, 0, "s")), _goals("sample"))
    wide = _observations(("a", "", 50, 100, 0, "s")).assign(design_effect=4.0)
    found = goals.estimate_outcomes(wide, _goals("sample"))
    quarter = goals.estimate_outcomes(_observations(("a", "", 12.5, 25, 0, "s")), _goals("sample"))
    assert found["high"].iloc[0] == pytest.approx(quarter["high"].iloc[0])
    assert found["high"].iloc[0] > plain["high"].iloc[0]
    assert found["n"].iloc[0] == 100, "n still counts people"
    weighted = goals.estimate_outcomes(wide.assign(weighted_share=0.4), _goals("sample")).iloc[0]
    assert (weighted["estimate"], weighted["numerator"]) == (0.4, 50)


@pytest.mark.parametrize(
    ("dates", "kept"),
    [
        (("2019", "2020", "2020"), [2, 3]),
        (("2019", "2019-12", "2019-12"), [1, 2, 3]),
        (("", "2019-12", ""), [1, 2, 3]),
        (("2019-11-30", "2019-12", "2019-12-01"), [2, 3]),
    ],
)
def test_only_a_certainly_later_date_overtakes(dates: tuple[str, ...], kept: list[int]) -> None:
    """Two accounts stay side by side though only one of them tells its date."""
    rows = [("a", date, n + 1, 4, 0, f"s{n}") for n, date in enumerate(dates)]
    assert goals.latest(_observations(*rows))["numerator"].tolist() == kept


def test_accounts_conflict_when_their_figures_differ_whatever_their_dates() -> None:
    same = [("a", "2020", 2, 4, 0, "x"), ("a", "2020", 2, 4, 0, "y")]
    assert goals.find_conflicts(_outcomes(*same)).empty
    lacking = [("a", "2020", 2, 4, 0, "x"), ("a", "", 2, NAN, 0, "y")]
    assert len(goals.find_conflicts(_outcomes(*lacking))) == 2


def test_the_unknown_bound_what_the_share_could_have_been() -> None:
    """3 of 6 known, 2 unknown: from 3/8 to 5/8."""
    row = goals.bound_unknown(_outcomes(("a", "", 3, 6, 2, "s"))).iloc[0]
    assert (row["share_if_none"], row["share_if_all"]) == (3 / 8, 5 / 8)
    assert goals.bound_unknown(_outcomes(("a", "", 3, 6, NAN, "s"))).empty
    assert goals.bound_unknown(_outcomes(("a", "", 3, 6, 2, "s"), kind="sample")).empty


def test_two_accounts_of_one_goal_get_lines_that_tell_them_apart() -> None:
    found = _outcomes(("a", "", 3, 6, 2, "x"), ("a", "", 4, 6, 0, "y"))
    named = accounts.name_lines(found, {"a": "Umeå", "x": "labbet"}, language="sv")
    assert named["line"].tolist() == ["indicator sv, Umeå (labbet)", "indicator sv, Umeå (y)"]


def test_an_account_is_shown_as_published_or_as_its_numbers() -> None:
    found = _outcomes(
        ("a", "", 3, 6, 2, "x"), ("b", "", 4, NAN, 0, "y"), ("c", "", NAN, NAN, 0, "z")
    )
    told = accounts.name_lines(found.assign(published_sv=["", "", "alla"]), {}, language="sv")
    assert accounts.list_accounts(told)["published"].tolist() == ["3 / 6", "4", "alla"]
    hidden = accounts.list_accounts(told.assign(too_few=[False, False, True]))
    assert hidden["published"].isna().tolist() == [False, False, True]


def test_a_goal_that_cities_share_is_defined_once() -> None:
    shared = pd.concat([_goals().assign(city="a"), _goals().assign(goal="w2", city="b")])
    told = accounts.list_definitions(shared, {"a": "Umeå"}, language="en")
    assert told[["indicator", "cities"]].to_numpy().tolist() == [["indicator en", "Umeå, b"]]
    other = pd.concat([_goals(), _goals("register").assign(goal="w2")])
    assert len(accounts.list_definitions(other, {}, language="en")) == 2


def test_rows_of_one_indicator_come_together() -> None:
    found = _outcomes(("a", "", 1, 6, 0, "x"), ("b", "", 2, 6, 0, "x"), ("c", "", 3, 6, 0, "x"))
    found["indicator_sv"] = ["arbete", "hemma", "arbete"]
    named = accounts.name_lines(found, {}, language="sv")
    assert named["line"].tolist() == ["arbete, a", "arbete, c", "hemma, b"]


def test_a_goal_without_observation_is_counted() -> None:
    row = accounts.summarize(_goals(), _observations()).iloc[0].to_dict()
    assert row == {"goals": 1, "observations": 0, "unobserved": 1}
    assert accounts.summarize(_goals().head(0), _observations()).empty


def test_a_numerator_larger_than_its_denominator_is_named_and_makes_no_share() -> None:
    found = _outcomes(("a", "", 12, 10, 0, "s"), ("b", "", 3, 10, 0, "s"))
    assert found["estimate"].isna().tolist() == [True, False]
    assert found["low"].isna().tolist() == [True, False]
    assert goals.find_impossible(found)["city"].tolist() == ["a"]
    told = accounts.name_lines(goals.find_impossible(found), {"a": "Umeå"}, language="sv")
    line = "indicator sv, Umeå: täljaren 12 är större än nämnaren 10, så det blir ingen andel."
    assert line in say("impossible", told, language="sv")


def test_a_goal_is_compared_only_where_all_cities_define_it_alike() -> None:
    """Of two accounts in a city the first that gives a share is taken, and the others counted."""
    rows = ("a", "", NAN, 10, 0, "x"), ("a", "", 3, 10, 0, "y"), ("b", "", 4, 9, 0, "x")
    found = _outcomes(*rows, ("b", "", 5, 9, 0, "z"))
    selected = goals.select_goal(found, "arbet|wor")
    assert selected[["city", "source", "accounts"]].to_numpy().tolist() == [
        ["a", "y", 1],
        ["b", "x", 2],
    ]
    assert goals.summarize_selected(selected).to_numpy().tolist() == [[2, 1, 1]]
    assert len(goals.keep_alike(selected)) == 2
    unlike = found.assign(definition_sv=["halvtid", "halvtid", "heltid", "heltid"])
    assert goals.keep_alike(goals.select_goal(unlike, "work")).empty
    assert goals.select_goal(found, "home").empty
    assert goals.summarize_selected(found.head(0)).empty


def test_a_city_of_too_few_people_stays_among_those_compared_without_a_share() -> None:
    """Unless another account of it may be seen."""
    rows = ("a", "", 3, 10, 0, "x"), ("a", "", 6, 12, 0, "y"), ("b", "", 3, 9, 0, "x")
    few = pd.Series([True, False, True])
    found = _outcomes(*rows)
    found = found.assign(estimate=found["estimate"].mask(few), too_few=few)
    selected = goals.select_goal(found, "work").sort_values("city")
    assert selected["source"].tolist() == ["y", "x"]
    assert selected["estimate"].isna().tolist() == [False, True]
