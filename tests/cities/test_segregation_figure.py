"""Ink for segregation: interval, index and lot in their places, and in words."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from labtools.cities.segregation_figure import draw_segregation
from labtools.figures import new_axes

ROWS = pd.DataFrame(
    {
        "city": ["boden", "umea"],
        "index": "entropy",
        "estimate": [0.08, float("nan")],
        "low": [0.06, float("nan")],
        "high": [0.1, float("nan")],
        "n": [900, 0],
        "unit": "share",
        "raw": [0.12, float("nan")],
        "by_lot": [0.05, float("nan")],
    }
)


def test_the_index_and_what_lot_gives_are_marked_beside_the_interval() -> None:
    ax = draw_segregation(ROWS, language="en", ax=new_axes(), names={"boden": "Boden"})
    marks = {str(line.get_label()): line.get_xdata()[0] for line in ax.lines}
    assert marks["The index as it is"] == 0.12
    assert marks["What lot gives"] == 0.05
    assert ax.get_xlabel() == "Entropy (H)"
    assert "Boden: the index as it is 12%, what lot gives 5%." in ax.get_label()
    plt.close(ax.figure)


@pytest.mark.parametrize("rows", [ROWS.head(0), ROWS.tail(1)], ids=["no city", "no estimate"])
def test_without_an_estimate_nothing_is_drawn(rows: pd.DataFrame) -> None:
    ax = draw_segregation(rows, language="sv", ax=new_axes(), names={})
    assert ax.get_label() == ""
    plt.close(ax.figure)
