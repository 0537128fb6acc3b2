"""Figures: where the ink lies, what the labels say, and the alternative text."""

from collections.abc import Iterator

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from labtools import figures

mpl.use("agg")


@pytest.fixture(autouse=True)
def _no_figure_stays_open() -> Iterator[None]:
    yield
    plt.close("all")


def _change() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "city": ["norrvik", "asfors"],
            "estimate": [0.5, float("nan")],
            "low": [0.25, float("nan")],
            "high": [0.75, float("nan")],
            "n": [48, 0],
            "unit": ["change in points"] * 2,
        }
    )


def _draw(estimates: pd.DataFrame, **options: object) -> plt.Axes:
    ax = figures.new_axes(rows=4)
    return figures.draw_intervals(
        estimates, "city", title="belonging_change", language="sv", ax=ax,
        names={"norrvik": "Norrvik", "asfors": "Åsfors"}, **options,
    )  # fmt: skip


def test_points_and_intervals_lie_where_the_estimates_are() -> None:
    ax = _draw(_change())
    assert ax.lines[0].get_xdata().tolist()[0] == 0.5
    segments = ax.collections[0].get_segments()
    assert segments[0][:, 0].tolist() == [0.25, 0.75]


def test_every_group_label_carries_its_n_in_the_tables_order() -> None:
    labels = [text.get_text() for text in _draw(_change()).get_yticklabels()]
    assert labels == ["Norrvik, n = 48", "Åsfors, n = 0"]


def test_the_alternative_text_holds_the_numbers_and_says_what_is_undefined() -> None:
    told = _draw(_change()).get_label()
    assert told == (
        "Förändring för dem som svarade båda gångerna. Norrvik: +0,50 (+0,25 till +0,75), n = 48; "
        "Åsfors: går inte att räkna, n = 0."
    )


def test_limits_are_the_callers_so_that_cities_share_them() -> None:
    assert _draw(_change(), limits=(-1, 1.5)).get_xlim() == (-1, 1.5)


def test_a_line_without_interval_still_has_its_point() -> None:
    level = _change().assign(low=float("nan"), high=float("nan"))
    assert _draw(level).lines[0].get_xdata().tolist()[0] == 0.5


def test_bars_start_at_zero_and_end_at_their_count() -> None:
    counts = pd.DataFrame(
        {"type": ["interview", "interview", "walk"], "city": ["a", "b", "a"], "n": [3, 2, 4]}
    )
    ax = figures.draw_counts(
        counts, "type", series="city", title="sources_by_type", language="en", ax=figures.new_axes()
    )
    assert [bar.get_width() for bar in ax.patches] == [3, 4, 2, 0]
    assert [bar.get_x() for bar in ax.patches] == [0, 0, 3, 4]
    assert ax.get_label() == "Sources by kind and city. Interview: 5; Walk: 4."


def test_panels_share_both_scales_and_name_their_people() -> None:
    scores = pd.DataFrame({"wave": ["före", "före", "efter"], "score": [1.0, 2.0, 4.9]})
    axes = figures.draw_distribution(
        scores, "score", panel="wave", title="belonging_spread", language="sv",
        axes=figures.new_panels(2), limits=(1, 5), step=0.5, most=7,
    )  # fmt: skip
    assert [ax.get_ylim() for ax in axes] == [(0, 7), (0, 7)]
    assert [ax.get_title(loc="left") for ax in axes] == ["före, n = 2", "efter, n = 1"]
    heights = [[bar.get_height() for bar in ax.patches] for ax in axes]
    assert [sum(bars) for bars in heights] == [2, 1]
    assert heights[1][-1] == 1, "4,9 lies in the last step of a scale that ends at 5"


def test_a_survey_without_waves_has_no_dash_for_them() -> None:
    scores = pd.DataFrame({"score": [1.0, 2.0, 4.9], "wave": ""})
    (ax,) = figures.draw_distribution(
        scores, "score", panel="wave", title="belonging_spread", language="sv",
        axes=figures.new_panels(1), limits=(1, 5), step=0.5, most=7,
    )  # fmt: skip
    assert ax.get_title(loc="left") == "n = 3"
    drawn = _draw(_change().assign(wave=""), series="wave")
    assert drawn.get_legend_handles_labels()[1] == []
    assert "–" not in drawn.get_label().replace("0,25–0,75", "")


def test_a_figure_of_nothing_becomes_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    figures.show(_draw(_change().head(0)), language="sv")
    assert "Markdown" in capsys.readouterr().out
    assert not plt.get_fignums()


def test_the_figure_is_seven_inches_wide() -> None:
    assert _draw(_change()).figure.get_size_inches()[0] == 7
