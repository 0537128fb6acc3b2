"""Segregation: PySAL to twelve digits, chance by enumeration, nought where nothing but chance."""

from itertools import permutations
from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.cities import segregation

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
Table = list[list[int]]


def _counts(
    table: Table | np.ndarray, *, period: str = "2024", version: str = "2018"
) -> pd.DataFrame:
    """A row per area, a column per group g=0, g=1 …"""
    rows = [
        {"area": f"a{area}", "group": f"g={group}", "count": float(count)}
        for area, of_area in enumerate(table)
        for group, count in enumerate(of_area)
    ]
    about = {"provider": "scb", "indicator": "FB", "city": "boden", "level": "deso"}
    return pd.DataFrame(rows).assign(**about, version=version, period=period)


def _estimate(table: Table | np.ndarray, group: str = "g=0", draws: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    found = segregation.estimate_segregation(_counts(table), group, rng=rng, draws=draws)
    return found.set_index("index")


@pytest.mark.parametrize("data", ["two", "three", "small"])
def test_the_indices_are_those_of_pysal(data: str) -> None:
    expected = pd.read_csv(REFERENCE / "segregation.csv").query("data == @data")
    cells = pd.read_csv(REFERENCE / "segregation_counts.csv").query("data == @data")
    table = cells.pivot(index="area", columns="group", values="count").to_numpy()
    for at in range(table.shape[1]):
        raw = _estimate(table, f"g={at}")["raw"]
        of_group = expected[expected["group"] == f"g{at}"].set_index("index")["value"]
        for index in ("dissimilarity", "isolation", "exposure"):
            assert raw[index] == pytest.approx(of_group[index], abs=1e-12)
    of_all = expected[expected["group"].isna() & (expected["index"] == "entropy")]
    assert raw["entropy"] == pytest.approx(of_all["value"].item(), abs=1e-12)


def test_indices_of_two_areas_are_their_closed_forms() -> None:
    """Ten of the group: 9 and 1, among 11 and 9 people."""
    raw = _estimate([[9, 2], [1, 8]])["raw"]
    assert raw["dissimilarity"] == pytest.approx(0.9 - 0.2)
    assert raw["isolation"] == pytest.approx(0.9 * 9 / 11 + 0.1 * 1 / 9)
    within = -sum(n * log(n / t) for n, t in [(9, 11), (2, 11), (1, 9), (8, 9)]) / 20
    assert raw["entropy"] == pytest.approx(1 - within / log(2))


def test_chance_is_the_mean_over_every_way_to_place_the_same_people() -> None:
    """Seven people of three groups in areas of 2, 3 and 2: all 5,040 orders."""
    table = np.array([[2, 0, 0], [1, 1, 1], [0, 1, 1]])
    people = np.repeat([0, 1, 2], table.sum(axis=0))
    found = []
    for order in set(permutations(people)):
        placed = [np.bincount(part, minlength=3) for part in np.split(np.array(order), [2, 5])]
        found.append(segregation._measure(np.array(placed, dtype=float), 0))
    expected = dict(zip(segregation.INDICES, np.mean(found, axis=0), strict=True))
    assert _estimate(table)["by_lot"].to_dict() == pytest.approx(expected, abs=1e-12)


def test_without_segregation_small_areas_come_out_at_nought() -> None:
    """Thirty people in each of forty areas, everywhere a fifth: D is raw .15 or so, corrected 0."""
    rng = np.random.default_rng(3)
    raw, corrected, covered = [], [], 0
    for _ in range(60):
        ours = rng.binomial(30, 0.2, size=40)
        found = _estimate(np.stack([ours, 30 - ours], axis=1), draws=100)
        raw.append(found["raw"])
        corrected.append(found["estimate"])
        covered += (found["low"] <= 0) & (found["high"] >= 0)
    assert np.mean(raw, axis=0)[0] > 0.12
    assert np.abs(np.mean(corrected, axis=0)).max() < 0.012
    assert covered.min() >= 54


def test_intervals_hold_the_shares_that_the_people_were_drawn_from() -> None:
    """Isolation and entropy of the shares themselves, 60 times: 95 % promised, 88 % kept."""
    rng = np.random.default_rng(4)
    shares = np.linspace(0.05, 0.5, 20)
    endless = np.stack([shares, 1 - shares], axis=1) * 1e6
    true = segregation._measure(endless, 0)
    overall = shares.mean()
    true[1] = (true[1] - overall) / (1 - overall)
    covered = {"isolation": 0, "entropy": 0}
    for _ in range(60):
        ours = rng.binomial(100, shares)
        found = _estimate(np.stack([ours, 100 - ours], axis=1), draws=200)
        for name in covered:
            at = segregation.INDICES.index(name)
            covered[name] += found.loc[name, "low"] <= true[at] <= found.loc[name, "high"]
    assert min(covered.values()) >= 53


def test_groups_that_share_no_area_are_wholly_apart() -> None:
    found = _estimate([[40, 0], [0, 60], [20, 0]])
    assert found["estimate"].to_numpy() == pytest.approx(1.0)
    assert found["high"].max() <= 1.0


@settings(max_examples=40)
@given(st.lists(st.tuples(*[st.integers(1, 60)] * 2), min_size=2, max_size=6))
def test_of_two_groups_each_is_as_far_from_the_other(table: list[tuple[int, int]]) -> None:
    first, second = (_estimate([list(row) for row in table], f"g={at}", draws=20) for at in (0, 1))
    for index in ("dissimilarity", "entropy"):
        assert first.loc[index, "estimate"] == pytest.approx(second.loc[index, "estimate"])
    assert first.loc["isolation", "estimate"] == pytest.approx(first.loc["exposure", "estimate"])
    assert (first["raw"] <= 1 + 1e-12).all()


@pytest.mark.parametrize(
    "table",
    [[[5, 9]], [[5, 0], [7, 0]], [[0, 5], [0, 7]], [[1, 0], [0, 1]], [[5, np.nan], [3, 4]]],
    ids=["one area", "nobody else", "nobody of the group", "a person an area", "a count missing"],
)
def test_what_cannot_be_calculated_is_no_number(table: Table) -> None:
    found = _estimate(table)
    assert found["estimate"].isna().all()
    assert found["low"].isna().all()


def test_an_area_that_lacks_a_row_leaves_the_period_without_an_index() -> None:
    full = [[5, 9], [3, 4], [8, 2]]
    both = pd.concat([_counts(full), _counts(full[:2], period="2019")])
    rng = np.random.default_rng(1)
    found = segregation.estimate_segregation(both, "g=0", rng=rng, draws=20)
    assert found.groupby("period")["estimate"].count().to_dict() == {"2019": 0, "2024": 4}
    assert segregation.compare_periods(found).empty
    assert set(segregation.latest(found, "boden")["period"]) == {"2024"}


def test_a_group_that_is_not_counted_gives_no_row() -> None:
    assert _estimate([[5, 9], [3, 4]], "age=0-19").empty


def test_change_stays_within_one_version_of_the_areas() -> None:
    """Three years, the last in new areas: one comparison, of the first two."""
    parts = [
        _counts([[50, 50], [10, 90]], period="2019"),
        _counts([[40, 60], [20, 80]], period="2021"),
        _counts([[45, 55], [15, 85]], period="2025", version="2025"),
    ]
    rng = np.random.default_rng(1)
    found = segregation.estimate_segregation(pd.concat(parts), "g=0", rng=rng)
    change = segregation.compare_periods(found).set_index("index")
    assert change[["first", "last", "version"]].drop_duplicates().to_numpy().tolist() == [
        ["2019", "2021", "2018"]
    ]
    before, after = (found.query("period == @year").set_index("index") for year in ("2019", "2021"))
    difference = after["estimate"] - before["estimate"]
    assert change["estimate"].to_dict() == pytest.approx(difference.to_dict())
    down = np.hypot(after["estimate"] - after["low"], before["high"] - before["estimate"])
    assert (change["estimate"] - change["low"]).to_dict() == pytest.approx(down.to_dict())


def test_areas_are_counted_by_single_groups_of_their_own_version() -> None:
    rows = [
        ("a1", "2018", "sex=men", 5.0),
        ("a1", "2018", "", 9.0),
        ("a1", "2018", "sex=men;age=20", 2.0),
        ("a2", "2025", "sex=men", 3.0),
        ("a2", "2018", "sex=men", 3.5),
        ("2582", "", "sex=men", 9000.0),
    ]
    indicators = pd.DataFrame(rows, columns=["region", "area_version", "group", "value"])
    indicators = indicators.assign(provider="scb", indicator="FB", period="2024")
    areas = pd.DataFrame(
        {"area": ["a1", "a2"], "city": "boden", "level": "deso", "version": "2018"}
    )
    counts = segregation.count_areas(indicators, areas)
    assert counts[["area", "group"]].to_numpy().tolist() == [["a1", "sex=men"], ["a2", "sex=men"]]
    assert counts["count"].to_numpy() == pytest.approx([5.0, np.nan], nan_ok=True)


def test_of_many_cities_only_ones_own_is_kept() -> None:
    one = _counts([[5, 9], [3, 4]])
    many = pd.concat([one.assign(city=f"c{at}") for at in range(13)])
    assert segregation.keep_near(many, "c3")["city"].unique().tolist() == ["c3"]
    assert segregation.keep_near(many[many["city"] < "c2"], "c1")["city"].nunique() > 1
