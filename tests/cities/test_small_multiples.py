"""Many published series: a dozen panels a figure, every one of them shown."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from labtools import figures
from labtools.cities import small_multiples


def _compared(key_figures: int) -> pd.DataFrame:
    rows = [(f"K{number}", str(year), float(year), number + year - 2020.0)
            for number in range(key_figures) for year in (2021, 2022)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["key_figure", "period", "year", "estimate"])
    told = {"place": "0581", "standing": "here", "segment": "/0", "status": "", "unit": "percent"}
    return table.assign(**told, low=np.nan, high=np.nan)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is displayed: a figure's alternative text, or the sentence in its place."""
    texts: list[str] = []

    def display(content: Any, *, metadata: Any = None) -> None:
        texts.append(metadata["image/png"]["alt"] if metadata else content.data)

    monkeypatch.setattr(figures, "display", display)
    return texts


@pytest.mark.parametrize(("key_figures", "panels"), [(3, [3]), (12, [12]), (30, [12, 12, 6])])
def test_each_figure_has_a_dozen_panels_at_most_and_every_series_is_in_one(
    shown: list[str], key_figures: int, panels: list[int]
) -> None:
    limits = {f"K{number}": (0.0, 40.0) for number in range(key_figures)}
    small_multiples.show_series(
        _compared(key_figures), names={"0581": "Norrköping"}, limits=limits, language="en"
    )
    assert [text.count("Norrköping") for text in shown] == panels
    assert all(f"K{number}: " in " ".join(shown) for number in range(key_figures))
    numbered = [f"({number}/{len(panels)})" in text for number, text in enumerate(shown, start=1)]
    assert numbered == [len(panels) > 1] * len(panels)


def test_without_a_series_a_sentence_stands_for_the_figure(shown: list[str]) -> None:
    small_multiples.show_series(_compared(0), names={}, limits={}, language="en")
    assert len(shown) == 1
    assert shown[0].startswith("*")
