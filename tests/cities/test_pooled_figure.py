"""Ink for raw and pooled estimates: both of few cities, their spread of many."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from labtools.cities.pooled_figure import draw_pooled


def _both(cities: int) -> pd.DataFrame:
    names = [f"c{at}" for at in range(cities)]
    raw = pd.DataFrame({"city": names, "estimate": 0.5, "low": 0.3, "high": 0.7, "n": 20})
    return pd.concat([raw.assign(kind="raw"), raw.assign(kind="pooled")]).assign(unit="share")


@pytest.mark.parametrize(("cities", "lines"), [(4, 4), (290, 2)])
def test_of_many_cities_there_is_a_line_for_each_kind_and_not_each_city(
    cities: int, lines: int
) -> None:
    ax = draw_pooled(_both(cities), title="raw_and_pooled", language="en", names={})
    assert len(ax.get_yticks()) == lines
    assert ax.figure.get_size_inches()[1] < 4
    plt.close(ax.figure)


def test_without_a_city_nothing_is_drawn() -> None:
    ax = draw_pooled(_both(0), title="raw_and_pooled", language="sv", names={})
    assert ax.get_label() == ""
    plt.close(ax.figure)
