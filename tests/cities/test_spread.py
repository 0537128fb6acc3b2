"""Many cities in one figure: a point each over the band that holds half of them."""

import numpy as np
import pandas as pd
import pytest

from labtools import figures
from labtools.cities import spread


def _estimates(cities: int, *, indicator: str = "Arbete", target: float = 0.5) -> pd.DataFrame:
    """Shares evenly from 0 to 1."""
    return pd.DataFrame(
        {
            "line": [f"{indicator}, {number}" for number in range(cities)],
            "indicator": indicator,
            "estimate": np.linspace(0, 1, cities),
            "low": 0.0,
            "high": 1.0,
            "n": 40,
            "unit": "share",
            "target": target,
        }
    )


def _draw(estimates: pd.DataFrame) -> figures.Axes:
    rows = spread.rows_of(estimates, by="indicator", each=3)
    return spread.draw_estimates(
        estimates, "line", by="indicator", title="outcomes", language="en",
        ax=figures.new_axes(rows=rows), target="target", limits=(0, 1),
    )  # fmt: skip


def test_up_to_forty_estimates_have_a_line_and_an_interval_each() -> None:
    ax = _draw(_estimates(spread.MOST_LINES))
    assert len(ax.get_yticklabels()) == spread.MOST_LINES
    assert ax.get_yticklabels()[0].get_text() == "Arbete, 0, n = 40"


def test_of_more_every_estimate_is_a_point_and_none_hides_another() -> None:
    many = pd.concat([_estimates(101), _estimates(50, indicator="Hemma", target=0.7)])
    ax = _draw(many)
    texts = [text.get_text().replace("\n", " ") for text in ax.get_yticklabels()]
    assert texts == ["Arbete, 101 figures", "Hemma, 50 figures"]
    points = [line for line in ax.lines if len(line.get_xdata()) > 2]
    assert [sorted(line.get_xdata()) for line in points] == [
        sorted(many.loc[many["indicator"] == one, "estimate"]) for one in ("Arbete", "Hemma")
    ]
    places = {place for line in points for place in zip(*line.get_data(), strict=True)}
    assert len(places) == 151


def test_the_band_lies_between_the_quartiles_and_the_text_says_where() -> None:
    """Of 101 shares evenly from 0 to 1 the quartiles are a quarter, a half, three quarters."""
    ax = _draw(_estimates(101))
    (band,) = ax.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((0.25, 0.75))
    assert ax.get_label() == (
        "Share that reached the goal. Arbete, 101 figures: lowest 0%, half of them between 25% "
        "and 75%, median 50%, highest 100%, target 50%."
    )


def test_a_target_that_differs_from_city_to_city_is_not_drawn() -> None:
    some = _estimates(60).assign(target=np.linspace(0.4, 0.6, 60))
    assert "target" not in str(_draw(some).get_label())


def test_estimates_that_are_unknown_have_no_point_and_of_none_nothing_is_drawn() -> None:
    some = _estimates(60)
    some.loc[:9, ["estimate", "low", "high"]] = np.nan
    assert "Arbete, 50 figures" in str(_draw(some).get_label())
    assert not _draw(some.assign(estimate=np.nan)).has_data()


def test_the_figure_of_many_cities_is_no_higher_than_a_page() -> None:
    assert spread.rows_of(_estimates(290), by="indicator", each=3) < 10
