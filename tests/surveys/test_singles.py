"""Questions by themselves: which are asked, a figure per list of answers, waves without anybody."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from labtools.evidence.questionnaires.survey import Scale, Survey, empty_survey
from labtools.surveys import singles


def _survey() -> Survey:
    """Two questions with the answers low and high, one with no and yes, and one in words."""
    dictionary = pd.DataFrame(
        {
            "variable": ["home", "heard", "future", "remark"],
            "question_sv": ["Hemma?", "Lyssnad?", "Framtid?", "Annat?"],
            "question_en": "",
            "type": ["ordinal", "ordinal", "ordinal", "text"],
            "codes": ["agree", "agree", "", ""],
            "reverse": "",
        }
    )
    codes = pd.DataFrame(
        {
            "codes": ["agree", "agree", "future", "future"],
            "code": ["1", "2", "1", "2"],
            "label_sv": ["Låg", "Hög", "Nej", "Ja"],
            "label_en": "",
            "order": [1.0, 2.0, 1.0, 2.0],
            "missing_reason": "",
        }
    )
    answers = pd.DataFrame(
        {"city": "a", "wave": "", "home": [1.0, 2], "heard": [2.0, np.nan], "future": [2.0, 2]}
    )
    return dataclasses.replace(
        empty_survey("s"), dictionary=dictionary, codes=codes, answers=answers
    )


def _show(survey: Survey, variables: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The alternative texts of the figures that are shown."""
    shown: list[str] = []

    def keep(ax: Any, **_: str) -> None:
        shown.append(ax.get_label())

    monkeypatch.setattr("labtools.figures.show", keep)
    questions = singles.pick_questions(survey, variables)
    singles.show_answers(survey.answers, survey, questions, language="sv", names={})
    return shown


def test_only_ordered_questions_that_were_asked_are_picked_and_the_others_are_told() -> None:
    wanted = " future; remark;home;home;unknown;"
    assert singles.pick_questions(_survey(), wanted).variables == ("future", "home")
    assert singles.list_unasked(_survey(), wanted)["variable"].tolist() == ["remark", "unknown"]
    assert singles.list_unasked(_survey(), "").empty


def test_questions_with_the_same_answers_share_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    agree, future = _show(_survey(), "home;future;heard", monkeypatch)
    assert "Hemma?, n = 2: Låg 50" in agree
    assert "Lyssnad?, n = 1: Låg 0" in agree
    assert "Framtid?, n = 2: Nej 0" in future


def test_a_question_that_nobody_answered_has_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = dataclasses.replace(_survey(), answers=_survey().answers.assign(home=np.nan))
    assert _show(nobody, "home", monkeypatch) == [""]
    assert _show(empty_survey("s"), "home", monkeypatch) == [""]


def test_waves_that_nobody_in_the_city_answered_are_named() -> None:
    answers = pd.DataFrame({"city": ["a", "b"], "wave": ["before", "after"]})
    told = singles.count_waves(answers, "a", waves=["before", "after"])
    assert told.to_numpy().tolist() == [[2, 1, "after"]]
    assert singles.count_waves(answers.head(0), "a", waves=[]).empty


def test_a_scale_of_a_survey_is_drawn_as_one_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("labtools.figures.show", lambda ax, **_: shown.append(ax.get_label()))
    survey, scale = _survey(), Scale("s", ("home", "heard"), "mean", 1, (1.0, 2.0), "", "")
    singles.show_answers(survey.answers, survey, scale, language="sv", names={})
    assert len(shown) == 1
