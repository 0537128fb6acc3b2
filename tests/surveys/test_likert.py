"""Diverging bars: where each answer's part lies."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from labtools import figures
from labtools.evidence.questionnaires.survey import Survey, empty_survey
from labtools.surveys.likert import count_unsure, draw_answers


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


def _asked() -> Survey:
    """Four people: one answered, one did not know, one refused, one left a blank."""
    reasons = {"row": [1, 2, 3], "variable": "home", "reason": ["dont_know", "refused", "blank"]}
    answers = pd.DataFrame({"home": [3.0, np.nan, np.nan, np.nan], "wave": "before"})
    return replace(empty_survey("s"), answers=answers, missing=pd.DataFrame(reasons))


def test_dont_know_and_refused_are_counted_apart_from_blanks() -> None:
    asked = _asked()
    found = count_unsure(asked.answers, asked, ["home"]).iloc[0]
    assert found[["unsure", "asked"]].tolist() == [2, 3]
    assert found["share"] == pytest.approx(2 / 3)
    part = count_unsure(asked.answers.iloc[[0, 2]], asked, ["home"]).iloc[0]
    assert part[["unsure", "asked"]].tolist() == [1, 2]
    silent = count_unsure(asked.answers.iloc[[3]], asked, ["home"]).iloc[0]
    assert silent["asked"] == 0
    assert np.isnan(silent["share"])


def test_the_panel_at_the_right_says_how_many_did_not_know() -> None:
    unsure = pd.DataFrame(
        {"variable": ["home"], "wave": "before", "unsure": 3, "asked": 23, "share": 3 / 23}
    )
    ax = draw_answers(
        _counts([0.25, 0.5, 0.25]), title="items_share", language="en", ax=figures.new_axes(),
        unsure=unsure,
    )  # fmt: skip
    (panel,) = ax.child_axes
    assert [bar.get_width() for bar in panel.patches] == [3 / 23]
    assert [text.get_text() for text in panel.texts] == ["3 of 23"]
    assert [bar.get_x() for bar in ax.patches] == [-0.5, -0.25, 0.25]
    assert ax.get_label().endswith("Ja 25%, don't know or refused 3 of 23.")
