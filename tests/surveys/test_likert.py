"""Diverging bars: where each answer's part lies."""

from collections.abc import Iterator

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from labtools import figures
from labtools.surveys.likert import draw_answers


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def _counts(shares: list[float]) -> pd.DataFrame:
    answers = ["Nej", "Varken", "Ja"][: len(shares)]
    return pd.DataFrame(
        {
            "variable": "home",
            "question": "Hemma?",
            "wave": "before",
            "code": answers,
            "answer": answers,
            "share": shares,
            "answered": 20,
        }
    )


def test_the_middle_answer_straddles_zero_and_parts_meet() -> None:
    ax = draw_answers(
        _counts([0.25, 0.5, 0.25]), title="items_share", language="sv", ax=figures.new_axes()
    )
    assert [bar.get_x() for bar in ax.patches] == [-0.5, -0.25, 0.25]
    assert [bar.get_width() for bar in ax.patches] == [0.25, 0.5, 0.25]


def test_an_even_number_of_answers_divides_at_zero() -> None:
    ax = draw_answers(
        _counts([0.4, 0.6]), title="items_share", language="sv", ax=figures.new_axes()
    )
    assert [bar.get_x() for bar in ax.patches] == [-0.4, 0]


def test_the_alternative_text_holds_every_share_and_n() -> None:
    ax = draw_answers(
        _counts([0.25, 0.5, 0.25]), title="items_share", language="en", ax=figures.new_axes(),
        names={"before": "before the lab"},
    )  # fmt: skip
    assert ax.get_label().endswith("Hemma? before the lab, n = 20: Nej 25%, Varken 50%, Ja 25%.")


def test_a_survey_without_waves_has_its_n_alone() -> None:
    counts = _counts([0.25, 0.5, 0.25]).assign(wave="")
    ax = draw_answers(counts, title="items_share", language="en", ax=figures.new_axes())
    assert [text.get_text() for text in ax.get_yticklabels()] == ["n = 20"]
    assert ax.get_label().endswith(". Hemma?, n = 20: Nej 25%, Varken 50%, Ja 25%.")


def test_nothing_is_drawn_of_nothing() -> None:
    ax = draw_answers(_counts([]), title="items_share", language="sv", ax=figures.new_axes())
    assert not ax.get_label()
