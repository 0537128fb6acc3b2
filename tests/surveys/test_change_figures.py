"""Ink for change: a line per person, and odds where half and double weigh the same."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from labtools import figures
from labtools.surveys.change_figures import draw_odds, draw_pairs


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def _pairs() -> pd.DataFrame:
    pairs = pd.DataFrame({"before": [2.0, 3, 4, 1], "after": [3.0, 3, 3.5, np.nan]})
    return pairs.assign(change=pairs["after"] - pairs["before"])


def test_each_person_who_answered_twice_is_a_line_and_the_mean_a_thick_one() -> None:
    ax = draw_pairs(
        _pairs(), title="change_lines", language="en", ax=figures.new_axes(), limits=(1, 5),
        waves=["w1", "w2"], names={"w1": "first"},
    )  # fmt: skip
    drawn = sorted(line.get_ydata().tolist() for line in ax.lines)
    assert drawn == [[2.0, 3.0], [3.0, 3.0], [3.0, 9.5 / 3], [4.0, 3.5]]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["first, n = 3", "w2, n = 3"]
    assert ax.get_label().endswith(
        "The mean: first 3.00, w2 3.17; Higher score, n = 1, Same score, n = 1, Lower score, n = 1."
    )


def test_nobody_linked_is_not_drawn() -> None:
    ax = draw_pairs(
        _pairs().tail(1), title="change_lines", language="en", ax=figures.new_axes(),
        limits=(1, 5), waves=[], names={},
    )  # fmt: skip
    assert not ax.get_label()
    odds = pd.DataFrame(columns=["question", "estimate", "low", "high", "n", "unit"])
    empty = draw_odds(odds, "question", title="odds_change", language="en", ax=figures.new_axes())
    assert not empty.get_label()


def test_half_and_double_odds_lie_as_far_from_one() -> None:
    odds = pd.DataFrame(
        {"question": ["a", "b"], "estimate": [0.5, 2.0], "low": [0.2, 1.0], "high": [1.0, 5.0],
         "n": 9, "unit": "odds ratio", "common": [0.6, 1.5]}
    )  # fmt: skip
    ax = draw_odds(odds, "question", title="odds_change", language="en", ax=figures.new_axes())
    half, one, double = (ax.transData.transform((x, 0))[0] for x in (0.5, 1, 2))
    assert one - half == pytest.approx(double - one)
    assert [tick.get_text() for tick in ax.get_xticklabels()][:3] == ["1/16", "1/4", "1"]
    assert "a: 0.50 (0.20–1.00), n = 9" in ax.get_label()
    assert ax.get_label().endswith("Common odds ratio: a 0.60; b 1.50.")
