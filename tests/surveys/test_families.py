"""Families of questions: who belongs, and what their number costs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.evidence.questionnaires.survey import Survey, empty_survey
from labtools.surveys.families import adjust_holm, list_ordered, name_steps

REFERENCE = Path(__file__).parents[1] / "reference"


def _survey() -> Survey:
    """Two ordered questions, one of which is asked in four steps, and one that has no order."""
    dictionary = [
        ("home", "Hemma?", "ordinal", "agree", ""),
        ("leave", "Flytta?", "ordinal", "four", "yes"),
        ("sex", "Kön?", "single", "sex", ""),
    ]
    columns = ["variable", "question_sv", "type", "codes", "reverse"]
    codes = [("agree", str(code), f"a{code}", "") for code in range(1, 6)]
    codes += [("agree", "8", "vet ej", "dont_know")]
    codes += [("four", str(code), f"f{code}", "") for code in range(1, 5)]
    return replace(
        empty_survey("s"),
        dictionary=pd.DataFrame(dictionary, columns=columns).assign(question_en=""),
        codes=pd.DataFrame(codes, columns=["codes", "code", "label_sv", "missing_reason"]).assign(
            label_en=""
        ),
        answers=pd.DataFrame({"home": [1.0, 5.0], "leave": [2.0, 3.0], "sex": ["1", "2"]}),
    )


def test_holm_agrees_with_rs_p_adjust() -> None:
    expected = pd.read_csv(REFERENCE / "holm.csv")
    found = adjust_holm(expected[["p"]])["p_adjusted"]
    assert found.to_numpy() == pytest.approx(expected["p_adjusted"].to_numpy(), abs=1e-12)


def test_an_undefined_p_stays_so_and_is_not_counted() -> None:
    found = adjust_holm(pd.DataFrame({"p": [0.02, np.nan, 0.03]}))["p_adjusted"]
    assert found[[0, 2]].tolist() == [0.04, 0.04]
    assert np.isnan(found[1])
    assert adjust_holm(pd.DataFrame({"p": []})).empty


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_an_adjusted_p_is_never_smaller_and_keeps_the_order(p: list[float]) -> None:
    found = adjust_holm(pd.DataFrame({"p": p}))["p_adjusted"].to_numpy()
    assert (found >= np.array(p)).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()


def test_a_p_outside_nought_to_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="must lie between 0 and 1; found"):
        adjust_holm(pd.DataFrame({"p": [1.2]}))


def test_the_family_is_every_ordered_question_and_its_upper_half_is_named() -> None:
    """Of five answers the upper two, of four the upper two; don't know is no answer."""
    family = list_ordered(_survey(), language="sv").set_index("variable")
    assert family["above"].to_dict() == {"home": 4.0, "leave": 3.0}
    assert family["answers_above"].tolist() == ["a4, a5", "f3, f4"]
    assert family["question"].tolist() == ["Hemma?", "Flytta? (omvänd)"]
    assert list_ordered(empty_survey("s"), language="sv").empty


def test_a_step_is_called_by_its_answer() -> None:
    steps = pd.DataFrame({"variable": ["home", "leave"], "step": [2.0, 9.0], "n": [3, 3]})
    named = name_steps(steps, _survey(), language="sv")
    assert named["answer"].tolist() == ["minst ”a2”", "minst ”9”"]
    assert "step" not in named
